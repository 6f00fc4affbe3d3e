import { evenOddTrapezoids } from "./even-odd.ts";

/**
 * Part of every pixel that lies inside a set of polygons (even–odd), exactly.
 *
 * Each side of each trapezoid adds, to its row, the area between itself and the right border of the row: to the pixels
 * that it crosses a part, to all beyond them the whole, which one running sum per row spreads. Right sides count
 * negative.
 *
 * @param polygons - each u0, v0, u1, v1, … in pixels: pixel (i, j) is the square [i, i + 1] × [j, j + 1]
 * @param nx - pixels along u
 * @param ny - pixels along v
 * @returns fractions in [0, 1], index i + nx · j
 */
export function polygonCoverage(polygons: readonly Float64Array[], nx: number, ny: number): Float64Array {
  const trapezoids = evenOddTrapezoids(polygons);
  // One spare column takes what a row's last pixel hands on.
  const width = nx + 1;
  const steps = new Float64Array(width * ny);
  for (let n = 0; n < trapezoids.length; n += 6) {
    const low = trapezoids[n]!;
    const high = trapezoids[n + 1]!;
    addSide(steps, width, nx, ny, low, high, trapezoids[n + 2]!, trapezoids[n + 3]!, 1);
    addSide(steps, width, nx, ny, low, high, trapezoids[n + 4]!, trapezoids[n + 5]!, -1);
  }
  const coverage = new Float64Array(nx * ny);
  for (let j = 0; j < ny; j++) {
    let sum = 0;
    for (let i = 0; i < nx; i++) {
      sum += steps[j * width + i]!;
      // Rounding of the running sum must not leave 1e-16 outside, nor 1 − 1e-16 inside.
      coverage[j * nx + i] = sum < 1e-12 ? 0 : sum > 1 - 1e-12 ? 1 : sum;
    }
  }
  return coverage;
}

/** Add the line from (lowU, low) to (highU, high), row by row. */
function addSide(
  steps: Float64Array,
  width: number,
  nx: number,
  ny: number,
  low: number,
  high: number,
  lowU: number,
  highU: number,
  sign: number,
): void {
  const slope = (highU - lowU) / (high - low);
  const firstRow = Math.max(0, Math.floor(low));
  const lastRow = Math.min(ny - 1, Math.ceil(high) - 1);
  for (let j = firstRow; j <= lastRow; j++) {
    const v0 = Math.max(low, j);
    const v1 = Math.min(high, j + 1);
    if (!(v1 > v0)) continue;
    const u0 = v0 === low ? lowU : lowU + (v0 - low) * slope;
    const u1 = v1 === high ? highU : lowU + (v1 - low) * slope;
    addRowPiece(steps, j * width, nx, Math.min(u0, u1), Math.max(u0, u1), sign * (v1 - v0));
  }
}

/** A piece within one row, from left to right u, of height `rise`: cut at the pixel borders. */
function addRowPiece(
  steps: Float64Array,
  row: number,
  nx: number,
  left: number,
  right: number,
  rise: number,
): void {
  if (left >= nx) return;
  if (right <= 0) {
    steps[row] += rise;
    return;
  }
  const first = Math.floor(left);
  if (right <= first + 1) {
    addCellPiece(steps, row, nx, first, (left + right) / 2 - first, rise);
    return;
  }
  const perU = rise / (right - left);
  let from = left;
  if (from < 0) {
    steps[row] += -from * perU;
    from = 0;
  }
  for (let cell = Math.floor(from); from < right && cell < nx; cell++) {
    const to = Math.min(right, cell + 1);
    addCellPiece(steps, row, nx, cell, (from + to) / 2 - cell, (to - from) * perU);
    from = to;
  }
}

/** A piece within one pixel, its middle at `offset` from the pixel's left border. */
function addCellPiece(
  steps: Float64Array,
  row: number,
  nx: number,
  cell: number,
  offset: number,
  rise: number,
): void {
  if (cell < 0) {
    steps[row] += rise;
    return;
  }
  if (cell >= nx) return;
  steps[row + cell] += rise * (1 - offset);
  steps[row + cell + 1] += rise * offset;
}
