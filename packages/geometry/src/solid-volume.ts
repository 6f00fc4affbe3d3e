import { InvalidInputError } from "@isodose/core";
import type { Solid } from "./solid.ts";

/**
 * Volume of a solid, by subdivision of its bounds.
 *
 * A cube whose centre is farther from the surface than its corners is wholly in or out. The others are halved down to a
 * smallest edge, where each cube is cut into six tetrahedra with the shape taken as linear between their corners: exact
 * for plane faces. The smallest edge is halved until the volume changes by less than the tolerance.
 *
 * @param toleranceCc - largest change on the last halving, cc, > 0
 * @returns cc
 * @throws InvalidInputError if the tolerance is not > 0
 */
export function solidVolumeCc(solid: Solid, toleranceCc: number): number {
  if (!(toleranceCc > 0)) throw new InvalidInputError("toleranceCc", toleranceCc, "a volume > 0 cc");
  const { min, max } = solid.boundsMm;
  const longest = Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
  if (!(longest > 0)) return 0;
  let edge = longest / 32;
  let volume = volumeAtEdge(solid, edge);
  for (let halving = 0; halving < 6; halving++) {
    edge /= 2;
    const finer = volumeAtEdge(solid, edge);
    const change = Math.abs(finer - volume);
    volume = finer;
    if (change < 1000 * toleranceCc) break;
  }
  return volume / 1000;
}

/** mm³ at one smallest edge. Cubes start at 16 edges, on a raster that covers the bounds. */
function volumeAtEdge(solid: Solid, edge: number): number {
  const { min, max } = solid.boundsMm;
  const size = 16 * edge;
  // Half an edge beyond the bounds, so that plane faces on the bounds do not lie on the outermost cubes' faces.
  const [x0, y0, z0] = [min[0] - edge / 2, min[1] - edge / 2, min[2] - edge / 2];
  const corner = new Float64Array(8);
  let sum = 0;
  for (let z = z0; z < max[2]; z += size) {
    for (let y = y0; y < max[1]; y += size) {
      for (let x = x0; x < max[0]; x += size) sum += cubeVolume(solid, x, y, z, size, edge, corner);
    }
  }
  return sum;
}

function cubeVolume(
  solid: Solid,
  x: number,
  y: number,
  z: number,
  size: number,
  edge: number,
  corner: Float64Array,
): number {
  const half = size / 2;
  const f = solid.implicit(x + half, y + half, z + half);
  const reach = half * Math.sqrt(3);
  if (f >= reach) return 0;
  if (f <= -reach) return size ** 3;
  if (size > 1.5 * edge) {
    let sum = 0;
    for (let n = 0; n < 8; n++) {
      sum += cubeVolume(
        solid,
        x + half * (n & 1),
        y + half * ((n >> 1) & 1),
        z + half * (n >> 2),
        half,
        edge,
        corner,
      );
    }
    return sum;
  }
  for (let n = 0; n < 8; n++) {
    corner[n] = solid.implicit(x + size * (n & 1), y + size * ((n >> 1) & 1), z + size * (n >> 2));
  }
  let inside = 0;
  for (const [a, b] of MIDDLE_CORNERS)
    inside += tetrahedronFraction(corner[0]!, corner[a]!, corner[b]!, corner[7]!);
  return (inside / 6) * size ** 3;
}

/** Six tetrahedra around the diagonal from corner 0 to corner 7 (Kuhn): one for each order of the axes. */
const MIDDLE_CORNERS = [
  [1, 3],
  [1, 5],
  [2, 3],
  [2, 6],
  [4, 5],
  [4, 6],
] as const;

/**
 * Part of a tetrahedron where the function that is linear between the corner values is < 0: a tip where one corner is
 * inside, all but a tip where three are, a wedge where two are.
 */
function tetrahedronFraction(a: number, b: number, c: number, d: number): number {
  const count = (a < 0 ? 1 : 0) + (b < 0 ? 1 : 0) + (c < 0 ? 1 : 0) + (d < 0 ? 1 : 0);
  if (count === 0) return 0;
  if (count === 4) return 1;
  if (count === 1)
    return a < 0 ? tip(a, b, c, d) : b < 0 ? tip(b, a, c, d) : c < 0 ? tip(c, a, b, d) : tip(d, a, b, c);
  if (count === 3)
    return (
      1 - (a >= 0 ? tip(a, b, c, d) : b >= 0 ? tip(b, a, c, d) : c >= 0 ? tip(c, a, b, d) : tip(d, a, b, c))
    );
  if (a < 0) {
    if (b < 0) return wedge(a, b, c, d);
    if (c < 0) return wedge(a, c, b, d);
    return wedge(a, d, b, c);
  }
  if (b < 0) return c < 0 ? wedge(b, c, a, d) : wedge(b, d, a, c);
  return wedge(c, d, a, b);
}

/** The corner p lies alone on its side: the tip's edges are cut at p / (p − q). */
function tip(p: number, q: number, r: number, s: number): number {
  return (p / (p - q)) * (p / (p - r)) * (p / (p - s));
}

/** p and q inside, r and s outside: the wedge as three tetrahedra, from the four cut edges. */
function wedge(p: number, q: number, r: number, s: number): number {
  const pr = p / (p - r);
  const ps = p / (p - s);
  const qr = q / (q - r);
  const qs = q / (q - s);
  return pr * ps + qr * (1 - pr) * ps + qr * qs * (1 - ps);
}
