import type { Material } from "@isodose/core";
import { ELEMENTS } from "../materials/elements.ts";
import { ELECTRON_REST_MEV } from "../materials/klein-nishina.ts";
import { densityEffect, oscillatorsOf } from "./density-effect.ts";
import { AVOGADRO_PER_MOL, ELECTRON_RADIUS_CM } from "./electron-constants.ts";

/** Charge of the lepton: −1 for electrons, +1 for positrons. */
export type LeptonCharge = -1 | 1;

/** Electrons per gram: N_A Σ w Z/A. */
export function electronsPerGram(material: Material): number {
  let sum = 0;
  for (const [symbol, fraction] of Object.entries(material.massFractions))
    sum += (fraction * ELEMENTS[symbol].atomicNumber) / ELEMENTS[symbol].atomicWeight;
  return AVOGADRO_PER_MOL * sum;
}

/** 2π r² mc² n, MeV cm²/g: the factor of every collision cross section; 0.1535 Σ w Z/A. */
export function collisionFactor(material: Material): number {
  return 2 * Math.PI * ELECTRON_RADIUS_CM ** 2 * ELECTRON_REST_MEV * electronsPerGram(material);
}

/**
 * Collision mass stopping power for energy transfers below a cut, Berger and Seltzer's form of Bethe's formula:
 *
 *   S/ρ = (2π r² mc² n / β²) [ ln(2(τ+2) / (I/mc²)²) + F∓(τ, Δ) − δ ],   τ = T/mc²,  Δ = cut/mc²
 *   F⁻ = −1 − β² + ln[(τ−Δ)Δ] + τ/(τ−Δ) + [Δ²/2 + (2τ+1) ln(1−Δ/τ)] / (τ+1)²
 *   F⁺ = ln(τΔ) − (β²/τ) { τ + 2Δ − 3Δ²y/2 − (Δ − Δ³/3) y² − (Δ²/2 − τΔ³/3 + Δ⁴/4) y³ },   y = 1/(τ+2)
 *
 * Valid well above the binding energies (10 keV in light matter, 30 keV in titanium): no shell correction.
 *
 * @param cutMeV - largest transfer that counts; Infinity or anything above the largest possible one gives the unrestricted value
 * @returns a function of the kinetic energy, MeV > 0, that gives MeV cm²/g
 * @source M. J. Berger, S. M. Seltzer, NBSIR 82-2550-A (1982); ICRU Report 37 (1984)
 */
export function collisionStopping(
  material: Material,
  cutMeV: number,
  charge: LeptonCharge = -1,
): (energyMeV: number) => number {
  const factor = collisionFactor(material);
  const oscillators = oscillatorsOf(material);
  const excitation = (material.meanExcitationEv * 1e-6) / ELECTRON_REST_MEV;
  return (energyMeV) => {
    const tau = energyMeV / ELECTRON_REST_MEV;
    const betaSquared = (tau * (tau + 2)) / (tau + 1) ** 2;
    const delta = densityEffect(oscillators, betaSquared);
    const largest = charge < 0 ? tau / 2 : tau;
    const cut = Math.min(cutMeV / ELECTRON_REST_MEV, largest);
    let f: number;
    if (charge < 0) {
      const log = Math.log1p(-cut / tau);
      f =
        -1 -
        betaSquared +
        Math.log((tau - cut) * cut) +
        tau / (tau - cut) +
        (cut ** 2 / 2 + (2 * tau + 1) * log) / (tau + 1) ** 2;
    } else {
      const y = 1 / (tau + 2);
      const curly =
        tau +
        2 * cut -
        1.5 * cut ** 2 * y -
        (cut - cut ** 3 / 3) * y ** 2 -
        (cut ** 2 / 2 - (tau * cut ** 3) / 3 + cut ** 4 / 4) * y ** 3;
      f = Math.log(tau * cut) - (betaSquared / tau) * curly;
    }
    return (factor / betaSquared) * (Math.log((2 * (tau + 2)) / excitation ** 2) + f - delta);
  };
}
