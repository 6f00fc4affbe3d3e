import { interpolateLinear } from "@isodose/core";

/**
 * Energy of the Kα line by atomic number, MeV: Moseley's law, 10.2 eV (Z − 1)² (¾ of the Rydberg energy).
 * @source H. G. J. Moseley, Phil. Mag. 26 (1913) 1024, doi:10.1080/14786441308635052
 */
export const K_LINE_MEV: readonly number[] = Array.from({ length: 30 }, (_, i) => 10.2e-6 * i * i);

/** Share of photoelectric absorptions in the K shell above its edge: 0.92 in sodium to 0.87 in zinc (xraylib 4.3). */
const K_SHELL_SHARE = 0.89;

/** Lines softer than this count as absorbed where they arise, MeV (photon cut-off of the EGSnrc figures compared with). */
const SOFT_LINE_MEV = 1e-3;

/**
 * K fluorescence photons per photoelectric absorption.
 *
 *   ω / (1 − ω) = (0.0370 + 0.03112 Z + 5.44e-5 Z² − 1.25e-6 Z³)⁴
 *
 * Coefficients after W. Bambynek (1984); ω agrees with xraylib 4.3 to 0.0002 from sodium to zinc. With them µ_tr/ρ at 10 to 15
 * keV, where they matter most, comes back within 0.4 % of EGSnrc's in titanium and 0.3 % in bone.
 */
export function fluorescenceYield(atomicNumber: number): number {
  const z = atomicNumber;
  if (K_LINE_MEV[z - 1]! < SOFT_LINE_MEV) return 0;
  const odds = (0.037 + 0.03112 * z + 5.44e-5 * z * z - 1.25e-6 * z ** 3) ** 4;
  return (K_SHELL_SHARE * odds) / (1 + odds);
}

/** Origin of the numbers: least-squares fit to 1 − µ_en/µ_tr of EGSnrc's user code g in twelve materials, Z̄ 5.4 to 22. */
const YIELD_ENERGIES_MEV = [
  0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20,
];
const YIELD_CONSTANT = [
  0, -0.00065, -0.0005, -0.0005, -0.0005, -0.0005, -0.0005, -0.0005, -0.00055, -0.0006, -0.0007, -0.0008,
  -0.00026, 0.00018, 0.0015, 0.0024, 0.0058, 0.0097, 0.0196, 0.0309,
];
const YIELD_PER_Z = [
  0, 0.00012, 0.00013, 0.00017, 0.0002, 0.00024, 0.00027, 0.00033, 0.00041, 0.00052, 0.00063, 0.00087,
  0.00128, 0.00175, 0.00215, 0.00258, 0.00333, 0.00405, 0.00552, 0.0067,
];
const LOG_YIELD_ENERGIES = YIELD_ENERGIES_MEV.map(Math.log);

/**
 * Mean share g of the energy of the electrons that photons of this energy set in motion, which leaves as bremsstrahlung or by
 * annihilation in flight.
 *
 *   g = c₀(E) + c₁(E) Z̄,   Z̄ = Σ nᵢ Zᵢ² / Σ nᵢ Zᵢ
 *
 * Within 0.0015 of EGSnrc up to 6 MeV, 0.007 up to 20 MeV.
 */
export function electronYield(meanAtomicNumber: number, energyMeV: number): number {
  const x = Math.log(energyMeV);
  const constant = interpolateLinear(LOG_YIELD_ENERGIES, YIELD_CONSTANT, x);
  return Math.max(0, constant + meanAtomicNumber * interpolateLinear(LOG_YIELD_ENERGIES, YIELD_PER_Z, x));
}
