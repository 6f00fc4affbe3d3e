import { InvalidInputError } from "@isodose/core";
import { cubeFraction } from "./cube-fraction.ts";
import type { Solid } from "./solid.ts";

/** A volume and how far it may be off. */
export interface SolidVolume {
  readonly volumeCc: number;
  /** The change on the last halving: about three times the true error of a smooth shape, and more than that of one with edges. */
  readonly errorCc: number;
}

/** The finest edge is the longest side of the bounds / 32 / 2⁶. */
const MOST_HALVINGS = 6;

/**
 * Volume of a solid, by subdivision of its bounds, with its error.
 *
 * A cube whose centre is farther from the surface than its corners is wholly in or out. The others are halved down to a
 * smallest edge, where each cube is cut into six tetrahedra with the shape taken as linear between their corners: exact
 * for plane faces. The smallest edge is halved until the volume changes by less than the tolerance, at most six times.
 * What is thinner than the smallest edge can be missed.
 *
 * @param toleranceCc - largest change on the last halving, cc, > 0
 * @throws InvalidInputError if the tolerance is not > 0
 */
export function solidVolume(solid: Solid, toleranceCc: number): SolidVolume {
  if (!(toleranceCc > 0)) throw new InvalidInputError("toleranceCc", toleranceCc, "a volume > 0 cc");
  const { min, max } = solid.boundsMm;
  const longest = Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
  if (!(longest > 0)) return { volumeCc: 0, errorCc: 0 };
  let edge = longest / 32;
  let volume = volumeAtEdge(solid, edge);
  let change = Number.POSITIVE_INFINITY;
  for (let halving = 0; halving < MOST_HALVINGS && change >= 1000 * toleranceCc; halving++) {
    edge /= 2;
    const finer = volumeAtEdge(solid, edge);
    change = Math.abs(finer - volume);
    volume = finer;
  }
  return { volumeCc: volume / 1000, errorCc: change / 1000 };
}

/**
 * As {@link solidVolume}, the volume alone.
 * @returns cc
 * @throws InvalidInputError if the tolerance is not > 0
 */
export function solidVolumeCc(solid: Solid, toleranceCc: number): number {
  return solidVolume(solid, toleranceCc).volumeCc;
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
  return cubeFraction(corner) * size ** 3;
}
