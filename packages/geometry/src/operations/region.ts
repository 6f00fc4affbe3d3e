import {
  assertGrid,
  createVolume,
  type Grid,
  InvalidInputError,
  UnsupportedError,
  type Volume,
} from "@isodose/core";
import { HALF } from "./half.ts";

type Size = readonly [number, number, number];

/**
 * Check that a volume is a region: the part of every voxel that belongs to it, unit "fraction", 0 to 1.
 * @throws InvalidInputError if the unit is another or a value is not within 0 … 1; the grid, as assertGrid
 */
export function assertRegion(region: Volume, field = "region"): void {
  assertGrid(region.grid, `${field}.grid`);
  if (region.unit !== "fraction")
    throw new InvalidInputError(`${field}.unit`, region.unit, '"fraction": the part of each voxel inside');
  const data = region.values.data;
  for (let v = 0; v < data.length; v++) {
    if (!(data[v]! >= -1e-6 && data[v]! <= 1 + 1e-6))
      throw new InvalidInputError(`${field} at voxel ${v}`, data[v], "a fraction from 0 to 1");
  }
}

/** @throws InvalidInputError if the two are not regions, or not on one grid */
export function assertSameGrid(a: Volume, b: Volume): void {
  assertRegion(a, "first region");
  assertRegion(b, "second region");
  const flat = (g: Grid) => [...g.size, ...g.spacingMm, ...g.originMm, ...g.direction];
  const other = flat(b.grid);
  if (flat(a.grid).some((value, n) => Math.abs(value - other[n]!) > 1e-6))
    throw new InvalidInputError("grid of the second region", b.grid.size, "the grid of the first");
  if (a.frameOfReferenceUid !== b.frameOfReferenceUid)
    throw new InvalidInputError(
      "frame of reference of the second region",
      b.frameOfReferenceUid,
      `that of the first, ${a.frameOfReferenceUid}`,
    );
}

/**
 * A region whose surface can be located, or that is empty.
 * @throws UnsupportedError if it has volume, but no voxel that is half full
 */
export function assertResolved(region: Volume, what: string): void {
  let sum = 0;
  for (const f of region.values.data) {
    if (f >= HALF) return;
    sum += f;
  }
  if (sum > 0)
    throw new UnsupportedError(
      `${what} of a region that fills no voxel by half`,
      "a finer grid is: voxels of a third of the region's smallest width",
    );
}

/** A box of voxels of a grid, first and size per axis. */
export interface VoxelBox {
  readonly first: Size;
  readonly size: Size;
}

/** The box of all voxels > 0, widened by whole voxels on each side within the grid; undefined if there is none. */
export function boxOfRegion(region: Volume, widen: Size): VoxelBox | undefined {
  const [nx, ny, nz] = region.grid.size;
  const data = region.values.data;
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = nx * (j + ny * k);
      let left = 0;
      while (left < nx && !(data[row + left]! > 0)) left++;
      if (left === nx) continue;
      let right = nx - 1;
      while (!(data[row + right]! > 0)) right--;
      low[0] = Math.min(low[0]!, left);
      high[0] = Math.max(high[0]!, right);
      low[1] = Math.min(low[1]!, j);
      high[1] = Math.max(high[1]!, j);
      low[2] = Math.min(low[2]!, k);
      high[2] = k;
    }
  }
  if (high[2]! < 0) return undefined;
  const first = low.map((n, a) => Math.max(0, n - widen[a]!)) as unknown as Size;
  const size = high.map((n, a) => Math.min(region.grid.size[a]! - 1, n + widen[a]!) - first[a]! + 1);
  return { first, size: size as unknown as Size };
}

/** Copy the values of a box out of a volume; beyond the grid the outermost voxels go on. */
export function cutOutWidened(region: Volume, { first, size }: VoxelBox): Float32Array {
  const [nx, ny, nz] = region.grid.size;
  const out = new Float32Array(size[0] * size[1] * size[2]);
  const data = region.values.data;
  const within = (n: number, count: number) => Math.min(count - 1, Math.max(0, n));
  const start = within(first[0], nx);
  const end = within(first[0] + size[0] - 1, nx) + 1;
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++, at += size[0]) {
      const row = nx * (within(first[1] + j, ny) + ny * within(first[2] + k, nz));
      out.fill(data[row + start]!, at, at + start - first[0]);
      out.set(data.subarray(row + start, row + end), at + start - first[0]);
      out.fill(data[row + end - 1]!, at + end - first[0], at + size[0]);
    }
  }
  return out;
}

/** A region on the same grid with the values in the box, 0 elsewhere; what of the box is beyond the grid is left out. */
export function putBack(region: Volume, { first, size }: VoxelBox, values: Float32Array): Volume {
  const [nx, ny, nz] = region.grid.size;
  const out = createVolume(region.grid, "fraction", region.frameOfReferenceUid);
  const data = out.values.data;
  const skip = Math.max(0, -first[0]);
  const take = Math.min(size[0], nx - first[0]);
  for (let k = Math.max(0, -first[2]); k < Math.min(size[2], nz - first[2]); k++) {
    for (let j = Math.max(0, -first[1]); j < Math.min(size[1], ny - first[1]); j++) {
      const at = size[0] * (j + size[1] * k);
      data.set(
        values.subarray(at + skip, at + take),
        first[0] + skip + nx * (first[1] + j + ny * (first[2] + k)),
      );
    }
  }
  return out;
}
