import { type Covariance, determinant, type SectionMoments } from "./polygon-moments.ts";

/** A shape that would close farther out than this many gaps was cut off: else the next plane would have shown it. */
export const CLOSES_WITHIN_GAPS = 1.05;

/**
 * The covariance of a section at a distance inwards from the end plane: a quadratic for each entry, through three planes
 * (two: as round along the normal as across). Exact for ellipsoids, and for cylinders at any angle that a plane cuts
 * across the side alone.
 * @param at - distances of the planes from the first, mm, 0 first
 */
export function covarianceLaw(
  moments: readonly SectionMoments[],
  at: readonly number[],
): (x: number) => Covariance {
  const [s0, s1, s2] = moments.map((m) => m.covariance);
  const gap = at[1]!;
  const slope = [0, 1, 2].map((n) => (s1![n]! - s0![n]!) / gap);
  const bend = s2
    ? [0, 1, 2].map((n) => ((s2[n]! - s1![n]!) / (at[2]! - gap) - slope[n]!) / at[2]!)
    : asRoundAlongTheNormal(s0!, s1!);
  return (x) => {
    const entry = (n: 0 | 1 | 2) => s0![n] + x * slope[n]! + x * (x - gap) * bend[n]!;
    return [entry(0), entry(1), entry(2)];
  };
}

/** An ellipsoid with semi-axes a, b across and √(a b) along has Σ″ = −½ Σ / √det Σ · …: half of it is the bend. */
function asRoundAlongTheNormal(s0: Covariance, s1: Covariance): number[] {
  const mean: Covariance = [(s0[0] + s1[0]) / 2, (s0[1] + s1[1]) / 2, (s0[2] + s1[2]) / 2];
  const root = Math.sqrt(determinant(mean));
  return mean.map((value) => (-0.25 * value) / root);
}

function leastEigenvalue([uu, uv, vv]: Covariance): number {
  return (uu + vv) / 2 - Math.hypot((uu - vv) / 2, uv);
}

/**
 * How far outside the end plane the section vanishes: its covariance becomes singular, or all but, as at a tip.
 * @returns mm, or undefined if it does not within {@link CLOSES_WITHIN_GAPS}
 */
export function closingDistance(law: (x: number) => Covariance, gap: number): number | undefined {
  const start = leastEigenvalue(law(0));
  const step = gap / 64;
  let previous = start;
  for (let n = 1; n * step <= CLOSES_WITHIN_GAPS * gap; n++) {
    const value = leastEigenvalue(law(-n * step));
    if (value <= 0) {
      let [inside, outside] = [(n - 1) * step, n * step];
      for (let halving = 0; halving < 40; halving++) {
        const middle = (inside + outside) / 2;
        if (leastEigenvalue(law(-middle)) > 0) inside = middle;
        else outside = middle;
      }
      return inside;
    }
    // The square of a width that falls linearly to a tip touches 0 and, by rounding, may not reach it.
    if (value > previous && previous < 0.01 * start) return (n - 1) * step;
    previous = value;
  }
  return undefined;
}
