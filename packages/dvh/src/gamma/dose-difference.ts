import { createVolume, isSameGrid, type Volume } from "@isodose/core";
import { type InterpolatedValue, interpolateVoxels } from "../dose-interpolation.ts";
import { assertDosePair } from "./gamma-request.ts";
import { isInsideField, placeGrid, type SimplexField, simplexField } from "./simplex-field.ts";

/**
 * Evaluated minus reference dose at the voxel centres of the reference: voxel by voxel where the grids are one, else the
 * evaluated dose interpolated trilinearly.
 *
 *   ΔD(p) = D_evaluated(p) − D_reference(p)
 *
 * @returns Gy, on the reference grid; NaN outside the box of the evaluated voxel centres
 * @throws InvalidInputError if a dose is NaN, negative or not in Gy, or the frames of reference differ
 */
export function doseDifference(reference: Volume, evaluated: Volume): Volume {
  assertDosePair(reference, evaluated);
  if (isSameGrid(reference.grid, evaluated.grid)) {
    const [less, more] = [reference.values.data, evaluated.values.data];
    const values = Float32Array.from(less, (dose, n) => more[n]! - dose);
    return createVolume(reference.grid, "Gy", reference.frameOfReferenceUid, values);
  }
  const field = simplexField(evaluated);
  const { base, stepI, stepJ, stepK } = placeGrid(reference.grid, evaluated.grid);
  const [nx, ny, nz] = reference.grid.size;
  const data = reference.values.data;
  const values = new Float32Array(data.length).fill(Number.NaN);
  const scratch: InterpolatedValue = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const n = i + nx * (j + ny * k);
        const x = base[0] + i * stepI[0] + j * stepJ[0] + k * stepK[0];
        const y = base[1] + i * stepI[1] + j * stepJ[1] + k * stepK[1];
        const z = base[2] + i * stepI[2] + j * stepJ[2] + k * stepK[2];
        if (isInsideField(field, x, y, z)) values[n] = trilinearDoseGy(field, x, y, z, scratch) - data[n]!;
      }
    }
  }
  return createVolume(reference.grid, "Gy", reference.frameOfReferenceUid, values);
}

/** Trilinear dose, Gy, at a position along the axes of the field, mm from its voxel (0, 0, 0). */
export function trilinearDoseGy(
  field: SimplexField,
  xMm: number,
  yMm: number,
  zMm: number,
  scratch: InterpolatedValue,
): number {
  const { data, nx, ny, nz, hx, hy, hz } = field;
  interpolateVoxels(data, nx, ny, nz, xMm / hx, yMm / hy, zMm / hz, scratch);
  return scratch.value;
}
