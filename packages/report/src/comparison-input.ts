import type { DvhCurve, PatientPoint, Prescription, Structure, Volume, Warning } from "@isodose/core";
import type { ReportFact, ReportLimit, ReportSummary } from "./report-input.ts";

/** One of the plans of a comparison. */
export interface ComparedPlan {
  /** Distinct among the plans. */
  readonly label: string;
  readonly targetName: string;
  readonly prescription: Prescription;
  readonly dvhCurves: readonly DvhCurve[];
  readonly summary: ReportSummary;
  readonly doseMax: { readonly doseGy: number; readonly positionMm: PatientPoint };
  readonly limits: readonly ReportLimit[];
  readonly facts: readonly ReportFact[];
  readonly warnings: readonly Warning[];
}

/** The dose of a later plan minus that of the first. */
export interface ComparedDifference {
  /** Index of the later plan. */
  readonly plan: number;
  /** unit "Gy", with sign; NaN where one of the doses is unknown. */
  readonly difference: Volume;
  /** How the doses came on one grid: one sentence. */
  readonly gridNote: string;
  /** 100 (B − A) / A over the voxels of each tissue with at least 10 % of A's prescription. */
  readonly byTissue: readonly {
    readonly tissue: string;
    readonly volumeCc: number;
    readonly meanPercent: number;
    readonly rmsPercent: number;
    readonly low5Percent: number;
    readonly high95Percent: number;
  }[];
  /** What B was multiplied with for `byTissue`, so that its monitor units are A's; absent: as it is. */
  readonly monitorUnitFactor?: number;
  /** Three slices go through each point. */
  readonly points: readonly {
    /** What it is, e.g. "centroid of PTV_L1". */
    readonly text: string;
    /** LPS, mm. */
    readonly positionMm: PatientPoint;
  }[];
}

/** Everything that {@link renderComparison} shows. */
export interface ComparisonInput {
  readonly title: string;
  /** Shown as a red banner: something that makes a plan unlike a real one. */
  readonly bannerText?: string;
  /** unit "HU". */
  readonly ct: Volume;
  /** unit "Gy": the first plan's; sets the part of the patient that is shown. */
  readonly dose: Volume;
  readonly structures: readonly Structure[];
  /** 2 to 6; the first is what the others are compared with. */
  readonly plans: readonly ComparedPlan[];
  readonly differences: readonly ComparedDifference[];
  /** One line for each engine: where it is right. */
  readonly engineNotes: readonly string[];
  /** Columns of the structure table; default mean, max, D95%, D50%, D2%, D0.035cc. */
  readonly metrics?: readonly string[];
}
