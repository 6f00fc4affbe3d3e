import type { Material } from "@isodose/core";
import { ELEMENTS } from "../materials/elements.ts";
import { SUBSHELLS } from "./subshell-table.ts";

/** Below this a material is a gas, g/cm³; between it and `FOAM_ABOVE` it is condensed matter with air between (lung). */
const GAS_BELOW = 0.02;
const FOAM_BELOW = 0.8;
/** Density of the walls of such a foam: that of lung tissue without air, g/cm³. */
const TISSUE_OF_FOAM = 1.05;

/** Metals among the elements; in a material made of them, electrons bound by less than `CONDUCTION_BELOW_EV` are free. */
const METALS = new Set("Li Be Na Mg Al K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn".split(" "));
const METAL_ABOVE_FRACTION = 0.9;
const CONDUCTION_BELOW_EV = 7.95;

/** Oscillators that stand for a material's electrons: number fractions f, ν̄² = (ρ_St E / E_p)² and l². */
export interface Oscillators {
  readonly fractions: Float64Array;
  readonly nuSquared: Float64Array;
  readonly lSquared: Float64Array;
}

/**
 * Oscillator model of the density effect: one oscillator a subshell, their energies scaled by one factor ρ_St so that the mean
 * excitation energy comes out.
 *
 *   ln I = Σ fᵢ ln √((ρ_St Eᵢ)² + ⅔ fᵢ E_p²),   E_p = 28.816 eV √(ρ Σ w Z/A)
 *
 * The density is that of the matter, not of the voxel: polarisation is an effect of atomic distances, so lung counts with the density
 * of its tissue. The valence electrons of metals are one oscillator of energy 0, with f in place of ⅔ f.
 * @source R. M. Sternheimer, M. J. Berger, S. M. Seltzer, At. Data Nucl. Data Tables 30 (1984) 261, doi:10.1016/0092-640X(84)90002-0
 */
export function oscillatorsOf(material: Material): Oscillators {
  const numbers: number[] = [];
  const energiesEv: number[] = [];
  let electronsPerMass = 0;
  let metal = 0;
  let conduction = 0;
  for (const [symbol, fraction] of Object.entries(material.massFractions))
    if (METALS.has(symbol)) metal += fraction;
  for (const [symbol, fraction] of Object.entries(material.massFractions)) {
    const { atomicWeight } = ELEMENTS[symbol];
    for (const [electrons, bindingEv] of SUBSHELLS[symbol]) {
      const number = (fraction * electrons) / atomicWeight;
      electronsPerMass += number;
      if (metal > METAL_ABOVE_FRACTION && bindingEv < CONDUCTION_BELOW_EV) conduction += number;
      else if (number > 0) {
        numbers.push(number);
        energiesEv.push(bindingEv);
      }
    }
  }
  if (conduction > 0) {
    numbers.push(conduction);
    energiesEv.push(0);
  }
  const rho = material.densityGPerCm3;
  const density = rho >= GAS_BELOW && rho < FOAM_BELOW ? TISSUE_OF_FOAM : rho;
  const plasmaEv = 28.816 * Math.sqrt(density * electronsPerMass);
  const fractions = Float64Array.from(numbers, (n) => n / electronsPerMass);
  const restSquared = fractions.map((f, i) => (energiesEv[i] > 0 ? (2 / 3) * f : f));
  const target = Math.log(material.meanExcitationEv);
  const logMean = (scale: number) =>
    energiesEv.reduce(
      (sum, e, i) => sum + (fractions[i] / 2) * Math.log((scale * e) ** 2 + restSquared[i] * plasmaEv ** 2),
      0,
    );
  let low = 0.01;
  let high = 100;
  for (let step = 0; step < 80; step++) {
    const middle = Math.sqrt(low * high);
    if (logMean(middle) < target) low = middle;
    else high = middle;
  }
  const nuSquared = Float64Array.from(energiesEv, (e) => ((low * e) / plasmaEv) ** 2);
  return { fractions, nuSquared, lSquared: nuSquared.map((nu2, i) => nu2 + restSquared[i]) };
}

/**
 * Density effect δ of the stopping power.
 *
 *   δ = Σ fᵢ ln(1 + L²/lᵢ²) − L² (1 − β²),   lᵢ² = ν̄ᵢ² + ⅔ fᵢ,   1/β² − 1 = Σ fᵢ / (ν̄ᵢ² + L²)
 *
 * @param betaSquared - β² of the particle, 0 … 1
 * @returns δ ≥ 0; 0 where the second equation has no root
 * @source as {@link oscillatorsOf}
 */
export function densityEffect({ fractions, nuSquared, lSquared }: Oscillators, betaSquared: number): number {
  const target = 1 / betaSquared - 1;
  const sumAt = (l2: number) => {
    let sum = 0;
    for (let i = 0; i < fractions.length; i++) sum += fractions[i] / (nuSquared[i] + l2);
    return sum;
  };
  if (sumAt(0) <= target) return 0;
  let low = 0;
  let high = 1 / target;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (sumAt(middle) > target) low = middle;
    else high = middle;
  }
  const l2 = (low + high) / 2;
  let delta = -l2 * (1 - betaSquared);
  for (let i = 0; i < fractions.length; i++) delta += fractions[i] * Math.log1p(l2 / lSquared[i]);
  return Math.max(0, delta);
}
