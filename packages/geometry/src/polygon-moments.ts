import { evenOddTrapezoids } from "./even-odd.ts";

/** Area, centroid and covariance of a plane region. */
export interface SectionMoments {
  readonly areaMm2: number;
  readonly centroidMm: readonly [u: number, v: number];
  /** Mean of (p − centroid)(p − centroid)ᵀ over the area, mm². */
  readonly covariance: Covariance;
}

/** A symmetric 2 × 2 matrix. */
export type Covariance = readonly [uu: number, uv: number, vv: number];

/** Of a symmetric 2 × 2 matrix. */
export function determinant([uu, uv, vv]: Covariance): number {
  return uu * vv - uv * uv;
}

/**
 * Moments of the region inside polygons (even–odd), exactly.
 *
 *   ∫ p qᵀ over a triangle of area A with corners p_i = A/12 (Σ p_i p_iᵀ + (Σ p_i)(Σ p_i)ᵀ)
 *
 * @param polygons - each u0, v0, u1, v1, …, mm
 * @returns zeros if the area is 0
 */
export function sectionMoments(polygons: readonly Float64Array[]): SectionMoments {
  const t = evenOddTrapezoids(polygons);
  // Relative to a point of the region: positions of hundreds of mm would cost digits.
  const [u0, v0] = [t[2] ?? 0, t[0] ?? 0];
  const sums = { a: 0, u: 0, v: 0, uu: 0, uv: 0, vv: 0 };
  for (let n = 0; n < t.length; n += 6) {
    const [low, high] = [t[n]! - v0, t[n + 1]! - v0];
    const [lowLeft, highLeft, lowRight, highRight] = [
      t[n + 2]! - u0,
      t[n + 3]! - u0,
      t[n + 4]! - u0,
      t[n + 5]! - u0,
    ];
    addTriangle(sums, lowLeft, low, lowRight, low, highRight, high);
    addTriangle(sums, lowLeft, low, highRight, high, highLeft, high);
  }
  const { a } = sums;
  if (!(a > 0)) return { areaMm2: 0, centroidMm: [u0, v0], covariance: [0, 0, 0] };
  const [u, v] = [sums.u / a, sums.v / a];
  return {
    areaMm2: a,
    centroidMm: [u0 + u, v0 + v],
    covariance: [sums.uu / a - u * u, sums.uv / a - u * v, sums.vv / a - v * v],
  };
}

interface Sums {
  a: number;
  u: number;
  v: number;
  uu: number;
  uv: number;
  vv: number;
}

function addTriangle(
  sums: Sums,
  u1: number,
  v1: number,
  u2: number,
  v2: number,
  u3: number,
  v3: number,
): void {
  const a = 0.5 * Math.abs((u2 - u1) * (v3 - v1) - (u3 - u1) * (v2 - v1));
  const u = u1 + u2 + u3;
  const v = v1 + v2 + v3;
  sums.a += a;
  sums.u += (a * u) / 3;
  sums.v += (a * v) / 3;
  sums.uu += (a / 12) * (u1 * u1 + u2 * u2 + u3 * u3 + u * u);
  sums.uv += (a / 12) * (u1 * v1 + u2 * v2 + u3 * v3 + u * v);
  sums.vv += (a / 12) * (v1 * v1 + v2 * v2 + v3 * v3 + v * v);
}
