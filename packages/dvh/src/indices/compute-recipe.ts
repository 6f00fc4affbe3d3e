import { type DvhCurve, InvalidInputError, type RunControl, throwIfCancelled } from "@isodose/core";
import { assertDose } from "../check-dose.ts";
import { computeDvh } from "../compute-dvh.ts";
import { countVoxels } from "./count-voxels.ts";
import type { DvhRecipe } from "./dvh-recipe.ts";
import { nearestVoxels } from "./nearest-voxels.ts";
import { binnedCurve } from "./step-curve.ts";

/**
 * The DVH that a recipe gives; without `sampling`, `binGy` and `nearest` that of `computeDvh`.
 * @throws InvalidInputError as `computeDvh`
 * @throws UnsupportedError for `voxel-count` of a solid, or of contours that do not lie in planes of the dose grid
 * @throws CancelledError if `control.signal` has been aborted
 */
export function computeRecipe(recipe: DvhRecipe, control: RunControl = {}): DvhCurve {
  const { interpolation = "trilinear", sampling = "exact", binGy } = recipe;
  throwIfCancelled(control.signal);
  assertDose(recipe.dose);
  if (binGy !== undefined && !(Number.isFinite(binGy) && binGy > 0))
    throw new InvalidInputError("binGy", binGy, "a number > 0 Gy");
  if (!["trilinear", "tricubic", "nearest"].includes(interpolation))
    throw new InvalidInputError("interpolation", interpolation, '"trilinear", "tricubic" or "nearest"');
  if (sampling !== "exact" && sampling !== "voxel-count")
    throw new InvalidInputError("sampling", sampling, '"exact" or "voxel-count"');
  let curve: DvhCurve;
  if (sampling === "voxel-count") curve = countVoxels(recipe);
  else if (interpolation === "nearest") curve = nearestVoxels(recipe);
  else {
    const { binGy: _bins, sampling: _sampling, ...request } = recipe;
    curve = computeDvh({ ...request, interpolation }, control);
  }
  return binGy === undefined ? curve : binnedCurve(curve, binGy);
}
