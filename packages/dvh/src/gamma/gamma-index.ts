import type { RunControl } from "@isodose/core";
import { cellSearch } from "./cell-search.ts";
import { evaluatePoints } from "./evaluate-points.ts";
import { nearestGammaSquared } from "./gamma-of-cell.ts";
import {
  assertSliceRange,
  assertSomethingEvaluated,
  type GammaRequest,
  gammaCriteria,
} from "./gamma-request.ts";
import { type GammaResult, gammaResult, slicesOfGrid } from "./gamma-result.ts";
import { simplexField } from "./simplex-field.ts";

/**
 * Gamma index at every voxel centre p of the reference dose that reaches the cutoff, against the evaluated dose:
 *
 *   γ(p) = min over q of √( |q − p|² / distanceMm² + (D_evaluated(q) − D_reference(p))² / ΔD² )
 *   ΔD = dosePercent / 100 · normalisationGy, or with `local` dosePercent / 100 · D_reference(p)
 *
 * in 3D, or 2D and 1D where a grid has axes of one voxel. The grids may differ in origin, spacing and direction. The
 * evaluated dose between voxel centres is the piecewise linear function on six tetrahedra a cell (two triangles in a slice),
 * continuous, equal to the dose at voxel centres and within a cell up to its mixed second differences away from the
 * trilinear interpolant. Over all of it the minimum is found exactly: no step of interpolation, no search radius; what is
 * left is the rounding of Float32, 1e-6 of gamma. With `local`, points without dose have no criterion and are left out.
 *
 * Time grows with gamma itself: around 1 µs a point below 1, tens of µs where it is 10; `maxGamma` bounds that.
 *
 * Points of the reference outside the box of the evaluated voxel centres are counted and reported, not evaluated.
 * @throws InvalidInputError if a criterion is not > 0, a dose is NaN, negative or not in Gy, the frames of reference differ,
 *   no point reaches the cutoff, or the grids do not overlap
 * @throws CancelledError if the signal is aborted
 * @source Low, Harms, Mutic, Purdy, A technique for the quantitative evaluation of dose distributions (1998), doi:10.1118/1.598248;
 *   Ju, Simpson, Deasy, Low, Geometric interpretation of the γ dose distribution comparison technique (2008), doi:10.1118/1.2836952
 * @example
 * const { passPercent, gamma } = await gammaIndex({ reference, evaluated, dosePercent: 2, distanceMm: 1 });
 */
export async function gammaIndex(request: GammaRequest, control: RunControl = {}): Promise<GammaResult> {
  const slices = request.sliceRange ?? [0, request.reference.grid.size[2]];
  const result = await prepareGamma(request)(slices, control);
  if (request.sliceRange === undefined)
    assertSomethingEvaluated(result.evaluatedPoints, result.outsidePoints, result.criteria.cutoffGy);
  return result;
}

/**
 * Check a gamma request and prepare its evaluated dose once, to evaluate slice range after slice range: {@link gammaIndex} in
 * parts, for {@link mergeGamma}.
 * @returns evaluates reference slices from ≤ k < to; nothing to evaluate in them is no error
 * @throws InvalidInputError as {@link gammaCriteria}
 */
export function prepareGamma(
  request: GammaRequest,
): (sliceRange: readonly [from: number, to: number], control?: RunControl) => Promise<GammaResult> {
  const whole = gammaCriteria(request);
  const { dosePercent, distanceMm, local, normalisationGy, cutoffGy } = whole;
  const { reference, evaluated } = request;
  const field = simplexField(evaluated);
  const search = cellSearch(field, distanceMm);
  const perMm = 1 / distanceMm;
  const criterionGy = (dosePercent / 100) * normalisationGy;
  const limit = whole.maxGamma ** 2;
  const gammaAt = (xMm: number, yMm: number, zMm: number, doseGy: number): number => {
    search.px = xMm * perMm;
    search.py = yMm * perMm;
    search.pz = zMm * perMm;
    search.doseGy = doseGy;
    search.perGy = 1 / (local ? (dosePercent / 100) * doseGy : criterionGy);
    search.best = limit;
    return Math.sqrt(nearestGammaSquared(search));
  };
  return async (sliceRange, control = {}) => {
    assertSliceRange(sliceRange, reference.grid.size[2]);
    const { values, outsidePoints } = await evaluatePoints(
      { reference, evaluated, field, cutoffGy, needsDose: local, sliceRange },
      "gamma",
      gammaAt,
      control,
    );
    const grid = slicesOfGrid(reference.grid, sliceRange);
    const criteria = { ...whole, sliceRange };
    return gammaResult(grid, reference.frameOfReferenceUid, values, outsidePoints, criteria);
  };
}
