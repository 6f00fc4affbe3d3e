import { gaussLegendre } from "./gauss-legendre.ts";

/** Quadrature along the half circle; with the substitution below the error stays under 1e-6 of the field (tested). */
const ARC = gaussLegendre(40);

/**
 * Part of a pencil kernel's dose that a uniform disc of fluence gives to a point, for exponential kernels.
 *
 * The kernel is p(s) = a e^{−a s} / (2π s), which integrates to 1 over the plane, so a disc much wider than 1/a gives 1 inside.
 * By Gauss' theorem (p is the divergence of (1 − e^{−a s}) / (2π s) · ŝ) the integral over the disc is one along its edge:
 *
 *   F(r; R, a) = H(R − r) − (R/π) ∫₀^π e^{−a s} (R − r cos α) / s² dα,   s² = (R − r)² + 4 r R sin²(α/2)
 *
 * with H = 1, ½, 0 inside, on and outside the edge; on the axis F = 1 − e^{−aR}. Near the edge the integrand peaks at
 * α ≈ |R − r| / R: α = κ sinh u flattens the peak before Gauss–Legendre is applied in u.
 *
 * @param radiusMm - R, mm, ≥ 0
 * @param offAxisMm - r, distance of the point from the centre of the disc, mm, ≥ 0
 * @param ratesPerMm - a, 1/mm: each twice the one before, or {@link isInterleaved}; so that one exponential gives all, e^{−2as} = (e^{−as})²
 * @param weight - factor of everything added
 * @param out - length of `ratesPerMm`, added to in place
 * @source form of the kernel: Ahnesjö, Saxner, Trepp, Med. Phys. 19 (1992) 263, doi:10.1118/1.596856
 */
export function addDiscFractions(
  radiusMm: number,
  offAxisMm: number,
  ratesPerMm: ArrayLike<number>,
  weight: number,
  out: Float64Array,
): void {
  const R = radiusMm;
  const r = offAxisMm;
  const n = out.length;
  // A disc of atomic size gives nothing, and its square would underflow.
  if (R < 1e-9) return;
  const delta = Math.abs(R - r) < 1e-9 * R ? 0 : R - r;
  const inside = delta > 0 ? 1 : delta === 0 ? 0.5 : 0;
  for (let j = 0; j < n; j++) out[j]! += weight * inside;
  const kappa = Math.min(10, Math.max(Math.abs(delta), 1e-9 * R) / Math.sqrt(Math.max(r * R, 1e-12 * R * R)));
  const uEnd = Math.asinh(Math.PI / kappa);
  const interleaved = isInterleaved(ratesPerMm);
  const a = interleaved ? ratesPerMm[0]! / 2 : ratesPerMm[0]!;
  for (let i = 0; i < ARC.nodes.length; i++) {
    const u = uEnd * ARC.nodes[i]!;
    const sinHalf = Math.sin((kappa * Math.sinh(u)) / 2);
    const squared = sinHalf * sinHalf;
    const s2 = delta * delta + 4 * r * R * squared;
    const dAlpha = kappa * Math.cosh(u) * uEnd * ARC.weights[i]!;
    const edge = (weight * R * (delta + 2 * r * squared) * dAlpha) / (Math.PI * s2);
    let decay = Math.exp(-a * Math.sqrt(s2));
    if (!interleaved) {
      for (let j = 0; j < n; j++) {
        out[j]! -= edge * decay;
        decay *= decay;
      }
      continue;
    }
    // Powers 2 and 3 of e^{−as/2}, then both squared again and again.
    let between = decay * decay * decay;
    decay *= decay;
    for (let j = 0; j + 1 < n; j += 2) {
      out[j]! -= edge * decay;
      out[j + 1]! -= edge * between;
      decay *= decay;
      between *= between;
    }
  }
}

/** Are the rates a, 3/2 a, 2 a, 3 a, 4 a, 6 a …: two series in turns, an even number in all, each doubling? */
export function isInterleaved(ratesPerMm: ArrayLike<number>): boolean {
  return ratesPerMm.length > 1 && Math.abs(ratesPerMm[1]! / ratesPerMm[0]! - 1.5) < 1e-9;
}

/** Quadrature over the radii of the discs that make up a blurred one, on each side of the point. */
const RADII = gaussLegendre(24);
/** Radii further than this from the disc's own, in σ, carry less than 1e-8 of the fluence. */
const BLUR_REACH_SIGMAS = 6;

/**
 * Like {@link addDiscFractions} for a disc blurred by a Gaussian: the fluence Φ(ρ) = disc ⊗ Gaussian falls monotonically,
 * so it is a stack of discs of radius R′ with density −dΦ/dR′. The fluence is conserved.
 *
 *   −dΦ/dR′ = (R/σ²) e^{−(R′ − R)²/2σ²} · e^{−x} I₁(x),   x = R R′/σ²
 *
 * @param sigmaMm - σ of the Gaussian in the plane of the disc, mm; 0 means a sharp disc
 */
export function addBlurredDiscFractions(
  radiusMm: number,
  sigmaMm: number,
  offAxisMm: number,
  ratesPerMm: ArrayLike<number>,
  weight: number,
  out: Float64Array,
): void {
  if (sigmaMm <= 0) {
    addDiscFractions(radiusMm, offAxisMm, ratesPerMm, weight, out);
    return;
  }
  const low = Math.max(0, radiusMm - BLUR_REACH_SIGMAS * sigmaMm);
  const high = radiusMm + BLUR_REACH_SIGMAS * sigmaMm;
  // F has a cusp where the edge of a disc goes through the point: split there, and crowd the nodes towards it.
  const cusp = Math.min(high, Math.max(low, offAxisMm));
  for (const width of [low - cusp, high - cusp]) {
    if (Math.abs(width) < 1e-9) continue;
    for (let i = 0; i < RADII.nodes.length; i++) {
      const t = RADII.nodes[i]!;
      const R = cusp + width * t * t;
      const density = fluenceFall(radiusMm, sigmaMm, R);
      const share = density * Math.abs(width) * 2 * t * RADII.weights[i]!;
      addDiscFractions(R, offAxisMm, ratesPerMm, weight * share, out);
    }
  }
}

/** −dΦ/dR′ of a blurred disc, 1/mm. */
function fluenceFall(radiusMm: number, sigmaMm: number, R: number): number {
  const variance = sigmaMm * sigmaMm;
  const away = R - radiusMm;
  return (
    (radiusMm / variance) *
    Math.exp((-away * away) / (2 * variance)) *
    scaledBesselI1((R * radiusMm) / variance)
  );
}

/**
 * e^{−x} I₁(x) for x ≥ 0, relative error below 3e-7.
 * @source Abramowitz, Stegun, Handbook of mathematical functions (1964), 9.8.3 and 9.8.4
 */
export function scaledBesselI1(x: number): number {
  if (x <= 3.75) {
    const t = (x / 3.75) ** 2;
    const series =
      0.5 +
      t *
        (0.87890594 +
          t * (0.51498869 + t * (0.15084934 + t * (0.02658733 + t * (0.00301532 + t * 0.00032411)))));
    return x * series * Math.exp(-x);
  }
  const t = 3.75 / x;
  const series =
    0.39894228 +
    t *
      (-0.03988024 +
        t *
          (-0.00362018 +
            t *
              (0.00163801 +
                t *
                  (-0.01031555 + t * (0.02282967 + t * (-0.02895312 + t * (0.01787654 - t * 0.00420059)))))));
  return series / Math.sqrt(x);
}
