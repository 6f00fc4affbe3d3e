import {
  createVolume,
  type Grid,
  InvalidInputError,
  patientToVoxel,
  type Vec3,
  type Volume,
  voxelCount,
  voxelToPatient,
} from "@isodose/core";
import {
  type ContourOptions,
  planesOfStructure,
  rasterizeOccupancy,
  solidOccupancy,
} from "@isodose/geometry";
import { type DvhRegion, isOccupancy, isSolid } from "../dvh-region.ts";

/** Voxels of the distance field at most, about: 40 bytes each while it is made. */
const MOST_VOXELS = 1.2e6;
/** A field has so many voxels on the shortest side of the target, if there is room. */
const VOXELS_ACROSS = 40;
/** Empty voxels around the outermost shell. */
const RIM = 2;

/** A box in voxel coordinates of the dose grid. */
export interface Box {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** Box around a target, in voxel coordinates of the grid; undefined if it is empty. */
export function boundsInVoxels(target: DvhRegion, grid: Grid, options: ContourOptions): Box | undefined {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const add = (p: Vec3) => {
    const q = patientToVoxel(grid, p);
    for (const a of [0, 1, 2] as const) {
      low[a] = Math.min(low[a], q[a]);
      high[a] = Math.max(high[a], q[a]);
    }
  };
  if (isSolid(target)) {
    const { min, max } = target.boundsMm;
    for (let n = 0; n < 8; n++)
      add([n & 1 ? max[0] : min[0], n & 2 ? max[1] : min[1], n & 4 ? max[2] : min[2]]);
  } else if (isOccupancy(target)) {
    const [nx, ny, nz] = target.grid.size;
    const data = target.values.data;
    const first = [nx, ny, nz];
    const last = [-1, -1, -1];
    for (let n = 0; n < data.length; n++) {
      if (!(data[n]! > 0)) continue;
      const at = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))];
      for (let a = 0; a < 3; a++) {
        first[a] = Math.min(first[a]!, at[a]!);
        last[a] = Math.max(last[a]!, at[a]!);
      }
    }
    if (last[0]! < 0) return undefined;
    for (let n = 0; n < 8; n++) {
      const corner = [0, 1, 2].map((a) => ((n >> a) & 1 ? last[a]! + 0.5 : first[a]! - 0.5));
      add(voxelToPatient(target.grid, corner as unknown as Vec3));
    }
  } else {
    if (target.contours.length === 0) return undefined;
    const { normal, uAxis, vAxis, planes } = planesOfStructure(target, options);
    for (const { lowMm, highMm, polygons } of planes)
      for (const polygon of polygons)
        for (let n = 0; n < polygon.length; n += 2)
          for (const p of [lowMm, highMm]) {
            const at = (c: 0 | 1 | 2) => polygon[n]! * uAxis[c] + polygon[n + 1]! * vAxis[c] + p * normal[c];
            add([at(0), at(1), at(2)]);
          }
  }
  return low[0] < high[0] && low[1] < high[1] && low[2] < high[2] && [...low, ...high].every(Number.isFinite)
    ? { low, high }
    : undefined;
}

/** The target as fractions on a grid that reaches `outMm` beyond it. */
export function regionOnFineGrid(
  target: DvhRegion,
  dose: Volume,
  { low, high }: Box,
  acrossMm: number,
  outMm: number,
  options: ContourOptions,
): Volume {
  const { grid } = dose;
  if (isOccupancy(target)) return widened(target, outMm);
  const sides = [0, 1, 2].map((a) => (high[a]! - low[a]!) * grid.spacingMm[a]! + 2 * outMm);
  const voxelsAt = (h: number) => sides.reduce((n, side) => n * (side / h + 2 * RIM), 1);
  let h = Math.min(acrossMm / VOXELS_ACROSS, ...grid.spacingMm);
  while (voxelsAt(h) > MOST_VOXELS) h *= 1.05;
  const size = sides.map((side) => Math.ceil(side / h) + 2 * RIM) as unknown as Vec3;
  const first = [0, 1, 2].map(
    (a) => 0.5 * (low[a]! + high[a]!) - (0.5 * (size[a]! - 1) * h) / grid.spacingMm[a]!,
  ) as unknown as Vec3;
  const fine: Grid = {
    size,
    spacingMm: [h, h, h],
    originMm: voxelToPatient(grid, first),
    direction: grid.direction,
  };
  return isSolid(target)
    ? solidOccupancy(target, fine, { frameOfReferenceUid: dose.frameOfReferenceUid }).occupancy
    : rasterizeOccupancy(target, fine, options);
}

/** An occupancy on a grid that reaches `outMm` further. Its own voxels are kept: it does not say more. */
function widened(region: Volume, outMm: number): Volume {
  const { size, spacingMm } = region.grid;
  const more = spacingMm.map((s) => Math.ceil(outMm / s) + RIM);
  const grid: Grid = {
    ...region.grid,
    size: size.map((n, a) => n + 2 * more[a]!) as unknown as Vec3,
    originMm: voxelToPatient(region.grid, more.map((n) => -n) as unknown as Vec3),
  };
  if (voxelCount(grid) > 2 ** 27)
    throw new InvalidInputError(
      "target",
      grid.size,
      "an occupancy of at most 2²⁷ voxels together with its shells",
    );
  const wide = createVolume(grid, "fraction", region.frameOfReferenceUid);
  const from = region.values.data;
  const to = wide.values.data;
  const [wx, wy] = grid.size;
  let n = 0;
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      const row = more[0]! + wx * (j + more[1]! + wy * (k + more[2]!));
      for (let i = 0; i < size[0]; i++) to[row + i] = from[n++]!;
    }
  return wide;
}
