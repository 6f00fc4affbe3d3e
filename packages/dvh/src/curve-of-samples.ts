import type { DvhCurve } from "@isodose/core";
import type { DoseSampler } from "./sampling/dose-sampler.ts";

/**
 * Factor on the difference between the tricubic and the trilinear interpolant that makes it the grid error: what the
 * tricubic itself still lacks. Found against Gaussian fields in closed form.
 */
export const GRID_ERROR_FACTOR = 1.15;
/** Tolerances need not hold where less than this part of the structure is left, or missing. */
const TAIL = 2e-3;
/** Near-maximum doses are those of volumes below, cc. */
export const HOT_CC = 2;
const POOR_VOLUME = 5e-3;
const NEARLY_NONE = 0.1;
const NEARLY_ALL_SAME = 0.25;

/** The curve of a structure without volume inside the dose grid. */
export function emptyCurve(structure: string, volumeCc: number): DvhCurve {
  return {
    structure,
    volumeCc,
    volumeOutsideDoseGridCc: volumeCc,
    doseGy: Float64Array.of(0),
    volumeCcAtLeast: Float64Array.of(0),
    minGy: Number.NaN,
    maxGy: Number.NaN,
    meanGy: Number.NaN,
    errors: {
      samplingErrorCc: Float64Array.of(0),
      minErrorGy: Number.NaN,
      maxErrorGy: Number.NaN,
      meanErrorGy: Number.NaN,
      gridErrorCc: Float64Array.of(0),
      minGridErrorGy: Number.NaN,
      maxGridErrorGy: Number.NaN,
      meanGridErrorGy: Number.NaN,
    },
  };
}

/**
 * The curve of what a sampler has collected.
 * @param volumeCc - the exact volume; undefined: that of the pieces
 * @returns the curve, and its largest errors as multiples of the tolerances: over all, and in the hottest part
 */
export function assembleCurve(
  structure: string,
  volumeCc: number | undefined,
  sampler: DoseSampler,
  doseToleranceGy: number,
  volumeTolerance: number,
): { readonly curve: DvhCurve; readonly excess: number; readonly hotExcess: number; readonly poor: boolean } {
  const exactCc = volumeCc ?? sampler.volumeMm3 / 1000;
  // Pieces sum to the volume but for rounding.
  const perMm3 = exactCc / sampler.volumeMm3;
  const insideCc = Math.min(exactCc, sampler.insideMm3 * perMm3);
  const outsideCc = exactCc - insideCc;
  const { histogram } = sampler;
  const { above, error, grid } = histogram.sum();
  // Interpolated from doses ≥ 0: less is rounding.
  const minGy = Math.max(0, sampler.minGy) + 0;
  const maxGy = Math.max(minGy, sampler.maxGy);
  const doses: number[] = [];
  const volumes: number[] = [];
  const errors: number[] = [];
  const gridErrors: number[] = [];
  const push = (doseGy: number, cc: number, errorMm3: number, gridMm3: number): void => {
    doses.push(doseGy);
    volumes.push(Math.min(volumes.at(-1) ?? insideCc, Math.max(0, cc)));
    errors.push(Math.min(insideCc, errorMm3 * perMm3));
    gridErrors.push(GRID_ERROR_FACTOR * gridMm3 * perMm3);
  };
  const edgeAt = (doseGy: number) => (doseGy - histogram.lowGy) / histogram.binGy;
  const near = (values: Float64Array, doseGy: number, pick: (a: number, b: number) => number) => {
    const t = Math.min(histogram.bins, Math.max(0, edgeAt(doseGy)));
    return pick(values[Math.floor(t)]!, values[Math.ceil(t)]!);
  };
  const mean = (a: number, b: number) => 0.5 * (a + b);
  const volumeError = sampler.insideErrorMm3;
  // Below the least dose that there can be, all of the volume is certain to receive more.
  const leastGy = Math.min(minGy * (1 - 1e-9), Math.max(0, sampler.minBoundGy));
  if (minGy > 0) push(0, insideCc, volumeError, 0);
  if (leastGy > 0) push(leastGy, insideCc, volumeError, 0);
  push(minGy, insideCc, Math.max(volumeError, near(error, minGy, Math.max)), near(grid, minGy, mean));
  if (maxGy > minGy) {
    const first = Math.floor(edgeAt(minGy) + 1e-9) + 1;
    for (let j = first; j <= histogram.bins; j++) {
      const doseGy = histogram.lowGy + j * histogram.binGy;
      if (!(doseGy < maxGy - 1e-9 * histogram.binGy)) break;
      push(doseGy, above[j]! * perMm3, error[j]!, grid[j]!);
    }
  }
  // A finite volume at exactly the maximum (a plateau, or a uniform dose): the curve falls to zero just above it.
  const plateau = Math.abs(sampler.plateauGy - maxGy) <= 1e-9 * Math.abs(maxGy) ? sampler.plateauMm3 : 0;
  const atTop = near(error, maxGy, Math.max);
  if (maxGy > minGy) push(maxGy, plateau * perMm3, atTop, near(grid, maxGy, mean));
  if (volumes.at(-1)! > 0) push(maxGy + Math.max(1e-9 * Math.abs(maxGy), 1e-12), 0, atTop, 0);
  const samplingErrorCc = Float64Array.from(errors);
  widenBetween(volumes, samplingErrorCc);
  const curve: DvhCurve = {
    structure,
    volumeCc: exactCc,
    volumeOutsideDoseGridCc: outsideCc > 1e-9 * exactCc ? outsideCc : 0,
    doseGy: Float64Array.from(doses),
    volumeCcAtLeast: Float64Array.from(volumes),
    minGy,
    maxGy,
    meanGy: Math.min(maxGy, Math.max(minGy, sampler.doseSum / sampler.insideMm3)),
    errors: {
      samplingErrorCc,
      minErrorGy: Math.max(
        0,
        minGy - sampler.minBoundGy,
        (sampler.uncertain ? Math.min(maxGy, sampler.minCertainGy) : minGy) - minGy,
      ),
      maxErrorGy: Math.max(
        0,
        sampler.maxBoundGy - maxGy,
        maxGy - (sampler.uncertain ? Math.max(minGy, sampler.maxCertainGy) : maxGy),
      ),
      meanErrorGy: (sampler.doseErrorSum + sampler.insideErrorMm3 * (maxGy - minGy)) / sampler.insideMm3,
      gridErrorCc: Float64Array.from(gridErrors),
      minGridErrorGy: GRID_ERROR_FACTOR * finiteOrNone(sampler.minSmoothMeanGy - sampler.minMeanGy),
      maxGridErrorGy: GRID_ERROR_FACTOR * finiteOrNone(sampler.maxSmoothMeanGy - sampler.maxMeanGy),
      meanGridErrorGy: (GRID_ERROR_FACTOR * sampler.gridShiftSum) / sampler.insideMm3,
    },
  };
  const hotExcess = hotExcessOf(curve, errors, doseToleranceGy, Math.min(HOT_CC, TAIL * insideCc));
  return {
    curve,
    hotExcess,
    poor: excessOf(curve, errors, doseToleranceGy, POOR_VOLUME, "either") > 1,
    excess: excessOf(curve, errors, doseToleranceGy, volumeTolerance, "both"),
  };
}

function finiteOrNone(gy: number): number {
  return Number.isFinite(gy) ? gy : 0;
}

/** Between its points the curve is a straight line, where the true one may bend: at most by its changes of slope. */
function widenBetween(volumes: readonly number[], errors: Float64Array): void {
  const n = volumes.length;
  const bend = (i: number): number =>
    i > 0 && i < n - 1 ? Math.abs(volumes[i - 1]! - 2 * volumes[i]! + volumes[i + 1]!) : 0;
  const wider = errors.slice();
  for (let i = 0; i + 1 < n; i++) {
    const off = Math.min(0.5 * (bend(i) + bend(i + 1)), volumes[i]! - volumes[i + 1]!);
    wider[i] = Math.max(wider[i]!, errors[i]! + off);
    wider[i + 1] = Math.max(wider[i + 1]!, errors[i + 1]! + off);
  }
  errors.set(wider);
}

/**
 * The largest error at a point of the curve as a multiple of what the tolerances allow: that of the volume, and the change
 * of volume within the tolerance of the dose. Where hardly any volume is in doubt (a tenth of the tolerance) dose may be,
 * as the curve is flat there; where hardly any dose is in doubt volume may be, as the curve is steep there.
 * @param asked - both tolerances, or either
 */
export function excessOf(
  curve: DvhCurve,
  errorsCc: ArrayLike<number>,
  doseToleranceGy: number,
  volumeTolerance: number,
  asked: "both" | "either",
): number {
  const { doseGy, volumeCcAtLeast: volumes } = curve;
  const inside = volumes[0]!;
  const allowedCc = volumeTolerance * curve.volumeCc;
  let excess = 0;
  let low = 0;
  let high = 0;
  for (let i = 0; i < doseGy.length; i++) {
    const v = volumes[i]!;
    if (v > (1 - TAIL) * inside || v < TAIL * inside) continue;
    while (low + 1 < i && doseGy[low + 1]! <= doseGy[i]! - doseToleranceGy) low++;
    while (high < doseGy.length - 1 && doseGy[high]! < doseGy[i]! + doseToleranceGy) high++;
    const withinDoseCc = 0.5 * (volumes[low]! - volumes[high]!);
    const least = asked === "either" ? withinDoseCc : NEARLY_ALL_SAME * withinDoseCc;
    const wanted =
      asked === "either" ? allowedCc : Math.min(allowedCc, Math.max(withinDoseCc, NEARLY_NONE * allowedCc));
    const allowed = Math.max(wanted, least);
    excess = Math.max(excess, errorsCc[i]! / allowed);
  }
  return excess;
}

/** Near-maximum doses are asked of volumes from this on, cc, … */
const HOT_LEAST_CC = 0.03;
/** … and are then to be known as the tolerance says, or within this, cc. */
const HOT_LEAST_ERROR_CC = 0.003;

/** As {@link excessOf} where up to `hotCc` is left: of the doses alone, for D0.035cc and the like. */
export function hotExcessOf(
  curve: DvhCurve,
  errorsCc: ArrayLike<number>,
  doseToleranceGy: number,
  hotCc: number,
): number {
  const { doseGy, volumeCcAtLeast: volumes } = curve;
  let excess = 0;
  let low = doseGy.length - 1;
  for (let i = doseGy.length - 1; i >= 0 && volumes[i]! <= hotCc; i--) {
    if (volumes[i]! < HOT_LEAST_CC) continue;
    while (low > 0 && doseGy[low]! > doseGy[i]! - doseToleranceGy) low--;
    const withinDoseCc = volumes[low]! - volumes[i]!;
    excess = Math.max(excess, errorsCc[i]! / Math.max(withinDoseCc, HOT_LEAST_ERROR_CC));
  }
  return excess;
}
