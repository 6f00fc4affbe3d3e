import { createVolume, type RunControl, type Volume, type Warning } from "@isodose/core";
import type { InterpolatedValue } from "../dose-interpolation.ts";
import { trilinearDoseGy } from "./dose-difference.ts";
import { evaluatePoints } from "./evaluate-points.ts";
import {
  assertSomethingEvaluated,
  type GammaCriteria,
  type GammaRequest,
  gammaCriteria,
  outsideWarnings,
} from "./gamma-request.ts";
import { PASS_TOLERANCE } from "./gamma-result.ts";
import { simplexField } from "./simplex-field.ts";

/** A chi comparison. */
export interface ChiResult {
  /** Chi on the reference grid, unit "chi": positive where the evaluated dose is higher; NaN where not evaluated. */
  readonly chi: Volume;
  readonly evaluatedPoints: number;
  /** Points with |chi| ≤ 1 (within 1e-5, the rounding of doses stored as Float32). */
  readonly passedPoints: number;
  readonly passPercent: number;
  readonly meanChi: number;
  readonly maxAbsoluteChi: number;
  /** Points at or above the cutoff that lie outside the evaluated grid: no chi. */
  readonly outsidePoints: number;
  readonly criteria: Omit<GammaCriteria, "maxGamma" | "sliceRange">;
  readonly warnings: readonly Warning[];
}

/**
 * Chi index: the dose difference at each reference point over a tolerance that widens with the local slope; no search, and it
 * keeps the sign.
 *
 *   χ(p) = (D_evaluated(p) − D_reference(p)) / √( ΔD² + distanceMm² · |∇D_reference(p)|² )
 *
 * For a linear dose |χ| is gamma. The evaluated dose is interpolated trilinearly; the slope is by central differences of the
 * reference voxels, one-sided at the edge of the grid. Criteria and cutoff as {@link gammaIndex}.
 * @throws InvalidInputError, CancelledError as {@link gammaIndex}
 * @source Bakai, Alber, Nüsslin, A revision of the γ-evaluation concept for the comparison of dose distributions (2003), doi:10.1088/0031-9155/48/21/006
 */
export async function chiIndex(
  request: Omit<GammaRequest, "maxGamma" | "sliceRange">,
  control: RunControl = {},
): Promise<ChiResult> {
  const {
    maxGamma: _,
    sliceRange,
    ...criteria
  } = gammaCriteria({ ...request, sliceRange: undefined } as GammaRequest);
  const { dosePercent, distanceMm, local, normalisationGy, cutoffGy } = criteria;
  const { reference, evaluated } = request;
  const field = simplexField(evaluated);
  const scratch: InterpolatedValue = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  const chiAt = (xMm: number, yMm: number, zMm: number, doseGy: number, voxel: number): number => {
    const criterionGy = (dosePercent / 100) * (local ? doseGy : normalisationGy);
    const difference = trilinearDoseGy(field, xMm, yMm, zMm, scratch) - doseGy;
    return difference / Math.sqrt(criterionGy ** 2 + distanceMm ** 2 * slopeSquared(reference, voxel));
  };
  const { values, outsidePoints } = await evaluatePoints(
    { reference, evaluated, field, cutoffGy, needsDose: local, sliceRange },
    "chi",
    chiAt,
    control,
  );
  let evaluatedPoints = 0;
  let passedPoints = 0;
  let sum = 0;
  let max = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    evaluatedPoints++;
    sum += value;
    if (Math.abs(value) <= 1 + PASS_TOLERANCE) passedPoints++;
    if (Math.abs(value) > max) max = Math.abs(value);
  }
  assertSomethingEvaluated(evaluatedPoints, outsidePoints, cutoffGy);
  return {
    chi: createVolume(reference.grid, "chi", reference.frameOfReferenceUid, values),
    evaluatedPoints,
    passedPoints,
    passPercent: (100 * passedPoints) / evaluatedPoints,
    meanChi: sum / evaluatedPoints,
    maxAbsoluteChi: max,
    outsidePoints,
    criteria,
    warnings: outsideWarnings(outsidePoints, "chi"),
  };
}

/** |∇D|² at a voxel, (Gy/mm)². */
function slopeSquared({ grid, values }: Volume, voxel: number): number {
  const [nx, ny, nz] = grid.size;
  const [hx, hy, hz] = grid.spacingMm;
  const data = values.data;
  const i = voxel % nx;
  const j = Math.floor(voxel / nx) % ny;
  const k = Math.floor(voxel / (nx * ny));
  const gx = slopeOnAxis(data, voxel, i, nx, 1, hx);
  const gy = slopeOnAxis(data, voxel, j, ny, nx, hy);
  const gz = slopeOnAxis(data, voxel, k, nz, nx * ny, hz);
  return gx * gx + gy * gy + gz * gz;
}

function slopeOnAxis(
  data: Float32Array,
  voxel: number,
  i: number,
  n: number,
  step: number,
  hMm: number,
): number {
  if (n === 1) return 0;
  const lower = i > 0 ? step : 0;
  const upper = i < n - 1 ? step : 0;
  return (data[voxel + upper]! - data[voxel - lower]!) / ((upper + lower) / step) / hMm;
}
