import type { Volume } from "@isodose/core";
import { type BoxDose, DELTA, INSIDE, SLOPE_X, SLOPE_Y, SLOPE_Z, VALUE } from "./box-dose.ts";
import type { DoseLattice } from "./dose-lattice.ts";

/**
 * Trilinear dose in the cells of its own grid:
 *
 *   d = c0 + cx x + cy y + cz z + cxy xy + cxz xz + cyz yz + cxyz xyz
 *
 * The mean over a box is the value at its centre, and dose leaves the plane through it by at most
 * (|cxy| + |cxz| + |cyz|) / 4 + |cxyz| / 8 of the box: exact bounds. Highest and lowest dose are at corners.
 */
export class CellDose implements BoxDose {
  readonly out: Float64Array = new Float64Array(10);
  readonly #data: Float32Array;
  readonly #nx: number;
  readonly #ny: number;
  readonly #nz: number;
  readonly #stepX: number;
  readonly #stepY: number;
  readonly #stepZ: number;
  readonly #c = new Float64Array(8);
  #baseX = 0;
  #baseY = 0;
  #baseZ = 0;
  #inside = 0;

  constructor(dose: Volume, lattice: DoseLattice) {
    const [nx, ny] = dose.grid.size;
    const strides = [1, nx, nx * ny] as const;
    this.#data = dose.values.data;
    [this.#nx, this.#ny, this.#nz] = lattice.size;
    this.#stepX = strides[lattice.perm[0]]!;
    this.#stepY = strides[lattice.perm[1]]!;
    this.#stepZ = strides[lattice.perm[2]]!;
  }

  enterCell(i: number, j: number, k: number): void {
    const nx = this.#nx;
    const ny = this.#ny;
    const nz = this.#nz;
    this.#inside = i >= 0 && j >= 0 && k >= 0 && i <= nx && j <= ny && k <= nz ? 1 : 0;
    if (this.#inside === 0) return;
    const data = this.#data;
    const sx = this.#stepX;
    const sy = this.#stepY;
    const sz = this.#stepZ;
    const i0 = (i > 0 ? i - 1 : 0) * sx;
    const i1 = (i < nx ? i : nx - 1) * sx;
    const j0 = (j > 0 ? j - 1 : 0) * sy;
    const j1 = (j < ny ? j : ny - 1) * sy;
    const k0 = (k > 0 ? k - 1 : 0) * sz;
    const k1 = (k < nz ? k : nz - 1) * sz;
    const d000 = data[i0 + j0 + k0]!;
    const d100 = data[i1 + j0 + k0]!;
    const d010 = data[i0 + j1 + k0]!;
    const d110 = data[i1 + j1 + k0]!;
    const d001 = data[i0 + j0 + k1]!;
    const d101 = data[i1 + j0 + k1]!;
    const d011 = data[i0 + j1 + k1]!;
    const d111 = data[i1 + j1 + k1]!;
    const c = this.#c;
    c[0] = d000;
    c[1] = d100 - d000;
    c[2] = d010 - d000;
    c[3] = d001 - d000;
    c[4] = d110 - d100 - d010 + d000;
    c[5] = d101 - d100 - d001 + d000;
    c[6] = d011 - d010 - d001 + d000;
    c[7] = d111 - d110 - d101 - d011 + d100 + d010 + d001 - d000;
    this.#baseX = i - 1;
    this.#baseY = j - 1;
    this.#baseZ = k - 1;
  }

  model(boxes: Float64Array, at: number): void {
    const out = this.out;
    out[INSIDE] = this.#inside;
    if (this.#inside === 0) return;
    const x0 = boxes[at]!;
    const x1 = boxes[at + 1]!;
    const y0 = boxes[at + 2]!;
    const y1 = boxes[at + 3]!;
    const z0 = boxes[at + 4]!;
    const z1 = boxes[at + 5]!;
    const c = this.#c;
    const hx = x1 - x0;
    const hy = y1 - y0;
    const hz = z1 - z0;
    const x = 0.5 * (x0 + x1) - this.#baseX;
    const y = 0.5 * (y0 + y1) - this.#baseY;
    const z = 0.5 * (z0 + z1) - this.#baseZ;
    const c4 = c[4]!;
    const c5 = c[5]!;
    const c6 = c[6]!;
    const c7 = c[7]!;
    const alongX = c[1]! + c4 * y + (c5 + c7 * y) * z;
    out[VALUE] = c[0]! + c[2]! * y + (c[3]! + c6 * y) * z + alongX * x;
    out[SLOPE_X] = alongX * hx;
    out[SLOPE_Y] = (c[2]! + c4 * x + (c6 + c7 * x) * z) * hy;
    out[SLOPE_Z] = (c[3]! + c5 * x + (c6 + c7 * x) * y) * hz;
    out[DELTA] =
      0.25 *
        (Math.abs(c4 + c7 * z) * hx * hy +
          Math.abs(c5 + c7 * y) * hx * hz +
          Math.abs(c6 + c7 * x) * hy * hz) +
      0.125 * Math.abs(c7) * hx * hy * hz;
  }

  extremes(x0: number, x1: number, y0: number, y1: number, z0: number, z1: number): void {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let n = 0; n < 8; n++) {
      const d = this.at(n & 1 ? x1 : x0, n & 2 ? y1 : y0, n & 4 ? z1 : z0);
      if (d < low) low = d;
      if (d > high) high = d;
    }
    const out = this.out;
    out[6] = low;
    out[7] = high;
    out[8] = low;
    out[9] = high;
  }

  at(px: number, py: number, pz: number): number {
    const c = this.#c;
    const x = px - this.#baseX;
    const y = py - this.#baseY;
    const z = pz - this.#baseZ;
    return (
      c[0]! +
      c[1]! * x +
      c[2]! * y +
      c[3]! * z +
      c[4]! * x * y +
      c[5]! * x * z +
      c[6]! * y * z +
      c[7]! * x * y * z
    );
  }
}
