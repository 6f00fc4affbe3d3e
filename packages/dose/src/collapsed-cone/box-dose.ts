import { type Grid, isSameGrid, type Medium, patientToVoxel, voxelToPatient } from "@isodose/core";
import type { BeamBox, BoxMatter } from "./beam-box.ts";

/** 1 MeV/g in Gy. @source SI (2019): 1 eV = 1.602176634e-19 J */
const GY_PER_MEV_PER_GRAM = 1.602176634e-10;

/** Less than this is vacuum: no dose. */
const VACUUM_G_PER_CM3 = 1e-4;

/** Energy over mass, Gy by voxel; −1 in vacuum. */
export function boxDose(box: BeamBox, matter: BoxMatter, depositMeV: Float32Array): Float32Array {
  const gramsPerDensity = 1e-3 * box.spacingMm[0] * box.spacingMm[1] * box.spacingMm[2];
  const dose = new Float32Array(depositMeV.length);
  for (let v = 0; v < dose.length; v++) {
    const rho = matter.densityGPerCm3[v]!;
    const gy = (GY_PER_MEV_PER_GRAM * depositMeV[v]!) / (rho * gramsPerDensity);
    dose[v] = rho < VACUUM_G_PER_CM3 ? -1 : Math.max(0, gy);
  }
  return dose;
}

/** Thinner matter than this, air, does not count. */
const MATTER_G_PER_CM3 = 0.05;

/** Largest dose to matter on the sides of a box across x and y, of those that are cropped. */
export function largestAtSides(
  box: BeamBox,
  matter: BoxMatter,
  dose: Float32Array,
  cropped: readonly [boolean, boolean],
): number {
  const [nx, ny, nz] = box.size;
  let most = 0;
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const onX = cropped[0] && (i === 0 || i === nx - 1);
      const onY = cropped[1] && (j === 0 || j === ny - 1);
      if (!onX && !onY) continue;
      const column = nz * (i + nx * j);
      for (let k = 0; k < nz; k++) {
        if (matter.densityGPerCm3[column + k]! < MATTER_G_PER_CM3) continue;
        most = Math.max(most, dose[column + k]!);
      }
    }
  }
  return most;
}

/** No dose where the centre of a voxel lies in vacuum. */
export function clearVacuum(medium: Medium, grid: Grid, dose: Float32Array): void {
  if (isSameGrid(grid, medium.grid)) {
    for (let v = 0; v < dose.length; v++) if (medium.densityGPerCm3[v]! < VACUUM_G_PER_CM3) dose[v] = 0;
    return;
  }
  const [nx, ny, nz] = grid.size;
  const [sx, sy, sz] = medium.grid.size;
  const [a0, b0, c0] = patientToVoxel(medium.grid, voxelToPatient(grid, [0, 0, 0]));
  const stepAlong = (step: readonly [number, number, number]) => {
    const p = patientToVoxel(medium.grid, voxelToPatient(grid, step));
    return [p[0] - a0, p[1] - b0, p[2] - c0] as const;
  };
  const pi = stepAlong([1, 0, 0]);
  const pj = stepAlong([0, 1, 0]);
  const pk = stepAlong([0, 0, 1]);
  let v = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        if (dose[v] === 0) continue;
        // A face belongs to the voxel inside.
        const a = Math.round(a0 + i * pi[0] + j * pj[0] + k * pk[0]);
        const b = Math.round(b0 + i * pi[1] + j * pj[1] + k * pk[1]);
        const c = Math.round(c0 + i * pi[2] + j * pj[2] + k * pk[2]);
        const inside = a >= 0 && b >= 0 && c >= 0 && a < sx && b < sy && c < sz;
        if (!inside || medium.densityGPerCm3[a + sx * (b + sy * c)]! < VACUUM_G_PER_CM3) dose[v] = 0;
      }
    }
  }
}
