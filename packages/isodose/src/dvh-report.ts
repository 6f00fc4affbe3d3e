import { type DvhCurve, InvalidInputError, nearestName, type RunControl, type Warning } from "@isodose/core";
import { type FileDvh, type NamedBytes, readDoseVolume, readStructureSet } from "@isodose/dicom";
import {
  type ConstraintCheck,
  checkConstraints,
  type DvhRequest,
  type PlanQuality,
  parseMetric,
  planQuality,
} from "@isodose/dvh";
import type { ContourOptions, EndSlices } from "@isodose/geometry";
import { frameOfFiles } from "./frame-of-files.ts";
import { type StructureMetrics, structureDvhs, structureMetrics } from "./steps/structure-dvhs.ts";

/** What `isodose dvh --json` prints. */
export interface DvhReport {
  readonly structures: Readonly<Record<string, StructureMetrics>>;
  /** The same from the DVHs that the RTDOSE carried, where it did: as the program that wrote it computed them. */
  readonly fromFile?: Readonly<Record<string, StructureMetrics>>;
  /** Indices of the target, where target and prescription were given. */
  readonly target?: PlanQuality;
  /** Published limits for this number of fractions, where it was given. */
  readonly constraints?: ConstraintCheck;
  readonly warnings: readonly Warning[];
}

/** What {@link dvhReport} needs. */
export interface DvhReportRequest extends RunControl {
  /** RTDOSE, NRRD or NIfTI; of the whole course. */
  readonly dose: NamedBytes;
  /** RTSTRUCT. */
  readonly structures: NamedBytes;
  /** E.g. `["D95%", "D0.035cc", "mean"]`. */
  readonly metrics: readonly string[];
  /** How far a structure reaches beyond its first and last contour. Default "auto": as {@link ContourOptions.endSlices}. */
  readonly endSlices?: EndSlices;
  /** Dose between the voxel centres. Default "trilinear". */
  readonly interpolation?: DvhRequest["interpolation"];
  /** Of the whole course, Gy. Metrics in % of it and the target's indices need it. */
  readonly prescriptionGy?: number;
  /** Number of fractions; with it, published limits are read too. */
  readonly fractions?: number;
  /** Name of the target, for its indices. */
  readonly target?: string;
}

/**
 * DVHs and what they say of a dose and an RTSTRUCT, wherever they come from: metrics with their errors, indices of the
 * target, published limits.
 * @returns the report and the curves that it was read from
 * @throws InvalidInputError for a metric that is none, one in % of a prescription that is not given, or an unknown target;
 *   DicomFormatError for broken files or different frames of reference
 */
export async function dvhReport(
  request: DvhReportRequest,
): Promise<{ readonly report: DvhReport; readonly curves: readonly DvhCurve[] }> {
  const { metrics, prescriptionGy, fractions, target } = request;
  checkRequest(request);
  const imported = readDoseVolume(request.dose);
  const set = readStructureSet(request.structures);
  const frame = frameOfFiles(
    { ...request.dose, frameOfReferenceUid: imported.volume.frameOfReferenceUid },
    { ...request.structures, frameOfReferenceUid: set.frameOfReferenceUid },
  );
  const { frameOfReferenceUid } = frame;
  const dose = { ...imported.volume, frameOfReferenceUid };
  if (target !== undefined && !set.structures.some((s) => s.name === target && s.contours.length > 0)) {
    const drawn = set.structures.filter((s) => s.contours.length > 0).map((s) => s.name);
    const nearest = nearestName(target, drawn);
    throw new InvalidInputError(
      "--target",
      target,
      `a drawn structure${nearest ? `, perhaps ${nearest}` : ""}`,
    );
  }
  const options: ContourOptions & Pick<DvhRequest, "interpolation"> = {
    singlePlaneThicknessMm: dose.grid.spacingMm[2],
    ...(request.endSlices && { endSlices: request.endSlices }),
    ...(request.interpolation && { interpolation: request.interpolation }),
  };
  const inFrame = set.structures.map((s) => ({
    ...s,
    frameOfReferenceUid: s.frameOfReferenceUid || frameOfReferenceUid,
  }));
  const { curves, warnings } = await structureDvhs(inFrame, dose, options, request);
  const reading = prescriptionGy === undefined ? {} : { prescriptionGy };
  const own = structureMetrics(curves, metrics, reading);
  const fromFile = structureMetrics(namedCurves(imported.dvhs, set.structures), metrics, reading);
  const targetDvh = curves.find((curve) => curve.structure === target);
  const report: DvhReport = {
    structures: own.rows,
    ...(imported.dvhs.length > 0 && { fromFile: fromFile.rows }),
    ...(targetDvh &&
      prescriptionGy !== undefined && {
        target: planQuality({ dose, target: targetDvh, prescriptionGy, ...(fractions && { fractions }) }),
      }),
    ...(fractions !== undefined && { constraints: checkConstraints({ curves, fractions, ...reading }) }),
    warnings: [...imported.warnings, ...set.warnings, ...frame.warnings, ...warnings, ...own.warnings],
  };
  return { report, curves };
}

function checkRequest({ metrics, prescriptionGy, fractions, target }: DvhReportRequest): void {
  for (const text of metrics) {
    const metric = parseMetric(text);
    if ("doseUnit" in metric && metric.doseUnit === "%" && prescriptionGy === undefined) {
      throw new InvalidInputError(
        "--metrics",
        text,
        "a dose in Gy (V12Gy), or the prescription that it is a percentage of (--prescription-gy)",
      );
    }
  }
  if (target !== undefined && prescriptionGy === undefined)
    throw new InvalidInputError(
      "--prescription-gy",
      undefined,
      "the dose that the target was prescribed, Gy",
    );
  if (prescriptionGy !== undefined && !(Number.isFinite(prescriptionGy) && prescriptionGy > 0))
    throw new InvalidInputError("--prescription-gy", prescriptionGy, "a dose > 0 Gy");
  if (fractions !== undefined && !(Number.isInteger(fractions) && fractions >= 1))
    throw new InvalidInputError("--fractions", fractions, "a whole number ≥ 1");
}

/** Curves of a file under the names of their ROIs. */
function namedCurves(
  dvhs: readonly FileDvh[],
  structures: readonly { readonly name: string; readonly number: number }[],
): DvhCurve[] {
  return dvhs.map(({ roiNumbers, curve }) => {
    const names = roiNumbers.map((n) => structures.find((s) => s.number === n)?.name ?? `ROI ${n}`);
    return { ...curve, structure: names.join(" + ") };
  });
}
