import type { Direction, Grid, Vec3 } from "@isodose/core";
import { type RigidTransform, transformDirection, transformPoint } from "@isodose/geometry";

/** A grid where a rigid motion brings it: the same voxels, seen from the other frame of reference. */
export function transformGrid(grid: Grid, transform: RigidTransform): Grid {
  const d = grid.direction;
  const axis = (a: 0 | 1 | 2): Vec3 => transformDirection(transform, [d[a], d[3 + a]!, d[6 + a]!]);
  const [u, v, w] = [axis(0), axis(1), axis(2)];
  const direction: Direction = [u[0], v[0], w[0], u[1], v[1], w[1], u[2], v[2], w[2]];
  return { ...grid, originMm: transformPoint(transform, grid.originMm), direction };
}
