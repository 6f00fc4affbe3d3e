/** Rest energy of the electron, MeV. @source CODATA 2018, doi:10.1103/RevModPhys.93.025010 */
export const ELECTRON_REST_MEV = 0.51099895;

/** Classical electron radius squared, barn. @source CODATA 2018 (2.8179403262 fm) */
const RADIUS_SQUARED_BARN = 2.8179403262 ** 2 * 0.01;

/** Energy of a photon over the rest energy of the electron, below which closed forms lose digits to cancellation. */
const SERIES_BELOW = 0.02;

/**
 * Compton cross section of one free electron at rest.
 *
 *   σ = 2π r² { (1+α)/α² [ 2(1+α)/(1+2α) − ln(1+2α)/α ] + ln(1+2α)/(2α) − (1+3α)/(1+2α)² },   α = E / mc²
 *
 * @param energyMeV - photon energy E, > 0
 * @returns σ, barn per electron
 * @source O. Klein, Y. Nishina, Z. Phys. 52 (1929) 853, doi:10.1007/BF01366453
 */
export function kleinNishinaBarn(energyMeV: number): number {
  const a = energyMeV / ELECTRON_REST_MEV;
  if (a < SERIES_BELOW) {
    const thomson = (8 / 3) * Math.PI * RADIUS_SQUARED_BARN;
    return (
      thomson * (1 + a * (-2 + a * (5.2 + a * (-13.3 + a * (1144 / 35 + a * (-544 / 7 + (a * 3784) / 21))))))
    );
  }
  const b = 1 + 2 * a;
  const log = Math.log1p(2 * a);
  const sum = ((1 + a) / (a * a)) * ((2 * (1 + a)) / b - log / a) + log / (2 * a) - (1 + 3 * a) / (b * b);
  return 2 * Math.PI * RADIUS_SQUARED_BARN * sum;
}

/**
 * Compton scattering into a solid angle, one free electron.
 *
 *   dσ/dΩ = r²/2 · k² (k + 1/k − sin²θ),   k = E'/E = 1 / (1 + α (1 − cos θ))
 *
 * @param energyMeV - photon energy E, > 0
 * @param cosTheta - cosine of the photon's scattering angle, −1 … 1
 * @returns dσ/dΩ, barn per steradian and electron
 * @source O. Klein, Y. Nishina, Z. Phys. 52 (1929) 853, doi:10.1007/BF01366453
 */
export function kleinNishinaDifferentialBarn(energyMeV: number, cosTheta: number): number {
  const k = 1 / (1 + (energyMeV / ELECTRON_REST_MEV) * (1 - cosTheta));
  return 0.5 * RADIUS_SQUARED_BARN * k * k * (k + 1 / k - 1 + cosTheta * cosTheta);
}

/**
 * Mean share of the photon's energy that a free electron gets: σ_tr / σ. Closed form of ∫ (1 − k) dσ / ∫ dσ, from
 *
 *   σ_s = π r² { ln(1+2α)/α³ + 2(1+α)(2α²−2α−1)/(α²(1+2α)²) + 8α²/(3(1+2α)³) },   σ_tr = σ − σ_s
 *
 * @param energyMeV - photon energy, > 0
 * @returns mean share, 0 … 1
 * @source R. D. Evans, The Atomic Nucleus (1955), chapter 23, eq. 3.4; equal to the integral of the differential form (tested)
 */
export function kleinNishinaTransferFraction(energyMeV: number): number {
  const a = energyMeV / ELECTRON_REST_MEV;
  // Both integrals as series in α: α − 4.2 α² + …
  if (a < SERIES_BELOW) {
    const scattered = 1 + a * (-3 + a * (9.4 + a * (-28 + a * (552 / 7 + a * (-212 + (a * 1648) / 3)))));
    const all = 1 + a * (-2 + a * (5.2 + a * (-13.3 + a * (1144 / 35 + a * (-544 / 7 + (a * 3784) / 21)))));
    return 1 - scattered / all;
  }
  const b = 1 + 2 * a;
  const scattered =
    Math.PI *
    RADIUS_SQUARED_BARN *
    (Math.log1p(2 * a) / a ** 3 +
      (2 * (1 + a) * (2 * a * a - 2 * a - 1)) / (a * a * b * b) +
      (8 * a * a) / (3 * b ** 3));
  return 1 - scattered / kleinNishinaBarn(energyMeV);
}
