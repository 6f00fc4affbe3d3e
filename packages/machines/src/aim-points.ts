import { InvalidInputError } from "@isodose/core";
import { farthestPointOrder } from "./farthest-point-order.ts";

/** What aim points are chosen from. */
export interface AimPointOptions {
  /** Points inside the target, LPS, mm: x0, y0, z0, x1, … */
  readonly insidePointsMm: Float64Array;
  /** Per point its distance from the target's surface, mm. Without it no margin is kept. */
  readonly depthInsideMm?: ArrayLike<number>;
  /** How many aim points; fewer are returned if there are not as many points. */
  readonly count: number;
  /** Field diameter, mm: sets the margin. */
  readonly coneDiameterMm: number;
  /** Least distance of an aim point from the surface, mm. Default: a tenth of the cone's diameter. */
  readonly marginMm?: number;
}

/**
 * Aim points spread over a target: farthest-point sampling among the points that keep the margin from the surface.
 *
 * The first is the deepest point (without depths: the one nearest to the centroid), each next the one farthest from all
 * before it, so every beginning of the list is spread over the target too. Where the target is so thin that fewer than
 * `count` points keep the margin, the `count` deepest points are taken instead.
 *
 * @returns LPS, mm: x0, y0, z0, x1, …, distinct points in the order of choice
 * @throws InvalidInputError if there is no point, or the sizes do not fit
 */
export function spreadAimPoints(options: AimPointOptions): Float64Array {
  const { insidePointsMm: points, depthInsideMm, count, coneDiameterMm } = options;
  const n = points.length / 3;
  if (n === 0 || !Number.isInteger(n))
    throw new InvalidInputError("insidePointsMm", points.length, "at least one point of 3 numbers");
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidInputError("count", count, "a whole number ≥ 1");
  if (depthInsideMm && depthInsideMm.length !== n) {
    throw new InvalidInputError("depthInsideMm", depthInsideMm.length, `${n} depths, one for each point`);
  }
  const allowed = allowedPoints(n, count, depthInsideMm, options.marginMm ?? coneDiameterMm / 10);

  const first = depthInsideMm ? deepest(allowed, depthInsideMm) : nearestToCentroid(allowed, points);
  const chosen = farthestPointOrder(points, allowed, first, count);
  const out = new Float64Array(3 * chosen.length);
  for (const [slot, i] of chosen.entries()) out.set(points.subarray(3 * i, 3 * i + 3), 3 * slot);
  return out;
}

/** Indices of the points that keep the margin, or of the `count` deepest where these are too few; increasing. */
function allowedPoints(
  n: number,
  count: number,
  depth: ArrayLike<number> | undefined,
  marginMm: number,
): number[] {
  const all = Array.from({ length: n }, (_, i) => i);
  if (!depth) return all;
  const kept = all.filter((i) => depth[i]! >= marginMm);
  if (kept.length >= Math.min(count, n)) return kept;
  return all
    .sort((a, b) => depth[b]! - depth[a]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

function deepest(allowed: readonly number[], depth: ArrayLike<number>): number {
  let best = allowed[0]!;
  for (const i of allowed) if (depth[i]! > depth[best]!) best = i;
  return best;
}

function nearestToCentroid(allowed: readonly number[], points: Float64Array): number {
  const centroid = [0, 0, 0];
  for (const i of allowed)
    for (let a = 0; a < 3; a++) centroid[a] = centroid[a]! + points[3 * i + a]! / allowed.length;
  const squared = (i: number) =>
    (points[3 * i]! - centroid[0]!) ** 2 +
    (points[3 * i + 1]! - centroid[1]!) ** 2 +
    (points[3 * i + 2]! - centroid[2]!) ** 2;
  let best = allowed[0]!;
  for (const i of allowed) if (squared(i) < squared(best)) best = i;
  return best;
}
