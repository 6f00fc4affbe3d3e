import { DicomFormatError, type Grid, type PatientPoint } from "@isodose/core";
import { directionOf, dot, type ImagePlane } from "./image-plane.ts";
import { baseName } from "./named-bytes.ts";
import { type ReportProblem, showNumber } from "./report-problem.ts";

/** One slice before it is stacked. */
export interface Slice {
  readonly file: string;
  readonly plane: ImagePlane;
  readonly rows: number;
  readonly columns: number;
}

/** Slices nearer than this are the same slice, mm. */
const DUPLICATE_MM = 0.01;
/** How far a slice may lie from its place on the regular grid, mm: positions rounded to 0.1 mm pass. */
const UNEVEN_MM = 0.06;
/** How far a slice may lie beside the normal through the first, mm, over the whole stack. */
const SHEAR_MM = 0.2;

/**
 * Sort slices along their normal and find the grid that they make. The spacing comes from the positions, never from
 * SliceThickness.
 *
 * Reports MIXED_GEOMETRY, DUPLICATE_SLICE, GANTRY_TILT, MISSING_SLICE, UNEVEN_SPACING and TOO_FEW_SLICES, each as often as
 * it occurs.
 * @param folder - what to call the series in a message
 * @returns the slices in order of k, and their grid; undefined where there is no regular grid
 */
export function stackSlices<S extends Slice>(
  folder: string,
  slices: readonly S[],
  report: ReportProblem,
): { readonly sorted: readonly S[]; readonly grid: Grid } | undefined {
  const first = slices[0];
  if (first === undefined) return undefined;
  const { normal, rowAxis, columnAxis, spacingMm } = first.plane;
  for (const slice of slices) {
    const p = slice.plane;
    const same =
      slice.rows === first.rows &&
      slice.columns === first.columns &&
      dot(p.rowAxis, rowAxis) > 1 - 1e-6 &&
      dot(p.columnAxis, columnAxis) > 1 - 1e-6 &&
      Math.abs(p.spacingMm[0] - spacingMm[0]) < 1e-4 &&
      Math.abs(p.spacingMm[1] - spacingMm[1]) < 1e-4;
    if (!same) {
      const found = `differs in size, orientation or pixel spacing from ${baseName(first.file)}`;
      report(new DicomFormatError(slice.file, "MIXED_GEOMETRY", found, "slices of one geometry in a series"));
      return undefined;
    }
  }
  const along = (slice: S): number => dot(slice.plane.positionMm, normal);
  const sorted = [...slices].sort((a, b) => along(a) - along(b));
  const distinct = sorted.filter((slice, n) => {
    const before = sorted[n - 1];
    if (before === undefined || along(slice) - along(before) > DUPLICATE_MM) return true;
    const found = `lies at the same position as ${baseName(before.file)} (${showNumber(along(slice))} mm along the normal)`;
    report(new DicomFormatError(slice.file, "DUPLICATE_SLICE", found, "one slice per position"));
    return false;
  });
  if (distinct.length < 2) {
    report(
      new DicomFormatError(
        folder,
        "TOO_FEW_SLICES",
        `has ${distinct.length} slice`,
        "at least two slices at different positions",
      ),
    );
    return undefined;
  }
  reportShear(folder, distinct, report);
  const positions = distinct.map(along);
  const regular = reportGaps(folder, distinct, positions, report);
  const low = distinct[0]!;
  const spacing = (positions.at(-1)! - positions[0]!) / (distinct.length - 1);
  const grid: Grid = {
    size: [first.columns, first.rows, distinct.length],
    // Rounded to 1 nm: an exact spacing does not become 1.9999999999999998 by way of the positions.
    spacingMm: [spacingMm[0], spacingMm[1], Math.round(spacing * 1e6) / 1e6],
    originMm: low.plane.positionMm as PatientPoint,
    direction: directionOf(first.plane),
  };
  return regular && distinct.length === sorted.length ? { sorted: distinct, grid } : undefined;
}

/** A stack whose slices are displaced sideways is sheared: a tilted gantry, uncorrected. */
function reportShear(folder: string, sorted: readonly Slice[], report: ReportProblem): void {
  const { normal, positionMm: p0 } = sorted[0]!.plane;
  let worstMm = 0;
  let tiltDeg = 0;
  for (const { plane } of sorted) {
    const [x, y, z] = [plane.positionMm[0] - p0[0], plane.positionMm[1] - p0[1], plane.positionMm[2] - p0[2]];
    const along = dot([x, y, z], normal);
    const beside = Math.hypot(x - along * normal[0], y - along * normal[1], z - along * normal[2]);
    if (beside > worstMm) {
      worstMm = beside;
      tiltDeg = (Math.atan2(beside, along) * 180) / Math.PI;
    }
  }
  if (worstMm <= SHEAR_MM) return;
  const found = `slices are sheared by ${showNumber(worstMm)} mm over the stack (gantry tilt ${tiltDeg.toFixed(1)}°)`;
  report(new DicomFormatError(folder, "GANTRY_TILT", found, "slices stacked along their normal"));
}

/** Report every missing slice and, where the gaps are not multiples of one spacing, the worst unevenness. */
function reportGaps(
  folder: string,
  sorted: readonly Slice[],
  positions: readonly number[],
  report: ReportProblem,
): boolean {
  const gaps = positions.slice(1).map((p, n) => p - positions[n]!);
  const median = [...gaps].sort((a, b) => a - b)[(gaps.length - 1) >> 1]!;
  let missing = false;
  let worst = 0;
  let worstAt = 0;
  for (const [n, gap] of gaps.entries()) {
    const multiple = Math.round(gap / median);
    if (multiple >= 2 && Math.abs(gap - multiple * median) < 0.1 * median) {
      missing = true;
      const found = `gap of ${showNumber(gap)} mm between ${baseName(sorted[n]!.file)} and ${baseName(sorted[n + 1]!.file)}`;
      const lost = multiple === 2 ? "a slice is missing" : `${multiple - 1} slices are missing`;
      report(
        new DicomFormatError(
          folder,
          "MISSING_SLICE",
          `${found} (${lost})`,
          `a slice every ${showNumber(median)} mm`,
        ),
      );
    }
  }
  if (missing) return false;
  const step = (positions.at(-1)! - positions[0]!) / (positions.length - 1);
  for (const [n, position] of positions.entries()) {
    const off = Math.abs(position - positions[0]! - n * step);
    if (off > worst) {
      worst = off;
      worstAt = n;
    }
  }
  if (worst <= UNEVEN_MM) return true;
  const low = Math.min(...gaps);
  const high = Math.max(...gaps);
  const found = `slice spacing varies from ${showNumber(low)} to ${showNumber(high)} mm (${baseName(sorted[worstAt]!.file)} lies ${showNumber(worst)} mm off)`;
  report(new DicomFormatError(folder, "UNEVEN_SPACING", found, "equally spaced slices"));
  return false;
}
