import type { Volume } from "@isodose/core";
import { applyAffine } from "./sampling/dose-lattice.ts";
import type { PieceSource } from "./sampling/piece-source.ts";

/** The dose voxels about a region. */
export interface VoxelsAbout {
  readonly lowGy: number;
  readonly highGy: number;
  /** A dose that no more than this volume of them has, Gy. */
  doseHeldBy(mm3: number): number;
}

const LEVELS = 1024;

/** Lowest and highest dose of the voxels in the box that encloses a region, and how much of them is hot. */
export function voxelsAbout(dose: Volume, { low, high, lattice }: PieceSource): VoxelsAbout {
  const first = [...dose.grid.size];
  const last = [-1, -1, -1];
  for (let n = 0; n < 8; n++) {
    const corner = [n & 1 ? high[0] : low[0], n & 2 ? high[1] : low[1], n & 4 ? high[2] : low[2]] as const;
    applyAffine(lattice.toVoxel, corner).forEach((c, a) => {
      const end = dose.grid.size[a]! - 1;
      first[a] = Math.min(first[a]!, end, Math.max(0, Math.floor(c)));
      last[a] = Math.max(last[a]!, Math.min(end, Math.max(0, Math.ceil(c))));
    });
  }
  const data = dose.values.data;
  const [nx, ny] = dose.grid.size;
  let lowGy = Number.POSITIVE_INFINITY;
  let highGy = Number.NEGATIVE_INFINITY;
  for (let k = first[2]!; k <= last[2]!; k++) {
    for (let j = first[1]!; j <= last[1]!; j++) {
      const row = nx * (j + ny * k);
      const end = row + last[0]!;
      for (let n = row + first[0]!; n <= end; n++) {
        const d = data[n]!;
        if (d < lowGy) lowGy = d;
        if (d > highGy) highGy = d;
      }
    }
  }
  const doseHeldBy = (mm3: number): number => {
    const most = mm3 / lattice.unitMm3;
    const scale = (LEVELS - 1e-6) / Math.max(1e-9, highGy - lowGy);
    // The upper half of the doses is enough for a small hot part.
    const from = 0.5 * (lowGy + highGy);
    const counts = new Uint32Array(LEVELS);
    for (let k = first[2]!; k <= last[2]!; k++) {
      for (let j = first[1]!; j <= last[1]!; j++) {
        const row = nx * (j + ny * k);
        const end = row + last[0]!;
        for (let n = row + first[0]!; n <= end; n++) {
          const d = data[n]!;
          if (d > from) counts[((d - lowGy) * scale) | 0]!++;
        }
      }
    }
    let level = LEVELS;
    for (let count = 0; level > LEVELS / 2; level--) {
      count += counts[level - 1]!;
      if (count > most) break;
    }
    return lowGy + level / scale;
  };
  return { lowGy, highGy, doseHeldBy };
}
