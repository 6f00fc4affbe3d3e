import { type Contour, InvalidInputError } from "@isodose/core";
import { outlines } from "./operations/marching-squares.ts";
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
  // Opposite corners inside: joined or apart as the middle of the cell says.
  const isJoined = (i: number, j: number) =>
    solid.implicit(x0 + (i + 0.5) * step, y0 + (j + 0.5) * step, z) < 0;
  return outlines(inside, nx, ny, isJoined)
    .filter((walk) => walk.length >= 3)
    .map((walk) => {
      const points: number[] = [];
      for (const side of walk) pushCrossing(raster, side, z, points);
      return { type: "CLOSED_PLANAR", pointsMm: Float64Array.from(points) };
    });
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
