import { contourSolid } from "./contour-solid.ts";

/** Raster lines across the larger of the two sections; at least 0.2 mm and at most 2 mm apart. */
const LINES_ACROSS = 100;

/**
 * The cross-section between two planes: where the signed distances to the outlines, weighted by nearness, sum to < 0.
 *
 *   d(p) = (1 − t) d_low(p) + t d_high(p)
 *
 * Outlines move from the one to the other at even speed; what is in one plane only shrinks to nothing on the way. Islands
 * of the two planes that do not overlap are not joined. The points lie on the outline; the polygon between them is off
 * by at most (raster)² / (8 × radius of curvature).
 *
 * @param low - polygons u0, v0, u1, v1, …, mm, combined by the even–odd rule
 * @param t - 0 at the low plane, 1 at the high one
 * @source Raya, Udupa, IEEE Trans. Med. Imaging 9 (1990) 32, doi:10.1109/42.52980
 */
export function interpolateSection(
  low: readonly Float64Array[],
  high: readonly Float64Array[],
  t: number,
): Float64Array[] {
  const min: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const polygon of [...low, ...high]) {
    for (const [n, value] of polygon.entries()) {
      min[n % 2] = Math.min(min[n % 2]!, value);
      max[n % 2] = Math.max(max[n % 2]!, value);
    }
  }
  const across = Math.max(max[0] - min[0], max[1] - min[1]);
  const lowDistance = signedDistance(low);
  const highDistance = signedDistance(high);
  const contours = contourSolid(
    {
      boundsMm: { min: [...min, 0], max: [...max, 1] },
      implicit: (u, v) => (1 - t) * lowDistance(u, v) + t * highDistance(u, v),
    },
    [t],
    Math.min(2, Math.max(0.2, across / LINES_ACROSS)),
  );
  return contours.map(({ pointsMm }) => pointsMm.filter((_, n) => n % 3 < 2));
}

/** Distance to the nearest edge, negative inside (even–odd). */
function signedDistance(polygons: readonly Float64Array[]): (u: number, v: number) => number {
  return (u, v) => {
    let least = Number.POSITIVE_INFINITY;
    let inside = false;
    for (const p of polygons) {
      for (let a = 0, b = p.length - 2; a < p.length; b = a, a += 2) {
        const [au, av, bu, bv] = [p[a]!, p[a + 1]!, p[b]!, p[b + 1]!];
        const du = bu - au;
        const dv = bv - av;
        const length2 = du * du + dv * dv;
        const s = length2 > 0 ? Math.min(1, Math.max(0, ((u - au) * du + (v - av) * dv) / length2)) : 0;
        const distance2 = (u - au - s * du) ** 2 + (v - av - s * dv) ** 2;
        if (distance2 < least) least = distance2;
        if (av > v !== bv > v && u < au + ((v - av) / dv) * du) inside = !inside;
      }
    }
    return inside ? -Math.sqrt(least) : Math.sqrt(least);
  };
}
