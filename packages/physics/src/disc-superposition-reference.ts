/**
 * The slow, obvious form of the disc superposition: circles of radius s about the point, each by the part that lies in the disc.
 *
 *   F(r; R, a) = ∫ a e^{−a s} θ(s) / 2π ds
 *
 * θ = 2π for s < R − r; 2 acos((r² + s² − R²) / (2 r s)) for |R − r| < s < R + r; else 0. Adaptive Simpson after
 * s = |R − r| + (…)(1 − cos t)/2, which removes the square roots at both ends. The fast form is tested against this one.
 *
 * @param radiusMm - R, mm, ≥ 0
 * @param offAxisMm - r, mm, ≥ 0
 * @param ratePerMm - a, 1/mm
 * @returns F, 0 … 1
 */
export function discFractionReference(radiusMm: number, offAxisMm: number, ratePerMm: number): number {
  const R = radiusMm;
  const r = offAxisMm;
  const a = ratePerMm;
  const whole = r < R ? 1 - Math.exp(-a * (R - r)) : 0;
  if (r === 0 || R === 0) return whole;
  const near = Math.abs(R - r);
  const span = R + r - near;
  const integrand = (t: number) => {
    const s = near + (span * (1 - Math.cos(t))) / 2;
    if (s === 0) return 0;
    const cosine = Math.min(1, Math.max(-1, (r * r + s * s - R * R) / (2 * r * s)));
    return ((a * Math.exp(-a * s) * Math.acos(cosine)) / Math.PI) * (span / 2) * Math.sin(t);
  };
  // Panels first: an adaptive rule could miss a fast decay that it never samples.
  let sum = whole;
  const panels = 64;
  for (let i = 0; i < panels; i++) {
    sum += adaptiveSimpson(integrand, (Math.PI * i) / panels, (Math.PI * (i + 1)) / panels, 1e-11, 30);
  }
  return sum;
}

function adaptiveSimpson(
  f: (x: number) => number,
  a: number,
  b: number,
  tolerance: number,
  depth: number,
): number {
  const refine = (
    lo: number,
    hi: number,
    fLo: number,
    fMid: number,
    fHi: number,
    whole: number,
    eps: number,
    left: number,
  ): number => {
    const middle = (lo + hi) / 2;
    const fLeft = f((lo + middle) / 2);
    const fRight = f((middle + hi) / 2);
    const first = ((middle - lo) / 6) * (fLo + 4 * fLeft + fMid);
    const second = ((hi - middle) / 6) * (fMid + 4 * fRight + fHi);
    const change = first + second - whole;
    if (left <= 0 || Math.abs(change) < 15 * eps) return first + second + change / 15;
    return (
      refine(lo, middle, fLo, fLeft, fMid, first, eps / 2, left - 1) +
      refine(middle, hi, fMid, fRight, fHi, second, eps / 2, left - 1)
    );
  };
  const fA = f(a);
  const fMid = f((a + b) / 2);
  const fB = f(b);
  return refine(a, b, fA, fMid, fB, ((b - a) / 6) * (fA + 4 * fMid + fB), tolerance, depth);
}
