import type { EvidenceStatus } from "../evidence-status.ts";
import type { OrganName } from "./organs.ts";

/** The tables there are. */
export type ConstraintSetName = "tg-101" | "hytec" | "quantec" | "spine-institution-2025";

/** A dose–volume limit of one organ. */
export interface DoseConstraint {
  /** Unique, e.g. `tg-101/spinal cord/D0.35cc/1`. */
  readonly id: string;
  readonly set: ConstraintSetName;
  readonly organ: OrganName;
  /** As `evaluateMetric` reads it. */
  readonly metric: string;
  /** In `unit`. */
  readonly limit: number;
  readonly unit: "Gy" | "%" | "cc";
  /** "at most": the value must not be above the limit. "at least" (volume spared): it must not be below. */
  readonly comparison: "at most" | "at least";
  /** Number of fractions it is for; "conventional": 1.8 to 2 Gy a fraction. */
  readonly fractions: number | "conventional";
  /** What the limit is meant to avoid. */
  readonly endpoint: string;
  readonly source: string;
  readonly provenance: EvidenceStatus;
  readonly note?: string;
}

/** The unit in which a metric's text comes. */
export function unitOfMetricText(metric: string): "Gy" | "%" | "cc" {
  if (/\[cc\]$/i.test(metric)) return "cc";
  return /^C?V/i.test(metric) ? "%" : "Gy";
}

/** Make a constraint with its id and unit. */
export function constraint(
  fields: Omit<DoseConstraint, "id" | "unit" | "comparison"> & {
    readonly comparison?: DoseConstraint["comparison"];
  },
): DoseConstraint {
  return Object.freeze({
    comparison: "at most" as const,
    ...fields,
    id: `${fields.set}/${fields.organ}/${fields.metric}/${fields.fractions}${fields.note?.startsWith("upper end") ? "/upper" : ""}`,
    unit: unitOfMetricText(fields.metric),
  });
}
