import {
  assertGrid,
  type DvhCurve,
  InvalidInputError,
  type RunControl,
  throwIfCancelled,
  type Volume,
} from "@isodose/core";
import type { ContourOptions } from "@isodose/geometry";
import { assertDose } from "./check-dose.ts";
import { assembleCurve, emptyCurve, HOT_CC } from "./curve-of-samples.ts";
import { doseGyToVolume } from "./dvh-curve.ts";
import { type DvhRegion, isOccupancy, isSolid, piecesOfRegion } from "./dvh-region.ts";
import { CellDose } from "./sampling/cell-dose.ts";
import { CubicMean } from "./sampling/cubic-mean.ts";
import { DoseSampler } from "./sampling/dose-sampler.ts";
import { SampledDose } from "./sampling/sampled-dose.ts";
import { TrapezoidHistogram } from "./sampling/trapezoid-histogram.ts";
import { voxelsAbout } from "./voxels-about.ts";

/** What {@link computeDvh} needs. */
export interface DvhRequest extends ContourOptions {
  /**
   * One of
   * - contours (`Structure`): their polygons, exactly, each reaching as far as `planesOfStructure` of geometry says
   * - an occupancy (`Volume`, unit "fraction") on any grid: where in a partly filled voxel the structure lies is unknown,
   *   and in the error
   * - an exact solid (`Solid` of geometry)
   */
  readonly structure: DvhRegion;
  /** unit "Gy". */
  readonly dose: Volume;
  /** Name in the curve. Default: that of the contours, "occupancy" or "solid". */
  readonly name?: string;
  /**
   * Dose between the voxel centres: `trilinear` (default), or `tricubic`: cubic convolution, a = −1/2. Both go through the
   * voxel values, and hold the end value from the outermost centres to the edge of the grid.
   */
  readonly interpolation?: "trilinear" | "tricubic";
  /** Width of a bin, Gy; within a bin the curve is a straight line. Default 0.01 Gy; there are 500 to 4000 bins. */
  readonly binGy?: number;
  /** Sampling is refined until volumes are known within this part of the structure, %. Default 0.1. */
  readonly volumeTolerancePercent?: number;
  /** … and doses within this, Gy. Default: the larger of 0.05 Gy and 0.1 % of the range of dose in the structure. */
  readonly doseToleranceGy?: number;
  /**
   * … or this number of pieces is reached, which the errors then show. Default 400 000 (solids 1 600 000; a fifth of it
   * for tricubic dose and contours oblique to the grid), twice as many where errors are beyond what the warnings allow, or
   * five per dose voxel in the structure.
   */
  readonly maxPieces?: number;
}

export const VOLUME_TOLERANCE_PERCENT = 0.1;
const DOSE_TOLERANCE_GY = 0.05;
const DOSE_TOLERANCE_OF_RANGE = 1e-3;
const MAX_PIECES = 4e5;
/** A solid is known by its surface alone, which takes more pieces than polygons. */
const MAX_PIECES_OF_SOLID = 1.6e6;
const MIN_BINS = 500;
const MAX_BINS = 4000;
/** Pieces of oblique grids and of tricubic dose take longer. */
const SAMPLED_COST = 5;
/** Where neither volumes nor doses are known as the warnings ask, so many times more pieces are allowed. */
const POOR_FACTOR = 2;
/** Where more is asked of large structures, this many pieces per dose voxel are the limit. */
const PIECES_PER_CELL = 5;
/** Of the hottest HOT_CC, at least this part is known, to begin with. */
const HOT_TOLERANCE = 5e-3;
const MOST_PASSES = 5;
const HUGE_CELLS = 2e5;
const HUGE_HOT_REFINEMENT = 4;
/** The first pass is so coarse: for large structures it is enough, for small ones it costs nothing. */
const FIRST_PASS = 0.15;
/** From pass to pass the limits of a piece shrink as the errors found ask, by a factor in this range. */
const LEAST_REFINEMENT = 2.5;
const MOST_REFINEMENT = 10;
/** The number of pieces grows with this power of the refinement. */
const PIECES_EXPONENT = 1.3;
/** A refinement by less is not worth a pass. */
const LEAST_ROOM = 1.5;
/** A pass that leaves more than this of the excess is the last one. */
const WORTHWHILE = 0.9;

function assertPositive(field: string, value: number | undefined, unit: string): void {
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
    throw new InvalidInputError(field, value, `a number > 0 ${unit}`);
  }
}

/**
 * Cumulative dose–volume histogram of one structure, with its errors.
 *
 *   V(D) = |{ x in structure : dose(x) ≥ D }|
 *
 * The structure is cut at the cells of the dose grid into boxes and prisms, and these further where their dose is not
 * known well enough. In each the dose is a plane within a bound, which the pieces' errors add up to
 * `errors.samplingErrorCc`: the DVH of the stated interpolant lies within. What the grid itself costs is estimated by
 * `errors.gridErrorCc`: the same pieces with the tricubic instead of the trilinear mean dose.
 *
 * Beyond the edges of the grid (half a voxel from the outermost centres) dose is unknown, and that volume is reported, not
 * counted. A structure without volume inside the grid gives a curve of zeros, with NaN as its minimum, mean and maximum.
 * What else is doubtful is said by `dvhWarnings`.
 * @returns the curve; doses in Gy, volumes in cc
 * @throws InvalidInputError if the dose is not in Gy, a voxel is negative or not a number, the frames of reference differ,
 *   an option is not > 0, or the structure is drawn in one plane and has no `singlePlaneThicknessMm`
 * @throws CancelledError if `control.signal` has been aborted
 * @example
 * const curve = computeDvh({ structure, dose });
 * const nearMaximumGy = evaluateMetric(curve, "D0.035cc");
 */
export function computeDvh(request: DvhRequest, control: RunControl = {}): DvhCurve {
  const { dose, interpolation = "trilinear" } = request;
  throwIfCancelled(control.signal);
  assertDose(dose);
  if (isOccupancy(request.structure)) assertGrid(request.structure.grid, "structure.grid");
  assertPositive("binGy", request.binGy, "Gy");
  assertPositive("volumeTolerancePercent", request.volumeTolerancePercent, "%");
  assertPositive("doseToleranceGy", request.doseToleranceGy, "Gy");
  assertPositive("maxPieces", request.maxPieces, "pieces");
  if (interpolation !== "trilinear" && interpolation !== "tricubic")
    throw new InvalidInputError("interpolation", interpolation, '"trilinear" or "tricubic"');
  const { name, volumeCc, source } = piecesOfRegion(
    request.structure,
    dose,
    request.name,
    interpolation,
    request,
  );
  if (volumeCc === 0 || !(source.high[0] > source.low[0] && source.roughMm3 > 0)) return emptyCurve(name, 0);

  const { lattice } = source;
  const boxDose =
    interpolation === "trilinear" && lattice.bounded
      ? new CellDose(dose, lattice)
      : new SampledDose(dose, lattice, interpolation);
  const smoother = lattice.bounded ? new CubicMean(dose, lattice) : undefined;
  const tolerance = (request.volumeTolerancePercent ?? VOLUME_TOLERANCE_PERCENT) / 100;
  const usual = isSolid(request.structure) ? MAX_PIECES_OF_SOLID : MAX_PIECES;
  const maxPieces = request.maxPieces ?? (boxDose instanceof CellDose ? usual : usual / SAMPLED_COST);
  // How many pieces an isodose and the surface share: a line of them, or, where dose falls along the normal, many more.
  const surfacePieces = isSolid(request.structure) ? 60 : 10;
  const voxels = voxelsAbout(dose, source);
  let { lowGy, highGy } = voxels;
  let volumeMm3 = source.roughMm3;
  let refine = FIRST_PASS;
  let seen: DoseSampler | undefined;
  let best: ReturnType<typeof assembleCurve> | undefined;
  let before = Number.POSITIVE_INFINITY;
  let hotGy = volumeMm3 > 4000 * HOT_CC ? voxels.doseHeldBy(1000 * HOT_CC) : Number.POSITIVE_INFINITY;
  // A structure of so many dose cells is sampled once: its first pass is fine enough for all but its hottest part.
  const isHuge = volumeMm3 > HUGE_CELLS * lattice.unitMm3;
  let hotRefine = isHuge ? HUGE_HOT_REFINEMENT : 1;
  for (let pass = 1; ; pass++) {
    throwIfCancelled(control.signal);
    const range = seen ? seen.maxGy - seen.minGy : highGy - lowGy;
    const doseTolerance =
      request.doseToleranceGy ?? Math.max(DOSE_TOLERANCE_GY, DOSE_TOLERANCE_OF_RANGE * range);
    const bins = Math.min(
      MAX_BINS,
      Math.max(MIN_BINS, Math.ceil((highGy - lowGy) / (request.binGy ?? 0.01))),
    );
    const top = highGy > lowGy ? highGy : lowGy + Math.max(1e-6, 1e-6 * lowGy);
    const histogram = new TrapezoidHistogram(lowGy, top, bins);
    const cells = volumeMm3 / lattice.unitMm3;
    const sampler = new DoseSampler(
      boxDose,
      lattice.unitMm3,
      histogram,
      {
        interiorMm: (tolerance * Math.cbrt(volumeMm3)) / 3 / refine,
        surfaceMm2: (tolerance * Math.cbrt(volumeMm3) ** 2) / surfacePieces / refine,
        hotGy,
        hotInteriorMm: (HOT_TOLERANCE * Math.cbrt(1000 * HOT_CC)) / 3 / hotRefine,
        hotSurfaceMm2: (HOT_TOLERANCE * Math.cbrt(1000 * HOT_CC) ** 2) / surfacePieces / hotRefine,
        negligibleGy: (FIRST_PASS / refine) * doseTolerance,
        shiftGy: 0.1 * (FIRST_PASS / refine) * doseTolerance,
        extremeGy: 0.5 * doseTolerance,
        maxPieces: request.maxPieces ?? Math.max(POOR_FACTOR * maxPieces, PIECES_PER_CELL * cells),
        gridErrorDepth: cells > 5000 ? 0 : cells > 200 ? 1 : 2,
      },
      smoother,
      seen && seen.maxGy >= seen.minGy ? seen : undefined,
    );
    source.give(sampler);
    if (!(sampler.insideMm3 > 0)) return emptyCurve(name, volumeCc ?? sampler.volumeMm3 / 1000);
    const found = sampler.maxGy - sampler.minGy;
    const coarse =
      found < 0.4 * (highGy - lowGy) && histogram.binGy > (request.binGy ?? 0.01) / 2 && bins === MIN_BINS;
    const result = assembleCurve(name, volumeCc, sampler, doseTolerance, tolerance);
    if (!coarse && (best === undefined || worst(result) <= worst(best))) best = result;
    const room = result.poor && request.maxPieces === undefined ? POOR_FACTOR * maxPieces : maxPieces;
    const factor = isHuge ? undefined : refinement(pass, result.excess, before, sampler, room);
    const isHotKnown = result.hotExcess <= 1 || hotRefine > 1 || sampler.limited;
    if (!coarse && ((factor === undefined && isHotKnown) || pass >= MOST_PASSES)) {
      control.onProgress?.({ stage: "dvh", done: 1, total: 1 });
      return (best ?? result).curve;
    }
    before = coarse ? before : result.excess;
    volumeMm3 = sampler.volumeMm3;
    seen = sampler;
    if (coarse) {
      const margin = 0.02 * found;
      [lowGy, highGy] = [Math.max(lowGy, sampler.minGy - margin), Math.min(highGy, sampler.maxGy + margin)];
      if (highGy <= lowGy) [lowGy, highGy] = [sampler.minGy, sampler.minGy];
    }
    refine *= factor ?? 1;
    if (!isHotKnown) {
      hotGy = doseGyToVolume(result.curve, Math.min(HOT_CC, 0.5 * result.curve.volumeCcAtLeast[0]!)) ?? hotGy;
      hotRefine = Math.min(MOST_REFINEMENT, 1.2 * result.hotExcess);
    }
  }
}

function worst(result: { readonly excess: number; readonly hotExcess: number }): number {
  return Math.max(result.excess, result.hotExcess);
}

/** By what factor the next pass should be finer; undefined if there need, or can, be none. */
function refinement(
  pass: number,
  excess: number,
  before: number,
  sampler: DoseSampler,
  maxPieces: number,
): number | undefined {
  if (
    excess <= 1 ||
    sampler.limited ||
    (pass > 1 && sampler.uncertain) ||
    (pass > 2 && excess > WORTHWHILE * before)
  )
    return undefined;
  const room = ((0.8 * maxPieces) / sampler.pieces) ** (1 / PIECES_EXPONENT);
  const wanted = Math.min(MOST_REFINEMENT, Math.max(LEAST_REFINEMENT, 1.2 * excess));
  const factor = Math.min(wanted, room);
  return factor < LEAST_ROOM ? undefined : factor;
}
