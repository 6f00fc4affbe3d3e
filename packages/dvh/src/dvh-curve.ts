import { type DvhCurve, InvalidInputError } from "@isodose/core";

/** Volume that receives at least `doseGy`, cc: straight lines between the points of the curve, 0 beyond its end. */
export function volumeCcAtLeast(curve: DvhCurve, doseGy: number): number {
  const doses = curve.doseGy;
  const volumes = curve.volumeCcAtLeast;
  const last = doses.length - 1;
  if (doseGy <= doses[0]!) return volumes[0]!;
  if (doseGy > doses[last]!) return 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (doses[middle]! < doseGy) low = middle;
    else high = middle;
  }
  const t = (doseGy - doses[low]!) / (doses[high]! - doses[low]!);
  return volumes[low]! + t * (volumes[high]! - volumes[low]!);
}

/**
 * The highest dose that at least `volumeCc` receives, Gy: the inverse of {@link volumeCcAtLeast}. For a volume of 0 the
 * maximum; undefined if the curve never holds so much volume.
 */
export function doseGyToVolume(curve: DvhCurve, volumeCc: number): number | undefined {
  const doses = curve.doseGy;
  const volumes = curve.volumeCcAtLeast;
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
 * Differential histogram of a cumulative curve.
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
