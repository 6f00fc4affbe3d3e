import type { Vec3, Volume } from "@isodose/core";

/** The smallest box of voxels that holds every value but 0: low ≤ index < high. */
export interface MatterBox {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** Find it. Looks at empty voxels and at two others a row only. @returns low = high = 0 for an empty volume */
export function matterBox(volume: Volume): MatterBox {
  const [nx, ny, nz] = volume.grid.size;
  const data = volume.values.data;
  const low = [nx, ny, nz] as [number, number, number];
  const high = [0, 0, 0] as [number, number, number];
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = (k * ny + j) * nx;
      let first = 0;
      while (first < nx && data[row + first] === 0) first++;
      if (first === nx) continue;
      let last = nx - 1;
      while (data[row + last] === 0) last--;
      if (first < low[0]) low[0] = first;
      if (last >= high[0]) high[0] = last + 1;
      if (j < low[1]) low[1] = j;
      if (j >= high[1]) high[1] = j + 1;
      if (k < low[2]) low[2] = k;
      high[2] = k + 1;
    }
  }
  return high[0] === 0 ? { low: [0, 0, 0], high: [0, 0, 0] } : { low, high };
}
