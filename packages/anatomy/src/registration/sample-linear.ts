import type { Volume } from "@isodose/core";

/**
 * Value between voxel centres, trilinear.
 * @param i - voxel index, fractional; likewise j, k
 * @param outside - given beyond the outer voxel centres
 */
export function sampleLinear(volume: Volume, i: number, j: number, k: number, outside: number): number {
  const [nx, ny, nz] = volume.grid.size;
  if (!(i >= 0 && j >= 0 && k >= 0 && i <= nx - 1 && j <= ny - 1 && k <= nz - 1)) return outside;
  const data = volume.values.data;
  const i0 = Math.min(Math.floor(i), Math.max(0, nx - 2));
  const j0 = Math.min(Math.floor(j), Math.max(0, ny - 2));
  const k0 = Math.min(Math.floor(k), Math.max(0, nz - 2));
  const x = i - i0;
  const y = j - j0;
  const z = k - k0;
  // An axis of one voxel has no neighbour: the step is 0 and its weight too.
  const dx = nx > 1 ? 1 : 0;
  const dy = ny > 1 ? nx : 0;
  const dz = nz > 1 ? nx * ny : 0;
  const n = i0 + nx * (j0 + ny * k0);
  const low =
    (1 - y) * ((1 - x) * data[n]! + x * data[n + dx]!) +
    y * ((1 - x) * data[n + dy]! + x * data[n + dy + dx]!);
  const m = n + dz;
  const high =
    (1 - y) * ((1 - x) * data[m]! + x * data[m + dx]!) +
    y * ((1 - x) * data[m + dy]! + x * data[m + dy + dx]!);
  return (1 - z) * low + z * high;
}
