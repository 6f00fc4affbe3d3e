import type { Volume } from "@isodose/core";
import { type InterpolatedValue, interpolateVoxels } from "../dose-interpolation.ts";
import { interpolateTricubic } from "../tricubic.ts";
import { type BoxDose, DELTA, INSIDE, SLOPE_X, SLOPE_Y, SLOPE_Z, VALUE } from "./box-dose.ts";
import type { DoseLattice } from "./dose-lattice.ts";

/** Between its 15 points dose leaves its plane by more than at them, by this factor for a parabola cut at the points. */
const BETWEEN_POINTS = 1.25;
/** A box this part of which lies beyond the edge of the grid is still all inside: rounding. */
const EDGE = 1e-9;

/**
 * Dose of any interpolant in boxes of any lattice: from its values at the centre, the middles of the faces and the
 * corners, and at the voxel centres that may lie in the box, where the peaks of a trilinear interpolant are.
 */
export class SampledDose implements BoxDose {
  readonly out: Float64Array = new Float64Array(10);
  readonly #data: Float32Array;
  readonly #n: readonly [number, number, number];
  readonly #m: Float64Array;
  readonly #bounded: boolean;
  readonly #size: readonly [number, number, number];
  readonly #interpolate: typeof interpolateVoxels;
  readonly #value: InterpolatedValue = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  #inside = 1;

  constructor(dose: Volume, lattice: DoseLattice, interpolation: "trilinear" | "tricubic") {
    this.#data = dose.values.data;
    this.#n = dose.grid.size;
    this.#m = lattice.toVoxel;
    this.#bounded = lattice.bounded;
    this.#size = lattice.size;
    this.#interpolate = interpolation === "tricubic" ? interpolateTricubic : interpolateVoxels;
  }

  enterCell(i: number, j: number, k: number): void {
    const [nx, ny, nz] = this.#size;
    this.#inside = !this.#bounded || (i >= 0 && j >= 0 && k >= 0 && i <= nx && j <= ny && k <= nz) ? 1 : 0;
  }

  at(x: number, y: number, z: number): number {
    const m = this.#m;
    this.#interpolate(
      this.#data,
      this.#n[0],
      this.#n[1],
      this.#n[2],
      m[0]! * x + m[1]! * y + m[2]! * z + m[3]!,
      m[4]! * x + m[5]! * y + m[6]! * z + m[7]!,
      m[8]! * x + m[9]! * y + m[10]! * z + m[11]!,
      this.#value,
    );
    return this.#value.value;
  }

  model(boxes: Float64Array, at: number): void {
    const out = this.out;
    const [x0, x1, y0, y1, z0, z1] = [
      boxes[at]!,
      boxes[at + 1]!,
      boxes[at + 2]!,
      boxes[at + 3]!,
      boxes[at + 4]!,
      boxes[at + 5]!,
    ];
    const x = 0.5 * (x0 + x1);
    const y = 0.5 * (y0 + y1);
    const z = 0.5 * (z0 + z1);
    out[INSIDE] = this.#bounded ? this.#inside : this.#partInside(x, y, z, x1 - x0, y1 - y0, z1 - z0);
    if (out[INSIDE] === 0) return;
    const centre = this.at(x, y, z);
    const xLow = this.at(x0, y, z);
    const xHigh = this.at(x1, y, z);
    const yLow = this.at(x, y0, z);
    const yHigh = this.at(x, y1, z);
    const zLow = this.at(x, y, z0);
    const zHigh = this.at(x, y, z1);
    const bendX = 0.5 * (xLow + xHigh) - centre;
    const bendY = 0.5 * (yLow + yHigh) - centre;
    const bendZ = 0.5 * (zLow + zHigh) - centre;
    const slopeX = xHigh - xLow;
    const slopeY = yHigh - yLow;
    const slopeZ = zHigh - zLow;
    // The mean of a parabola is a third of the way from its middle to the mean of its ends.
    const mean = centre + (bendX + bendY + bendZ) / 3;
    let low = Math.min(centre, xLow, xHigh, yLow, yHigh, zLow, zHigh);
    let high = Math.max(centre, xLow, xHigh, yLow, yHigh, zLow, zHigh);
    let delta = Math.max(
      Math.abs(centre - mean),
      Math.abs(0.5 * (xLow + xHigh) - mean),
      Math.abs(0.5 * (yLow + yHigh) - mean),
      Math.abs(0.5 * (zLow + zHigh) - mean),
    );
    for (let n = 0; n < 8; n++) {
      const sx = n & 1 ? 0.5 : -0.5;
      const sy = n & 2 ? 0.5 : -0.5;
      const sz = n & 4 ? 0.5 : -0.5;
      const d = this.at(n & 1 ? x1 : x0, n & 2 ? y1 : y0, n & 4 ? z1 : z0);
      delta = Math.max(delta, Math.abs(d - mean - sx * slopeX - sy * slopeY - sz * slopeZ));
      if (d < low) low = d;
      if (d > high) high = d;
    }
    delta = BETWEEN_POINTS * Math.max(delta, Math.abs(bendX) + Math.abs(bendY) + Math.abs(bendZ));
    out[VALUE] = mean;
    out[SLOPE_X] = slopeX;
    out[SLOPE_Y] = slopeY;
    out[SLOPE_Z] = slopeZ;
    out[6] = low;
    out[7] = high;
    const spread = 0.5 * (Math.abs(slopeX) + Math.abs(slopeY) + Math.abs(slopeZ));
    out[8] = Math.min(low, Math.max(mean - spread, low - delta));
    out[9] = Math.max(high, Math.min(mean + spread, high + delta));
    const peaks = this.#voxelCentres(x, y, z, x1 - x0, y1 - y0, z1 - z0);
    out[DELTA] = Math.max(delta, peaks - spread);
  }

  extremes(): void {
    // Already in `out`, from `model`.
  }

  /** Widen the bounds by the voxel centres in the box that encloses this one; how far they go beyond its mean. */
  #voxelCentres(x: number, y: number, z: number, hx: number, hy: number, hz: number): number {
    const m = this.#m;
    const out = this.out;
    const [nx, ny] = this.#n;
    const low = [0, 0, 0];
    const high = [0, 0, 0];
    for (let a = 0; a < 3; a++) {
      const c = m[4 * a]! * x + m[4 * a + 1]! * y + m[4 * a + 2]! * z + m[4 * a + 3]!;
      const half =
        0.5 * (Math.abs(m[4 * a]!) * hx + Math.abs(m[4 * a + 1]!) * hy + Math.abs(m[4 * a + 2]!) * hz);
      low[a] = Math.max(0, Math.ceil(c - half));
      high[a] = Math.min(this.#n[a]! - 1, Math.floor(c + half));
    }
    let farthest = 0;
    for (let k = low[2]!; k <= high[2]!; k++) {
      for (let j = low[1]!; j <= high[1]!; j++) {
        for (let i = low[0]!; i <= high[0]!; i++) {
          const d = this.#data[i + nx * (j + ny * k)]!;
          if (d < out[8]!) out[8] = d;
          if (d > out[9]!) out[9] = d;
          farthest = Math.max(farthest, Math.abs(d - out[VALUE]!));
        }
      }
    }
    return farthest;
  }

  #partInside(x: number, y: number, z: number, hx: number, hy: number, hz: number): number {
    const m = this.#m;
    let part = 1;
    for (let a = 0; a < 3; a++) {
      const c = m[4 * a]! * x + m[4 * a + 1]! * y + m[4 * a + 2]! * z + m[4 * a + 3]!;
      const half =
        0.5 * (Math.abs(m[4 * a]!) * hx + Math.abs(m[4 * a + 1]!) * hy + Math.abs(m[4 * a + 2]!) * hz);
      const low = Math.max(c - half, -0.5);
      const high = Math.min(c + half, this.#n[a]! - 0.5);
      if (high <= low) return 0;
      part *= Math.min(1, (high - low) / (2 * half));
    }
    return part > 1 - EDGE ? 1 : part;
  }
}
