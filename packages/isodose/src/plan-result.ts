import type {
  DvhCurve,
  NOT_FOR_CLINICAL_USE,
  Patient,
  PatientPoint,
  Plan,
  Volume,
  Warning,
} from "@isodose/core";
import type { PlanIndices } from "@isodose/dvh";
import type { PlanFile } from "./plan-file.ts";
import type { StructureMetrics } from "./steps/structure-dvhs.ts";

/** The content of summary.json, `isodose-summary/1`. */
export interface PlanSummary {
  readonly format: "isodose-summary/1";
  readonly notice: typeof NOT_FOR_CLINICAL_USE;
  readonly engine: string;
  readonly backend: string;
  readonly seed: number;
  readonly machine: string;
  /** What the machine's beam data are made from. */
  readonly beamData: string;
  readonly prescription: {
    readonly doseGy: number;
    readonly fractions: number;
    readonly coveragePercent: number;
  };
  readonly target: {
    readonly name: string;
    readonly coveragePercent: number;
    /** Coverage asked for minus coverage reached, where limits held the dose down; else 0. */
    readonly shortfallPercent: number;
    readonly paddickCi: number;
    readonly gradientIndex: number | null;
  };
  readonly limits: readonly {
    readonly structure: string;
    readonly metric: string;
    readonly maxGy: number;
    readonly valueGy: number;
  }[];
  /** By structure name: geometric volume and metrics (Gy; null where the structure is too small for the metric). */
  readonly structures: Readonly<Record<string, StructureMetrics>>;
  /** Beams with monitor units. */
  readonly beams: number;
  /** All fractions together. */
  readonly monitorUnits: number;
  /** All fractions together, with setup; from the machine's time model. */
  readonly deliveryMinutes: number;
  readonly distinctAimPoints: number;
  /** Part of all monitor units on the ten heaviest beams, %. */
  readonly tenHeaviestSharePercent: number;
  readonly isocenterMm: PatientPoint;
  readonly doseGrid: { readonly size: readonly number[]; readonly spacingMm: readonly number[] };
  readonly doseMaxGy: number;
  readonly doseMaxMm: PatientPoint;
  readonly huCurve: string;
  readonly elapsedSeconds: number;
  readonly warnings: readonly Warning[];
}

/** What a plan comes to. */
export interface PlanResult {
  readonly planFile: PlanFile;
  readonly patient: Patient;
  /** Beams with monitor units > 0. */
  readonly plan: Plan;
  /** Dose of the whole course, Gy. */
  readonly dose: Volume;
  readonly dvhCurves: readonly DvhCurve[];
  readonly indices: PlanIndices;
  /** Beams through cut faces of the CT that were computed as if air lay beyond it. */
  readonly beamsThroughCutFaces: number;
  readonly summary: PlanSummary;
}
