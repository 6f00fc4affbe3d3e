import {
  InvalidInputError,
  type PatientPoint,
  type Volume,
  voxelToPatient,
  voxelVolumeMm3,
} from "@isodose/core";
import { overlapInVoxels } from "./combine-regions.ts";
import { assertRegion, assertSameGrid } from "./region.ts";

/**
 * Volume of a region: Σ fractions · voxel volume.
 * @returns cc
 * @throws InvalidInputError if `region` is no region
 */
export function regionVolumeCc(region: Volume): number {
  assertRegion(region);
  return (sumOf(region.values.data) * voxelVolumeMm3(region.grid)) / 1000;
}

/**
 * Centre of mass of a region of uniform density, from the voxel centres weighted by the fractions.
 * @returns LPS, mm
 * @throws InvalidInputError if `region` is no region, or empty
 */
export function regionCentroidMm(region: Volume): PatientPoint {
  assertRegion(region);
  const data = region.values.data;
  const [nx, ny, nz] = region.grid.size;
  let sum = 0;
  let si = 0;
  let sj = 0;
  let sk = 0;
  let v = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const f = data[v++]!;
        sum += f;
        si += f * i;
        sj += f * j;
        sk += f * k;
      }
    }
  }
  if (!(sum > 0)) throw new InvalidInputError("region", "empty", "a region with volume");
  return voxelToPatient(region.grid, [si / sum, sj / sum, sk / sum]);
}

/**
 * Dice coefficient of two regions on one grid.
 *
 *   DSC = 2 |A ∩ B| / (|A| + |B|)
 *
 * @returns 0 (apart) to 1 (equal)
 * @throws InvalidInputError if both are empty, one is no region, or they are not on one grid
 * @source Dice, Ecology 26 (1945) 297, doi:10.2307/1932409
 */
export function diceCoefficient(a: Volume, b: Volume): number {
  assertSameGrid(a, b);
  const sum = sumOf(a.values.data) + sumOf(b.values.data);
  if (!(sum > 0)) throw new InvalidInputError("regions", "both empty", "at least one with volume");
  return (2 * overlapInVoxels(a, b)) / sum;
}

function sumOf(data: Float32Array): number {
  let sum = 0;
  for (let v = 0; v < data.length; v++) sum += data[v]!;
  return sum;
}
