import { DicomFormatError, type Grid } from "@isodose/core";
import { directionOf, type ImagePlane } from "./image-plane.ts";
import { showNumber } from "./report-problem.ts";

/** A frame may lie this far from its place on the regular grid, mm. */
const UNEVEN_MM = 0.06;

/** Grid of a multi-frame object, and whether its frames are stored from the far end to the near one. */
export interface FrameGrid {
  readonly grid: Grid;
  readonly descending: boolean;
}

/**
 * Grid of a dose from its Grid Frame Offset Vector. The offsets are either relative (the first is 0) along the normal of the
 * frames, or absolute patient z (the first equals the z of Image Position).
 * @param file - for messages
 * @param offsetsMm - one per frame, ascending or descending
 * @throws DicomFormatError FRAME_OFFSETS, UNEVEN_SPACING or FRAME_COUNT
 * @source DICOM PS3.3 C.8.8.3.2
 */
export function gridOfFrames(
  file: string,
  plane: ImagePlane,
  rows: number,
  columns: number,
  offsetsMm: readonly number[],
): FrameGrid {
  const count = offsetsMm.length;
  if (count < 2)
    throw new DicomFormatError(file, "FRAME_COUNT", `has ${count} frame`, "a dose of at least two frames");
  const first = offsetsMm[0]!;
  if (!offsetsMm.every(Number.isFinite)) {
    throw new DicomFormatError(
      file,
      "FRAME_OFFSETS",
      "GridFrameOffsetVector holds what is not a number",
      "distances in mm",
    );
  }
  const absolute = first !== 0;
  if (
    absolute &&
    (Math.abs(first - plane.positionMm[2]) > 0.01 || Math.abs(Math.abs(plane.normal[2]) - 1) > 1e-6)
  ) {
    const found = `GridFrameOffsetVector starts with ${showNumber(first)}`;
    throw new DicomFormatError(
      file,
      "FRAME_OFFSETS",
      found,
      `0, or the z of ImagePositionPatient (${showNumber(plane.positionMm[2])}) in an axial dose`,
    );
  }
  // Absolute offsets count along patient z; along the normal that may be backwards.
  const sign = absolute ? Math.sign(plane.normal[2]) : 1;
  const along = offsetsMm.map((offset) => (offset - first) * sign);
  const step = along[count - 1]! / (count - 1);
  for (const [k, offset] of along.entries()) {
    const off = Math.abs(offset - k * step);
    if (!(off <= UNEVEN_MM) || step === 0) {
      const found = `frame ${k + 1} lies ${showNumber(off)} mm off a regular spacing of ${showNumber(step)} mm`;
      throw new DicomFormatError(file, "UNEVEN_SPACING", found, "equally spaced frames");
    }
  }
  const descending = step < 0;
  const shift = descending ? along[count - 1]! : 0;
  const [px, py, pz] = plane.positionMm;
  const n = plane.normal;
  const grid: Grid = {
    size: [columns, rows, count],
    spacingMm: [plane.spacingMm[0], plane.spacingMm[1], Math.round(Math.abs(step) * 1e6) / 1e6],
    originMm: [px + shift * n[0], py + shift * n[1], pz + shift * n[2]],
    direction: directionOf(plane),
  };
  return { grid, descending };
}
