import { createVolume, type Vec3, type Volume, voxelToPatient } from "@isodose/core";

/**
 * A coarser volume: each voxel the mean of a block of voxels, so that noise and detail finer than the new voxel go.
 * @param spacingMm - aimed at along every axis; blocks are of whole voxels, at least one, and a rest at the far end is dropped
 */
export function shrinkVolume(volume: Volume, spacingMm: number): Volume {
  const { grid } = volume;
  const block = grid.spacingMm.map((s, a) =>
    Math.min(grid.size[a]!, Math.max(1, Math.round(spacingMm / s))),
  ) as unknown as Vec3;
  const [bx, by, bz] = block;
  if (bx * by * bz === 1) return volume;
  const size = grid.size.map((n, a) => Math.floor(n / block[a]!)) as unknown as Vec3;
  const [nx, ny] = grid.size;
  const [mx, my, mz] = size;
  const data = volume.values.data;
  const out = new Float32Array(mx * my * mz);
  for (let k = 0; k < mz * bz; k++) {
    for (let j = 0; j < my * by; j++) {
      const from = nx * (j + ny * k);
      const to = mx * (Math.floor(j / by) + my * Math.floor(k / bz));
      for (let i = 0; i < mx * bx; i++) out[to + Math.floor(i / bx)]! += data[from + i]!;
    }
  }
  const perBlock = 1 / (bx * by * bz);
  for (let n = 0; n < out.length; n++) out[n]! *= perBlock;
  return createVolume(
    {
      size,
      spacingMm: grid.spacingMm.map((s, a) => s * block[a]!) as unknown as Vec3,
      originMm: voxelToPatient(grid, [(bx - 1) / 2, (by - 1) / 2, (bz - 1) / 2]),
      direction: grid.direction,
    },
    volume.unit,
    volume.frameOfReferenceUid,
    out,
  );
}
