import { type Volume, voxelToPatient } from "@isodose/core";
import type { Solid } from "@isodose/geometry";
import { applyAffine, boundedLattice, cellAt, cellHigh, cellLow, type DoseLattice } from "./dose-lattice.ts";
import type { DoseSampler } from "./dose-sampler.ts";
import { partBelowPlane } from "./part-below-plane.ts";
import type { PieceSource } from "./piece-source.ts";

/** Cells along the edge of the blocks that are tried first. */
const BLOCK = 8;
/** A cell at the surface is halved at least so often, so that what its corners do not see is found, and at most so often. */
const LEAST_DEPTH = 2;
const MOST_DEPTH = 9;

/** The parabola leaves its box's fraction off by less than this part of its bend, as spheres, rims and tips show. */
const RESIDUAL = 4;

/** The pieces of an exact solid, in the lattice of the dose grid. */
export function solidPieces(solid: Solid, dose: Volume): PieceSource {
  const lattice = boundedLattice(dose.grid);
  const { min, max } = solid.boundsMm;
  const low: [number, number, number] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  const high: [number, number, number] = [
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (let n = 0; n < 8; n++) {
    const corner = [n & 1 ? max[0] : min[0], n & 2 ? max[1] : min[1], n & 4 ? max[2] : min[2]] as const;
    applyAffine(lattice.fromPatient, corner).forEach((c, a) => {
      low[a] = Math.min(low[a]!, c);
      high[a] = Math.max(high[a]!, c);
    });
  }
  // A ball fills half of the box that encloses it.
  const roughMm3 = 0.5 * (max[0] - min[0]) * (max[1] - min[1]) * (max[2] - min[2]);
  return {
    lattice,
    low,
    high,
    roughMm3,
    give: (sampler) => new Octree(solid, dose, lattice, sampler).give(low, high),
  };
}

/**
 * A box whose centre is farther from the surface than its corners is wholly in or out. At the surface a box is halved until
 * the sampler takes it; its part inside is that below the plane through the values at its corners, which is off by the
 * curvature of the surface: by the distance of the centre's value from the corners' mean.
 */
class Octree {
  readonly #at: (x: number, y: number, z: number) => number;
  readonly #lattice: DoseLattice;
  readonly #sampler: DoseSampler;
  readonly #spacingMm: readonly [number, number, number];
  readonly #corner = new Float64Array(8);

  constructor(solid: Solid, dose: Volume, lattice: DoseLattice, sampler: DoseSampler) {
    const { grid } = dose;
    const [ox, oy, oz] = grid.originMm;
    const zero = voxelToPatient(grid, [0, 0, 0]);
    const step = [
      voxelToPatient(grid, [1, 0, 0]),
      voxelToPatient(grid, [0, 1, 0]),
      voxelToPatient(grid, [0, 0, 1]),
    ];
    const [a, b, c] = step.map((p) => p[0] - zero[0]) as [number, number, number];
    const [d, e, f] = step.map((p) => p[1] - zero[1]) as [number, number, number];
    const [g, h, m] = step.map((p) => p[2] - zero[2]) as [number, number, number];
    const { implicit } = solid;
    this.#at = (x, y, z) =>
      implicit(ox + a * x + b * y + c * z, oy + d * x + e * y + f * z, oz + g * x + h * y + m * z);
    this.#lattice = lattice;
    this.#sampler = sampler;
    this.#spacingMm = grid.spacingMm;
  }

  give(low: readonly number[], high: readonly number[]): void {
    const first = [0, 1, 2].map((a) => cellAt(this.#lattice, a, low[a]!));
    const last = [0, 1, 2].map((a) => cellAt(this.#lattice, a, high[a]!));
    const end = last.map((c) => c + 1);
    for (let k = first[2]!; k < end[2]!; k += BLOCK) {
      for (let j = first[1]!; j < end[1]!; j += BLOCK) {
        for (let i = first[0]!; i < end[0]!; i += BLOCK) {
          this.#block(
            i,
            j,
            k,
            Math.min(end[0]!, i + BLOCK),
            Math.min(end[1]!, j + BLOCK),
            Math.min(end[2]!, k + BLOCK),
          );
        }
      }
    }
  }

  /** The cells from (i, j, k) to before (iEnd, jEnd, kEnd). */
  #block(i: number, j: number, k: number, iEnd: number, jEnd: number, kEnd: number): void {
    const lattice = this.#lattice;
    const x0 = cellLow(lattice, 0, i);
    const y0 = cellLow(lattice, 1, j);
    const z0 = cellLow(lattice, 2, k);
    const x1 = cellHigh(lattice, 0, iEnd - 1);
    const y1 = cellHigh(lattice, 1, jEnd - 1);
    const z1 = cellHigh(lattice, 2, kEnd - 1);
    const centre = this.#at(0.5 * (x0 + x1), 0.5 * (y0 + y1), 0.5 * (z0 + z1));
    const reach = this.#reachMm(x1 - x0, y1 - y0, z1 - z0);
    if (centre >= reach) return;
    for (let c = k; c < kEnd; c++) {
      for (let b = j; b < jEnd; b++) {
        for (let a = i; a < iEnd; a++) {
          const xa = cellLow(lattice, 0, a);
          const xb = cellHigh(lattice, 0, a);
          const ya = cellLow(lattice, 1, b);
          const yb = cellHigh(lattice, 1, b);
          const za = cellLow(lattice, 2, c);
          const zb = cellHigh(lattice, 2, c);
          if (centre <= -reach) {
            this.#sampler.enterCell(a, b, c);
            this.#sampler.box(xa, xb, ya, yb, za, zb);
          } else {
            const f = this.#at(0.5 * (xa + xb), 0.5 * (ya + yb), 0.5 * (za + zb));
            if (f >= this.#reachMm(xb - xa, yb - ya, zb - za)) continue;
            this.#sampler.enterCell(a, b, c);
            this.#cut(xa, xb, ya, yb, za, zb, f, 0);
          }
        }
      }
    }
  }

  #reachMm(dx: number, dy: number, dz: number): number {
    const [sx, sy, sz] = this.#spacingMm;
    return 0.5 * Math.sqrt((dx * sx) ** 2 + (dy * sy) ** 2 + (dz * sz) ** 2);
  }

  #cut(
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    z0: number,
    z1: number,
    centre: number,
    depth: number,
  ): void {
    const reach = this.#reachMm(x1 - x0, y1 - y0, z1 - z0);
    if (centre >= reach) return;
    if (centre <= -reach) {
      this.#sampler.box(x0, x1, y0, y1, z0, z1);
      return;
    }
    if (depth >= LEAST_DEPTH) {
      const f = this.#corner;
      for (let n = 0; n < 8; n++) {
        const [x, y, z] = [n & 1 ? x1 : x0, n & 2 ? y1 : y0, n & 4 ? z1 : z0];
        f[n] = this.#at(x, y, z);
        if (f[n]! < 0) this.#sampler.touch(x, y, z);
      }
      const mean = (f[0]! + f[1]! + f[2]! + f[3]! + f[4]! + f[5]! + f[6]! + f[7]!) / 8;
      const gx = (f[1]! + f[3]! + f[5]! + f[7]! - f[0]! - f[2]! - f[4]! - f[6]!) / 4;
      const gy = (f[2]! + f[3]! + f[6]! + f[7]! - f[0]! - f[1]! - f[4]! - f[5]!) / 4;
      const gz = (f[4]! + f[5]! + f[6]! + f[7]! - f[0]! - f[1]! - f[2]! - f[3]!) / 4;
      // Two thirds of the way to the centre: the mean of a parabola over the box.
      const level = mean + (2 / 3) * (centre - mean);
      const fraction = partBelowPlane(gx, gy, gz, -level);
      const bend = Math.abs(centre - mean) + this.#twist(gx, gy, gz, mean);
      const steepest = Math.max(Math.abs(gx), Math.abs(gy), Math.abs(gz));
      const error = bend < steepest ? bend / (RESIDUAL * steepest) : 1;
      const tips = this.#sampler.tipsOf(x0, x1, y0, y1, z0, z1, gx, gy, gz, -level - bend);
      for (let n = 0; tips && n < 6; n += 3) {
        const [x, y, z] = [tips[n]!, tips[n + 1]!, tips[n + 2]!];
        if (this.#at(x, y, z) < 0) this.#sampler.touch(x, y, z);
      }
      const mayCut = depth < MOST_DEPTH;
      const sampler = this.#sampler;
      if (sampler.part(x0, x1, y0, y1, z0, z1, fraction, error, gx, gy, gz, -level, 2 * bend, mayCut)) return;
    }
    const x = 0.5 * (x0 + x1);
    const y = 0.5 * (y0 + y1);
    const z = 0.5 * (z0 + z1);
    for (let n = 0; n < 8; n++) {
      const [xa, xb] = n & 1 ? [x, x1] : [x0, x];
      const [ya, yb] = n & 2 ? [y, y1] : [y0, y];
      const [za, zb] = n & 4 ? [z, z1] : [z0, z];
      this.#cut(
        xa,
        xb,
        ya,
        yb,
        za,
        zb,
        this.#at(0.5 * (xa + xb), 0.5 * (ya + yb), 0.5 * (za + zb)),
        depth + 1,
      );
    }
  }

  /** Mean distance of the corners' values from their plane. */
  #twist(gx: number, gy: number, gz: number, mean: number): number {
    let sum = 0;
    for (let n = 0; n < 8; n++) {
      const plane = mean + (n & 1 ? 0.5 : -0.5) * gx + (n & 2 ? 0.5 : -0.5) * gy + (n & 4 ? 0.5 : -0.5) * gz;
      sum += Math.abs(this.#corner[n]! - plane);
    }
    return sum / 8;
  }
}
