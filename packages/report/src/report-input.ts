import type { DvhCurve, PatientPoint, Prescription, Structure, Volume, Warning } from "@isodose/core";
import type { ConstraintCheck } from "@isodose/dvh";

/** A limit and what the plan makes of it. */
export interface ReportLimit {
  readonly structure: string;
  /** As in `D0.035cc`. */
  readonly metric: string;
  readonly maxGy: number;
  /** Gy; null if the metric does not exist for the structure. */
  readonly valueGy: number | null;
}

/** One line of the tables of facts: machine, engine, beams, monitor units, grid, seed, … */
export interface ReportFact {
  /** Heading of the table that the line belongs to, e.g. "Machine", "Calculation", "Weights". Default "Plan". */
  readonly group?: string;
  readonly label: string;
  readonly value: string;
}

/** The numbers of the plan; null shows as a dash. */
export interface ReportSummary {
  /** Part of the target that receives the prescription, %. */
  readonly coveragePercent: number | null;
  readonly paddickCi: number | null;
  readonly gradientIndex: number | null;
}

/** Everything that {@link renderReport} shows. */
export interface ReportInput {
  readonly title: string;
  /** Shown as a red banner: something that makes this plan unlike a real one. */
  readonly bannerText?: string;
  /** unit "HU". */
  readonly ct: Volume;
  /** unit "Gy", of the whole course. */
  readonly dose: Volume;
  readonly structures: readonly Structure[];
  /** In the order of the table. */
  readonly dvhCurves: readonly DvhCurve[];
  readonly targetName: string;
  /** LPS, mm; the slices go through it. */
  readonly isocenterMm: PatientPoint;
  readonly prescription: Prescription;
  readonly summary: ReportSummary;
  readonly limits: readonly ReportLimit[];
  /** Published limits read on the plan; shown as a table of those that apply. */
  readonly constraints?: ConstraintCheck;
  readonly facts: readonly ReportFact[];
  readonly warnings: readonly Warning[];
  /** Where the data come from: one sentence each. */
  readonly provenance?: readonly string[];
  /** Structures outlined on the slices; default: the target, those with limits, and cord and cauda. */
  readonly outlinedStructures?: readonly string[];
  /** Columns of the structure table; default volume, mean, max, D95%, D50%, D2%, D0.035cc. */
  readonly metrics?: readonly string[];
}
