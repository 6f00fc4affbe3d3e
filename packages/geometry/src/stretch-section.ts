import { type Covariance, determinant, type SectionMoments } from "./polygon-moments.ts";

/** Square root of a positive 2 × 2 matrix: (S + √det I) / √(trace + 2 √det). */
function squareRoot(s: Covariance): Covariance {
  const root = Math.sqrt(Math.max(0, determinant(s)));
  const scale = 1 / Math.sqrt(s[0] + s[2] + 2 * root);
  return [(s[0] + root) * scale, s[1] * scale, (s[2] + root) * scale];
}

/** p q p for symmetric p, q. */
function sandwich(p: Covariance, q: Covariance): Covariance {
  const [a, b, c] = p;
  const x = q[0] * a + q[1] * b;
  const y = q[0] * b + q[1] * c;
  const z = q[1] * a + q[2] * b;
  const w = q[1] * b + q[2] * c;
  return [a * x + b * z, a * y + b * w, b * y + c * w];
}

/**
 * Polygons moved to a centroid and stretched, without turning, to a covariance and then to an area.
 * @param from - moments of the polygons
 * @param to - covariance, mm²; the area follows `areaMm2` where the two disagree
 */
export function stretchSection(
  polygons: readonly Float64Array[],
  from: SectionMoments,
  to: Covariance,
  [toU, toV]: readonly [number, number],
  areaMm2: number,
): Float64Array[] {
  const root = squareRoot(from.covariance);
  const det = determinant(root);
  const inverse: Covariance = [root[2] / det, -root[1] / det, root[0] / det];
  // M Σ_from M = Σ_to for M = Σ_from^(−½) (Σ_from^½ Σ_to Σ_from^½)^½ Σ_from^(−½).
  const m = sandwich(inverse, squareRoot(sandwich(root, to)));
  const size = Math.sqrt(areaMm2 / (from.areaMm2 * determinant(m)));
  const [u0, v0] = from.centroidMm;
  return polygons.map((polygon) => {
    const out = new Float64Array(polygon.length);
    for (let n = 0; n < polygon.length; n += 2) {
      const [u, v] = [polygon[n]! - u0, polygon[n + 1]! - v0];
      out[n] = toU + size * (m[0] * u + m[1] * v);
      out[n + 1] = toV + size * (m[1] * u + m[2] * v);
    }
    return out;
  });
}
