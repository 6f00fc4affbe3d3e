import { InvalidInputError, type Volume } from "@isodose/core";
import { assertResolved, assertSameGrid, boxOfRegion, cutOutWidened, type VoxelBox } from "./region.ts";
import { distanceField } from "./signed-distance.ts";
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
  assertResolved(a, "surface distance");
  assertResolved(b, "surface distance");
  const box = boxAround(a, b);
  const first = surfaceOf(a, box, "first region");
  const second = surfaceOf(b, box, "second region");
  const ofA = directed(first, second);
  const ofB = directed(second, first);
  return {
    meanMm: (ofA.sumMm3 + ofB.sumMm3) / (ofA.areaMm2 + ofB.areaMm2),
    percentile95Mm: Math.max(ofA.percentile95Mm, ofB.percentile95Mm),
    hausdorffMm: Math.max(ofA.farthestMm, ofB.farthestMm),
    areasMm2: [ofA.areaMm2, ofB.areaMm2],
  };
}

/** Voxels around both regions: as far as the surface is told by them. */
const RIM = 8;

function boxAround(a: Volume, b: Volume): VoxelBox {
  const boxes = [a, b].flatMap((region) => boxOfRegion(region, [RIM, RIM, RIM]) ?? []);
  const three = (of: (axis: 0 | 1 | 2) => number) => [of(0), of(1), of(2)] as const;
  const first = three((c) => Math.min(...boxes.map((box) => box.first[c])));
  return {
    first,
    size: three((c) => Math.max(...boxes.map((box) => box.first[c] + box.size[c])) - first[c]),
  };
}

/** A surface's crossings with the voxel lines, and the distance from it, worked out where it is asked for. */
interface MeasuredSurface {
  readonly size: VoxelBox["size"];
  readonly spacingMm: VoxelBox["size"];
  readonly crossings: SurfacePoints;
  /** Signed, mm, of the centre of voxel (i, j, k). */
  readonly distanceMm: (i: number, j: number, k: number) => number;
}

function surfaceOf(region: Volume, box: VoxelBox, name: string): MeasuredSurface {
  const { spacingMm } = region.grid;
  const { size } = box;
  if (!size.every(Number.isFinite))
    throw new InvalidInputError(name, "has no surface", "a surface within the grid");
  const data = cutOutWidened(region, box);
  const crossings = surfacePoints(data, size, spacingMm, "crossings");
  if (crossings.count === 0) throw new InvalidInputError(name, "has no surface", "a surface within the grid");
  const distanceAt = distanceField(data, size, spacingMm);
  const known = new Float32Array(data.length).fill(Number.NaN);
  const distanceMm = (i: number, j: number, k: number) => {
    const v = i + size[0] * (j + size[1] * k);
    if (Number.isNaN(known[v]!)) known[v] = distanceAt(i, j, k);
    return known[v]!;
  };
  return { size, spacingMm, crossings, distanceMm };
}

/** Distances of the surface of `from` to that of `to`. */
function directed(from: MeasuredSurface, to: MeasuredSurface) {
  const { crossings } = from;
  const samples: { readonly distanceMm: number; readonly areaMm2: number }[] = [];
  let areaMm2 = 0;
  let sumMm3 = 0;
  for (let n = 0; n < crossings.count; n++) {
    const at = placeBetweenCentres(from, n);
    // A line that the surface does not cross after all has no sample.
    if (Number.isNaN(at)) continue;
    const low = Math.floor(at);
    const near = alongLine(to, crossings, n, low);
    const distanceMm = Math.abs(near + (at - low) * (alongLine(to, crossings, n, low + 1) - near));
    const area = areaOfPoint(crossings, n, from.spacingMm);
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

/** Where on its line a crossing is 0 from its own surface, linear between voxel centres; NaN where nowhere near. */
function placeBetweenCentres(surface: MeasuredSurface, n: number): number {
  const { crossings, size } = surface;
  const a = crossings.axis[n]! as 0 | 1 | 2;
  const near = Math.floor(crossings.position[3 * n + a]!);
  for (const low of [near, near - 1, near + 1]) {
    if (low < 0 || low > size[a] - 2) continue;
    const d = alongLine(surface, crossings, n, low);
    const next = alongLine(surface, crossings, n, low + 1);
    // Not at the upper of two centres, which is the lower of the next two.
    if (d < 0 !== next < 0) return low + Math.min(1 - 1e-9, d / (d - next));
  }
  return Number.NaN;
}

/** Distance from a surface of the m-th voxel centre on the line of a crossing. */
function alongLine(
  { distanceMm }: MeasuredSurface,
  { position, axis }: SurfacePoints,
  n: number,
  m: number,
): number {
  const at = (c: number) => (c === axis[n] ? m : position[3 * n + c]!);
  return distanceMm(at(0), at(1), at(2));
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
