/** erfc(x) for x ≥ 2 by its continued fraction, read from the far end. */
function erfcTail(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** erf(x) for 0 ≤ x < 2: 2/√π e^{−x²} Σ 2ᵏ x^{2k+1} / (2k + 1)!!, all terms of one sign. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/**
 * Φ(t), the standard normal distribution function; the lower tail keeps its relative accuracy.
 * @source Abramowitz & Stegun 1964, 7.1.6 and 7.1.14
 */
export function normalDistribution(t: number): number {
  const x = Math.abs(t) / Math.SQRT2;
  const upper = x < 2 ? (1 - erfSeries(x)) / 2 : erfcTail(x) / 2;
  return t > 0 ? 1 - upper : upper;
}
