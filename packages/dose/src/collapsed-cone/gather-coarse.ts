import type { BeamBox } from "./beam-box.ts";

/** Energy by [voxel of the list][group]. */
export interface VoxelEnergy {
  readonly voxels: Int32Array;
  readonly energy: Float32Array;
}

/**
 * Add up energy of a fine box in the voxels of a coarse one around it; energy is kept.
 * @param ratio - coarse voxel over fine voxel, whole numbers; faces of both boxes coincide
 */
export function gatherCoarse(
  fine: BeamBox,
  coarse: BeamBox,
  ratio: readonly [number, number, number],
  { voxels, energy }: VoxelEnergy,
  groups: number,
): VoxelEnergy {
  const [nx, , nz] = fine.size;
  // Fine voxels from the first face of the coarse box to that of the fine one.
  const [di, dj, dk] = [0, 1, 2].map((a) =>
    Math.round(
      (fine.firstMm[a]! - fine.spacingMm[a]! / 2 - coarse.firstMm[a]! + coarse.spacingMm[a]! / 2) /
        fine.spacingMm[a]!,
    ),
  ) as [number, number, number];
  const slotOf = new Int32Array(coarse.size[0] * coarse.size[1] * coarse.size[2]).fill(-1);
  const list: number[] = [];
  const slots = new Int32Array(voxels.length);
  for (let n = 0; n < voxels.length; n++) {
    const column = Math.floor(voxels[n]! / nz);
    const k = voxels[n]! - nz * column;
    const j = Math.floor(column / nx);
    const i = column - nx * j;
    const at =
      Math.floor((k + dk) / ratio[2]) +
      coarse.size[2] * (Math.floor((i + di) / ratio[0]) + coarse.size[0] * Math.floor((j + dj) / ratio[1]));
    if (slotOf[at]! < 0) {
      slotOf[at] = list.length;
      list.push(at);
    }
    slots[n] = slotOf[at]!;
  }
  const out = new Float32Array(list.length * groups);
  for (let n = 0; n < voxels.length; n++) {
    for (let g = 0; g < groups; g++) out[slots[n]! * groups + g]! += energy[n * groups + g]!;
  }
  return { voxels: Int32Array.from(list), energy: out };
}
