import { DicomFormatError, type Grid } from "@isodose/core";
import { textOf, textsOf } from "./element.ts";
import { readImagePlane } from "./image-plane.ts";
import type { DicomObject } from "./parse-dicom.ts";
import { type PixelLayout, pixelLayout } from "./pixel-data.ts";
import type { ReportProblem } from "./report-problem.ts";
import { type Slice, stackSlices } from "./slice-geometry.ts";

/** One image with its place, pixels not yet decoded. */
export interface ImageSlice extends Slice {
  readonly object: DicomObject;
  readonly layout: PixelLayout;
}

/** The images of one modality, sorted; `grid` only where they make one. */
export interface ImageStack {
  readonly seriesInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly slices: readonly ImageSlice[];
  readonly grid: Grid | undefined;
}

/** Scouts lie across the stack although they share its series. */
function isLocalizer(object: DicomObject): boolean {
  return textsOf(object.root, "00080008")[2] === "LOCALIZER";
}

/**
 * Check that images belong together and stack them. Localizers are left out.
 *
 * Reports MIXED_SERIES, FRAME_MISMATCH, DUPLICATE_SLICE (a SOP Instance UID that occurs twice), and what
 * {@link readImagePlane}, {@link pixelLayout} and {@link stackSlices} find.
 */
export function stackImages(
  folder: string,
  objects: readonly DicomObject[],
  report: ReportProblem,
): ImageStack | undefined {
  const images = objects.filter((object) => !isLocalizer(object));
  const series = new Map<string, number>();
  const frames = new Map<string, DicomObject>();
  const instances = new Map<string, string>();
  for (const object of images) {
    const uid = textOf(object.root, "0020000E");
    series.set(uid, (series.get(uid) ?? 0) + 1);
    const frame = textOf(object.root, "00200052");
    if (!frames.has(frame)) frames.set(frame, object);
    const twin = instances.get(object.sopInstanceUid);
    if (twin !== undefined && object.sopInstanceUid !== "") {
      const found = `has the same SOP Instance UID as ${twin}`;
      report(new DicomFormatError(object.file, "DUPLICATE_SLICE", found, "each image once"));
    }
    instances.set(object.sopInstanceUid, object.file);
  }
  if (series.size > 1) {
    const found = `holds ${series.size} series (${[...series].map(([uid, count]) => `${uid}: ${count} images`).join(", ")})`;
    report(new DicomFormatError(folder, "MIXED_SERIES", found, "the images of one series"));
    return undefined;
  }
  if (frames.size > 1) {
    const found = `its images lie in ${frames.size} frames of reference (${[...frames.keys()].map((uid) => uid || "none").join(", ")})`;
    report(new DicomFormatError(folder, "FRAME_MISMATCH", found, "one Frame of Reference UID"));
  }
  const slices: ImageSlice[] = [];
  for (const object of images) {
    const plane = readImagePlane(object.root, report);
    let layout: PixelLayout;
    try {
      layout = pixelLayout(object);
    } catch (error) {
      if (error instanceof DicomFormatError) {
        report(error);
        continue;
      }
      throw error;
    }
    if (layout.frames !== 1) {
      report(
        new DicomFormatError(
          object.file,
          "FRAME_COUNT",
          `has ${layout.frames} frames`,
          "one frame per image",
        ),
      );
      continue;
    }
    if (plane !== undefined)
      slices.push({ file: object.file, plane, rows: layout.rows, columns: layout.columns, object, layout });
  }
  const stack = stackSlices(folder, slices, report);
  const complete = stack !== undefined && slices.length === images.length;
  return {
    seriesInstanceUid: [...series.keys()][0] ?? "",
    frameOfReferenceUid: [...frames.keys()][0] ?? "",
    slices: stack?.sorted ?? slices,
    grid: complete ? stack.grid : undefined,
  };
}
