/**
 * Part of a normal distribution of σ = 1 below t, absolute error below 1e-15 times a few:
 *
 *   Φ(t) = ½ (1 + erf(t/√2))
 *
 * Below |t| = 3 by erf's series of positive terms, beyond by the continued fraction of erfc.
 * @source Abramowitz, Stegun, Handbook of mathematical functions (1964), 7.1.6 and 7.1.14
 */
export function normalDistribution(t: number): number {
  const x = Math.abs(t) / Math.SQRT2;
  if (x > 8) return t < 0 ? 0 : 1;
  let tail: number;
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    tail = 0.5 - (sum * Math.exp(-x * x)) / Math.sqrt(Math.PI);
  } else {
    let fraction = x;
    for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
    tail = Math.exp(-x * x) / fraction / (2 * Math.sqrt(Math.PI));
  }
  return t < 0 ? tail : 1 - tail;
}
