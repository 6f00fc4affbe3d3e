import { type Contour, InvalidInputError } from "@isodose/core";
import type { Solid } from "./solid.ts";

/** Halvings that locate a crossing: 2⁻¹⁷ of the resolution. */
const HALVINGS = 17;
/** Nodes along the side of the blocks that are tried first. */
const BLOCK = 8;

/**
 * Contours of a solid in axial planes, by marching squares with every vertex moved onto the surface.
 *
 * Outlines run counter-clockwise in x, y, holes clockwise; both are closed polygons that combine by the even–odd rule.
 * What is thinner than the resolution can be missed.
 *
 * @param zPlanesMm - LPS z of the planes
 * @param resolutionMm - distance of the raster's lines, > 0: the vertices lie on them, about this far apart
 * @throws InvalidInputError if the resolution is not > 0
 * @source marching squares: Lorensen, Cline, SIGGRAPH (1987) 163, doi:10.1145/37401.37422, in two dimensions
 */
export function contourSolid(solid: Solid, zPlanesMm: readonly number[], resolutionMm: number): Contour[] {
  if (!(resolutionMm > 0)) throw new InvalidInputError("resolutionMm", resolutionMm, "a length > 0 mm");
  const { min, max } = solid.boundsMm;
  // A raster line through an axis of symmetry, or along a face, would make corners on lines: shift by an odd part.
  const x0 = min[0] - 1.31 * resolutionMm;
  const y0 = min[1] - 1.37 * resolutionMm;
  const nx = Math.ceil((max[0] - x0) / resolutionMm) + 2;
  const ny = Math.ceil((max[1] - y0) / resolutionMm) + 2;
  const raster: Raster = { solid, x0, y0, step: resolutionMm, nx, ny, inside: new Uint8Array(nx * ny) };
  return zPlanesMm.filter((z) => z >= min[2] && z <= max[2]).flatMap((z) => contourPlane(raster, z));
}

/** nx × ny nodes. */
interface Raster {
  readonly solid: Solid;
  readonly x0: number;
  readonly y0: number;
  readonly step: number;
  readonly nx: number;
  readonly ny: number;
  readonly inside: Uint8Array;
}

function contourPlane(raster: Raster, z: number): Contour[] {
  const { solid, x0, y0, step, nx, ny, inside } = raster;
  const reach = ((BLOCK - 1) / 2) * Math.SQRT2 * step;
  const middle = ((BLOCK - 1) / 2) * step;
  for (let j = 0; j < ny; j += BLOCK) {
    for (let i = 0; i < nx; i += BLOCK) {
      // Farther from the surface than its corners, a block is wholly in or out.
      const f = solid.implicit(x0 + i * step + middle, y0 + j * step + middle, z);
      const sure = Math.abs(f) >= reach ? (f < 0 ? 1 : 0) : undefined;
      const [iEnd, jEnd] = [Math.min(nx, i + BLOCK), Math.min(ny, j + BLOCK)];
      for (let b = j; b < jEnd; b++) {
        for (let a = i; a < iEnd; a++)
          inside[b * nx + a] = sure ?? (solid.implicit(x0 + a * step, y0 + b * step, z) < 0 ? 1 : 0);
      }
    }
  }
  const next = linkCells(raster, z);
  const contours: Contour[] = [];
  while (next.size > 0) {
    const [start] = next.keys();
    const points: number[] = [];
    let side = start!;
    while (next.has(side)) {
      const following = next.get(side)!;
      next.delete(side);
      pushCrossing(raster, side, z, points);
      side = following;
    }
    if (points.length >= 9) contours.push({ type: "CLOSED_PLANAR", pointsMm: Float64Array.from(points) });
  }
  return contours;
}

/**
 * For every raster side that the surface crosses, the next one with the inside to the left.
 * Sides are numbered 2 (i + nx j) for the one from node (i, j) to (i + 1, j), plus 1 for that to (i, j + 1).
 */
function linkCells({ solid, x0, y0, step, nx, ny, inside }: Raster, z: number): Map<number, number> {
  const next = new Map<number, number>();
  for (let j = 0; j + 1 < ny; j++) {
    for (let i = 0; i + 1 < nx; i++) {
      const node = j * nx + i;
      // Corners counter-clockwise from the low one: bits 1, 2, 4, 8.
      const corners =
        inside[node]! | (inside[node + 1]! << 1) | (inside[node + nx + 1]! << 2) | (inside[node + nx]! << 3);
      if (corners === 0 || corners === 15) continue;
      const bottom = 2 * node;
      const left = bottom + 1;
      const right = left + 2;
      const top = bottom + 2 * nx;
      switch (corners) {
        case 1:
          next.set(bottom, left);
          break;
        case 2:
          next.set(right, bottom);
          break;
        case 3:
          next.set(right, left);
          break;
        case 4:
          next.set(top, right);
          break;
        case 6:
          next.set(top, bottom);
          break;
        case 7:
          next.set(top, left);
          break;
        case 8:
          next.set(left, top);
          break;
        case 9:
          next.set(bottom, top);
          break;
        case 11:
          next.set(right, top);
          break;
        case 12:
          next.set(left, right);
          break;
        case 13:
          next.set(bottom, right);
          break;
        case 14:
          next.set(left, bottom);
          break;
        default: {
          // Opposite corners inside: joined or apart as the middle of the cell says.
          const joined = solid.implicit(x0 + (i + 0.5) * step, y0 + (j + 0.5) * step, z) < 0;
          if (corners === 5) {
            next.set(bottom, joined ? right : left);
            next.set(top, joined ? left : right);
          } else {
            next.set(right, joined ? top : bottom);
            next.set(left, joined ? bottom : top);
          }
        }
      }
    }
  }
  return next;
}

/** Add the point where the surface crosses a raster side. */
function pushCrossing(
  { solid, x0, y0, step, nx, inside }: Raster,
  side: number,
  z: number,
  points: number[],
): void {
  const node = side >> 1;
  const x = x0 + (node % nx) * step;
  const y = y0 + Math.floor(node / nx) * step;
  const alongX = side % 2 === 0 ? step : 0;
  const alongY = step - alongX;
  let inner = inside[node] ? 0 : 1;
  let outer = 1 - inner;
  for (let n = 0; n < HALVINGS; n++) {
    const t = (inner + outer) / 2;
    if (solid.implicit(x + t * alongX, y + t * alongY, z) < 0) inner = t;
    else outer = t;
  }
  const t = (inner + outer) / 2;
  points.push(x + t * alongX, y + t * alongY, z);
}
