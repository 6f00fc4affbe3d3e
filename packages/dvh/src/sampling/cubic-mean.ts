import type { Volume } from "@isodose/core";
import type { DoseLattice } from "./dose-lattice.ts";

/**
 * Mean of the tricubic interpolant over boxes within a cell of a bounded lattice: the weights of the 4 × 4 × 4 voxels are
 * products of the mean Catmull–Rom weights along each axis, exactly.
 */
export class CubicMean {
  readonly #data: Float32Array;
  readonly #size: readonly [number, number, number];
  readonly #stride: readonly [number, number, number];
  readonly #weight = new Float64Array(12);
  readonly #offset = new Int32Array(12);
  #i = 0;
  #j = 0;
  #k = 0;

  constructor(dose: Volume, lattice: DoseLattice) {
    const [nx, ny] = dose.grid.size;
    const strides = [1, nx, nx * ny] as const;
    this.#data = dose.values.data;
    this.#size = lattice.size;
    this.#stride = [strides[lattice.perm[0]]!, strides[lattice.perm[1]]!, strides[lattice.perm[2]]!];
  }

  enterCell(i: number, j: number, k: number): void {
    this.#i = i;
    this.#j = j;
    this.#k = k;
    const cells = [i, j, k];
    for (let axis = 0; axis < 3; axis++) {
      const n = this.#size[axis]!;
      for (let m = 0; m < 4; m++) {
        const voxel = cells[axis]! + m - 2;
        this.#offset[4 * axis + m] = this.#stride[axis]! * (voxel < 0 ? 0 : Math.min(voxel, n - 1));
      }
    }
  }

  mean(x0: number, x1: number, y0: number, y1: number, z0: number, z1: number): number {
    this.#weigh(0, this.#i, x0, x1);
    this.#weigh(1, this.#j, y0, y1);
    this.#weigh(2, this.#k, z0, z1);
    const w = this.#weight;
    const o = this.#offset;
    const data = this.#data;
    const w0 = w[0]!;
    const w1 = w[1]!;
    const w2 = w[2]!;
    const w3 = w[3]!;
    const o0 = o[0]!;
    const o1 = o[1]!;
    const o2 = o[2]!;
    const o3 = o[3]!;
    let sum = 0;
    for (let c = 8; c < 12; c++) {
      let plane = 0;
      for (let b = 4; b < 8; b++) {
        const row = o[c]! + o[b]!;
        plane +=
          w[b]! * (w0 * data[row + o0]! + w1 * data[row + o1]! + w2 * data[row + o2]! + w3 * data[row + o3]!);
      }
      sum += w[c]! * plane;
    }
    return sum;
  }

  /** Mean weights over [low, high] of cell c. In the half voxels at the edge the end value is held. */
  #weigh(axis: number, c: number, low: number, high: number): void {
    const w = this.#weight;
    const at = 4 * axis;
    if (c <= 0 || c >= this.#size[axis]!) {
      w[at] = 0;
      w[at + 1] = c <= 0 ? 0 : 1;
      w[at + 2] = c <= 0 ? 1 : 0;
      w[at + 3] = 0;
      return;
    }
    const a = low - (c - 1);
    const b = high - (c - 1);
    // Means of t, t², t³ over [a, b].
    const m1 = 0.5 * (a + b);
    const m2 = (a * a + a * b + b * b) / 3;
    const m3 = 0.25 * (a + b) * (a * a + b * b);
    w[at] = 0.5 * (-m1 + 2 * m2 - m3);
    w[at + 1] = 0.5 * (2 - 5 * m2 + 3 * m3);
    w[at + 2] = 0.5 * (m1 + 4 * m2 - 3 * m3);
    w[at + 3] = 0.5 * (m3 - m2);
  }
}
