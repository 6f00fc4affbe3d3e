import type { Grid, Volume } from "@isodose/core";

/** Smallest and largest value of every block of cells of one size; level 0 is the cells themselves. */
export interface BlockRanges {
  readonly cx: number;
  readonly cy: number;
  readonly cz: number;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/**
 * A dose as the continuous, piecewise linear function on the tetrahedra that cut every cell of eight voxel centres in six
 * (Kuhn: all six share the diagonal from the lower to the upper corner, so that neighbouring cells fit). An axis with one
 * voxel has no extent: a slice is cut in triangles, a line in segments.
 */
export interface SimplexField {
  readonly data: Float32Array;
  /** Number of voxels. */
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  /** Spacing, mm. */
  readonly hx: number;
  readonly hy: number;
  readonly hz: number;
  /** Steps in `data` to the next voxel along x, y, z; 0 along an axis of one voxel. */
  readonly sx: number;
  readonly sy: number;
  readonly sz: number;
  /** Axes with more than one voxel, a subset of 0, 1, 2. */
  readonly axes: readonly number[];
  /** levels[l] joins 2 × 2 × 2 blocks of levels[l − 1]; the last has one block. */
  readonly levels: readonly BlockRanges[];
}

/** Prepare a dose for searching. @param volume - finite values */
export function simplexField(volume: Volume): SimplexField {
  const [nx, ny, nz] = volume.grid.size;
  const [hx, hy, hz] = volume.grid.spacingMm;
  const data = volume.values.data;
  const sx = nx > 1 ? 1 : 0;
  const sy = ny > 1 ? nx : 0;
  const sz = nz > 1 ? nx * ny : 0;
  const levels = [cellRanges(data, nx, ny, nz, sx, sy, sz)];
  for (let top = levels[0]!; top.min.length > 1; top = levels.at(-1)!) levels.push(joinBlocks(top));
  const axes = [nx, ny, nz].flatMap((n, axis) => (n > 1 ? [axis] : []));
  return { data, nx, ny, nz, hx, hy, hz, sx, sy, sz, axes, levels };
}

function cellRanges(
  data: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  sx: number,
  sy: number,
  sz: number,
): BlockRanges {
  const cx = Math.max(1, nx - 1);
  const cy = Math.max(1, ny - 1);
  const cz = Math.max(1, nz - 1);
  const min = new Float32Array(cx * cy * cz);
  const max = new Float32Array(cx * cy * cz);
  let cell = 0;
  for (let k = 0; k < cz; k++) {
    for (let j = 0; j < cy; j++) {
      for (let i = 0; i < cx; i++) {
        let low = Number.POSITIVE_INFINITY;
        let high = Number.NEGATIVE_INFINITY;
        const corner = i + nx * (j + ny * k);
        for (let c = 0; c < 8; c++) {
          const value = data[corner + (c & 1) * sx + ((c >> 1) & 1) * sy + (c >> 2) * sz]!;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        min[cell] = low;
        max[cell++] = high;
      }
    }
  }
  return { cx, cy, cz, min, max };
}

function joinBlocks(fine: BlockRanges): BlockRanges {
  const cx = (fine.cx + 1) >> 1;
  const cy = (fine.cy + 1) >> 1;
  const cz = (fine.cz + 1) >> 1;
  const min = new Float32Array(cx * cy * cz).fill(Number.POSITIVE_INFINITY);
  const max = new Float32Array(cx * cy * cz).fill(Number.NEGATIVE_INFINITY);
  let from = 0;
  for (let k = 0; k < fine.cz; k++) {
    for (let j = 0; j < fine.cy; j++) {
      for (let i = 0; i < fine.cx; i++, from++) {
        const to = (i >> 1) + cx * ((j >> 1) + cy * (k >> 1));
        if (fine.min[from]! < min[to]!) min[to] = fine.min[from]!;
        if (fine.max[from]! > max[to]!) max[to] = fine.max[from]!;
      }
    }
  }
  return { cx, cy, cz, min, max };
}

/**
 * Where the voxel centres of one grid lie along the axes of another, mm from its voxel (0, 0, 0):
 *
 *   p = base + i · stepI + j · stepJ + k · stepK
 */
export interface GridPlacement {
  readonly base: readonly [number, number, number];
  readonly stepI: readonly [number, number, number];
  readonly stepJ: readonly [number, number, number];
  readonly stepK: readonly [number, number, number];
}

/** Place `points` along the axes of `field`. */
export function placeGrid(points: Grid, field: Grid): GridPlacement {
  const e = field.direction;
  const along = (x: number, y: number, z: number): [number, number, number] => [
    e[0] * x + e[3] * y + e[6] * z,
    e[1] * x + e[4] * y + e[7] * z,
    e[2] * x + e[5] * y + e[8] * z,
  ];
  const [ox, oy, oz] = field.originMm;
  const [px, py, pz] = points.originMm;
  const [hi, hj, hk] = points.spacingMm;
  const d = points.direction;
  return {
    base: along(px - ox, py - oy, pz - oz),
    stepI: along(d[0] * hi, d[3] * hi, d[6] * hi),
    stepJ: along(d[1] * hj, d[4] * hj, d[7] * hj),
    stepK: along(d[2] * hk, d[5] * hk, d[8] * hk),
  };
}

/** Positions written as decimal text wobble by less than this, mm; so much further out still counts as inside. */
const EDGE_TOLERANCE_MM = 1e-3;

/**
 * True where the field exists: within the box of its outermost voxel centres; along an axis of one voxel, within half a
 * spacing of it.
 */
export function isInsideField(field: SimplexField, x: number, y: number, z: number): boolean {
  return (
    isInsideAxis(x, field.nx, field.hx) &&
    isInsideAxis(y, field.ny, field.hy) &&
    isInsideAxis(z, field.nz, field.hz)
  );
}

function isInsideAxis(xMm: number, n: number, hMm: number): boolean {
  if (n === 1) return Math.abs(xMm) <= 0.5 * hMm + EDGE_TOLERANCE_MM;
  return xMm >= -EDGE_TOLERANCE_MM && xMm <= (n - 1) * hMm + EDGE_TOLERANCE_MM;
}
