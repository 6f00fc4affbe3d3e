/** Slopes below this part of the steepest count as this: the formula divides by all three. */
const LEAST_SLOPE = 1e-3;

/**
 * Part of the unit cube around 0 that lies where gx x + gy y + gz z ≤ level: exact.
 *
 *   V = Σ_(subsets S of the slopes) (−1)^|S| max(0, α − Σ S)³ / (6 m1 m2 m3),   m = |g|,  α = level + (m1 + m2 + m3) / 2
 *
 * @source Scardovelli, Zaleski, J. Comput. Phys. 164 (2000) 228, doi:10.1006/jcph.2000.6567
 */
export function boxBelowPlane(gx: number, gy: number, gz: number, level: number): number {
  let a = Math.abs(gx);
  let b = Math.abs(gy);
  let c = Math.abs(gz);
  const steepest = Math.max(a, b, c);
  if (!(steepest > 0)) return level >= 0 ? 1 : 0;
  const least = LEAST_SLOPE * steepest;
  if (a < least) a = least;
  if (b < least) b = least;
  if (c < least) c = least;
  const sum = a + b + c;
  const half = sum / 2;
  if (level >= half) return 1;
  if (level <= -half) return 0;
  // The larger part is one minus the smaller: fewer terms, less cancellation.
  const alpha = half - Math.abs(level);
  const small =
    (cube(alpha) -
      cube(alpha - a) -
      cube(alpha - b) -
      cube(alpha - c) +
      cube(alpha - a - b) +
      cube(alpha - a - c) +
      cube(alpha - b - c)) /
    (6 * a * b * c);
  return level > 0 ? 1 - small : small;
}

function cube(x: number): number {
  return x > 0 ? x * x * x : 0;
}
