import { type LineCost, lowerEnvelopePass } from "./lower-envelope.ts";
import type { SurfacePoints } from "./surface-points.ts";

/** What the transform needs of them. */
type PointsOnLines = Pick<SurfacePoints, "count" | "axis" | "position">;

/** For every voxel the surface point nearest to its centre. */
export interface NearestSurface {
  /** Number of the point, −1 where none is within the limit. */
  readonly nearest: Int32Array;
  /** Distance to it squared, in the units of the costs; Infinity where there is none. */
  readonly squared: Float32Array;
}

/**
 * Nearest surface point of every voxel centre, exactly: the points lie on voxel lines of three directions, and for each direction
 * the first pass runs along its lines, where the points sit between the voxels; the other passes are on whole voxels.
 *
 * @param costs - along i, j, k; a distance is measured from the surface to the voxel
 * @param limit - no distance squared beyond this is looked for
 */
export function nearestSurface(
  points: PointsOnLines,
  size: readonly [number, number, number],
  costs: readonly [LineCost, LineCost, LineCost],
  limit: number,
): NearestSurface {
  const along = (axis: 0 | 1 | 2, field: NearestSurface) =>
    lowerEnvelopePass(field.squared, field.nearest, size, axis, costs[axis], limit);
  const first = start(points, size, 0, costs[0], limit);
  along(1, first);
  const second = start(points, size, 1, costs[1], limit);
  along(0, second);
  takeNearer(first, second);
  along(2, first);
  startInto(second, points, size, 2, costs[2], limit);
  along(0, second);
  along(1, second);
  takeNearer(first, second);
  return first;
}

function start(
  points: PointsOnLines,
  size: readonly [number, number, number],
  axis: 0 | 1 | 2,
  cost: LineCost,
  limit: number,
): NearestSurface {
  const n = size[0] * size[1] * size[2];
  const field = { nearest: new Int32Array(n), squared: new Float32Array(n) };
  startInto(field, points, size, axis, cost, limit);
  return field;
}

/** Distances along the lines of one axis to the points on those lines. */
function startInto(
  { nearest, squared }: NearestSurface,
  points: PointsOnLines,
  size: readonly [number, number, number],
  axis: 0 | 1 | 2,
  cost: LineCost,
  limit: number,
): void {
  nearest.fill(-1);
  squared.fill(Number.POSITIVE_INFINITY);
  const [nx, ny] = size;
  const stride = axis === 0 ? 1 : axis === 1 ? nx : nx * ny;
  const last = size[axis] - 1;
  const reachPlus = Math.sqrt(limit / cost.plus);
  const reachMinus = Math.sqrt(limit / cost.minus);
  const { position } = points;
  for (let n = 0; n < points.count; n++) {
    if (points.axis[n] !== axis) continue;
    const at = position[3 * n + axis]!;
    const whole = Math.floor(at);
    // The voxel line's own index: the other two coordinates are whole.
    const base =
      (axis === 0 ? 0 : position[3 * n]!) +
      nx * ((axis === 1 ? 0 : position[3 * n + 1]!) + ny * (axis === 2 ? 0 : position[3 * n + 2]!));
    const to = Math.min(last, Math.floor(at + reachPlus));
    // Voxels that another point of the line is nearer to end the walk: what lies beyond is nearer to it as well.
    for (let q = whole + 1; q <= to; q++) {
      const v = base + q * stride;
      const value = cost.plus * (q - at) * (q - at);
      if (!lower(squared, nearest, v, value, n)) break;
    }
    const from = Math.max(0, Math.ceil(at - reachMinus));
    for (let q = Math.min(whole, last); q >= from; q--) {
      const v = base + q * stride;
      const value = cost.minus * (q - at) * (q - at);
      if (!lower(squared, nearest, v, value, n)) break;
    }
  }
}

function lower(squared: Float32Array, nearest: Int32Array, v: number, value: number, n: number): boolean {
  if (!(value < squared[v]!)) return false;
  squared[v] = value;
  nearest[v] = n;
  return true;
}

function takeNearer(field: NearestSurface, other: NearestSurface): void {
  const { nearest, squared } = field;
  for (let v = 0; v < nearest.length; v++) {
    if (other.squared[v]! < squared[v]!) {
      squared[v] = other.squared[v]!;
      nearest[v] = other.nearest[v]!;
    }
  }
}
