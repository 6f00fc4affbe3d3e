import type { Material } from "@isodose/core";
import { ELEMENTS } from "../materials/elements.ts";
import { ELECTRON_REST_MEV } from "../materials/klein-nishina.ts";
import { AVOGADRO_PER_MOL, ELECTRON_RADIUS_CM, FINE_STRUCTURE } from "./electron-constants.ts";

/** Forward recursion of Q_l loses e^{4 l √η} digits; above this exponent the backward one is taken. */
const FORWARD_EXPONENT = 12;

/** Legendre functions of the second kind Q_l(1 + 2η), l = 0 … n − 1. */
function legendreQ(eta: number, n: number): Float64Array {
  const y = 1 + 2 * eta;
  const q = new Float64Array(Math.max(n, 2));
  q[0] = 0.5 * Math.log1p(1 / eta);
  if (4 * Math.sqrt(eta) * n < FORWARD_EXPONENT) {
    q[1] = y * q[0] - 1;
    for (let l = 1; l + 1 < n; l++) q[l + 1] = ((2 * l + 1) * y * q[l] - l * q[l - 1]) / (l + 1);
    return q;
  }
  const ratio = new Float64Array(n + 1);
  let r = y - Math.sqrt(y * y - 1);
  for (let l = n + Math.ceil(20 / Math.sqrt(eta)); l >= 1; l--) {
    r = l / ((2 * l + 1) * y - (l + 1) * r);
    if (l <= n) ratio[l] = r;
  }
  for (let l = 1; l < n; l++) q[l] = q[l - 1] * ratio[l];
  return q;
}

/** Moments of elastic and soft inelastic scattering at one energy. */
export interface ScatteringMoments {
  /** G_l = ∫ (1 − P_l(cos θ)) dσ, l = 0 … n − 1, cm²/g; G₁ is the inverse transport mean free path. */
  readonly moments: Float64Array;
  /** ∫ dσ: the limit of G_l, cm²/g. */
  readonly total: number;
}

/**
 * Legendre moments of the screened Rutherford cross section with Molière's screening angle.
 *
 *   dσ/dμ = 2π r² Z (Z + ξ) / (β² p²) / (μ + 2η)²,   μ = 1 − cos θ,  4η = χ₀² (1.13 + 3.76 (α Z / β)²),  χ₀ = α Z^{1/3} / (0.885 p)
 *   G₁ ∝ ln(1 + 1/η) − 1/(1 + η),   G_{l+1} − G_{l−1} ∝ 2 (2l + 1) Q_l(1 + 2η)
 *
 * (p in mc.) ξ ≤ 1 counts the deflections by electrons that a transport with hard collisions above `cutMeV` does not already make:
 * those below the angle of a primary that loses the cut. With `cutMeV` Infinity ξ is 1.
 *
 * @param energyMeV - kinetic energy, > 0
 * @param n - number of moments
 * @source H. A. Bethe, Phys. Rev. 89 (1953) 1256, doi:10.1103/PhysRev.89.1256; I. Kawrakow, A. F. Bielajew, Nucl. Instrum. Methods B
 * 134 (1998) 325, doi:10.1016/S0168-583X(97)00723-4
 */
export function scatteringMoments(
  material: Material,
  energyMeV: number,
  cutMeV: number,
  n: number,
): ScatteringMoments {
  const tau = energyMeV / ELECTRON_REST_MEV;
  const p2 = tau * (tau + 2);
  const betaSquared = p2 / (tau + 1) ** 2;
  const loss = Math.min(cutMeV / ELECTRON_REST_MEV, tau / 2);
  const cosine = Math.sqrt(((tau - loss) * (tau + 2)) / (tau * (tau - loss + 2)));
  const muCut = 1 - cosine;
  const moments = new Float64Array(n);
  let total = 0;
  for (const [symbol, fraction] of Object.entries(material.massFractions)) {
    if (fraction <= 0) continue;
    const { atomicNumber: z, atomicWeight } = ELEMENTS[symbol];
    const chi2 = (FINE_STRUCTURE * Math.cbrt(z)) ** 2 / (0.885 ** 2 * p2);
    const eta = (chi2 * (1.13 + (3.76 * (FINE_STRUCTURE * z) ** 2) / betaSquared)) / 4;
    const first = Math.log1p(1 / eta) - 1 / (1 + eta);
    const soft = Math.log1p(muCut / (2 * eta)) - muCut / (muCut + 2 * eta);
    const xi = cutMeV === Infinity ? 1 : Math.min(1, soft / first);
    const factor =
      (2 * Math.PI * ELECTRON_RADIUS_CM ** 2 * AVOGADRO_PER_MOL * fraction * z * (z + xi)) /
      (atomicWeight * betaSquared * p2);
    total += factor / (2 * eta * (1 + eta));
    const q = legendreQ(eta, n);
    let even = 0;
    let odd = first;
    for (let l = 1; l < n; l++) {
      if (l % 2 === 1) {
        moments[l] += factor * odd;
        even += 2 * (2 * l + 1) * q[l];
      } else {
        moments[l] += factor * even;
        odd += 2 * (2 * l + 1) * q[l];
      }
    }
  }
  return { moments, total };
}
