import type { Grid } from "@isodose/core";
import type { BeamBox } from "./beam-box.ts";
import { type BeamFrame, patientToBeamFrame } from "./beam-frame.ts";

/**
 * Add the dose of a box to a grid: trilinear between the box's voxel centres, over those that hold matter; where voxels of the
 * grid are larger than those of the box, the mean over points inside each.
 *
 * @param dose - Gy by voxel of the box, negative where there is vacuum
 * @param smooth - along a row, look only once per voxel of the box and go on straight between: for scattered photons
 * @param out - Gy by voxel of the grid
 * @param reached - takes, by row, the first voxel that lies in the box and the one behind the last: [first, end, first, end, …]
 */
export function addToTarget(
  frame: BeamFrame,
  grid: Grid,
  box: BeamBox,
  dose: Float32Array,
  smooth: boolean,
  out: Float32Array,
  reached?: Int32Array,
): void {
  const [nx, ny, nz] = grid.size;
  const d = grid.direction;
  const finest = Math.min(...box.spacingMm);
  const points = grid.spacingMm.map((h) => Math.min(4, Math.max(1, Math.round(h / finest))));
  const share = 1 / (points[0]! * points[1]! * points[2]!);
  const at = (i: number, j: number, k: number) => {
    const x = i * grid.spacingMm[0];
    const y = j * grid.spacingMm[1];
    const z = k * grid.spacingMm[2];
    const p = patientToBeamFrame(frame, [
      grid.originMm[0] + d[0] * x + d[1] * y + d[2] * z,
      grid.originMm[1] + d[3] * x + d[4] * y + d[5] * z,
      grid.originMm[2] + d[6] * x + d[7] * y + d[8] * z,
    ]);
    return [0, 1, 2].map((a) => (p[a]! - box.firstMm[a]!) / box.spacingMm[a]!);
  };
  const origin = at(0, 0, 0);
  const step = [at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)].map((p) => p.map((c, a) => c - origin[a]!));
  const stride = smooth ? Math.max(1, Math.floor(1 / Math.max(...step[0]!.map(Math.abs)))) : 1;
  const bounds = occupiedBounds(box, dose);
  const span = new Int32Array(2);
  const alongRow = step[0]!;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const a = origin[0]! + j * step[1]![0]! + k * step[2]![0]!;
      const b = origin[1]! + j * step[1]![1]! + k * step[2]![1]!;
      const c = origin[2]! + j * step[1]![2]! + k * step[2]![2]!;
      span[0] = 0;
      span[1] = nx - 1;
      clipRow(a, alongRow[0]!, box.size[0], span);
      clipRow(b, alongRow[1]!, box.size[1], span);
      clipRow(c, alongRow[2]!, box.size[2], span);
      if (span[1]! < span[0]!) continue;
      if (reached !== undefined) {
        reached[2 * (j + ny * k)] = span[0]!;
        reached[2 * (j + ny * k) + 1] = span[1]! + 1;
      }
      const row = nx * (j + ny * k);
      for (let pk = 0; pk < points[2]!; pk++) {
        for (let pj = 0; pj < points[1]!; pj++) {
          for (let pi = 0; pi < points[0]!; pi++) {
            const oi = (pi + 0.5) / points[0]! - 0.5;
            const oj = (pj + 0.5) / points[1]! - 0.5;
            const ok = (pk + 0.5) / points[2]! - 0.5;
            addRow(
              dose,
              bounds,
              box.size[0],
              box.size[1],
              box.size[2],
              a + oi * step[0]![0]! + oj * step[1]![0]! + ok * step[2]![0]!,
              b + oi * step[0]![1]! + oj * step[1]![1]! + ok * step[2]![1]!,
              c + oi * step[0]![2]! + oj * step[1]![2]! + ok * step[2]![2]!,
              step[0]![0]!,
              step[0]![1]!,
              step[0]![2]!,
              span[0]!,
              span[1]!,
              stride,
              share,
              out,
              row,
            );
          }
        }
      }
    }
  }
}

/** Keep of a row's span those voxels whose centres lie in the box along one axis (half a voxel around its centres). */
function clipRow(start: number, step: number, size: number, span: Int32Array): void {
  const low = -0.5 - 1e-9 - start;
  const high = size - 0.5 + 1e-9 - start;
  if (Math.abs(step) < 1e-9) {
    if (low > 0 || high < 0) span[1] = -1;
    return;
  }
  const [near, far] = step > 0 ? [low / step, high / step] : [high / step, low / step];
  if (near > span[0]!) span[0] = Math.ceil(near);
  if (far < span[1]!) span[1] = Math.floor(far);
}

/**
 * Along one row: trilinear at every `stride`-th voxel, a straight line between. Beside the centres of the box the outermost value
 * holds.
 */
function addRow(
  dose: Float32Array,
  bounds: Float64Array,
  nx: number,
  ny: number,
  nz: number,
  a0: number,
  b0: number,
  c0: number,
  da: number,
  db: number,
  dc: number,
  from: number,
  to: number,
  stride: number,
  share: number,
  out: Float32Array,
  row: number,
): void {
  if (stride === 1) {
    for (let n = from; n <= to; n++) {
      const a = a0 + n * da;
      const b = b0 + n * db;
      const c = c0 + n * dc;
      const layer = 4 * (c <= 0 ? 0 : Math.min(c | 0, nz - 2));
      if (
        a <= bounds[layer]! ||
        a >= bounds[layer + 1]! ||
        b <= bounds[layer + 2]! ||
        b >= bounds[layer + 3]!
      )
        continue;
      out[row + n]! += share * trilinear(dose, nx, ny, nz, a, b, c);
    }
    return;
  }
  let value = share * trilinear(dose, nx, ny, nz, a0 + from * da, b0 + from * db, c0 + from * dc);
  out[row + from]! += value;
  for (let n = from; n < to; n += stride) {
    const next = Math.min(n + stride, to);
    const there = share * trilinear(dose, nx, ny, nz, a0 + next * da, b0 + next * db, c0 + next * dc);
    const slope = (there - value) / (next - n);
    for (let v = row + n + 1; v <= row + next; v++) {
      value += slope;
      out[v]! += value;
    }
    value = there;
  }
}

/**
 * Between which x and y there is dose, by layer k (for points between its centres and those of layer k + 1): [low x, high x, low y, high y],
 * voxels. Of a box that is wide for the sake of lung most is empty.
 */
function occupiedBounds(box: BeamBox, dose: Float32Array): Float64Array {
  const [nx, ny, nz] = box.size;
  const own = new Float64Array(4 * nz);
  for (let k = 0; k < nz; k++) {
    own[4 * k] = nx;
    own[4 * k + 1] = -1;
    own[4 * k + 2] = ny;
    own[4 * k + 3] = -1;
  }
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const column = nz * (i + nx * j);
      for (let k = 0; k < nz; k++) {
        if (!(dose[column + k]! > 0)) continue;
        const o = 4 * k;
        if (i < own[o]!) own[o] = i;
        if (i > own[o + 1]!) own[o + 1] = i;
        if (j < own[o + 2]!) own[o + 2] = j;
        if (j > own[o + 3]!) own[o + 3] = j;
      }
    }
  }
  const out = new Float64Array(4 * nz);
  for (let k = 0; k < nz; k++) {
    const next = 4 * Math.min(k + 1, nz - 1);
    // Dose reaches to the next centres; beside the outermost ones it is held.
    for (const [low, high, n] of [
      [0, 1, nx],
      [2, 3, ny],
    ] as const) {
      const first = Math.min(own[4 * k + low]!, own[next + low]!) - 1;
      const last = Math.max(own[4 * k + high]!, own[next + high]!) + 1;
      out[4 * k + low] = first < 0 ? Number.NEGATIVE_INFINITY : first;
      out[4 * k + high] = last >= n ? Number.POSITIVE_INFINITY : last;
    }
  }
  return out;
}

/** Dose at a point of the box, over the corners that hold matter; 0 if none does. */
function trilinear(
  dose: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  x: number,
  y: number,
  c: number,
): number {
  const a = x < 0 ? 0 : Math.min(x, nx - 1);
  const b = y < 0 ? 0 : Math.min(y, ny - 1);
  const ia = a >= nx - 1 ? nx - 2 : a | 0;
  const ib = b >= ny - 1 ? ny - 2 : b | 0;
  const ic = c >= nz - 1 ? nz - 2 : c <= 0 ? 0 : c | 0;
  const v = ic + nz * (ia + nx * ib);
  const d000 = dose[v]!;
  const d001 = dose[v + 1]!;
  const d100 = dose[v + nz]!;
  const d101 = dose[v + nz + 1]!;
  const w = v + nx * nz;
  const d010 = dose[w]!;
  const d011 = dose[w + 1]!;
  const d110 = dose[w + nz]!;
  const d111 = dose[w + nz + 1]!;
  const fa = a - ia;
  const fb = b - ib;
  let fc = c - ic;
  if (d000 >= 0 && d001 >= 0 && d100 >= 0 && d101 >= 0 && d010 >= 0 && d011 >= 0 && d110 >= 0 && d111 >= 0) {
    // Half a voxel before the first layer and behind the last the dose goes on as a straight line.
    const e00 = d000 + fc * (d001 - d000);
    const e10 = d100 + fc * (d101 - d100);
    const e01 = d010 + fc * (d011 - d010);
    const e11 = d110 + fc * (d111 - d110);
    const e0 = e00 + fa * (e10 - e00);
    const value = e0 + fb * (e01 + fa * (e11 - e01) - e0);
    return Math.max(value, 0);
  }
  fc = fc < 0 ? 0 : Math.min(fc, 1);
  let sum = 0;
  let weight = 0;
  for (let corner = 0; corner < 8; corner++) {
    const d = dose[v + (corner & 1) + ((corner >> 1) & 1) * nz + (corner >> 2) * nx * nz]!;
    if (d < 0) continue;
    const p = (corner & 1 ? fc : 1 - fc) * ((corner >> 1) & 1 ? fa : 1 - fa) * (corner >> 2 ? fb : 1 - fb);
    sum += p * d;
    weight += p;
  }
  return weight > 0 ? sum / weight : 0;
}
