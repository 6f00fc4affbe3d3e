import { InvalidInputError, type Volume, voxelToPatient } from "@isodose/core";
import { marchTetrahedra } from "./marching-tetrahedra.ts";
import type { Mesh } from "./mesh.ts";

/**
 * The surface where a volume passes a level, closed: what is above the level is inside. Linear between voxel centres;
 * where the inside reaches the outermost voxels, the surface lies on their outer edges.
 *
 * @param volume - an occupancy (level 0.5), CT numbers, a dose
 * @returns a closed 2-manifold, LPS, mm; empty if nothing is above the level
 * @throws InvalidInputError if the level is not finite
 */
export function meshOfVolume(volume: Volume, level: number): Mesh {
  if (!Number.isFinite(level)) throw new InvalidInputError("level", level, "a finite number");
  const { grid } = volume;
  const { data } = volume.values;
  const [nx, ny, nz] = grid.size;
  // One layer of nodes around the voxels, outside.
  const [mx, my, mz] = [nx + 2, ny + 2, nz + 2];
  const inside = new Uint8Array(mx * my * mz);
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const from = nx * (j + ny * k);
      const to = 1 + mx * (j + 1 + my * (k + 1));
      for (let i = 0; i < nx; i++) inside[to + i] = data[from + i]! > level ? 1 : 0;
    }
  }
  const value = (node: number): number | undefined => {
    const i = (node % mx) - 1;
    const j = (Math.floor(node / mx) % my) - 1;
    const k = Math.floor(node / (mx * my)) - 1;
    return i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz ? undefined : data[i + nx * (j + ny * k)];
  };
  const d = grid.direction;
  const determinant =
    d[0] * (d[4] * d[8] - d[5] * d[7]) -
    d[1] * (d[3] * d[8] - d[5] * d[6]) +
    d[2] * (d[3] * d[7] - d[4] * d[6]);
  return marchTetrahedra({
    size: [mx, my, mz],
    inside,
    crossing: (inner, outer) => {
      const a = value(inner)!;
      const b = value(outer);
      return b === undefined || !Number.isFinite(b) ? 0.5 : (a - level) / (a - b);
    },
    place: (i, j, k) => voxelToPatient(grid, [i - 1, j - 1, k - 1]),
    mirrored: determinant < 0,
  });
}
