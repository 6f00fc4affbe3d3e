/**
 * Farthest-point sampling: the first point is given, each next is the one farthest from all before it (of equals the
 * first), so every beginning of the order is spread over the whole.
 *
 * @param points - x0, y0, z0, x1, …
 * @param allowed - indices of the points to choose from
 * @param first - index of the first point
 * @param count - how many to choose; ends earlier when all that is left coincides with chosen points
 * @source Gonzalez, Clustering to minimize the maximum intercluster distance, Theor. Comput. Sci. 38 (1985) 293
 */
export function farthestPointOrder(
  points: Float64Array,
  allowed: readonly number[],
  first: number,
  count: number,
): number[] {
  const chosen: number[] = [];
  const nearestSquared = new Float64Array(points.length / 3).fill(Number.POSITIVE_INFINITY);
  let next = first;
  while (chosen.length < count) {
    chosen.push(next);
    const x = points[3 * next]!;
    const y = points[3 * next + 1]!;
    const z = points[3 * next + 2]!;
    let farthest = 0;
    for (const i of allowed) {
      const squared =
        (points[3 * i]! - x) ** 2 + (points[3 * i + 1]! - y) ** 2 + (points[3 * i + 2]! - z) ** 2;
      if (squared < nearestSquared[i]!) nearestSquared[i] = squared;
      if (nearestSquared[i]! > farthest) {
        farthest = nearestSquared[i]!;
        next = i;
      }
    }
    if (farthest === 0) break;
  }
  return chosen;
}
