/** Share of the cell [x − w/2, x + w/2] that a slit of the half width covers, blurred. */
export function slitShare(x: number, widthMm: number, halfMm: number, sigmaMm: number): number {
  if (sigmaMm > 0) {
    const rim = Math.abs(Math.abs(x) - halfMm) - widthMm / 2;
    if (rim > 5 * sigmaMm && 2 * halfMm > widthMm) return Math.abs(x) < halfMm ? 1 : 0;
    const a = x - widthMm / 2;
    const b = x + widthMm / 2;
    return (
      (stepIntegral(b + halfMm, sigmaMm) -
        stepIntegral(a + halfMm, sigmaMm) -
        stepIntegral(b - halfMm, sigmaMm) +
        stepIntegral(a - halfMm, sigmaMm)) /
      widthMm
    );
  }
  const overlap = Math.min(x + widthMm / 2, halfMm) - Math.max(x - widthMm / 2, -halfMm);
  return overlap > 0 ? overlap / widthMm : 0;
}

/** ∫ Φ(x/σ) dx = x Φ(x/σ) + σ φ(x/σ). */
function stepIntegral(x: number, sigmaMm: number): number {
  const t = x / sigmaMm;
  return x * normalCumulative(t) + (sigmaMm * Math.exp(-0.5 * t * t)) / Math.sqrt(2 * Math.PI);
}

/**
 * Φ(t), within 1.5e-7.
 * @source Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.26
 */
function normalCumulative(t: number): number {
  const x = Math.abs(t) / Math.SQRT2;
  const k = 1 / (1 + 0.3275911 * x);
  const tail =
    0.5 *
    k *
    (0.254829592 + k * (-0.284496736 + k * (1.421413741 + k * (-1.453152027 + k * 1.061405429)))) *
    Math.exp(-x * x);
  return t >= 0 ? 1 - tail : tail;
}
