import { ELECTRON_REST_MEV } from "../materials/klein-nishina.ts";

/**
 * Møller cross section per 2π r² mc² n (MeV cm²/g) for a transfer of the fraction ε … ½ of the kinetic energy, 1/MeV:
 *
 *   σ = 1/(β² T) ∫_ε^½ [ 1/x² + 1/(1−x)² + C₁ − C₂ / (x (1−x)) ] dx,   C₁ = (τ/(τ+1))²,  C₂ = (2τ+1)/(τ+1)²
 *
 * @param energyMeV - T
 * @param cutMeV - smallest transfer
 * @returns 0 where the cut is above T/2
 * @source C. Møller, Ann. Phys. 14 (1932) 531, doi:10.1002/andp.19324060506
 */
export function mollerIntegral(energyMeV: number, cutMeV: number): number {
  const e = cutMeV / energyMeV;
  if (e >= 0.5) return 0;
  const tau = energyMeV / ELECTRON_REST_MEV;
  const betaSquared = (tau * (tau + 2)) / (tau + 1) ** 2;
  const c1 = (tau / (tau + 1)) ** 2;
  const c2 = (2 * tau + 1) / (tau + 1) ** 2;
  const integral = 1 / e - 1 / (1 - e) + c1 * (0.5 - e) - c2 * Math.log((1 - e) / e);
  return integral / (betaSquared * energyMeV);
}

/**
 * Bhabha cross section per 2π r² mc² n (MeV cm²/g) for a transfer of the fraction ε … 1, 1/MeV:
 *
 *   σ = 1/T ∫_ε^1 [ 1/(β² x²) − B₁/x + B₂ − B₃ x + B₄ x² ] dx,   y = 1/(τ+2)
 *   B₁ = 2 − y²,  B₂ = (1−2y)(3+y²),  B₃ = (1−2y)² + (1−2y)³,  B₄ = (1−2y)³
 *
 * @source H. J. Bhabha, Proc. R. Soc. A 154 (1936) 195, doi:10.1098/rspa.1936.0046
 */
export function bhabhaIntegral(energyMeV: number, cutMeV: number): number {
  const e = cutMeV / energyMeV;
  if (e >= 1) return 0;
  const tau = energyMeV / ELECTRON_REST_MEV;
  const betaSquared = (tau * (tau + 2)) / (tau + 1) ** 2;
  const y = 1 / (tau + 2);
  const q = 1 - 2 * y;
  const b1 = 2 - y * y;
  const b2 = q * (3 + y * y);
  const b3 = q * q + q ** 3;
  const b4 = q ** 3;
  const integral =
    (1 / e - 1) / betaSquared +
    b1 * Math.log(e) +
    b2 * (1 - e) -
    (b3 / 2) * (1 - e * e) +
    (b4 / 3) * (1 - e ** 3);
  return integral / energyMeV;
}
