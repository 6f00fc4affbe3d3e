import { ELECTRON_REST_MEV } from "../materials/klein-nishina.ts";
import { ELECTRON_RADIUS_CM } from "./electron-constants.ts";

/**
 * Cross section of the annihilation of a moving positron with an electron at rest into two photons, cm² per electron:
 *
 *   σ = π r² / (γ+1) [ (γ²+4γ+1)/(γ²−1) ln(γ + √(γ²−1)) − (γ+3)/√(γ²−1) ],   γ = 1 + T/mc²
 *
 * @param energyMeV - kinetic energy T, > 0
 * @source W. Heitler, The Quantum Theory of Radiation (1954), § 27
 */
export function annihilationCrossSection(energyMeV: number): number {
  const gamma = 1 + energyMeV / ELECTRON_REST_MEV;
  const p2 = gamma * gamma - 1;
  const p = Math.sqrt(p2);
  const bracket = ((gamma * gamma + 4 * gamma + 1) / p2) * Math.log(gamma + p) - (gamma + 3) / p;
  return (Math.PI * ELECTRON_RADIUS_CM ** 2 * bracket) / (gamma + 1);
}
