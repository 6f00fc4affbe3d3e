import {
  createVolume,
  type Grid,
  InvalidInputError,
  type Volume,
  voxelToPatient,
  type Warning,
} from "@isodose/core";
import { assertSomethingEvaluated, type GammaCriteria, outsideWarnings } from "./gamma-request.ts";

/** How many points have an index in each interval. */
export interface IndexHistogram {
  /** Lower ends of the bins, rising; the last bin has no upper end. */
  readonly from: Float64Array;
  readonly counts: Float64Array;
}

/** A gamma comparison. */
export interface GammaResult {
  /** Gamma on the reference grid (of a `sliceRange`: on its slices), unit "gamma"; NaN where it was not evaluated. */
  readonly gamma: Volume;
  readonly evaluatedPoints: number;
  /** Points with gamma ≤ 1 (within 1e-5, the rounding of doses stored as Float32). */
  readonly passedPoints: number;
  /** passedPoints / evaluatedPoints, %. NaN if a `sliceRange` holds no point to evaluate. */
  readonly passPercent: number;
  readonly meanGamma: number;
  readonly maxGamma: number;
  /** Bins of 0.05 from 0; all from 2 on in the last. */
  readonly histogram: IndexHistogram;
  /** Points at or above the cutoff that lie outside the evaluated grid: no gamma, in none of the numbers above. */
  readonly outsidePoints: number;
  readonly criteria: GammaCriteria;
  readonly warnings: readonly Warning[];
}

/** An index at its limit counts as passed up to this: dose/criterion ≤ 100 times the rounding of Float32. */
export const PASS_TOLERANCE = 1e-5;

const BIN = 0.05;
const BINS = 41;

/**
 * Count what a map of gamma holds.
 * @param grid - of the slices in `values`
 */
export function gammaResult(
  grid: Grid,
  frameOfReferenceUid: string,
  values: Float32Array,
  outsidePoints: number,
  criteria: GammaCriteria,
): GammaResult {
  const counts = new Float64Array(BINS);
  let evaluatedPoints = 0;
  let passedPoints = 0;
  let sum = 0;
  let max = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    evaluatedPoints++;
    sum += value;
    if (value <= 1 + PASS_TOLERANCE) passedPoints++;
    if (!(value <= max)) max = value;
    counts[Math.min(BINS - 1, Math.floor(value / BIN))]!++;
  }
  return {
    gamma: createVolume(grid, "gamma", frameOfReferenceUid, values),
    evaluatedPoints,
    passedPoints,
    passPercent: (100 * passedPoints) / evaluatedPoints,
    meanGamma: sum / evaluatedPoints,
    maxGamma: max,
    histogram: { from: Float64Array.from({ length: BINS }, (_, n) => n / 20), counts },
    outsidePoints,
    criteria,
    warnings: outsideWarnings(outsidePoints, "gamma"),
  };
}

/**
 * Join gamma results of the same request over different `sliceRange`s; the same numbers, bit for bit, as one run over all.
 * @param parts - in any order; their slice ranges must follow each other without gap or overlap
 * @throws InvalidInputError if there is none, the ranges do not fit, criteria or grids differ, or nothing was evaluated at all
 */
export function mergeGamma(parts: readonly GammaResult[]): GammaResult {
  const sorted = parts.toSorted((a, b) => a.criteria.sliceRange[0] - b.criteria.sliceRange[0]);
  const first = sorted[0];
  if (first === undefined) throw new InvalidInputError("parts", parts, "at least one gamma result");
  const [from] = first.criteria.sliceRange;
  const to = sorted.at(-1)!.criteria.sliceRange[1];
  const [nx, ny] = first.gamma.grid.size;
  const values = new Float32Array(nx * ny * Math.max(0, to - from));
  const shared = ({ gamma, criteria }: GammaResult) =>
    JSON.stringify([
      gamma.grid.size.slice(0, 2),
      gamma.grid.spacingMm,
      gamma.grid.direction,
      gamma.frameOfReferenceUid,
      { ...criteria, maxGamma: String(criteria.maxGamma), sliceRange: null },
    ]);
  let outsidePoints = 0;
  let end = from;
  for (const part of sorted) {
    const range = part.criteria.sliceRange;
    if (range[0] !== end) throw new InvalidInputError("sliceRange", range, `a range that starts at ${end}`);
    if (shared(part) !== shared(first))
      throw new InvalidInputError("parts", part.criteria, "criteria and grid of the first part");
    values.set(part.gamma.values.data, nx * ny * (range[0] - from));
    outsidePoints += part.outsidePoints;
    end = range[1];
  }
  const grid: Grid = { ...first.gamma.grid, size: [nx, ny, to - from] };
  const criteria: GammaCriteria = { ...first.criteria, sliceRange: [from, to] };
  const result = gammaResult(grid, first.gamma.frameOfReferenceUid, values, outsidePoints, criteria);
  assertSomethingEvaluated(result.evaluatedPoints, outsidePoints, criteria.cutoffGy);
  return result;
}

/** The grid of slices from ≤ k < to. */
export function slicesOfGrid(grid: Grid, [from, to]: readonly [number, number]): Grid {
  const originMm = from === 0 ? grid.originMm : voxelToPatient(grid, [0, 0, from]);
  return { ...grid, originMm, size: [grid.size[0], grid.size[1], to - from] };
}
