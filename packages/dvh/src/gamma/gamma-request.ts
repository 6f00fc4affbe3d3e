import { assertGrid, InvalidInputError, type Volume, type Warning } from "@isodose/core";

/** What gamma and chi compare, and by which criteria. */
export interface GammaRequest {
  /** The dose at whose voxel centres the index is evaluated: usually the measured or trusted one. Gy, finite, ≥ 0. */
  readonly reference: Volume;
  /** The dose that is searched around each of these points. Any grid in the same frame of reference. Gy, finite, ≥ 0. */
  readonly evaluated: Volume;
  /** Dose criterion, percent, > 0: of `normalisationGy`, or with `local` of the reference dose at each point. */
  readonly dosePercent: number;
  /** Distance criterion (distance to agreement), mm, > 0. */
  readonly distanceMm: number;
  /** Points below this percentage of `normalisationGy` are not evaluated; default 10. Not together with `cutoffGy`. */
  readonly cutoffPercent?: number;
  /** The same as an absolute dose, Gy ≥ 0. */
  readonly cutoffGy?: number;
  /** True: the dose criterion is relative to the reference dose at each point. Default false: global. */
  readonly local?: boolean;
  /** 100 % of both percentages above (of the cutoff only, with `local`), Gy; default the maximum of the reference. */
  readonly normalisationGy?: number;
  /** Stop searching at this gamma, and report it for everything above; default none: the search is exact throughout. */
  readonly maxGamma?: number;
  /** Evaluate reference slices k with from ≤ k < to only, and map only these; default all. For sharing work out: {@link mergeGamma}. */
  readonly sliceRange?: readonly [from: number, to: number];
}

/** The criteria as used, every default filled in. */
export interface GammaCriteria {
  readonly dosePercent: number;
  readonly distanceMm: number;
  readonly local: boolean;
  readonly normalisationGy: number;
  readonly cutoffGy: number;
  /** Infinity: not limited. */
  readonly maxGamma: number;
  readonly sliceRange: readonly [from: number, to: number];
}

/**
 * Check a gamma request and fill in its defaults, without evaluating anything.
 * @throws InvalidInputError as {@link gammaIndex}, but for what only the evaluation shows: overlap, and points at the cutoff
 */
export function gammaCriteria(request: GammaRequest): GammaCriteria {
  const {
    reference,
    evaluated,
    dosePercent,
    distanceMm,
    local = false,
    maxGamma = Number.POSITIVE_INFINITY,
  } = request;
  assertPositive("dosePercent", dosePercent, "a percentage > 0");
  assertPositive("distanceMm", distanceMm, "a length > 0 mm");
  if (!(maxGamma > 0)) throw new InvalidInputError("maxGamma", maxGamma, "a number > 0");
  assertDosePair(reference, evaluated);
  const normalisationGy = request.normalisationGy ?? maximumGy(reference);
  if (request.normalisationGy === undefined && normalisationGy === 0)
    throw new InvalidInputError(
      "reference",
      "zero everywhere",
      "a dose > 0 Gy somewhere, or a normalisationGy",
    );
  assertPositive("normalisationGy", normalisationGy, "a dose > 0 Gy");
  const slices = reference.grid.size[2];
  const sliceRange = request.sliceRange ?? [0, slices];
  assertSliceRange(sliceRange, slices);
  return {
    dosePercent,
    distanceMm,
    local,
    normalisationGy,
    cutoffGy: cutoffDoseGy(request, normalisationGy),
    maxGamma,
    sliceRange,
  };
}

/** @throws InvalidInputError if it is not a range of whole slices of the grid */
export function assertSliceRange(sliceRange: readonly [number, number], slices: number): void {
  const [from, to] = sliceRange;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= slices))
    throw new InvalidInputError("sliceRange", sliceRange, `whole numbers 0 ≤ from < to ≤ ${slices}`);
}

function cutoffDoseGy({ cutoffGy, cutoffPercent }: GammaRequest, normalisationGy: number): number {
  if (cutoffGy !== undefined) {
    if (cutoffPercent !== undefined)
      throw new InvalidInputError("cutoffGy", cutoffGy, "either cutoffGy or cutoffPercent, not both");
    if (!(Number.isFinite(cutoffGy) && cutoffGy >= 0))
      throw new InvalidInputError("cutoffGy", cutoffGy, "a dose ≥ 0 Gy");
    return cutoffGy;
  }
  const percent = cutoffPercent ?? 10;
  if (!(Number.isFinite(percent) && percent >= 0))
    throw new InvalidInputError("cutoffPercent", percent, "a percentage ≥ 0");
  return (percent / 100) * normalisationGy;
}

function assertPositive(field: string, value: number, expected: string): void {
  if (!(Number.isFinite(value) && value > 0)) throw new InvalidInputError(field, value, expected);
}

/**
 * Check two doses that are to be compared point by point.
 * @throws InvalidInputError if a unit is not Gy, a value NaN, infinite or negative, a grid wrong, or the frames of reference differ
 */
export function assertDosePair(reference: Volume, evaluated: Volume): void {
  for (const [field, volume] of [
    ["reference", reference],
    ["evaluated", evaluated],
  ] as const) {
    assertGrid(volume.grid, `${field}.grid`);
    if (volume.unit !== "Gy") throw new InvalidInputError(`${field}.unit`, volume.unit, "Gy");
    assertDose(field, volume);
  }
  if (reference.frameOfReferenceUid !== evaluated.frameOfReferenceUid)
    throw new InvalidInputError(
      "evaluated.frameOfReferenceUid",
      evaluated.frameOfReferenceUid,
      `${reference.frameOfReferenceUid}, that of the reference`,
    );
}

function assertDose(field: string, volume: Volume): void {
  const data = volume.values.data;
  const [nx, ny] = volume.grid.size;
  for (let n = 0; n < data.length; n++) {
    const dose = data[n]!;
    if (dose >= 0 && dose < Number.POSITIVE_INFINITY) continue;
    const at = `[${n % nx}, ${Math.floor(n / nx) % ny}, ${Math.floor(n / (nx * ny))}]`;
    throw new InvalidInputError(`${field} dose at voxel ${at}`, String(dose), "a finite number ≥ 0 Gy");
  }
}

function maximumGy(volume: Volume): number {
  let max = 0;
  for (const dose of volume.values.data) if (dose > max) max = dose;
  return max;
}

/** Warning of points that lie outside the evaluated grid; empty if there are none. */
export function outsideWarnings(outsidePoints: number, what: string): Warning[] {
  if (outsidePoints === 0) return [];
  return [
    {
      code: "GAMMA_POINTS_OUTSIDE",
      message: `${outsidePoints} points of the reference at or above the cutoff lie outside the evaluated grid: they have no ${what} and count neither as passed nor as failed`,
    },
  ];
}

/** @throws InvalidInputError if nothing was evaluated: nothing reaches the cutoff, or the grids do not overlap */
export function assertSomethingEvaluated(
  evaluatedPoints: number,
  outsidePoints: number,
  cutoffGy: number,
): void {
  if (evaluatedPoints > 0) return;
  if (outsidePoints > 0)
    throw new InvalidInputError(
      "evaluated.grid",
      "outside every reference point at or above the cutoff",
      "a grid that overlaps the reference",
    );
  throw new InvalidInputError(
    "reference",
    `below ${cutoffGy} Gy everywhere`,
    "a point with dose > 0 at or above the cutoff",
  );
}
