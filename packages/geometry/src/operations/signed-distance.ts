import { createVolume, type Volume } from "@isodose/core";
import { nearestSurface } from "./nearest-surface.ts";
import { assertRegion, assertResolved } from "./region.ts";
import { surfaceGauge } from "./surface-gauge.ts";
import { surfacePoints } from "./surface-points.ts";

/**
 * Distance of every voxel centre from the surface of a region, mm: < 0 inside, > 0 outside.
 *
 *   d(p) = ± min_(q on the surface) |p − q|
 *
 * The surface is located within the voxels by how full they are, so distances are good to 0.1 voxel, not to one, where the
 * surface is smooth on the scale of two voxels; at sharp edges, which fractions do not show, to half a voxel. The distance transform
 * is exact for any voxel shape. At the edge of the grid the region is taken to go on: the edge is no surface.
 *
 * @param region - unit "fraction"
 * @returns unit "mm"; Infinity everywhere if the region is empty, −Infinity if it fills the grid
 * @throws InvalidInputError if `region` is no region
 * @throws UnsupportedError if it has volume, but no voxel that is half full
 */
export function signedDistanceMm(region: Volume): Volume {
  assertRegion(region);
  assertResolved(region, "signed distance");
  const { size, spacingMm } = region.grid;
  const data = region.values.data;
  const distanceAt = distanceField(data, size, spacingMm);
  const distance = createVolume(region.grid, "mm", region.frameOfReferenceUid);
  const out = distance.values.data;
  let v = 0;
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) for (let i = 0; i < size[0]; i++) out[v++] = distanceAt(i, j, k);
  return distance;
}

/** Signed distance of a voxel centre, mm: nearest points are found at once, the foot of each voxel when it is asked for. */
export function distanceField(
  data: Float32Array,
  size: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
): (i: number, j: number, k: number) => number {
  const points = surfacePoints(data, size, spacingMm);
  const cost = (axis: 0 | 1 | 2) => ({ plus: spacingMm[axis] ** 2, minus: spacingMm[axis] ** 2 });
  const field = nearestSurface(points, size, [cost(0), cost(1), cost(2)], Number.MAX_VALUE);
  const perMm = [1, 1, 1] as const;
  const scene = {
    data,
    size,
    spacingMm,
    points,
    field,
    perMmPlus: perMm,
    perMmMinus: perMm,
    per: perMm,
    isUniform: true,
  };
  const gauge = { value: 0, gi: 0, gj: 0, gk: 0 };
  return (i, j, k) => {
    surfaceGauge(scene, i, j, k, gauge);
    return gauge.value;
  };
}
