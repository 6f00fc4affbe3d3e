import type { Material } from "@isodose/core";
import {
  annihilationCrossSection,
  bhabhaIntegral,
  collisionFactor,
  collisionStopping,
  cumulativeBremsstrahlung,
  ELECTRON_REST_MEV,
  electronsPerGram,
  fillScatteringQuantiles,
  MATERIALS,
  mollerIntegral,
  radiativeStopping,
  scatteringMoments,
} from "@isodose/physics";
import type { MonteCarloCutoffs } from "./cutoffs.ts";

/**
 * Columns of the fine table: soft stopping power (MeV/mm), inverse transport mean free path (1/mm), hard collisions, hard
 * bremsstrahlung and (positrons) annihilation in flight together (1/mm), share of collisions among them, water's collision stopping power over the material's (both for soft
 * losses, since those are what is scored), range (mm), each per g/cm³ where it is one, the position in the coarse tables, the variance
 * of the soft loss (MeV²/mm), and the share of collisions and annihilation:
 *
 *   Ω² = (2π r² mc² n / β²) W (1 − C₂ W / 2T),   W: largest soft loss,  C₂ = (2τ+1)/(τ+1)², the second moment of Møller's cross section
 */
export const LEPTON_COLUMNS = 9;
/** Probabilities of the scattering and bremsstrahlung tables. */
export const SCATTERING_BINS = 128;
export const BREMSSTRAHLUNG_BINS = 64;
const FINE_NODES = 4096;
/** Nodes of Bethe's formula, even in ln E; between them its logarithm is linear to 1e-5. */
const STOPPING_NODES = 257;
const COARSE_NODES = 48;

/** What electrons (0) and positrons (1) meet. */
export interface LeptonTables {
  readonly nodes: number;
  readonly lowMeV: number;
  readonly nodesPerMeV: number;
  /** [charge][material][node][column], even in E. */
  readonly values: Float64Array;
  readonly coarseNodes: number;
  /** [coarse node]: path between two deflections, transport mean free paths; the same for all materials. */
  readonly strength: Float64Array;
  /** [material][coarse node][2 + SCATTERING_BINS], see `fillScatteringQuantiles`. */
  readonly scattering: Float64Array;
  /** [material][coarse node][BREMSSTRAHLUNG_BINS + 1]: quantiles of ln(k/cut) / ln(T/cut). */
  readonly bremsstrahlung: Float64Array;
}

/** Linear interpolation in a column of equal steps. */
function at(values: Float64Array, position: number): number {
  const i = Math.min(Math.floor(position), values.length - 2);
  return values[i] + (position - i) * (values[i + 1] - values[i]);
}

/**
 * Energy loss above which multiple scattering leaves the deflection to hard collisions: none (ξ = 1), so theirs count twice. That is what
 * EGSnrc does while spin effects are off, and the penumbra of narrow beams then agrees with it; with the exact cut, scattering is 4 %
 * weaker and the dose 1 to 4 mm outside the edge of a 5 mm field 1 % lower. Which of the two is nearer to nature would take Mott's cross
 * section, whose effect has the same size.
 */
const SCATTERING_CUT_MEV = Infinity;

/** Logarithm of a function of the energy at nodes even in ln E. */
function logAt(f: (energyMeV: number) => number, lowMeV: number, highMeV: number): Float64Array {
  const step = Math.log(highMeV / lowMeV) / (STOPPING_NODES - 1);
  return Float64Array.from({ length: STOPPING_NODES }, (_, i) => Math.log(f(lowMeV * Math.exp(i * step))));
}

export function buildLeptonTables(
  materials: readonly Material[],
  cutoffs: MonteCarloCutoffs,
  highestMeV: number,
): LeptonTables {
  const highMeV = Math.max(highestMeV * 1.001, cutoffs.electronMeV * 2);
  const lowMeV = cutoffs.electronMeV * 0.7;
  const nodesPerMeV = (FINE_NODES - 1) / (highMeV - lowMeV);
  const lnStep = Math.log(highMeV / lowMeV) / (COARSE_NODES - 1);
  const coarseMeV = Float64Array.from({ length: COARSE_NODES }, (_, i) => lowMeV * Math.exp(i * lnStep));
  const values = new Float64Array(2 * materials.length * FINE_NODES * LEPTON_COLUMNS);
  const strength = new Float64Array(COARSE_NODES);
  const waterSoft = collisionStopping(MATERIALS.water, cutoffs.secondaryMeV);
  const water = logAt(waterSoft, lowMeV, highMeV);
  const perCoarse = (STOPPING_NODES - 1) / (COARSE_NODES - 1);
  for (let i = 0; i < COARSE_NODES; i++) {
    const energy = coarseMeV[i];
    const step = Math.min((cutoffs.stepEnergyFraction * energy) / waterSoft(energy), cutoffs.stepGPerCm2);
    strength[i] = step * scatteringMoments(MATERIALS.water, energy, SCATTERING_CUT_MEV, 2).moments[1];
  }
  const scattering = new Float64Array(materials.length * COARSE_NODES * (SCATTERING_BINS + 2));
  const bremsstrahlung = new Float64Array(materials.length * COARSE_NODES * (BREMSSTRAHLUNG_BINS + 1));
  materials.forEach((material, m) => {
    const softRadiative = new Float64Array(COARSE_NODES);
    const transport = new Float64Array(COARSE_NODES);
    const hardRadiative = new Float64Array(COARSE_NODES);
    for (let i = 0; i < COARSE_NODES; i++) {
      const energy = coarseMeV[i];
      const row = m * COARSE_NODES + i;
      const quantiles = scattering.subarray(row * (SCATTERING_BINS + 2), (row + 1) * (SCATTERING_BINS + 2));
      fillScatteringQuantiles(material, energy, strength[i], SCATTERING_CUT_MEV, quantiles);
      // ln of G₁ and of the others is nearly linear in ln E.
      transport[i] = Math.log(scatteringMoments(material, energy, SCATTERING_CUT_MEV, 2).moments[1]);
      softRadiative[i] = Math.log(radiativeStopping(material, energy, cutoffs.bremsstrahlungMeV));
      hardRadiative[i] = fillBremsstrahlung(
        material,
        energy,
        cutoffs.bremsstrahlungMeV,
        bremsstrahlung.subarray(row * (BREMSSTRAHLUNG_BINS + 1), (row + 1) * (BREMSSTRAHLUNG_BINS + 1)),
      );
    }
    const factor = collisionFactor(material);
    const electrons = electronsPerGram(material);
    const collision = logAt(collisionStopping(material, cutoffs.secondaryMeV), lowMeV, highMeV);
    for (let charge = 0; charge < 2; charge++) {
      const soft = logAt(
        collisionStopping(material, cutoffs.secondaryMeV, charge === 0 ? -1 : 1),
        lowMeV,
        highMeV,
      );
      const hard = charge === 0 ? mollerIntegral : bhabhaIntegral;
      let rangeMm = 0;
      for (let i = 0; i < FINE_NODES; i++) {
        const energy = lowMeV + i / nodesPerMeV;
        const position = Math.log(energy / lowMeV) / lnStep;
        const collisions = (factor * hard(energy, cutoffs.secondaryMeV)) / 10;
        const photons = Math.max(0, at(hardRadiative, position)) / 10;
        const o = ((charge * materials.length + m) * FINE_NODES + i) * LEPTON_COLUMNS;
        values[o] = (Math.exp(at(soft, position * perCoarse)) + Math.exp(at(softRadiative, position))) / 10;
        values[o + 1] = Math.exp(at(transport, position)) / 10;
        const annihilations = charge === 1 ? (electrons * annihilationCrossSection(energy)) / 10 : 0;
        const events = collisions + photons + annihilations;
        values[o + 2] = events;
        values[o + 3] = events > 0 ? collisions / events : 1;
        values[o + 8] = events > 0 ? (collisions + annihilations) / events : 1;
        values[o + 4] = Math.exp(at(water, position * perCoarse) - at(collision, position * perCoarse));
        // Below the table, the range is that of a particle whose stopping power stays as it is.
        rangeMm +=
          i === 0 ? energy / values[o] : (0.5 / values[o] + 0.5 / values[o - LEPTON_COLUMNS]) / nodesPerMeV;
        values[o + 5] = rangeMm;
        const tau = energy / ELECTRON_REST_MEV;
        const largest = Math.min(cutoffs.secondaryMeV, energy / 2);
        const curve = 1 - (((2 * tau + 1) / (tau + 1) ** 2) * largest) / (2 * energy);
        values[o + 7] = (factor * largest * curve * (tau + 1) ** 2) / (tau * (tau + 2)) / 10;
        values[o + 6] = Math.min(position, COARSE_NODES - 1.000001);
      }
    }
  });
  return {
    nodes: FINE_NODES,
    lowMeV,
    nodesPerMeV,
    values,
    coarseNodes: COARSE_NODES,
    strength,
    scattering,
    bremsstrahlung,
  };
}

/** Quantiles of hard bremsstrahlung at one energy; returns their number per g/cm². */
function fillBremsstrahlung(
  material: Material,
  energyMeV: number,
  cutMeV: number,
  out: Float64Array,
): number {
  const n = BREMSSTRAHLUNG_BINS;
  if (energyMeV <= cutMeV) {
    for (let j = 0; j <= n; j++) out[j] = j / n;
    return 0;
  }
  const sums = new Float64Array(129);
  cumulativeBremsstrahlung(material, energyMeV, cutMeV, sums);
  const total = sums[128];
  let i = 0;
  for (let j = 0; j <= n; j++) {
    const target = (total * j) / n;
    while (i < 127 && sums[i + 1] < target) i++;
    const span = sums[i + 1] - sums[i];
    out[j] = Math.min(1, (i + (span > 0 ? (target - sums[i]) / span : 1)) / 128);
  }
  return total;
}
