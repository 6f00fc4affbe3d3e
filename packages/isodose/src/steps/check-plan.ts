import {
  InvalidInputError,
  type Patient,
  type PatientPoint,
  patientToVoxel,
  type Structure,
} from "@isodose/core";
import { type Metric, metricUnit, parseMetric } from "@isodose/dvh";
import { structureVolumeCc } from "@isodose/geometry";
import type { PlanFile } from "../plan-file.ts";
import { findStructure } from "./find-structure.ts";

/** The structures that a plan speaks of. */
export interface PlanStructures {
  readonly target: Structure;
  readonly avoid: readonly Structure[];
  /** One for each limit of the plan, in order. */
  readonly limited: readonly Structure[];
}

/**
 * Look up the structures of a plan in its patient.
 * @throws InvalidInputError for a name that is not there, a target or limited structure without contours, a limit that is no
 * dose, or one to more volume than its structure has
 */
export function planStructures(plan: PlanFile, patient: Patient): PlanStructures {
  const all = patient.structures;
  const target = findStructure(all, plan.target, "target");
  if (target.contours.length === 0)
    throw new InvalidInputError("target", plan.target, "a structure with contours; this one has none");
  const avoid = plan.avoid
    ? plan.avoid.map((name, n) => findStructure(all, name, `avoid[${n}]`))
    : all.filter((s) => /cord|cauda/i.test(s.name));
  const limited = plan.limits.map((limit, n) => {
    const field = `limits[${n}].metric`;
    let metric: Metric;
    try {
      metric = parseMetric(limit.metric);
    } catch {
      throw new InvalidInputError(field, limit.metric, "a metric in Gy such as D0.035cc, max or mean");
    }
    if (metricUnit(metric) !== "Gy")
      throw new InvalidInputError(field, limit.metric, "a metric in Gy such as D0.035cc, max or mean");
    const structure = findStructure(all, limit.structure, `limits[${n}].structure`);
    if (structure.contours.length === 0) {
      throw new InvalidInputError(
        `limits[${n}].structure`,
        limit.structure,
        "a structure with contours; this one has none",
      );
    }
    const volumeCc = structureVolumeCc(structure, { singlePlaneThicknessMm: patient.ct.grid.spacingMm[2] });
    if (metric.kind === "dose-to-volume" && metric.volumeUnit === "cc" && metric.volume > volumeCc) {
      throw new InvalidInputError(
        field,
        limit.metric,
        `at most the ${Number(volumeCc.toPrecision(4))} cc of ${limit.structure}`,
      );
    }
    return structure;
  });
  return { target, avoid: avoid.filter((s) => s.contours.length > 0), limited };
}

/** @throws InvalidInputError if the isocentre lies outside the box of the CT */
export function assertIsocenterInside(isocenterMm: PatientPoint, patient: Patient): void {
  const { grid } = patient.ct;
  const voxel = patientToVoxel(grid, isocenterMm);
  if (voxel.every((c, a) => c >= -0.5 && c <= grid.size[a]! - 0.5)) return;
  const last = ([0, 1, 2] as const).map((a) => grid.originMm[a] + (grid.size[a] - 1) * grid.spacingMm[a]);
  throw new InvalidInputError(
    "isocenterMm",
    isocenterMm,
    `a point inside the CT (LPS ${grid.originMm.map((c) => c.toFixed(0)).join(", ")} to ${last.map((c) => c.toFixed(0)).join(", ")} mm)`,
  );
}
