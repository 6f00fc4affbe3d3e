import { type Contour, type Volume, voxelToPatient } from "@isodose/core";
import { HALF } from "./half.ts";
import { outlines } from "./marching-squares.ts";
import { assertRegion, assertResolved } from "./region.ts";
import { surfaceOffset } from "./surface-points.ts";

/**
 * Contours of a region, one set of closed polygons per slice of its grid (planes of constant k), so that it becomes a structure.
 *
 * Marching squares where the fractions cross one half, each vertex on a voxel line where the surface crosses it
 * (sub-voxel). Outlines run counter-clockwise in i, j, holes clockwise; they combine by the even–odd rule. A region that reaches the edge
 * of the grid is closed at the outer faces of the voxels.
 *
 * A slice is drawn if it has a voxel that is half full: up to half a slice is lost or gained at each end, and what is thinner
 * than half a voxel within a slice is lost.
 *
 * @throws InvalidInputError if `region` is no region
 * @throws UnsupportedError if it has volume, but no voxel that is half full
 */
export function contourRegion(region: Volume): Contour[] {
  assertRegion(region);
  assertResolved(region, "contours");
  const { grid } = region;
  const [nx, ny, nz] = grid.size;
  const data = region.values.data;
  // One empty node around the slice closes what reaches the edge.
  const mx = nx + 2;
  const my = ny + 2;
  const inside = new Uint8Array(mx * my);
  const contours: Contour[] = [];
  for (let k = 0; k < nz; k++) {
    const slice = nx * ny * k;
    let some = 0;
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const isInside = data[slice + nx * j + i]! >= HALF ? 1 : 0;
        inside[mx * (j + 1) + i + 1] = isInside;
        some |= isInside;
      }
    }
    if (!some) continue;
    const at = (i: number, j: number) =>
      i < 0 || j < 0 || i >= nx || j >= ny ? 0 : data[slice + nx * j + i]!;
    const isJoined = (i: number, j: number) =>
      at(i - 1, j - 1) + at(i, j - 1) + at(i - 1, j) + at(i, j) >= 4 * HALF;
    for (const walk of outlines(inside, mx, my, isJoined)) {
      const pointsMm = new Float64Array(3 * walk.length);
      for (const [n, side] of walk.entries()) {
        const node = side >> 1;
        const i = (node % mx) - 1;
        const j = Math.floor(node / mx) - 1;
        const alongI = side % 2 === 0;
        const lowInside = inside[node] === 1;
        const stride = alongI ? 1 : nx;
        const count = alongI ? nx : ny;
        const low = alongI ? i : j;
        const inner = slice + nx * j + i + (lowInside ? 0 : stride);
        const t = lowInside
          ? surfaceOffset(data, inner, stride, low, count - 1 - low)
          : 1 - surfaceOffset(data, inner, -stride, count - 2 - low, low + 1);
        pointsMm.set(voxelToPatient(grid, [alongI ? i + t : i, alongI ? j : j + t, k]), 3 * n);
      }
      contours.push({ type: "CLOSED_PLANAR", pointsMm });
    }
  }
  return contours;
}
