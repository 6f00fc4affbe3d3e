import { normalDistribution } from "./error-function.ts";

/**
 * Exponential pencil kernels as sums of round Gaussians. Over a rectangle each Gaussian is a product of one factor in x and one in y,
 * and the blur of a source only widens it.
 */
export interface KernelGaussians {
  /** σ of the Gaussians, mm, falling. */
  readonly sigmasMm: Float64Array;
  /** Part of each in the kernel of each rate, [rate, Gaussian]: each row sums to 1. */
  readonly parts: Float64Array;
}

/** Steps of ln u; the trapezoidal rule then errs by e^{−π² / 2h}, 2e-5 of the kernel. */
const STEP = Math.LN2 / 1.5;
/** The kernel's peak is not resolved below, mm: a hundredth of the range of the electrons. */
const LEAST_SIGMA_MM = 0.01;
/** e^{−q²} at the widest Gaussian, q = a / 2u. */
const WIDEST_Q = 5;

/**
 * Write each kernel a e^{−a s} / (2π s) as Gaussians: with σ = 1 / (√2 u)
 *
 *   a e^{−a s} / (2π s) = ∫ G(s; σ) · (a / √π u) e^{−a²/4u²} d ln u
 *
 * by the trapezoidal rule in ln u. What lies above the last u, narrower than 0.01 mm, goes to the last Gaussian.
 *
 * @param ratesPerMm - a, 1/mm
 * @source ∫₀^∞ exp(−s²u² − a²/4u²) du = √π e^{−a s} / 2s: Abramowitz, Stegun, Handbook of mathematical functions (1964), 7.4.3
 */
export function kernelGaussians(ratesPerMm: ArrayLike<number>): KernelGaussians {
  const rates = Array.from(ratesPerMm);
  const first = Math.min(...rates) / (2 * WIDEST_Q);
  const last = 1 / (Math.SQRT2 * LEAST_SIGMA_MM);
  const count = Math.max(2, Math.ceil(Math.log(last / first) / STEP) + 1);
  const u = Float64Array.from({ length: count }, (_, n) => first * Math.exp(n * STEP));
  const parts = new Float64Array(rates.length * count);
  rates.forEach((a, j) => {
    let sum = 0;
    for (let n = 0; n < count - 1; n++) {
      const part = ((STEP * a) / (Math.sqrt(Math.PI) * u[n]!)) * Math.exp(-((a / (2 * u[n]!)) ** 2));
      parts[j * count + n] = part;
      sum += part;
    }
    parts[j * count + count - 1] = 1 - sum;
  });
  return { sigmasMm: u.map((v) => 1 / (Math.SQRT2 * v)), parts };
}

/**
 * Part of a Gaussian's dose along one axis that a strip gives:
 *
 *   P = Φ((x + h) / σ) − Φ((x − h) / σ)
 *
 * @param halfMm - h, half the strip's width, mm
 * @param offsetMm - x, of the point from the middle of the strip, mm
 */
export function stripFraction(halfMm: number, offsetMm: number, sigmaMm: number): number {
  const x = Math.abs(offsetMm);
  // Both arguments on the same side: differences of small tails keep their digits.
  return normalDistribution((halfMm - x) / sigmaMm) - normalDistribution((-halfMm - x) / sigmaMm);
}

/**
 * Part of the pencil kernels' dose that a uniform rectangle of fluence, blurred by a Gaussian source, gives to a point:
 *
 *   F_j = Σ_n c_jn P(h_x, x, s_n) P(h_y, y, s_n),   s_n² = σ_n² + σ²
 *
 * @param sigmaMm - σ of the source's shadow in the plane of the point, mm; 0: none
 * @param weight - factor of everything added
 * @param out - one for each rate, added to in place
 */
export function addRectangleFractions(
  gaussians: KernelGaussians,
  halfMm: readonly [number, number],
  offsetMm: readonly [number, number],
  sigmaMm: number,
  weight: number,
  out: Float64Array,
): void {
  const { sigmasMm, parts } = gaussians;
  const count = sigmasMm.length;
  for (let n = 0; n < count; n++) {
    const s = Math.hypot(sigmasMm[n]!, sigmaMm);
    const share =
      weight * stripFraction(halfMm[0], offsetMm[0], s) * stripFraction(halfMm[1], offsetMm[1], s);
    for (let j = 0; j < out.length; j++) out[j]! += share * parts[j * count + n]!;
  }
}
