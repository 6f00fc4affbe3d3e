import { type Grid, voxelCount } from "@isodose/core";
import type { Solid } from "@isodose/geometry";

/** A solid filled with one value. */
export interface Paint {
  readonly solid: Solid;
  readonly value: number;
}

/** Subsamples along each axis of a voxel that a surface may cross. */
const SUBSAMPLES = 2;
const PER_VOXEL = SUBSAMPLES ** 3;

/**
 * Values of a scene of solids on a grid, later solids over earlier ones, each voxel the mean over 2 × 2 × 2 subsamples.
 *
 * A voxel whose centre is farther from a solid's surface than its corners is wholly in or out of it; only the others
 * get subsamples of their own, which later solids paint one by one.
 *
 * @param grid - axes along LPS x, y, z
 * @param background - value where nothing is painted
 * @returns length nx · ny · nz, x fastest
 */
export function paintVolume(grid: Grid, background: number, paints: readonly Paint[]): Float32Array {
  const values = new Float32Array(voxelCount(grid)).fill(background);
  const slots: Slots = {
    ofVoxel: new Int32Array(values.length).fill(-1),
    values: new Float32Array(1 << 20),
    count: 0,
  };
  for (const paint of paints) paintSolid(grid, paint, values, slots);
  for (let voxel = 0; voxel < values.length; voxel++) {
    const slot = slots.ofVoxel[voxel]!;
    if (slot < 0) continue;
    let sum = 0;
    for (let n = 0; n < PER_VOXEL; n++) sum += slots.values[slot * PER_VOXEL + n]!;
    values[voxel] = sum / PER_VOXEL;
  }
  return values;
}

/** Subsamples of the voxels that have them: those of slot s at s · PER_VOXEL. */
interface Slots {
  readonly ofVoxel: Int32Array;
  values: Float32Array;
  count: number;
}

function paintSolid(grid: Grid, { solid, value }: Paint, values: Float32Array, slots: Slots): void {
  const { implicit, boundsMm } = solid;
  const [nx, ny] = grid.size;
  const [sx, sy, sz] = grid.spacingMm;
  const [ox, oy, oz] = grid.originMm;
  const reach = Math.hypot(sx, sy, sz) / 2;
  const low = (a: 0 | 1 | 2) =>
    Math.max(0, Math.floor((boundsMm.min[a] - grid.originMm[a]) / grid.spacingMm[a] + 0.5));
  const high = (a: 0 | 1 | 2) =>
    Math.min(grid.size[a] - 1, Math.floor((boundsMm.max[a] - grid.originMm[a]) / grid.spacingMm[a] + 0.5));
  const [i0, j0, k0] = [low(0), low(1), low(2)];
  const [i1, j1, k1] = [high(0), high(1), high(2)];
  for (let k = k0; k <= k1; k++) {
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++) {
        const x = ox + i * sx;
        const y = oy + j * sy;
        const z = oz + k * sz;
        const f = implicit(x, y, z);
        if (f >= reach) continue;
        const voxel = i + nx * (j + ny * k);
        if (f <= -reach) {
          values[voxel] = value;
          slots.ofVoxel[voxel] = -1;
          continue;
        }
        const slot = slotOf(voxel, values, slots);
        for (let n = 0; n < PER_VOXEL; n++) {
          const a = (((n % SUBSAMPLES) + 0.5) / SUBSAMPLES - 0.5) * sx;
          const b = (((Math.floor(n / SUBSAMPLES) % SUBSAMPLES) + 0.5) / SUBSAMPLES - 0.5) * sy;
          const c = ((Math.floor(n / SUBSAMPLES ** 2) + 0.5) / SUBSAMPLES - 0.5) * sz;
          if (implicit(x + a, y + b, z + c) < 0) slots.values[slot * PER_VOXEL + n] = value;
        }
      }
    }
  }
}

/** The voxel's slot; a new one starts with the voxel's value. */
function slotOf(voxel: number, values: Float32Array, slots: Slots): number {
  const existing = slots.ofVoxel[voxel]!;
  if (existing >= 0) return existing;
  const slot = slots.count++;
  if ((slot + 1) * PER_VOXEL > slots.values.length) {
    const wider = new Float32Array(2 * slots.values.length);
    wider.set(slots.values);
    slots.values = wider;
  }
  slots.values.fill(values[voxel]!, slot * PER_VOXEL, (slot + 1) * PER_VOXEL);
  slots.ofVoxel[voxel] = slot;
  return slot;
}
