import { type ColumnHeight, columnHeight } from "./column-height.ts";

/** Numbers that a patch has in its array. */
export const PATCH_SIZE = 11;

/**
 * A piece of surface over the column of one voxel line, as the height along the line's axis a over the next two axes s, t:
 *
 *   h(s, t) = h_s s + h_t t + ½ h_ss s² + h_st s t + ½ h_tt t²,   s from s0 to s1, t from t0 to t1
 *
 * all in voxels from the surface point, and within a s + b t ≤ 1 where an edge crosses a corner of it. Order in the array:
 * h_s, h_t, h_ss, h_st, h_tt, s0, s1, t0, t1, a, b.
 */
export type PatchArray = Float64Array;

/** Beyond its own column a patch goes on where its neighbour goes on alike. */
const SHARED = 1;
const OWN = 0.5;
/** A surface that is level on one side and more than this much higher on the other has a step there. */
const STEP = 0.7;
const LEVEL_SLOPE = 0.02;

const NEIGHBOURS = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
] as const;

/** Scratch of one pass: heights and levels of the eight neighbours. */
const heights = new Float64Array(8);
const plateaus = new Float64Array(8);
const column: ColumnHeight = { height: 0, plateau: 0 };

/**
 * Fit the patch of a surface point from the heights of its 3 × 3 columns and write it to `patch` from `at` on.
 *
 * The mean height of a column is not the height at its middle: that is lower by (h_ss + h_tt) / 24. Beside an edge the patch ends
 * where the columns that the edge cuts are filled to.
 *
 * @param inner - index of the last voxel inside on the line
 * @param position - of that voxel, i, j, k
 * @param sign - +1 where the outside is towards growing coordinates
 * @returns height at the middle of the column above the centre of `inner`, outward, voxels; NaN where the columns say nothing
 */
export function fitPatch(
  data: Float32Array,
  size: readonly [number, number, number],
  axis: 0 | 1 | 2,
  inner: number,
  position: readonly [number, number, number],
  sign: 1 | -1,
  patch: PatchArray,
  at: number,
): number {
  const s = ((axis + 1) % 3) as 0 | 1 | 2;
  const t = ((axis + 2) % 3) as 0 | 1 | 2;
  const strides = [1, size[0], size[0] * size[1]] as const;
  const outward = sign * strides[axis];
  const before = position[axis];
  const after = size[axis] - 1 - position[axis];
  const inwardCount = sign > 0 ? before : after;
  const outwardCount = sign > 0 ? after : before;
  columnHeight(data, inner, outward, inwardCount, outwardCount, column);
  const own = column.height;
  if (Number.isNaN(own)) return own;
  const ownPlateau = column.plateau;
  for (let n = 0; n < 8; n++) {
    const [ds, dt] = NEIGHBOURS[n]!;
    const ps = position[s] + ds;
    const pt = position[t] + dt;
    if (ps < 0 || ps >= size[s] || pt < 0 || pt >= size[t]) {
      heights[n] = Number.NaN;
      plateaus[n] = -1;
      continue;
    }
    columnHeight(data, inner + ds * strides[s] + dt * strides[t], outward, inwardCount, outwardCount, column);
    heights[n] = column.height;
    plateaus[n] = column.plateau;
  }
  const alongS = side(own, ownPlateau, 0);
  if (Number.isNaN(alongS)) return alongS;
  const curveS = curvature;
  const [s0, s1] = [lowEnd, highEnd];
  const alongT = side(own, ownPlateau, 2);
  if (Number.isNaN(alongT)) return alongT;
  const curveT = curvature;
  const [t0, t1] = [lowEnd, highEnd];
  let twist = 0;
  if (curveS !== 0 || curveT !== 0) {
    const mixed = (heights[7]! - heights[5]! - heights[6]! + heights[4]!) / 4;
    if (Number.isFinite(mixed)) twist = mixed;
  }
  patch[at] = sign * alongS;
  patch[at + 1] = sign * alongT;
  patch[at + 2] = sign * curveS;
  patch[at + 3] = sign * twist;
  patch[at + 4] = sign * curveT;
  patch[at + 5] = s0;
  patch[at + 6] = s1;
  patch[at + 7] = t0;
  patch[at + 8] = t1;
  patch[at + 9] = 0;
  patch[at + 10] = 0;
  if (curveS === 0 && curveT === 0) cutCorner(ownPlateau, patch, at);
  return own - (curveS + curveT) / 24;
}

/** Filled less or more than a rectangle by this part: an edge runs askew. */
const ASKEW = 0.03;
const LEAST_END = 0.02;

/** Where the face ends towards s and towards t, and the four columns hold another area than the rectangle: the edge cuts the corner. */
function cutCorner(own: number, patch: PatchArray, at: number): void {
  for (let corner = 0; corner < 4; corner++) {
    const s = corner & 1;
    const t = 2 + (corner >> 1);
    if (Number.isFinite(heights[s]!) || Number.isFinite(heights[t]!)) continue;
    const behind = Math.max(plateaus[1 - s]!, plateaus[5 - t]!, plateaus[7 - corner]!, own);
    const beside = [plateaus[s]!, plateaus[t]!, plateaus[4 + corner]!];
    if (beside.some((p) => p < 0)) continue;
    const endS = Math.abs(patch[at + 5 + s]!);
    const endT = Math.abs(patch[at + 5 + t]!);
    if (!(patch[at + 5 + s]! * (2 * s - 1) > LEAST_END && patch[at + 5 + t]! * (2 * t - 5) > LEAST_END))
      continue;
    const area = (own + beside[0]! + beside[1]! + beside[2]!) / behind;
    if (Math.abs(area / ((endS + OWN) * (endT + OWN)) - 1) < ASKEW) continue;
    patch[at + 9] = (2 * s - 1) / endS;
    patch[at + 10] = (2 * t - 5) / endT;
    return;
  }
}

let curvature = 0;
let lowEnd = 0;
let highEnd = 0;

/** Slope, curvature and ends along one of the two directions, from its neighbours n and n + 1. */
function side(own: number, ownPlateau: number, n: number): number {
  const down = own - heights[n]!;
  const up = heights[n + 1]! - own;
  const hasDown = Number.isFinite(down);
  const hasUp = Number.isFinite(up);
  curvature = 0;
  lowEnd = -OWN;
  highEnd = OWN;
  if (hasDown && hasUp) {
    const [flat, steep] = Math.abs(down) < Math.abs(up) ? [down, up] : [up, down];
    if (Math.abs(flat) < LEVEL_SLOPE && Math.abs(steep) > STEP) return flat;
    curvature = up - down;
    lowEnd = -SHARED;
    highEnd = SHARED;
    return (up + down) / 2;
  }
  // A level face may end at an edge; where a curved one falls away its columns say too little.
  const slope = hasDown ? down : hasUp ? up : 0;
  if (!(Math.abs(slope) < LEVEL_SLOPE)) return Number.NaN;
  if (!hasDown) lowEnd = -endBeside(plateaus[n]!, ownPlateau, plateaus[n + 1]!);
  if (!hasUp) highEnd = endBeside(plateaus[n + 1]!, ownPlateau, plateaus[n]!);
  return slope;
}

/**
 * How far a face goes on towards a neighbour without a height: as far as the edge fills the own column and that one, against
 * the column on the other side, which another edge may cut as well.
 */
function endBeside(beside: number, own: number, behind: number): number {
  if (beside < 0) return OWN;
  return Math.min(1, own / Math.max(own, behind)) + Math.min(1, beside / Math.max(own, behind)) - OWN;
}

/** Half size of a plane patch, along its slope. */
const FLAT_WITHIN = 0.5;
const STEEPEST_PLANE = 30;

/**
 * The plane across a gradient as a patch.
 * @param gradient - change of the fractions per voxel along i, j, k
 */
export function writeFlatPatch(gradient: Float64Array, axis: 0 | 1 | 2, patch: PatchArray): void {
  const slope = (a: number) => {
    const value = -gradient[a % 3]! / gradient[axis]!;
    return Math.max(-STEEPEST_PLANE, Math.min(STEEPEST_PLANE, Number.isFinite(value) ? value : 0));
  };
  patch.fill(0);
  for (const n of [0, 1]) {
    const h = slope(axis + 1 + n);
    patch[n] = h;
    patch[6 + 2 * n] = FLAT_WITHIN / Math.hypot(1, h);
    patch[5 + 2 * n] = -patch[6 + 2 * n]!;
  }
}
