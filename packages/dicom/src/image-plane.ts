import { DicomFormatError, type Direction, type Vec3 } from "@isodose/core";
import { type DicomItem, decimalsOf } from "./element.ts";
import type { ReportProblem } from "./report-problem.ts";

/** Where the pixels of one image lie: the image plane module. */
export interface ImagePlane {
  /** Centre of the first pixel, LPS, mm. */
  readonly positionMm: Vec3;
  /** Unit vector of growing column index (i). */
  readonly rowAxis: Vec3;
  /** Unit vector of growing row index (j). */
  readonly columnAxis: Vec3;
  /** rowAxis × columnAxis. */
  readonly normal: Vec3;
  /** Between columns (i) and between rows (j), mm. */
  readonly spacingMm: readonly [number, number];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a: Vec3): Vec3 {
  const length = Math.hypot(a[0], a[1], a[2]);
  return [a[0] / length, a[1] / length, a[2] / length];
}

/** Direction of a grid whose columns are the row axis, the column axis and the normal. */
export function directionOf({ rowAxis: u, columnAxis: v, normal: n }: ImagePlane): Direction {
  return [u[0], v[0], n[0], u[1], v[1], n[1], u[2], v[2], n[2]];
}

/**
 * Read position, orientation and pixel spacing. Orientations are written with few digits: axes within 0.001 of orthonormal
 * are made exactly so.
 * @returns undefined after a problem was reported: NO_PIXEL_SPACING, NO_POSITION, BAD_ORIENTATION
 */
export function readImagePlane(item: DicomItem, report: ReportProblem): ImagePlane | undefined {
  const { file } = item;
  const spacing = decimalsOf(item, "00280030");
  const position = decimalsOf(item, "00200032");
  const axes = decimalsOf(item, "00200037");
  let good = true;
  const fail = (code: string, found: string, expected: string): void => {
    good = false;
    report(new DicomFormatError(file, code, found, expected));
  };
  if (spacing.length !== 2 || !spacing.every((s) => Number.isFinite(s) && s > 0)) {
    const found =
      spacing.length === 0 ? "has no PixelSpacing (0028,0030)" : `PixelSpacing is ${spacing.join("\\")}`;
    fail("NO_PIXEL_SPACING", found, "two distances > 0 mm");
  }
  if (position.length !== 3 || !position.every(Number.isFinite)) {
    const found =
      position.length === 0
        ? "has no ImagePositionPatient (0020,0032)"
        : `ImagePositionPatient is ${position.join("\\")}`;
    fail("NO_POSITION", found, "three coordinates, mm");
  }
  const u: Vec3 = [axes[0]!, axes[1]!, axes[2]!];
  const v: Vec3 = [axes[3]!, axes[4]!, axes[5]!];
  const orthonormal =
    axes.length === 6 &&
    Math.abs(dot(u, u) - 1) < 2e-3 &&
    Math.abs(dot(v, v) - 1) < 2e-3 &&
    Math.abs(dot(u, v)) < 1e-3;
  if (!orthonormal) {
    const found =
      axes.length === 0
        ? "has no ImageOrientationPatient (0020,0037)"
        : `ImageOrientationPatient is ${axes.join("\\")}`;
    fail("BAD_ORIENTATION", found, "two orthogonal unit vectors");
  }
  if (!good) return undefined;
  const rowAxis = unit(u);
  const along = dot(v, rowAxis);
  const columnAxis = unit([v[0] - along * rowAxis[0], v[1] - along * rowAxis[1], v[2] - along * rowAxis[2]]);
  return {
    positionMm: [position[0]!, position[1]!, position[2]!],
    rowAxis,
    columnAxis,
    normal: unit(cross(rowAxis, columnAxis)),
    spacingMm: [spacing[1]!, spacing[0]!],
  };
}
