import {
  createVolume,
  type Grid,
  patientToVoxel,
  type Volume,
  type VolumeUnit,
  voxelCount,
} from "@isodose/core";
import type { Solid } from "@isodose/geometry";
import type { PhantomPart } from "./phantom-part.ts";
import { TISSUES, type Tissue } from "./tissue.ts";

/** Subsamples along each axis of a voxel that a surface may cross. */
const SUBSAMPLES = 2;
const PER_VOXEL = SUBSAMPLES ** 3;
/** Edge of the blocks that the traversal starts from, voxels. */
const BLOCK = 16;

/**
 * A scene of solids as a volume: later parts over earlier ones, each voxel the mean over 2 × 2 × 2 subsamples. Air where
 * there is no part.
 *
 * Each part is traversed by halving blocks of voxels: a block whose middle is farther from the surface than its corners is
 * wholly in or out; only voxels that a surface may cross get subsamples of their own, which later parts paint one by one.
 *
 * @param grid - of any direction
 * @param valueIn - the value that a tissue has in this volume, e.g. its HU
 * @example paintVolume(parts, grid, (tissue) => tissue.hu, "HU", frameOfReferenceUid)
 */
export function paintVolume(
  parts: readonly PhantomPart[],
  grid: Grid,
  valueIn: (tissue: Tissue) => number,
  unit: VolumeUnit,
  frameOfReferenceUid: string,
): Volume {
  const values = new Float32Array(voxelCount(grid)).fill(valueIn(TISSUES.air));
  const canvas = createCanvas(grid, values);
  for (const part of parts) paintSolid(canvas, part.solid, valueIn(TISSUES[part.tissue]));
  const { slotOf, slots } = canvas;
  for (let voxel = 0; voxel < values.length; voxel++) {
    const slot = slotOf[voxel]!;
    if (slot < 0) continue;
    let sum = 0;
    for (let n = 0; n < PER_VOXEL; n++) sum += slots[slot * PER_VOXEL + n]!;
    values[voxel] = sum / PER_VOXEL;
  }
  return createVolume(grid, unit, frameOfReferenceUid, values);
}

interface Canvas {
  readonly grid: Grid;
  readonly values: Float32Array;
  /** Slot of a voxel's subsamples, −1 where it has none; those of slot s lie at s · PER_VOXEL. */
  readonly slotOf: Int32Array;
  slots: Float32Array;
  used: number;
  /** LPS step of one voxel along i, j, k. */
  readonly step: Float64Array;
  /** LPS offsets of the subsamples from the voxel's middle. */
  readonly offsets: Float64Array;
  readonly diagonalMm: number;
}

function createCanvas(grid: Grid, values: Float32Array): Canvas {
  const { direction: d, spacingMm: s } = grid;
  const step = new Float64Array(9);
  for (let axis = 0; axis < 3; axis++) {
    for (let c = 0; c < 3; c++) step[3 * axis + c] = d[3 * c + axis]! * s[axis]!;
  }
  const offsets = new Float64Array(3 * PER_VOXEL);
  for (let n = 0; n < PER_VOXEL; n++) {
    const at = [n % SUBSAMPLES, Math.floor(n / SUBSAMPLES) % SUBSAMPLES, Math.floor(n / SUBSAMPLES ** 2)];
    for (let c = 0; c < 3; c++) {
      for (let axis = 0; axis < 3; axis++) {
        offsets[3 * n + c] += step[3 * axis + c]! * ((at[axis]! + 0.5) / SUBSAMPLES - 0.5);
      }
    }
  }
  return {
    grid,
    values,
    slotOf: new Int32Array(values.length).fill(-1),
    slots: new Float32Array(1 << 20),
    used: 0,
    step,
    offsets,
    diagonalMm: Math.hypot(...s),
  };
}

function paintSolid(canvas: Canvas, solid: Solid, value: number): void {
  const { grid } = canvas;
  const { min, max } = solid.boundsMm;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let n = 0; n < 8; n++) {
    const corner = patientToVoxel(grid, [
      (n & 1 ? max : min)[0],
      (n & 2 ? max : min)[1],
      (n & 4 ? max : min)[2],
    ]);
    for (let a = 0; a < 3; a++) {
      low[a] = Math.min(low[a]!, corner[a]!);
      high[a] = Math.max(high[a]!, corner[a]!);
    }
  }
  const first = low.map((v) => Math.max(0, Math.floor(v + 0.5)));
  const end = high.map((v, a) => Math.min(grid.size[a]!, Math.floor(v + 0.5) + 1));
  for (let k = first[2]!; k < end[2]!; k += BLOCK) {
    for (let j = first[1]!; j < end[1]!; j += BLOCK) {
      for (let i = first[0]!; i < end[0]!; i += BLOCK) {
        paintBlock(
          canvas,
          solid.implicit,
          value,
          i,
          j,
          k,
          Math.min(BLOCK, end[0]! - i),
          Math.min(BLOCK, end[1]! - j),
          Math.min(BLOCK, end[2]! - k),
        );
      }
    }
  }
}

function paintBlock(
  canvas: Canvas,
  implicit: Solid["implicit"],
  value: number,
  i: number,
  j: number,
  k: number,
  ni: number,
  nj: number,
  nk: number,
): void {
  const { grid, step, values, slotOf } = canvas;
  const ci = i + (ni - 1) / 2;
  const cj = j + (nj - 1) / 2;
  const ck = k + (nk - 1) / 2;
  const x = grid.originMm[0] + ci * step[0]! + cj * step[3]! + ck * step[6]!;
  const y = grid.originMm[1] + ci * step[1]! + cj * step[4]! + ck * step[7]!;
  const z = grid.originMm[2] + ci * step[2]! + cj * step[5]! + ck * step[8]!;
  const f = implicit(x, y, z);
  const [sx, sy, sz] = grid.spacingMm;
  const reach =
    ni * nj * nk === 1
      ? canvas.diagonalMm / 2
      : Math.sqrt((ni * sx) ** 2 + (nj * sy) ** 2 + (nk * sz) ** 2) / 2;
  if (f >= reach) return;
  const [nx, ny] = grid.size;
  if (f <= -reach) {
    for (let kk = k; kk < k + nk; kk++) {
      for (let jj = j; jj < j + nj; jj++) {
        const row = i + nx * (jj + ny * kk);
        values.fill(value, row, row + ni);
        slotOf.fill(-1, row, row + ni);
      }
    }
    return;
  }
  if (ni * nj * nk > 1) {
    // Halve every axis that is longer than one voxel.
    const [hi, hj, hk] = [(ni + 1) >> 1, (nj + 1) >> 1, (nk + 1) >> 1];
    for (let c = 0; c < nk; c += hk) {
      for (let b = 0; b < nj; b += hj) {
        for (let a = 0; a < ni; a += hi) {
          paintBlock(
            canvas,
            implicit,
            value,
            i + a,
            j + b,
            k + c,
            Math.min(hi, ni - a),
            Math.min(hj, nj - b),
            Math.min(hk, nk - c),
          );
        }
      }
    }
    return;
  }
  const voxel = i + nx * (j + ny * k);
  const { offsets } = canvas;
  let slot = slotOf[voxel]!;
  for (let n = 0; n < PER_VOXEL; n++) {
    if (implicit(x + offsets[3 * n]!, y + offsets[3 * n + 1]!, z + offsets[3 * n + 2]!) >= 0) continue;
    if (slot < 0) slot = newSlot(canvas, voxel);
    canvas.slots[slot * PER_VOXEL + n] = value;
  }
}

/** Subsamples of its own for a voxel; they start with the voxel's value. */
function newSlot(canvas: Canvas, voxel: number): number {
  const slot = canvas.used++;
  if ((slot + 1) * PER_VOXEL > canvas.slots.length) {
    const wider = new Float32Array(2 * canvas.slots.length);
    wider.set(canvas.slots);
    canvas.slots = wider;
  }
  canvas.slots.fill(canvas.values[voxel]!, slot * PER_VOXEL, (slot + 1) * PER_VOXEL);
  canvas.slotOf[voxel] = slot;
  return slot;
}
