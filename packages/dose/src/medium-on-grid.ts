import {
  type Grid,
  isSameGrid,
  type Medium,
  patientToVoxel,
  voxelCount,
  voxelToPatient,
} from "@isodose/core";

/** Points a side that the mean density of a voxel is taken over. */
const POINTS = 3;

/**
 * Matter on another grid: a voxel has the mean density of 3 × 3 × 3 points in it and the material of most of its mass; vacuum beyond
 * the medium.
 */
export function mediumOnGrid(medium: Medium, grid: Grid): Medium {
  if (isSameGrid(medium.grid, grid)) return medium;
  const [mx, my, mz] = medium.grid.size;
  const [nx, ny, nz] = grid.size;
  const density = new Float32Array(voxelCount(grid));
  const material = new Uint8Array(density.length);
  const mass = new Float64Array(medium.materials.length);
  // Voxel coordinates of one grid are affine in those of the other.
  const at = (i: number, j: number, k: number) =>
    patientToVoxel(medium.grid, voxelToPatient(grid, [i, j, k]));
  const base = at(0, 0, 0);
  const steps = [at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)].map((p) => p.map((c, a) => c - base[a]!));
  const inside = Array.from({ length: POINTS }, (_, n) => (n + 0.5) / POINTS - 0.5);
  let v = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        mass.fill(0);
        let sum = 0;
        for (const dk of inside) {
          for (const dj of inside) {
            for (const di of inside) {
              const c = (a: number): number =>
                Math.round(
                  base[a]! + (i + di) * steps[0]![a]! + (j + dj) * steps[1]![a]! + (k + dk) * steps[2]![a]!,
                );
              const [x, y, z] = [c(0), c(1), c(2)];
              if (x < 0 || y < 0 || z < 0 || x >= mx || y >= my || z >= mz) continue;
              const from = x + mx * (y + my * z);
              const rho = medium.densityGPerCm3[from]!;
              sum += rho;
              mass[medium.materialIndex[from]!]! += rho;
            }
          }
        }
        density[v] = sum / POINTS ** 3;
        let most = 0;
        for (let m = 1; m < mass.length; m++) if (mass[m]! > mass[most]!) most = m;
        material[v] = most;
      }
    }
  }
  return { grid, densityGPerCm3: density, materialIndex: material, materials: medium.materials };
}
