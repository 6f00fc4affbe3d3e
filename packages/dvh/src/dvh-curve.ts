import { type DvhCurve, InvalidInputError } from "@isodose/core";

/** Where x lies among increasing (or, with sign −1, falling) values: the index before it, values.length ≥ 2. */
function intervalBefore(values: Float64Array, x: number, sign: 1 | -1): number {
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sign * values[middle]! < sign * x) low = middle;
    else high = middle;
  }
  return low;
}

/** Value of a curve through (x, y) at `at`: straight lines between the points, the end values beyond. */
export function interpolateCurve(x: Float64Array, y: Float64Array, at: number): number {
  const last = x.length - 1;
  if (at <= x[0]!) return y[0]!;
  if (at >= x[last]!) return y[last]!;
  const low = intervalBefore(x, at, 1);
  const t = (at - x[low]!) / (x[low + 1]! - x[low]!);
  return y[low]! + t * (y[low + 1]! - y[low]!);
}

/** Volume that receives at least `doseGy`, cc: straight lines between the points of the curve, 0 beyond its end. */
export function volumeCcAtLeast(curve: DvhCurve, doseGy: number): number {
  return doseGy > curve.doseGy[curve.doseGy.length - 1]!
    ? 0
    : interpolateCurve(curve.doseGy, curve.volumeCcAtLeast, doseGy);
}

/**
 * The highest dose that at least `volumeCc` receives, Gy: the inverse of {@link volumeCcAtLeast}. For a volume of 0 the
 * maximum; undefined if the curve never holds so much volume.
 */
export function doseGyToVolume(curve: DvhCurve, volumeCc: number): number | undefined {
  return invertVolumes(curve, curve.volumeCcAtLeast, volumeCc);
}

/** As {@link doseGyToVolume} for other volumes at the doses of the curve, which must not rise. */
export function invertVolumes(curve: DvhCurve, volumes: Float64Array, volumeCc: number): number | undefined {
  const doses = curve.doseGy;
  const last = doses.length - 1;
  // Volumes come from sums: a hair more than all of it is all of it.
  const wanted = volumeCc > volumes[0]! && volumeCc <= volumes[0]! * (1 + 1e-9) ? volumes[0]! : volumeCc;
  if (!(wanted <= volumes[0]!) || Number.isNaN(curve.maxGy)) return undefined;
  if (wanted <= volumes[last]!) return curve.maxGy;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (volumes[middle]! >= wanted) low = middle;
    else high = middle;
  }
  const t = (volumes[low]! - wanted) / (volumes[low]! - volumes[high]!);
  return Math.min(curve.maxGy, doses[low]! + t * (doses[high]! - doses[low]!));
}

/** A differential histogram: −dV/dD in bins. */
export interface DifferentialDvh {
  readonly structure: string;
  /** Middle of each bin, Gy. */
  readonly doseGy: Float64Array;
  /** Width of a bin, Gy. */
  readonly binGy: number;
  /** Volume per dose, cc/Gy; times `binGy` they add up to the structure's volume inside the dose grid. */
  readonly volumeCcPerGy: Float64Array;
}

/**
 * Differential histogram of a cumulative curve: exact for it, as each bin holds the difference of the curve at its edges.
 *
 *   dV/dD = (V(D) − V(D + ΔD)) / ΔD
 *
 * @param options.binGy - width of a bin, Gy, > 0; default 0.1 Gy
 * @throws InvalidInputError if `binGy` is not > 0
 */
export function differentialDvh(curve: DvhCurve, options: { readonly binGy?: number } = {}): DifferentialDvh {
  const binGy = options.binGy ?? 0.1;
  if (!(Number.isFinite(binGy) && binGy > 0)) throw new InvalidInputError("binGy", binGy, "a number > 0 Gy");
  const first = Math.min(0, Math.floor(curve.doseGy[0]! / binGy));
  const n = Math.floor(curve.doseGy[curve.doseGy.length - 1]! / binGy) + 1 - first;
  const doseGy = new Float64Array(n);
  const volumeCcPerGy = new Float64Array(n);
  for (let b = 0; b < n; b++) {
    const low = (first + b) * binGy;
    doseGy[b] = low + binGy / 2;
    volumeCcPerGy[b] = (volumeCcAtLeast(curve, low) - volumeCcAtLeast(curve, low + binGy)) / binGy;
  }
  return { structure: curve.structure, doseGy, binGy, volumeCcPerGy };
}

/** A complement (cold) histogram: the volume that receives less than a dose. */
export interface ComplementDvh {
  readonly structure: string;
  /** Gy, the doses of the curve. */
  readonly doseGy: Float64Array;
  /** Volume inside the dose grid that receives less than `doseGy`, cc; rises from 0. */
  readonly volumeCcBelow: Float64Array;
}

/**
 * Complement of a cumulative curve: CV(D) = V(0) − V(D), of the part of the structure inside the dose grid.
 */
export function complementDvh(curve: DvhCurve): ComplementDvh {
  const inside = curve.volumeCcAtLeast[0]!;
  return {
    structure: curve.structure,
    doseGy: curve.doseGy.slice(),
    volumeCcBelow: curve.volumeCcAtLeast.map((cc) => inside - cc),
  };
}
