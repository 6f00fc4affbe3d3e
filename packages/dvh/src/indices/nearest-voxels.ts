import { type DvhCurve, type Volume, voxelToPatient, voxelVolumeMm3 } from "@isodose/core";
import {
  type Solid,
  solidOccupancy,
  solidVolume,
  structureOccupancy,
  structureVolumeCc,
} from "@isodose/geometry";
import { isOccupancy, isSolid } from "../dvh-region.ts";
import { assertFrame, type DvhRecipe, nameOf, nearestDose } from "./dvh-recipe.ts";
import { stepCurve } from "./step-curve.ts";

/** The dose of the voxel in each part of the structure: the part of every voxel that lies inside, exactly. */
export function nearestVoxels(recipe: DvhRecipe): DvhCurve {
  const { structure, dose } = recipe;
  assertFrame(recipe);
  if (isOccupancy(structure)) return nearestOfOccupancy(recipe, structure);
  const found = isSolid(structure)
    ? { ...solidOccupancy(structure, dose.grid), volumeOutsideGridCc: 0 }
    : structureOccupancy(structure, dose.grid, recipe);
  const perVoxel = voxelVolumeMm3(dose.grid) / 1000;
  const doseGy: number[] = [];
  const cc: number[] = [];
  const part = found.occupancy.values.data;
  const data = dose.values.data;
  let insideCc = 0;
  for (let n = 0; n < part.length; n++) {
    if (!(part[n]! > 0)) continue;
    doseGy.push(data[n]!);
    cc.push(part[n]! * perVoxel);
    insideCc += part[n]! * perVoxel;
  }
  // Fractions are float32, and those of a solid approximate: what they lack by less than 0.1 % is rounding.
  const volumeCc = isSolid(structure) ? exactCc(structure) : structureVolumeCc(structure, recipe);
  const lack = volumeCc - insideCc;
  const outsideCc = isSolid(structure) ? (lack > 1e-3 * volumeCc ? lack : 0) : found.volumeOutsideGridCc;
  const scale = insideCc > 0 ? (volumeCc - outsideCc) / insideCc : 1;
  return stepCurve(
    nameOf(recipe),
    volumeCc,
    Float64Array.from(doseGy),
    Float64Array.from(cc, (v) => v * scale),
  );
}

/** Each voxel of an occupancy is cut in so many parts along each axis, which take the dose of the nearest dose voxel. */
const PARTS = 4;

function nearestOfOccupancy(recipe: DvhRecipe, occupancy: Volume): DvhCurve {
  const { dose } = recipe;
  const { grid } = occupancy;
  const [nx, ny, nz] = grid.size;
  const part = occupancy.values.data;
  const perPart = voxelVolumeMm3(grid) / 1000 / PARTS ** 3;
  const doseGy: number[] = [];
  const cc: number[] = [];
  let volumeCc = 0;
  let n = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const fraction = part[n++]!;
        if (!(fraction > 0)) continue;
        volumeCc += fraction * perPart * PARTS ** 3;
        for (let p = 0; p < PARTS ** 3; p++) {
          const at = (index: number, m: number) => index - 0.5 + ((m % PARTS) + 0.5) / PARTS;
          const found = nearestDose(
            dose,
            voxelToPatient(grid, [at(i, p), at(j, Math.floor(p / PARTS)), at(k, Math.floor(p / PARTS ** 2))]),
          );
          if (found === undefined) continue;
          doseGy.push(found);
          cc.push(fraction * perPart);
        }
      }
  return stepCurve(nameOf(recipe), volumeCc, Float64Array.from(doseGy), Float64Array.from(cc));
}

function exactCc(solid: Solid): number {
  const { min, max } = solid.boundsMm;
  const boxCc = ((max[0] - min[0]) * (max[1] - min[1]) * (max[2] - min[2])) / 1000;
  return boxCc > 0 ? solidVolume(solid, 1e-4 * boxCc).volumeCc : 0;
}
