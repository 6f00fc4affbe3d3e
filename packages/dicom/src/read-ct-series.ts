import {
  createVolume,
  DicomFormatError,
  PATIENT_POSITIONS,
  type PatientIdentity,
  type PatientPosition,
  UnsupportedError,
  type Volume,
  type Warning,
} from "@isodose/core";
import { decimalOf, hasElement, signedShortOf, textOf, unsignedShortOf } from "./element.ts";
import { baseName, folderOf, type NamedBytes } from "./named-bytes.ts";
import { type DicomObject, parseDicomFile } from "./parse-dicom.ts";
import { readIdentity } from "./patient-module.ts";
import { readStoredValues } from "./pixel-data.ts";
import { type ImageSlice, stackImages } from "./read-image-series.ts";
import { type ReportProblem, throwProblem } from "./report-problem.ts";

/** A CT series as a volume. */
export interface CtSeries {
  /** unit "HU", k along the normal of the slices. */
  readonly ct: Volume;
  readonly position: PatientPosition;
  readonly identity: PatientIdentity;
  readonly references: {
    readonly ctSeriesInstanceUid: string;
    /** In order of k. */
    readonly ctSopInstanceUids: readonly string[];
  };
  readonly warnings: readonly Warning[];
}

/** HU given to pixels that the scanner padded with a value below any tissue's: air. */
const PADDING_HU = -1000;

/**
 * Read the CT series in these files. DICOM files of other classes among them are passed over.
 *
 *   HU = RescaleSlope · stored value + RescaleIntercept, per slice
 *
 * @throws DicomFormatError with code NOT_DICOM, TRUNCATED, UNSUPPORTED_TRANSFER_SYNTAX, NO_CT, MIXED_SERIES, FRAME_MISMATCH,
 * NO_PIXEL_SPACING, NO_POSITION, BAD_ORIENTATION, PIXEL_FORMAT, MIXED_GEOMETRY, TOO_FEW_SLICES, DUPLICATE_SLICE,
 * MISSING_SLICE, UNEVEN_SPACING, GANTRY_TILT, NO_RESCALE or PATIENT_POSITION
 * @throws UnsupportedError for multi-frame (enhanced) CT
 */
export function readCtSeries(files: readonly NamedBytes[]): CtSeries {
  const objects = files.map(parseDicomFile);
  const series = readCtObjects(folderOf(files), objects, throwProblem);
  if (series === undefined)
    throw new DicomFormatError(folderOf(files), "NO_CT", "its CT images make no volume", "a CT series");
  return series;
}

/** {@link readCtSeries} on parsed files; undefined after a problem was reported. */
export function readCtObjects(
  folder: string,
  objects: readonly DicomObject[],
  report: ReportProblem,
): CtSeries | undefined {
  if (objects.some((object) => object.kind === "enhanced-ct")) {
    throw new UnsupportedError("multi-frame (enhanced) CT", "export it as single-frame CT images");
  }
  const images = objects.filter((object) => object.kind === "ct");
  if (images.length === 0) {
    const found = `holds no CT image among ${objects.length} DICOM file${objects.length === 1 ? "" : "s"}`;
    report(new DicomFormatError(folder, "NO_CT", found, "a CT series"));
    return undefined;
  }
  const stack = stackImages(folder, images, report);
  if (stack === undefined) return undefined;
  const rescaled = stack.slices.map((slice) => reportRescale(slice, report));
  const { grid } = stack;
  const warnings: Warning[] = [];
  const position = readPatientPosition(stack.slices, warnings, report);
  if (images.length > stack.slices.length) {
    warnings.push({
      code: "LOCALIZER",
      message: `${images.length - stack.slices.length} localizer images left out`,
    });
  }
  if (grid === undefined || position === undefined || rescaled.includes(undefined)) {
    for (const slice of stack.slices) reportPixels(slice, report);
    return undefined;
  }
  const sliceLength = grid.size[0] * grid.size[1];
  const hu = new Float32Array(sliceLength * grid.size[2]);
  let padded = 0;
  let good = true;
  for (const [k, slice] of stack.slices.entries()) {
    const stored = reportPixels(slice, report);
    if (stored === undefined) {
      good = false;
      continue;
    }
    const { slope, intercept } = rescaled[k]!;
    padded += writeHounsfield(
      stored,
      slope,
      intercept,
      paddingValue(slice),
      hu.subarray(k * sliceLength, (k + 1) * sliceLength),
    );
  }
  if (!good) return undefined;
  if (padded > 0) {
    warnings.push({
      code: "PIXEL_PADDING",
      message: `${padded} padded pixels outside the scan were set to ${PADDING_HU} HU`,
    });
  }
  return {
    ct: createVolume(grid, "HU", stack.frameOfReferenceUid, hu),
    position,
    identity: readIdentity(stack.slices[0]!.object.root),
    references: {
      ctSeriesInstanceUid: stack.seriesInstanceUid,
      ctSopInstanceUids: stack.slices.map((slice) => slice.object.sopInstanceUid),
    },
    warnings,
  };
}

function reportPixels(slice: ImageSlice, report: ReportProblem): Float64Array | undefined {
  try {
    return readStoredValues(slice.object, slice.layout);
  } catch (error) {
    if (!(error instanceof DicomFormatError)) throw error;
    report(error);
    return undefined;
  }
}

function reportRescale(
  { object }: ImageSlice,
  report: ReportProblem,
): { slope: number; intercept: number } | undefined {
  const slope = decimalOf(object.root, "00281053");
  const intercept = decimalOf(object.root, "00281052");
  if (Number.isFinite(slope) && Number.isFinite(intercept) && slope !== 0)
    return { slope: slope!, intercept: intercept! };
  const found =
    slope === undefined || intercept === undefined
      ? `has no ${slope === undefined ? "RescaleSlope (0028,1053)" : "RescaleIntercept (0028,1052)"}`
      : `rescale slope is ${slope}, intercept ${intercept}`;
  report(new DicomFormatError(object.file, "NO_RESCALE", found, "slope and intercept to HU"));
  return undefined;
}

function paddingValue({ object, layout }: ImageSlice): number | undefined {
  if (!hasElement(object.root, "00280120")) return undefined;
  return layout.signed ? signedShortOf(object.root, "00280120") : unsignedShortOf(object.root, "00280120");
}

/** @returns number of padded pixels that were set to air */
function writeHounsfield(
  stored: Float64Array,
  slope: number,
  intercept: number,
  padding: number | undefined,
  out: Float32Array,
): number {
  // Only padding that would read as less than vacuum is replaced: a scanner may declare a value that is also air.
  const replaced = padding !== undefined && slope * padding + intercept < -1024 ? padding : undefined;
  let count = 0;
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n]!;
    if (value === replaced) {
      out[n] = PADDING_HU;
      count++;
    } else {
      out[n] = slope * value + intercept;
    }
  }
  return count;
}

function readPatientPosition(
  slices: readonly ImageSlice[],
  warnings: Warning[],
  report: ReportProblem,
): PatientPosition | undefined {
  const first = slices[0];
  if (first === undefined) return undefined;
  const found = textOf(first.object.root, "00185100");
  if (found === "") {
    warnings.push({
      code: "PATIENT_POSITION",
      message: `${baseName(first.file)} has no PatientPosition; taken as HFS`,
    });
    return "HFS";
  }
  const position = PATIENT_POSITIONS.find((known) => known === found);
  if (position === undefined) {
    report(
      new DicomFormatError(
        first.file,
        "PATIENT_POSITION",
        `PatientPosition is "${found}"`,
        `one of ${PATIENT_POSITIONS.join(" ")}`,
      ),
    );
  }
  return position;
}
