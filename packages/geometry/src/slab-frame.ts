import type { Grid, Vec3 } from "@isodose/core";
import type { StructurePlanes } from "./contour-planes.ts";

/** A coordinate of the grid as a linear function of plane coordinates: offset + u perU + v perV + p perP. */
export interface BoxCoordinate {
  readonly offset: number;
  readonly perU: number;
  readonly perV: number;
  /** Per mm along the contours' normal. */
  readonly perP: number;
}

/**
 * The grid as a stack of sheets, seen from a stack of contours: `across` is the grid axis nearest to the normal, and the
 * sheets are spanned by the other two. Coordinates are those of voxel boxes: voxel n is [n, n + 1].
 */
export interface SlabFrame {
  readonly row: BoxCoordinate;
  readonly column: BoxCoordinate;
  readonly across: BoxCoordinate;
  /** Numbers of voxels along row, column, across. */
  readonly size: Vec3;
  /** Steps of the voxel index along row, column, across. */
  readonly strides: Vec3;
  /** Voxel index of the first voxel of the frame. */
  readonly start: number;
  /** True if the contours lie in sheets: then the in-plane coordinates do not depend on the position across. */
  readonly parallel: boolean;
}

/** Closer to parallel than this cosine is parallel: 0.008°, 0.03 mm across 200 mm. */
const PARALLEL_COSINE = 1 - 1e-8;

/** The frame of the whole grid, cropped to the voxels that the structure may touch; see {@link SlabFrame}. */
export function slabFrame(stack: StructurePlanes, grid: Grid): SlabFrame {
  return crop(wholeFrame(stack, grid), stack);
}

function crop(frame: SlabFrame, stack: StructurePlanes): SlabFrame {
  const extent = (c: BoxCoordinate, count: number) => {
    let [low, high] = [count, 0];
    for (const { lowMm, highMm, polygons } of stack.planes) {
      for (const polygon of polygons) {
        for (let n = 0; n < polygon.length; n += 2) {
          const at = c.offset + polygon[n]! * c.perU + polygon[n + 1]! * c.perV;
          const [one, other] = [at + lowMm * c.perP, at + highMm * c.perP];
          low = Math.min(low, one, other);
          high = Math.max(high, one, other);
        }
      }
    }
    const first = Math.max(0, Math.floor(low));
    return { first, count: Math.max(0, Math.min(count, Math.ceil(high)) - first) };
  };
  const [row, column, across] = [
    extent(frame.row, frame.size[0]),
    extent(frame.column, frame.size[1]),
    extent(frame.across, frame.size[2]),
  ];
  const { strides } = frame;
  return {
    ...frame,
    row: { ...frame.row, offset: frame.row.offset - row.first },
    column: { ...frame.column, offset: frame.column.offset - column.first },
    across: { ...frame.across, offset: frame.across.offset - across.first },
    size: [row.count, column.count, across.count],
    start: row.first * strides[0] + column.first * strides[1] + across.first * strides[2],
  };
}

function wholeFrame(stack: StructurePlanes, grid: Grid): SlabFrame {
  const d = grid.direction;
  const axis = (a: 0 | 1 | 2): Vec3 => [d[a], d[3 + a]!, d[6 + a]!];
  const dot = (p: Vec3, q: Vec3) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  const cosine = (a: 0 | 1 | 2) => Math.abs(dot(axis(a), stack.normal));
  // Ties go to k, where slices usually are.
  const a = ([2, 1, 0] as const).reduce((best, n) => (cosine(n) > cosine(best) + 1e-9 ? n : best), 2);
  const order = (
    [
      [1, 2, 0],
      [0, 2, 1],
      [0, 1, 2],
    ] as const
  )[a]!;
  const coordinate = (n: 0 | 1 | 2): BoxCoordinate => {
    const e = axis(n);
    const s = grid.spacingMm[n];
    return {
      offset: 0.5 - dot(e, grid.originMm) / s,
      perU: dot(e, stack.uAxis) / s,
      perV: dot(e, stack.vAxis) / s,
      perP: dot(e, stack.normal) / s,
    };
  };
  const strides = [1, grid.size[0], grid.size[0] * grid.size[1]];
  return {
    row: coordinate(order[0]),
    column: coordinate(order[1]),
    across: coordinate(order[2]),
    size: [grid.size[order[0]], grid.size[order[1]], grid.size[order[2]]],
    strides: [strides[order[0]]!, strides[order[1]]!, strides[order[2]]!],
    start: 0,
    parallel: cosine(order[2]) >= PARALLEL_COSINE,
  };
}

/** The coordinate at a point of a plane. */
export function boxCoordinate(c: BoxCoordinate, u: number, v: number, p: number): number {
  return c.offset + u * c.perU + v * c.perV + p * c.perP;
}
