import type { Grid, Vec3 } from "@isodose/core";

/**
 * A ray in voxel-box coordinates: voxel (i, j, k) is the box [i, i + 1) × [j, j + 1) × [k, k + 1), so that the whole
 * grid is [0, nx] × [0, ny] × [0, nz] and a voxel's centre has half-integer coordinates.
 */
export interface VoxelRay {
  readonly start: Vec3;
  /** Boxes per mm along the ray. */
  readonly directionPerMm: Vec3;
}

/**
 * A ray given in LPS, in voxel-box coordinates of a grid.
 *
 *   p = (eᵀ (x − origin)) / spacing + ½
 *
 * @param startMm - LPS, mm
 * @param directionUnit - LPS unit vector
 */
export function rayToVoxelBoxes(grid: Grid, startMm: Vec3, directionUnit: Vec3): VoxelRay {
  const d = grid.direction;
  const x = startMm[0] - grid.originMm[0];
  const y = startMm[1] - grid.originMm[1];
  const z = startMm[2] - grid.originMm[2];
  const [u, v, w] = directionUnit;
  const [sx, sy, sz] = grid.spacingMm;
  return {
    start: [
      (d[0] * x + d[3] * y + d[6] * z) / sx + 0.5,
      (d[1] * x + d[4] * y + d[7] * z) / sy + 0.5,
      (d[2] * x + d[5] * y + d[8] * z) / sz + 0.5,
    ],
    directionPerMm: [
      (d[0] * u + d[3] * v + d[6] * w) / sx,
      (d[1] * u + d[4] * v + d[7] * w) / sy,
      (d[2] * u + d[5] * v + d[8] * w) / sz,
    ],
  };
}
