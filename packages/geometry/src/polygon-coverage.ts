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

/** Part of every pixel inside polygons, for the pixels around them only. */
export interface CoverageWindow {
  readonly firstI: number;
  readonly firstJ: number;
  readonly countI: number;
  readonly countJ: number;
  /** Index i − firstI + countI (j − firstJ). */
  readonly fractions: Float64Array;
}

/**
 * As {@link polygonCoverage}, within the box around the polygons.
 * @returns undefined if they lie outside the nx × ny pixels
 */
export function coverageWindow(
  polygons: readonly Float64Array[],
  nx: number,
  ny: number,
): CoverageWindow | undefined {
  let [lowU, lowV, highU, highV] = [nx, ny, 0, 0];
  for (const p of polygons) {
    for (let n = 0; n < p.length; n += 2) {
      lowU = Math.min(lowU, p[n]!);
      highU = Math.max(highU, p[n]!);
      lowV = Math.min(lowV, p[n + 1]!);
      highV = Math.max(highV, p[n + 1]!);
    }
  }
  const firstI = Math.max(0, Math.floor(lowU));
  const firstJ = Math.max(0, Math.floor(lowV));
  const countI = Math.min(nx, Math.ceil(highU)) - firstI;
  const countJ = Math.min(ny, Math.ceil(highV)) - firstJ;
  if (!(countI > 0 && countJ > 0)) return undefined;
  const moved = polygons.map((p) => p.map((value, n) => value - (n % 2 === 0 ? firstI : firstJ)));
  return { firstI, firstJ, countI, countJ, fractions: polygonCoverage(moved, countI, countJ) };
}

/** Add weight × coverage to a layer of nx pixels per row. */
export function addCoverage(layer: Float64Array, nx: number, window: CoverageWindow, weight: number): void {
  const { firstI, firstJ, countI, countJ, fractions } = window;
  for (let j = 0; j < countJ; j++) {
    const to = (firstJ + j) * nx + firstI;
    const from = j * countI;
    for (let i = 0; i < countI; i++) layer[to + i]! += weight * fractions[from + i]!;
  }
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
