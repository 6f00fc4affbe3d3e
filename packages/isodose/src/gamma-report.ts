import type { RunControl, Volume, Warning } from "@isodose/core";
import { type NamedBytes, readDoseVolume } from "@isodose/dicom";
import type { GammaRequest, GammaResult } from "@isodose/dvh";
import { frameOfFiles } from "./frame-of-files.ts";

/** What `isodose gamma --json` prints. */
export interface GammaReport {
  readonly passPercent: number;
  readonly evaluatedPoints: number;
  readonly meanGamma: number;
  readonly maxGamma: number;
  /** Points at or above the cutoff that lie outside the evaluated dose: in none of the numbers above. */
  readonly outsidePoints: number;
  readonly criteria: {
    readonly dosePercent: number;
    readonly distanceMm: number;
    readonly cutoffGy: number;
    readonly local: boolean;
    /** The dose that percentages are of, Gy. */
    readonly normalisationGy: number;
  };
  /** Points by gamma: from `from` to the next bin's. */
  readonly histogram: readonly { readonly from: number; readonly points: number }[];
  readonly warnings: readonly Warning[];
}

/** Criteria by the names of the command line. */
export interface GammaReportOptions {
  readonly dosePercent: number;
  readonly distanceMm: number;
  readonly cutoffPercent?: number;
  readonly local?: boolean;
}

/**
 * Gamma of two dose files: RTDOSE, NRRD or NIfTI. A file that names no frame of reference is taken to be in that of the other,
 * with a warning.
 * @param run - what computes: `gammaIndex`, or a version of it that shares the work among workers
 * @throws DicomFormatError for broken files or different frames of reference; InvalidInputError for criteria that are not > 0
 */
export async function gammaReport(
  files: { readonly reference: NamedBytes; readonly evaluated: NamedBytes },
  options: GammaReportOptions,
  run: (request: GammaRequest, control: RunControl) => Promise<GammaResult>,
  control: RunControl = {},
): Promise<{ readonly report: GammaReport; readonly map: Volume }> {
  const reference = readDoseVolume(files.reference);
  const evaluated = readDoseVolume(files.evaluated);
  const frame = frameOfFiles(
    { ...files.reference, frameOfReferenceUid: reference.volume.frameOfReferenceUid },
    { ...files.evaluated, frameOfReferenceUid: evaluated.volume.frameOfReferenceUid },
  );
  const { frameOfReferenceUid } = frame;
  const result = await run(
    {
      ...options,
      reference: { ...reference.volume, frameOfReferenceUid },
      evaluated: { ...evaluated.volume, frameOfReferenceUid },
    },
    control,
  );
  const { dosePercent, distanceMm, cutoffGy, local, normalisationGy } = result.criteria;
  return {
    report: {
      passPercent: result.passPercent,
      evaluatedPoints: result.evaluatedPoints,
      meanGamma: result.meanGamma,
      maxGamma: result.maxGamma,
      outsidePoints: result.outsidePoints,
      criteria: { dosePercent, distanceMm, cutoffGy, local, normalisationGy },
      histogram: Array.from(result.histogram.from, (from, bin) => ({
        from,
        points: result.histogram.counts[bin]!,
      })),
      warnings: [...reference.warnings, ...evaluated.warnings, ...frame.warnings, ...result.warnings],
    },
    map: result.gamma,
  };
}
