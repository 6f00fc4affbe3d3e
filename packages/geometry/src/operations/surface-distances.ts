import { InvalidInputError, type Volume } from "@isodose/core";
import { assertResolved, assertSameGrid } from "./region.ts";
import { signedDistanceMm } from "./signed-distance.ts";
import { type SurfacePoints, surfacePoints } from "./surface-points.ts";

/** How far two surfaces are apart, mm. */
export interface SurfaceDistances {
  /** Mean over both surfaces of the distance to the other, weighted by area. */
  readonly meanMm: number;
  /** The larger of the two directions: 95 % of the area of one surface is nearer to the other. */
  readonly percentile95Mm: number;
  /** The larger of the two directions: the farthest that a point of one surface is from the other (Hausdorff). */
  readonly hausdorffMm: number;
  /** Areas of the two surfaces, mm². */
  readonly areasMm2: readonly [number, number];
}

/**
 * Distances between the surfaces of two regions on one grid.
 *
 * Each surface is sampled where it crosses the voxel lines, about three points per voxel, each standing for its part of the area;
 * the distance to the other surface is {@link signedDistanceMm}, linear between voxel centres.
 *
 * @throws InvalidInputError if one is no region or has no surface within the grid, or they are not on one grid
 * @throws UnsupportedError if one has volume, but no voxel that is half full
 */
export function surfaceDistances(a: Volume, b: Volume): SurfaceDistances {
  assertSameGrid(a, b);
  const ofA = directed(a, b, "first region");
  const ofB = directed(b, a, "second region");
  return {
    meanMm: (ofA.sumMm3 + ofB.sumMm3) / (ofA.areaMm2 + ofB.areaMm2),
    percentile95Mm: Math.max(ofA.percentile95Mm, ofB.percentile95Mm),
    hausdorffMm: Math.max(ofA.farthestMm, ofB.farthestMm),
    areasMm2: [ofA.areaMm2, ofB.areaMm2],
  };
}

/** Distances of the surface of `from` to that of `to`. */
function directed(from: Volume, to: Volume, name: string) {
  const { size, spacingMm } = from.grid;
  assertResolved(from, "surface distance");
  const points = surfacePoints(from.values.data, size, spacingMm);
  if (points.count === 0) throw new InvalidInputError(name, "has no surface", "a surface within the grid");
  const distance = signedDistanceMm(to).values.data;
  const samples: { readonly distanceMm: number; readonly areaMm2: number }[] = [];
  let areaMm2 = 0;
  let sumMm3 = 0;
  for (let n = 0; n < points.count; n++) {
    const distanceMm = Math.abs(atLinePoint(distance, size, points, n));
    const area = areaOfPoint(points, n, spacingMm);
    samples.push({ distanceMm, areaMm2: area });
    areaMm2 += area;
    sumMm3 += area * distanceMm;
  }
  samples.sort((p, q) => p.distanceMm - q.distanceMm);
  let below = 0;
  const at95 = samples.find((sample) => {
    below += sample.areaMm2;
    return below >= 0.95 * areaMm2;
  });
  const farthestMm = samples.at(-1)!.distanceMm;
  return { sumMm3, areaMm2, percentile95Mm: at95?.distanceMm ?? farthestMm, farthestMm };
}

/** Linear between the two voxel centres around a surface point. */
function atLinePoint(
  distance: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  { position, axis }: SurfacePoints,
  n: number,
): number {
  const a = axis[n]!;
  const at = position[3 * n + a]!;
  const count = a === 0 ? nx : a === 1 ? ny : nz;
  const low = Math.min(count - 2, Math.max(0, Math.floor(at)));
  const coordinate = (c: number) => (c === a ? low : position[3 * n + c]!);
  const v = coordinate(0) + nx * (coordinate(1) + ny * coordinate(2));
  const stride = a === 0 ? 1 : a === 1 ? nx : nx * ny;
  return distance[v]! + (at - low) * (distance[v + stride]! - distance[v]!);
}

/** Lines along axis a cross |n_a| / (s_b s_c) times per mm² of a surface: the three families together share its area. */
function areaOfPoint(
  { normal }: SurfacePoints,
  n: number,
  [sx, sy, sz]: readonly [number, number, number],
): number {
  const [x, y, z] = [normal[3 * n]!, normal[3 * n + 1]!, normal[3 * n + 2]!].map(Math.abs);
  return (sx * sy * sz) / (x! * sx + y! * sy + z! * sz);
}
