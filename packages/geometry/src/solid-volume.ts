import { InvalidInputError } from "@isodose/core";
import { cubeFraction } from "./cube-fraction.ts";
import type { Solid } from "./solid.ts";

/** A volume and how far it may be off. */
export interface SolidVolume {
  readonly volumeCc: number;
  /**
   * An estimate of how far it is off: the change on the last halving, or a quarter of the one before if that is more.
   * About three times the true error of a smooth shape. It is no bound: a part that every corner misses is not in it.
   */
  readonly estimatedErrorCc: number;
  /**
   * The volume lies between these for sure, for every function that keeps the contract of {@link Solid}: what is wholly
   * inside, and that together with the smallest cubes at the surface. Far apart: their distance falls as the edge only.
   */
  readonly boundsCc: readonly [least: number, most: number];
}

/** The finest edge is the longest side of the bounds / 16 / 2⁷. */
const MOST_HALVINGS = 7;

/**
 * Volume of a solid, by subdivision of its bounds, with its error.
 *
 * A cube whose centre is farther from the surface than its corners is wholly in or out. The others are halved down to a
 * smallest edge, where each cube is cut into six tetrahedra with the shape taken as linear between their corners: exact
 * for plane faces. The smallest edge is halved, at least twice and at most seven times, until the estimated error is below
 * the tolerance. What is thinner than the smallest edge can be missed; `boundsCc` then still tells.
 *
 * @param toleranceCc - largest estimated error, cc, > 0
 * @throws InvalidInputError if the tolerance is not > 0
 */
export function solidVolume(solid: Solid, toleranceCc: number): SolidVolume {
  if (!(toleranceCc > 0)) throw new InvalidInputError("toleranceCc", toleranceCc, "a volume > 0 cc");
  const { min, max } = solid.boundsMm;
  const longest = Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
  if (!(longest > 0)) return { volumeCc: 0, estimatedErrorCc: 0, boundsCc: [0, 0] };
  let edge = longest / 16;
  let found = volumeAtEdge(solid, edge);
  let change = Number.POSITIVE_INFINITY;
  let error = Number.POSITIVE_INFINITY;
  for (let halving = 0; halving < MOST_HALVINGS && error >= 1000 * toleranceCc; halving++) {
    edge /= 2;
    const finer = volumeAtEdge(solid, edge);
    const before = change;
    change = Math.abs(finer.sum - found.sum);
    // One change alone may be small by chance.
    error = Math.max(change, before / 4);
    found = finer;
  }
  const least = found.inside / 1000;
  return {
    volumeCc: found.sum / 1000,
    estimatedErrorCc: error / 1000,
    boundsCc: [least, least + found.undecided / 1000],
  };
}

/**
 * As {@link solidVolume}, the volume alone.
 * @returns cc
 * @throws InvalidInputError if the tolerance is not > 0
 */
export function solidVolumeCc(solid: Solid, toleranceCc: number): number {
  return solidVolume(solid, toleranceCc).volumeCc;
}

/** mm³. */
interface Tally {
  /** The volume. */
  sum: number;
  /** Of the cubes that are wholly inside. */
  inside: number;
  /** Of the smallest cubes that may be either. */
  undecided: number;
}

/** At one smallest edge. Cubes start at 16 edges, on a raster that covers the bounds. */
function volumeAtEdge(solid: Solid, edge: number): Tally {
  const { min, max } = solid.boundsMm;
  const size = 16 * edge;
  // Half an edge beyond the bounds, so that plane faces on the bounds do not lie on the outermost cubes' faces.
  const [x0, y0, z0] = [min[0] - edge / 2, min[1] - edge / 2, min[2] - edge / 2];
  const corner = new Float64Array(8);
  const tally: Tally = { sum: 0, inside: 0, undecided: 0 };
  for (let z = z0; z < max[2]; z += size) {
    for (let y = y0; y < max[1]; y += size) {
      for (let x = x0; x < max[0]; x += size) addCube(tally, solid, x, y, z, size, edge, corner);
    }
  }
  return tally;
}

function addCube(
  tally: Tally,
  solid: Solid,
  x: number,
  y: number,
  z: number,
  size: number,
  edge: number,
  corner: Float64Array,
): void {
  const half = size / 2;
  const f = solid.implicit(x + half, y + half, z + half);
  const reach = half * Math.sqrt(3);
  if (f >= reach) return;
  if (f <= -reach) {
    tally.sum += size ** 3;
    tally.inside += size ** 3;
    return;
  }
  if (size > 1.5 * edge) {
    for (let n = 0; n < 8; n++) {
      const [a, b, c] = [x + half * (n & 1), y + half * ((n >> 1) & 1), z + half * (n >> 2)];
      addCube(tally, solid, a, b, c, half, edge, corner);
    }
    return;
  }
  for (let n = 0; n < 8; n++) {
    corner[n] = solid.implicit(x + size * (n & 1), y + size * ((n >> 1) & 1), z + size * (n >> 2));
  }
  tally.sum += cubeFraction(corner) * size ** 3;
  tally.undecided += size ** 3;
}
