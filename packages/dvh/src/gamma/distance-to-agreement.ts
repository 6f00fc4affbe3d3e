import { createVolume, InvalidInputError, type RunControl, type Volume, type Warning } from "@isodose/core";
import { cellSearch } from "./cell-search.ts";
import { evaluatePoints } from "./evaluate-points.ts";
import { assertDosePair, assertSomethingEvaluated, outsideWarnings } from "./gamma-request.ts";
import { nearestLevelSquared } from "./level-set-of-cell.ts";
import { simplexField } from "./simplex-field.ts";

/** What {@link distanceToAgreement} compares. */
export interface AgreementRequest {
  /** Gy, finite, ≥ 0. */
  readonly reference: Volume;
  /** Any grid in the same frame of reference. Gy, finite, ≥ 0. */
  readonly evaluated: Volume;
  /** Points of the reference below are not evaluated, Gy ≥ 0; default 0: all are. */
  readonly cutoffGy?: number;
}

/** Distances to agreement. */
export interface AgreementResult {
  /** On the reference grid, mm; Infinity where the evaluated dose never takes the reference dose, NaN where not evaluated. */
  readonly distanceMm: Volume;
  readonly evaluatedPoints: number;
  /** Points among them whose dose the evaluated dose takes nowhere. */
  readonly withoutAgreement: number;
  /** Points at or above the cutoff outside the evaluated grid; not evaluated. */
  readonly outsidePoints: number;
  readonly warnings: readonly Warning[];
}

/** So large that the square of any gap between two Float32 doses is Infinity: it rules the cell out. */
const ANY_GAP_PER_GY = 1e200;

/**
 * Distance from every voxel centre of the reference dose to the nearest point where the evaluated dose is the same, exact
 * for the piecewise linear evaluated dose of {@link gammaIndex}.
 *
 *   DTA(p) = min { |q − p| : D_evaluated(q) = D_reference(p) }
 *
 * @throws InvalidInputError as {@link gammaIndex} for the doses; if cutoffGy is not ≥ 0
 * @throws CancelledError if the signal is aborted
 * @source Harms, Low, Wong, Purdy, A software tool for the quantitative evaluation of 3D dose calculation algorithms (1998), doi:10.1118/1.598363
 */
export async function distanceToAgreement(
  { reference, evaluated, cutoffGy = 0 }: AgreementRequest,
  control: RunControl = {},
): Promise<AgreementResult> {
  assertDosePair(reference, evaluated);
  if (!(Number.isFinite(cutoffGy) && cutoffGy >= 0))
    throw new InvalidInputError("cutoffGy", cutoffGy, "a dose ≥ 0 Gy");
  const field = simplexField(evaluated);
  const search = cellSearch(field, 1);
  search.perGy = ANY_GAP_PER_GY;
  const distanceAt = (xMm: number, yMm: number, zMm: number, doseGy: number): number => {
    search.px = xMm;
    search.py = yMm;
    search.pz = zMm;
    search.doseGy = doseGy;
    search.best = Number.POSITIVE_INFINITY;
    return Math.sqrt(nearestLevelSquared(search));
  };
  const sliceRange = [0, reference.grid.size[2]] as const;
  const { values, outsidePoints } = await evaluatePoints(
    { reference, evaluated, field, cutoffGy, needsDose: false, sliceRange },
    "distance to agreement",
    distanceAt,
    control,
  );
  let evaluatedPoints = 0;
  let withoutAgreement = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    evaluatedPoints++;
    if (value === Number.POSITIVE_INFINITY) withoutAgreement++;
  }
  assertSomethingEvaluated(evaluatedPoints, outsidePoints, cutoffGy);
  return {
    distanceMm: createVolume(reference.grid, "mm", reference.frameOfReferenceUid, values),
    evaluatedPoints,
    withoutAgreement,
    outsidePoints,
    warnings: outsideWarnings(outsidePoints, "distance to agreement"),
  };
}
