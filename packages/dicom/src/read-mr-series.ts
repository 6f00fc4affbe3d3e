import {
  createVolume,
  DicomFormatError,
  InvalidInputError,
  PATIENT_POSITIONS,
  type PatientIdentity,
  type PatientPosition,
  type Volume,
  type Warning,
} from "@isodose/core";
import { decimalOf, textOf } from "./element.ts";
import { folderOf, type NamedBytes } from "./named-bytes.ts";
import { type DicomObject, parseDicomFile } from "./parse-dicom.ts";
import { readIdentity } from "./patient-module.ts";
import { readStoredValues } from "./pixel-data.ts";
import { type ImageSlice, stackImages } from "./read-image-series.ts";
import { throwProblem } from "./report-problem.ts";

/** An MR series as a volume. */
export interface MrSeries {
  /** unit "mr-signal", k along the normal of the slices. */
  readonly mr: Volume;
  /** As in the file; undefined where it does not say. */
  readonly position: PatientPosition | undefined;
  readonly identity: PatientIdentity;
  readonly seriesDescription: string;
  readonly references: {
    readonly seriesInstanceUid: string;
    /** In order of k. */
    readonly sopInstanceUids: readonly string[];
  };
  readonly warnings: readonly Warning[];
}

/**
 * Read an MR series. DICOM files of other classes among them are passed over.
 *
 *   signal = RescaleSlope · stored value + RescaleIntercept, per slice; 1 and 0 where the file has none, as is usual for MR
 *
 * @param options.seriesInstanceUid - which series, where the files hold more than one
 * @throws DicomFormatError with code NO_MR, MIXED_SERIES (several series, none chosen), or as `readCtSeries` for the geometry and pixels
 */
export function readMrSeries(
  files: readonly NamedBytes[],
  options: { readonly seriesInstanceUid?: string } = {},
): MrSeries {
  const folder = folderOf(files);
  const objects = files.map(parseDicomFile);
  const images = chooseSeries(
    folder,
    objects.filter(({ kind }) => kind === "mr"),
    options.seriesInstanceUid,
  );
  if (images.length === 0) {
    const found = `holds no MR image among ${objects.length} DICOM file${objects.length === 1 ? "" : "s"}`;
    throw new DicomFormatError(folder, "NO_MR", found, "an MR series");
  }
  const stack = stackImages(folder, images, throwProblem);
  const grid = stack?.grid;
  if (stack === undefined || grid === undefined)
    throw new DicomFormatError(folder, "NO_MR", "its MR images make no volume", "an MR series");
  const sliceLength = grid.size[0] * grid.size[1];
  const signal = new Float32Array(sliceLength * grid.size[2]);
  for (const [k, slice] of stack.slices.entries()) {
    const { slope, intercept } = rescaleOf(slice);
    const stored = readStoredValues(slice.object, slice.layout);
    for (let n = 0; n < sliceLength; n++) signal[k * sliceLength + n] = slope * stored[n]! + intercept;
  }
  const first = stack.slices[0]!.object;
  const warnings: Warning[] = [];
  if (images.length > stack.slices.length) {
    warnings.push({
      code: "LOCALIZER",
      message: `${images.length - stack.slices.length} localizer images left out`,
    });
  }
  const position = PATIENT_POSITIONS.find((known) => known === textOf(first.root, "00185100"));
  return {
    mr: createVolume(grid, "mr-signal", stack.frameOfReferenceUid, signal),
    position,
    identity: readIdentity(first.root),
    seriesDescription: textOf(first.root, "0008103E"),
    references: {
      seriesInstanceUid: stack.seriesInstanceUid,
      sopInstanceUids: stack.slices.map((slice) => slice.object.sopInstanceUid),
    },
    warnings,
  };
}

function chooseSeries(
  folder: string,
  images: readonly DicomObject[],
  wanted: string | undefined,
): readonly DicomObject[] {
  if (wanted === undefined) return images;
  const seriesOf = (object: DicomObject) => textOf(object.root, "0020000E");
  const chosen = images.filter((object) => seriesOf(object) === wanted);
  if (chosen.length > 0) return chosen;
  const known = [...new Set(images.map(seriesOf))];
  throw new InvalidInputError(
    "seriesInstanceUid",
    wanted,
    known.length > 0
      ? `a series of ${folder}: ${known.join(", ")}`
      : `a series of ${folder}, which has no MR`,
  );
}

function rescaleOf({ object }: ImageSlice): { readonly slope: number; readonly intercept: number } {
  const slope = decimalOf(object.root, "00281053") ?? 1;
  const intercept = decimalOf(object.root, "00281052") ?? 0;
  if (Number.isFinite(slope) && Number.isFinite(intercept) && slope !== 0) return { slope, intercept };
  throw new DicomFormatError(
    object.file,
    "NO_RESCALE",
    `rescale slope is ${slope}, intercept ${intercept}`,
    "numbers, the slope not 0",
  );
}
