import type { InterpolatedValue } from "./dose-interpolation.ts";

/** Scratch: weights and their slopes for the four voxels along each axis, and their offsets. */
const weights = new Float64Array(12);
const slopes = new Float64Array(12);
const offsets = new Int32Array(12);

/**
 * Tricubic interpolant of the voxel centres at the voxel coordinates (x, y, z), with its slope: cubic convolution with
 * a = −1/2 along each axis (Catmull–Rom), through the voxel values, right for quadratics, slope continuous. Voxels beyond
 * the grid have the value of the outermost one; beyond the outermost centres the end value is held (slope 0 across).
 * @param data - nx · ny · nz values, x fastest
 * @param out - written in place
 * @source Keys, Cubic convolution interpolation for digital image processing, IEEE Trans. ASSP 29 (1981) 1153,
 *   doi:10.1109/TASSP.1981.1163711
 */
export function interpolateTricubic(
  data: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  x: number,
  y: number,
  z: number,
  out: InterpolatedValue,
): void {
  cubicWeights(x, nx, 1, 0);
  cubicWeights(y, ny, nx, 4);
  cubicWeights(z, nz, nx * ny, 8);
  let value = 0;
  let slopeI = 0;
  let slopeJ = 0;
  let slopeK = 0;
  for (let k = 8; k < 12; k++) {
    let plane = 0;
    let planeI = 0;
    let planeJ = 0;
    for (let j = 4; j < 8; j++) {
      const row = offsets[k]! + offsets[j]!;
      let line = 0;
      let lineI = 0;
      for (let i = 0; i < 4; i++) {
        const d = data[row + offsets[i]!]!;
        line += weights[i]! * d;
        lineI += slopes[i]! * d;
      }
      plane += weights[j]! * line;
      planeI += weights[j]! * lineI;
      planeJ += slopes[j]! * line;
    }
    value += weights[k]! * plane;
    slopeI += weights[k]! * planeI;
    slopeJ += weights[k]! * planeJ;
    slopeK += slopes[k]! * plane;
  }
  out.value = value;
  out.slopeI = slopeI;
  out.slopeJ = slopeJ;
  out.slopeK = slopeK;
}

function cubicWeights(x: number, n: number, stride: number, at: number): void {
  const held = x <= 0 || x >= n - 1;
  const c = x <= 0 ? 0 : Math.min(x, n - 1);
  const i = Math.min(Math.floor(c), Math.max(0, n - 2));
  const t = c - i;
  for (let m = 0; m < 4; m++) offsets[at + m] = stride * Math.min(n - 1, Math.max(0, i + m - 1));
  weights[at] = 0.5 * t * (-1 + t * (2 - t));
  weights[at + 1] = 0.5 * (2 + t * t * (-5 + 3 * t));
  weights[at + 2] = 0.5 * t * (1 + t * (4 - 3 * t));
  weights[at + 3] = 0.5 * t * t * (t - 1);
  slopes[at] = held ? 0 : 0.5 * (-1 + t * (4 - 3 * t));
  slopes[at + 1] = held ? 0 : 0.5 * t * (-10 + 9 * t);
  slopes[at + 2] = held ? 0 : 0.5 * (1 + t * (8 - 9 * t));
  slopes[at + 3] = held ? 0 : 0.5 * t * (-2 + 3 * t);
}
