import { type Vec3, type Volume, voxelToPatient } from "@isodose/core";
import type { BoxDose } from "./box-dose.ts";
import { HIGH_BOUND, INSIDE, LOW_BOUND } from "./box-dose.ts";
import {
  applyAffine,
  axisAlong,
  boundedLattice,
  cellAt,
  cellHigh,
  cellLow,
  type DoseLattice,
  obliqueLattice,
} from "./dose-lattice.ts";
import type { DoseSampler } from "./dose-sampler.ts";
import { partBelowPlane } from "./part-below-plane.ts";
import type { PieceSource } from "./piece-source.ts";

/** A partly filled voxel is cut in so many parts along each axis, each filled as the plane in it says. */
const PARTS = 4;
/** Fractions nearer to 0 or 1 count as these. */
const WHOLE = 1e-6;

/**
 * The pieces of an occupancy: its voxels, cut at the cells of the dose lattice. Where in a partly filled voxel the
 * structure lies is not known; as best guess it lies below the plane that the gradient of the fractions gives, and all of
 * the voxel's doses are in the error.
 */
export function occupancyPieces(
  occupancy: Volume,
  dose: Volume,
  volumeMm3: number,
  doseAt: (l: DoseLattice) => BoxDose,
): PieceSource {
  const { grid } = occupancy;
  const d = grid.direction;
  const axes: [Vec3, Vec3, Vec3] = [
    [d[0], d[3], d[6]],
    [d[1], d[4], d[7]],
    [d[2], d[5], d[8]],
  ];
  const parallel = axes.every((axis) => axisAlong(dose.grid, axis) !== undefined);
  const corner = voxelToPatient(grid, [-0.5, -0.5, -0.5]);
  const lattice = parallel
    ? boundedLattice(dose.grid)
    : obliqueLattice(dose.grid, axes, corner, grid.spacingMm);
  // Voxel (i, j, k) runs from origin + i step … in the lattice, along axis `to` of the lattice for each of its axes.
  const start = applyAffine(lattice.fromPatient, corner);
  const to = axes.map((_, a) => {
    const step: [number, number, number] = [-0.5, -0.5, -0.5];
    step[a] = 0.5;
    const moved = applyAffine(lattice.fromPatient, voxelToPatient(grid, step)).map((c, n) => c - start[n]!);
    const axis = moved.reduce((best, c, n) => (Math.abs(c) > Math.abs(moved[best]!) ? n : best), 0);
    return { axis, step: moved[axis]! };
  });
  const walker = new Walker(occupancy, lattice, start, to, doseAt(lattice));
  const { low, high } = walker.bounds();
  return { lattice, low, high, roughMm3: volumeMm3, give: (sampler) => walker.give(sampler) };
}

class Walker {
  readonly #values: Float32Array;
  readonly #size: Vec3;
  readonly #lattice: DoseLattice;
  readonly #start: Vec3;
  readonly #to: readonly { readonly axis: number; readonly step: number }[];
  readonly #dose: BoxDose;

  constructor(
    occupancy: Volume,
    lattice: DoseLattice,
    start: Vec3,
    to: readonly { readonly axis: number; readonly step: number }[],
    dose: BoxDose,
  ) {
    this.#values = occupancy.values.data;
    this.#size = occupancy.grid.size;
    this.#lattice = lattice;
    this.#start = start;
    this.#to = to;
    this.#dose = dose;
  }

  bounds(): Pick<PieceSource, "low" | "high"> {
    const [nx, ny, nz] = this.#size;
    const first = [nx, ny, nz];
    const last = [-1, -1, -1];
    let n = 0;
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++) {
          if (!(this.#values[n++]! > WHOLE)) continue;
          if (i < first[0]!) first[0] = i;
          if (j < first[1]!) first[1] = j;
          if (k < first[2]!) first[2] = k;
          if (i > last[0]!) last[0] = i;
          if (j > last[1]!) last[1] = j;
          if (k > last[2]!) last[2] = k;
        }
      }
    }
    const low: [number, number, number] = [0, 0, 0];
    const high: [number, number, number] = [-1, -1, -1];
    if (last[0]! < 0) return { low, high };
    this.#to.forEach(({ axis, step }, a) => {
      const p = this.#start[axis]! + step * first[a]!;
      const q = this.#start[axis]! + step * (last[a]! + 1);
      low[axis] = Math.min(p, q);
      high[axis] = Math.max(p, q);
    });
    return { low, high };
  }

  give(sampler: DoseSampler): void {
    this.#each((i, j, k, f) => {
      if (f >= 1 - WHOLE) this.#fill(sampler, this.#voxelBox(i, j, k));
    });
    sampler.markCertain();
    this.#each((i, j, k, f) => {
      if (f < 1 - WHOLE) this.#partly(sampler, i, j, k, f);
    });
  }

  #each(visit: (i: number, j: number, k: number, fraction: number) => void): void {
    const [nx, ny, nz] = this.#size;
    let n = 0;
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++) {
          const f = this.#values[n++]!;
          if (f > WHOLE) visit(i, j, k, f);
        }
      }
    }
  }

  /** x0, x1, y0, y1, z0, z1 of a voxel in the lattice. */
  #voxelBox(i: number, j: number, k: number): Float64Array {
    const box = new Float64Array(6);
    const index = [i, j, k];
    for (let a = 0; a < 3; a++) {
      const { axis, step } = this.#to[a]!;
      const p = this.#start[axis]! + step * index[a]!;
      box[2 * axis] = step > 0 ? p : p + step;
      box[2 * axis + 1] = step > 0 ? p + step : p;
    }
    return box;
  }

  /** Visit the parts of a box that lie in one cell each. */
  #cells(
    box: Float64Array,
    visit: (x0: number, x1: number, y0: number, y1: number, z0: number, z1: number, cell: Vec3) => void,
  ): void {
    const lattice = this.#lattice;
    const first = [0, 1, 2].map((a) => cellAt(lattice, a, box[2 * a]! + 1e-9));
    const last = [0, 1, 2].map((a) => cellAt(lattice, a, box[2 * a + 1]! - 1e-9));
    for (let k = first[2]!; k <= last[2]!; k++) {
      const z0 = k === first[2] ? box[4]! : cellLow(lattice, 2, k);
      const z1 = k === last[2] ? box[5]! : cellHigh(lattice, 2, k);
      for (let j = first[1]!; j <= last[1]!; j++) {
        const y0 = j === first[1] ? box[2]! : cellLow(lattice, 1, j);
        const y1 = j === last[1] ? box[3]! : cellHigh(lattice, 1, j);
        for (let i = first[0]!; i <= last[0]!; i++) {
          const x0 = i === first[0] ? box[0]! : cellLow(lattice, 0, i);
          const x1 = i === last[0] ? box[1]! : cellHigh(lattice, 0, i);
          visit(x0, x1, y0, y1, z0, z1, [i, j, k]);
        }
      }
    }
  }

  #fill(sampler: DoseSampler, box: Float64Array): void {
    this.#cells(box, (x0, x1, y0, y1, z0, z1, [i, j, k]) => {
      sampler.enterCell(i, j, k);
      sampler.box(x0, x1, y0, y1, z0, z1);
    });
  }

  #partly(sampler: DoseSampler, i: number, j: number, k: number, fraction: number): void {
    const box = this.#voxelBox(i, j, k);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    this.#cells(box, (x0, x1, y0, y1, z0, z1, cell) => {
      this.#dose.enterCell(...cell);
      this.#dose.model(Float64Array.of(x0, x1, y0, y1, z0, z1), 0);
      if (this.#dose.out[INSIDE] === 0) return;
      this.#dose.extremes(x0, x1, y0, y1, z0, z1);
      low = Math.min(low, this.#dose.out[LOW_BOUND]!);
      high = Math.max(high, this.#dose.out[HIGH_BOUND]!);
    });
    const mm3 = (box[1]! - box[0]!) * (box[3]! - box[2]!) * (box[5]! - box[4]!) * this.#lattice.unitMm3;
    const [gx, gy, gz] = this.#outward(i, j, k);
    const level = levelOfPart(gx, gy, gz, fraction);
    const edge = [0, 1, 2].map((a) => (box[2 * a + 1]! - box[2 * a]!) / PARTS) as unknown as Vec3;
    const part = new Float64Array(6);
    for (let n = 0; n < PARTS ** 3; n++) {
      const at = [n % PARTS, Math.floor(n / PARTS) % PARTS, Math.floor(n / PARTS ** 2)] as const;
      const c = at.map((m) => (m + 0.5) / PARTS - 0.5) as unknown as Vec3;
      const f = partBelowPlane(gx / PARTS, gy / PARTS, gz / PARTS, level - gx * c[0] - gy * c[1] - gz * c[2]);
      if (!(f > 0)) continue;
      for (let a = 0; a < 3; a++) {
        part[2 * a] = box[2 * a]! + at[a]! * edge[a]!;
        part[2 * a + 1] = part[2 * a]! + edge[a]!;
      }
      if (f > 1 - WHOLE) this.#fill(sampler, part);
      else
        this.#cells(part, (x0, x1, y0, y1, z0, z1, cell) => {
          sampler.enterCell(...cell);
          sampler.part(x0, x1, y0, y1, z0, z1, f, 0, gx, gy, gz, level, Number.POSITIVE_INFINITY, false);
        });
    }
    if (high > low) sampler.addUnknown(low, high, mm3 * Math.min(fraction, 1 - fraction));
  }

  /** Fall of the fractions across the voxel, along the axes of the lattice; upwards along x where there is none. */
  #outward(i: number, j: number, k: number): Vec3 {
    const [nx, ny, nz] = this.#size;
    const at = (a: number, b: number, c: number) =>
      a < 0 || b < 0 || c < 0 || a >= nx || b >= ny || c >= nz ? 0 : this.#values[a + nx * (b + ny * c)]!;
    const fall = [
      at(i - 1, j, k) - at(i + 1, j, k),
      at(i, j - 1, k) - at(i, j + 1, k),
      at(i, j, k - 1) - at(i, j, k + 1),
    ];
    const out: [number, number, number] = [0, 0, 0];
    this.#to.forEach(({ axis, step }, a) => {
      out[axis] = Math.sign(step) * fall[a]!;
    });
    return out.every((g) => g === 0) ? [1, 0, 0] : out;
  }
}

/** The level below which the plane leaves this part of a unit cube: bisection of {@link partBelowPlane}. */
function levelOfPart(gx: number, gy: number, gz: number, part: number): number {
  let high = 0.6 * (Math.abs(gx) + Math.abs(gy) + Math.abs(gz));
  let low = -high;
  for (let n = 0; n < 40; n++) {
    const middle = 0.5 * (low + high);
    if (partBelowPlane(gx, gy, gz, middle) < part) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
