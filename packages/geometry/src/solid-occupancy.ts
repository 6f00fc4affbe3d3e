import {
  assertGrid,
  createVolume,
  type Grid,
  InvalidInputError,
  type Volume,
  voxelVolumeMm3,
} from "@isodose/core";
import { cubeFraction } from "./cube-fraction.ts";
import type { Solid } from "./solid.ts";

/** How finely a solid is put on a grid. */
export interface SolidOccupancyOptions {
  /** A voxel is cut finer until its fraction changes by less, or 1/64 of its edge is reached. Default 0.001. */
  readonly tolerance?: number;
  /** Frame of reference of the result. Default: empty. */
  readonly frameOfReferenceUid?: string;
}

/** A solid on a grid. */
export interface SolidOccupancy {
  /** unit "fraction", values in [0, 1]. */
  readonly occupancy: Volume;
  /** Of the solid's part inside the grid. */
  readonly volumeCc: number;
  /**
   * An estimate of how far the volume is off: twice the sum over the voxels of their changes on the last subdivision. It is
   * no bound: a part that every corner misses is not in it.
   */
  readonly estimatedVolumeErrorCc: number;
  /** The same for the worst voxel: twice its change on the last subdivision, a fraction. */
  readonly estimatedVoxelError: number;
}

const DEFAULT_TOLERANCE = 0.001;
/** A smooth surface is off by a third of the last change; slivers at edges that no corner saw add to that. */
const ERROR_PER_CHANGE = 2;
const DEEPEST = 5;
/** Voxels along the edge of the blocks that are tried first. */
const BLOCK = 16;

/**
 * Part of every voxel that lies inside a solid.
 *
 * A block whose centre is farther from the surface than its corners is wholly in or out; others are cut into eight, down
 * to voxels. A voxel at the surface is cut into cubes, in which the shape is taken as linear between the corners of six
 * tetrahedra; a cube is cut again while its eight parts say otherwise than the whole. What is thinner than a quarter of a
 * voxel can be missed.
 *
 * @param grid - any spacing, origin and direction
 * @throws InvalidInputError if the grid or the tolerance is not valid
 */
export function solidOccupancy(
  solid: Solid,
  grid: Grid,
  options: SolidOccupancyOptions = {},
): SolidOccupancy {
  assertGrid(grid);
  const tolerance = options.tolerance ?? DEFAULT_TOLERANCE;
  if (!(tolerance > 0 && tolerance < 1))
    throw new InvalidInputError("tolerance", tolerance, "a fraction between 0 and 1");
  const occupancy = createVolume(grid, "fraction", options.frameOfReferenceUid ?? "");
  const raster = new Raster(solid, grid, tolerance, occupancy.values.data);
  const [nx, ny, nz] = grid.size;
  for (let k = 0; k < nz; k += BLOCK) {
    for (let j = 0; j < ny; j += BLOCK) {
      for (let i = 0; i < nx; i += BLOCK) raster.block(i, j, k, BLOCK);
    }
  }
  const perVoxelCc = voxelVolumeMm3(grid) / 1000;
  return {
    occupancy,
    volumeCc: raster.sum * perVoxelCc,
    estimatedVolumeErrorCc: ERROR_PER_CHANGE * raster.errorSum * perVoxelCc,
    estimatedVoxelError: ERROR_PER_CHANGE * raster.largestError,
  };
}

/** Index in a cube's 3 × 3 × 3 lattice of its corner n (bits 1 x, 2 y, 4 z). */
const CORNERS = Uint8Array.from({ length: 8 }, (_, n) => 2 * (n & 1) + 6 * ((n >> 1) & 1) + 18 * (n >> 2));
/** Index of corner m of part n, at 8 n + m. */
const PARTS = Uint8Array.from({ length: 64 }, (_, nm) => {
  const [n, m] = [nm >> 3, nm & 7];
  return (n & 1) + (m & 1) + 3 * (((n >> 1) & 1) + ((m >> 1) & 1)) + 9 * ((n >> 2) + (m >> 2));
});
const CENTRE = 13;
/** The lattice without its corners and its centre. */
const MIDDLES = Array.from({ length: 27 }, (_, n) => n).filter((n) => n !== CENTRE && !CORNERS.includes(n));

/** The work on one grid: blocks, voxels, cubes. Coordinates are voxel indices. */
class Raster {
  sum = 0;
  errorSum = 0;
  largestError = 0;
  readonly #data: Float32Array;
  readonly #size: Grid["size"];
  readonly #tolerance: number;
  readonly #at: (i: number, j: number, k: number) => number;
  readonly #halfDiagonalMm: number;
  readonly #lattices = Array.from({ length: DEEPEST + 1 }, () => new Float64Array(27));
  readonly #corner = new Float64Array(8);
  #error = 0;

  constructor(solid: Solid, grid: Grid, tolerance: number, data: Float32Array) {
    this.#data = data;
    this.#size = grid.size;
    this.#tolerance = tolerance;
    this.#halfDiagonalMm = Math.hypot(...grid.spacingMm) / 2;
    const [sx, sy, sz] = grid.spacingMm;
    const [ox, oy, oz] = grid.originMm;
    const [a, b, c, d, e, f, g, h, m] = grid.direction;
    const { implicit } = solid;
    this.#at = (i, j, k) => {
      const [x, y, z] = [i * sx, j * sy, k * sz];
      return implicit(ox + a * x + b * y + c * z, oy + d * x + e * y + f * z, oz + g * x + h * y + m * z);
    };
  }

  /** Fill the voxels [i, i + n) and so on. */
  block(i: number, j: number, k: number, n: number): void {
    const [nx, ny, nz] = this.#size;
    if (i >= nx || j >= ny || k >= nz) return;
    const middle = (n - 1) / 2;
    const f = this.#at(i + middle, j + middle, k + middle);
    const reach = n * this.#halfDiagonalMm;
    if (f >= reach) return;
    if (f <= -reach) {
      const [iEnd, jEnd, kEnd] = [Math.min(nx, i + n), Math.min(ny, j + n), Math.min(nz, k + n)];
      for (let q = k; q < kEnd; q++) {
        for (let p = j; p < jEnd; p++) this.#data.fill(1, nx * (p + ny * q) + i, nx * (p + ny * q) + iEnd);
      }
      this.sum += (iEnd - i) * (jEnd - j) * (kEnd - k);
    } else if (n > 1) {
      const half = n / 2;
      for (let m = 0; m < 8; m++)
        this.block(i + half * (m & 1), j + half * ((m >> 1) & 1), k + half * (m >> 2), half);
    } else this.#voxel(i, j, k, f);
  }

  #voxel(i: number, j: number, k: number, centre: number): void {
    const lattice = this.#lattices[0]!;
    for (let n = 0; n < 8; n++)
      lattice[CORNERS[n]!] = this.#at(i - 0.5 + (n & 1), j - 0.5 + ((n >> 1) & 1), k - 0.5 + (n >> 2));
    this.#error = 0;
    const fraction = Math.min(1, Math.max(0, this.#cube(i - 0.5, j - 0.5, k - 0.5, 1, 0, centre)));
    this.#data[i + this.#size[0] * (j + this.#size[1] * k)] = fraction;
    this.sum += fraction;
    this.errorSum += this.#error;
    if (this.#error > this.largestError) this.largestError = this.#error;
  }

  /** Fraction of a cube whose corner values stand in its depth's lattice. */
  #cube(i: number, j: number, k: number, edge: number, depth: number, centre: number): number {
    const reach = edge * this.#halfDiagonalMm;
    if (centre >= reach) return 0;
    if (centre <= -reach) return 1;
    const lattice = this.#lattices[depth]!;
    for (let n = 0; n < 8; n++) this.#corner[n] = lattice[CORNERS[n]!]!;
    const whole = cubeFraction(this.#corner);
    const half = edge / 2;
    lattice[CENTRE] = centre;
    for (const n of MIDDLES)
      lattice[n] = this.#at(i + (n % 3) * half, j + (((n / 3) | 0) % 3) * half, k + ((n / 9) | 0) * half);
    let parts = 0;
    for (let n = 0; n < 8; n++) {
      this.#takeCorners(lattice, n, this.#corner);
      parts += cubeFraction(this.#corner) / 8;
    }
    const change = Math.abs(parts - whole);
    // 4^depth cubes of size 8^−depth at the surface share the tolerance.
    if (depth >= 1 && (change <= this.#tolerance * 2 ** depth || depth === DEEPEST)) {
      this.#error += change * edge ** 3;
      return parts;
    }
    const next = this.#lattices[depth + 1]!;
    let sum = 0;
    for (let n = 0; n < 8; n++) {
      for (let m = 0; m < 8; m++) next[CORNERS[m]!] = lattice[PARTS[8 * n + m]!]!;
      const [x, y, z] = [i + half * (n & 1), j + half * ((n >> 1) & 1), k + half * (n >> 2)];
      sum += this.#cube(x, y, z, half, depth + 1, this.#at(x + half / 2, y + half / 2, z + half / 2)) / 8;
    }
    return sum;
  }

  #takeCorners(lattice: Float64Array, part: number, corner: Float64Array): void {
    for (let m = 0; m < 8; m++) corner[m] = lattice[PARTS[8 * part + m]!]!;
  }
}
