import { STATES } from "./collapse-kernel.ts";

/** A box of voxels; z, along the beam, is fastest: voxel (i, j, k) stands at k + nz (i + nx j). Spacing in mm. */
export interface Box {
  readonly size: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
}

/** What a sweep needs to know of matter: classes of voxels with one path density each. */
export interface PathDensity {
  /** Class of every voxel. */
  readonly classOf: Uint16Array;
  /** Path density by class, in units of water (g/cm³ times the stopping ratio). */
  readonly ofClass: Float64Array;
}

/** First and last voxel that releases energy, along each axis. */
export interface SourceRange {
  readonly first: readonly [number, number, number];
  readonly last: readonly [number, number, number];
}

/** Memory for one sweep after the other. */
export interface SweepScratch {
  table: Float32Array;
  offset: Int32Array;
  inner: Int32Array;
  outer: Int32Array;
}

/** Scratch that grows as needed. */
export function sweepScratch(): SweepScratch {
  return {
    table: new Float32Array(0),
    offset: new Int32Array(0),
    inner: new Int32Array(0),
    outer: new Int32Array(0),
  };
}

/**
 * Carry energy along one direction through all voxels and deposit it: one cone of the collapsed kernel.
 *
 * Lines are parallel to u; the lattice is sheared by whole voxels, so that every voxel lies on one line. On a step of length Δ
 * through path density ρ', with s = ρ' Δ / λₘ, each of the three states goes
 *
 *   Rₘ' = Rₘ e^{−s} + Sₘ (1 − e^{−s}) / s,   deposit = Σₘ (Rₘ + Sₘ − Rₘ')
 *
 * Sₘ is the energy that the voxel sends into this cone, released evenly along the step. Energy is kept to rounding, but for what
 * leaves the box.
 *
 * @param u - unit vector in the axes of the box
 * @param source - Sₘ by [voxel][state]
 * @param range - no voxel outside has a source
 * @param weight - factor on every source
 * @param negligible - behind the sources a line leaves all it carries where that falls below this energy
 * @param deposit - energy by voxel, added to
 * @returns voxels visited
 * @source Ahnesjö, Med. Phys. 16 (1989) 577, doi:10.1118/1.596360
 */
export function sweepCone(
  box: Box,
  matter: PathDensity,
  u: readonly [number, number, number],
  lengthsMm: readonly number[],
  source: Float32Array,
  range: SourceRange,
  weight: number,
  negligible: number,
  deposit: Float32Array,
  scratch: SweepScratch,
): number {
  const { size, spacingMm } = box;
  const strides = [size[2], size[2] * size[0], 1];
  const steps = [Math.abs(u[0]) / spacingMm[0], Math.abs(u[1]) / spacingMm[1], Math.abs(u[2]) / spacingMm[2]];
  const main = steps[2]! >= steps[0]! && steps[2]! >= steps[1]! ? 2 : steps[1]! >= steps[0]! ? 1 : 0;
  const inner = main === 2 ? 0 : 2;
  const outer = main === 1 ? 0 : 1;
  fillTable(matter.ofClass, 1 / steps[main]!, lengthsMm, scratch);
  const n = size[main]!;
  const forward = u[main]! >= 0;
  if (scratch.offset.length < n) scratch.offset = new Int32Array(n);
  // Sweep steps that release energy; earlier ones carry nothing.
  const fromStep = forward ? range.first[main]! : n - 1 - range.last[main]!;
  const toStep = forward ? range.last[main]! : n - 1 - range.first[main]!;
  const signInner = u[inner]! >= 0 ? 1 : -1;
  const signOuter = u[outer]! >= 0 ? 1 : -1;
  const slopeInner = steps[inner]! / steps[main]!;
  const slopeOuter = steps[outer]! / steps[main]!;
  for (let k = 0; k < n; k++) {
    const plane = forward ? k : n - 1 - k;
    scratch.offset[k] =
      plane * strides[main]! +
      signInner * Math.floor(0.5 + slopeInner * (k - fromStep)) * strides[inner]! +
      signOuter * Math.floor(0.5 + slopeOuter * (k - fromStep)) * strides[outer]!;
  }
  scratch.inner = firstSteps(slopeInner, fromStep, n, scratch.inner);
  scratch.outer = firstSteps(slopeOuter, fromStep, n, scratch.outer);
  const reachInner = Math.floor(0.5 + slopeInner * (toStep - fromStep));
  const reachOuter = Math.floor(0.5 + slopeOuter * (toStep - fromStep));
  const nInner = size[inner]!;
  const nOuter = size[outer]!;
  const [a0, a1] = [range.first[inner]!, range.last[inner]!];
  const [b0, b1] = [range.first[outer]!, range.last[outer]!];
  let visits = 0;
  for (let b = b0 - (signOuter > 0 ? reachOuter : 0); b <= b1 + (signOuter > 0 ? 0 : reachOuter); b++) {
    const enterB = stepAt(scratch.outer, signOuter > 0 ? b0 - b : b - b1, fromStep, n);
    const leaveB = stepAt(scratch.outer, signOuter > 0 ? b1 + 1 - b : b - b0 + 1, fromStep, n);
    const endB = stepAt(scratch.outer, signOuter > 0 ? nOuter - b : b + 1, fromStep, n);
    for (let a = a0 - (signInner > 0 ? reachInner : 0); a <= a1 + (signInner > 0 ? 0 : reachInner); a++) {
      const enterA = stepAt(scratch.inner, signInner > 0 ? a0 - a : a - a1, fromStep, n);
      const leaveA = stepAt(scratch.inner, signInner > 0 ? a1 + 1 - a : a - a0 + 1, fromStep, n);
      const endA = stepAt(scratch.inner, signInner > 0 ? nInner - a : a + 1, fromStep, n);
      const enter = Math.max(enterA, enterB);
      const leave = Math.min(leaveA, leaveB, toStep + 1);
      if (leave <= enter) continue;
      const end = Math.min(endA, endB);
      visits += walkLine(
        matter.classOf,
        scratch.table,
        scratch.offset,
        a * strides[inner]! + b * strides[outer]!,
        enter,
        leave,
        end,
        source,
        weight,
        negligible,
        deposit,
      );
    }
  }
  return visits;
}

/** One line: through the sources from `enter` to `leave`, then on until it fades or leaves the box at `end`. */
function walkLine(
  classOf: Uint16Array,
  table: Float32Array,
  offset: Int32Array,
  base: number,
  enter: number,
  leave: number,
  end: number,
  source: Float32Array,
  weight: number,
  negligible: number,
  deposit: Float32Array,
): number {
  let r0 = 0;
  let r1 = 0;
  let r2 = 0;
  // Between the bounds of the sources, where they really begin and end on this line.
  let k = enter;
  while (k < leave && isEmpty(source, base + offset[k]!)) k++;
  let last = leave;
  while (last > k && isEmpty(source, base + offset[last - 1]!)) last--;
  if (k === last) return 0;
  const first = k;
  for (; k < last; k++) {
    const v = base + offset[k]!;
    const t = 6 * classOf[v]!;
    const s = 3 * v;
    const s0 = weight * source[s]!;
    const s1 = weight * source[s + 1]!;
    const s2 = weight * source[s + 2]!;
    const in0 = r0 + s0 + (r1 + s1) + (r2 + s2);
    r0 = r0 * table[t]! + s0 * table[t + 3]!;
    r1 = r1 * table[t + 1]! + s1 * table[t + 4]!;
    r2 = r2 * table[t + 2]! + s2 * table[t + 5]!;
    deposit[v]! += in0 - (r0 + r1 + r2);
  }
  for (; k < end; k++) {
    const carried = r0 + r1 + r2;
    const v = base + offset[k]!;
    // The longest state outlives the others, which may be negative. What is left stays here.
    if (carried < negligible && r2 < negligible && r2 > -negligible) {
      deposit[v]! += carried;
      break;
    }
    const t = 6 * classOf[v]!;
    r0 *= table[t]!;
    r1 *= table[t + 1]!;
    r2 *= table[t + 2]!;
    deposit[v]! += carried - (r0 + r1 + r2);
  }
  return k - first;
}

/** Does the voxel send nothing? */
function isEmpty(source: Float32Array, v: number): boolean {
  return source[3 * v] === 0 && source[3 * v + 1] === 0 && source[3 * v + 2] === 0;
}

/** e^{−s} of the three states and (1 − e^{−s}) / s of them, by class. */
function fillTable(
  densities: Float64Array,
  stepMm: number,
  lengthsMm: readonly number[],
  scratch: SweepScratch,
): void {
  if (scratch.table.length < 6 * densities.length) scratch.table = new Float32Array(6 * densities.length);
  const table = scratch.table;
  for (let c = 0; c < densities.length; c++) {
    for (let m = 0; m < STATES; m++) {
      const s = (densities[c]! * stepMm) / lengthsMm[m]!;
      const t = Math.exp(-s);
      table[6 * c + m] = t;
      table[6 * c + 3 + m] = s > 1e-3 ? (1 - t) / s : 1 - s / 2 + (s * s) / 6;
    }
  }
}

/** By sideways shift p: the first step that has shifted so far. */
function firstSteps(slope: number, fromStep: number, n: number, into: Int32Array): Int32Array {
  const most = Math.floor(0.5 + slope * (n - 1 - fromStep));
  const out = into.length > most + 1 ? into : new Int32Array(most + 2);
  let p = 0;
  for (let k = fromStep; k < n; k++) {
    const shift = Math.floor(0.5 + slope * (k - fromStep));
    while (p <= shift) out[p++] = k;
  }
  out.fill(n, p);
  return out;
}

/** First step that has shifted by p: the start for none, the end for more than ever. */
function stepAt(first: Int32Array, p: number, fromStep: number, n: number): number {
  return p <= 0 ? fromStep : p < first.length ? first[p]! : n;
}
