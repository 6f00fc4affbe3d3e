import { type EnergySpectrum, InvalidInputError, type Material } from "@isodose/core";

/** Mass coefficients of one material at one energy, cm²/g. */
export interface MassCoefficients {
  readonly total: number;
  readonly energyAbsorption: number;
}

/** Mass coefficients by material and energy, MeV. */
export type CoefficientsOf = (material: Material, energyMeV: number) => MassCoefficients;

/** A spectrum cut into groups of about equal energy fluence; each group is attenuated by its own coefficients. */
export interface EnergyGroups {
  readonly count: number;
  /** Energy fluence of the group for one photon/cm² of the whole spectrum, MeV/cm². */
  readonly energyFluenceMeV: Float64Array;
  /** Energies that stand for each group, MeV, and their share in its energy fluence; the shares add up to 1. */
  readonly lines: readonly { readonly energiesMeV: number[]; readonly shares: number[] }[];
}

const SAMPLES_PER_BIN = 4;

/**
 * Cut a spectrum into at most `count` groups of about equal energy fluence.
 * @throws InvalidInputError if lengths differ, a bin is upside down, or nothing is left
 */
export function energyGroups(spectrum: EnergySpectrum, count: number): EnergyGroups {
  const samples = sampleSpectrum(spectrum);
  const totalMeV = samples.reduce((sum, s) => sum + s.numberShare * s.energyMeV, 0);
  const groups: { energiesMeV: number[]; weights: number[] }[] = [];
  let doneMeV = 0;
  let current = -1;
  for (const { energyMeV, numberShare } of samples) {
    const weight = numberShare * energyMeV;
    const index = Math.min(count - 1, Math.floor((count * (doneMeV + weight / 2)) / totalMeV));
    if (index !== current) groups.push({ energiesMeV: [], weights: [] });
    current = index;
    const group = groups[groups.length - 1]!;
    group.energiesMeV.push(energyMeV);
    group.weights.push(weight);
    doneMeV += weight;
  }
  const energyFluenceMeV = Float64Array.from(groups, (g) => g.weights.reduce((a, b) => a + b, 0));
  return {
    count: groups.length,
    energyFluenceMeV,
    lines: groups.map((g, n) => ({
      energiesMeV: g.energiesMeV,
      shares: g.weights.map((w) => w / energyFluenceMeV[n]!),
    })),
  };
}

/** Mass coefficients by [material][group], the mean over the group's energy fluence, cm²/g. */
export interface GroupCoefficients {
  readonly total: Float64Array;
  readonly energyAbsorption: Float64Array;
}

/** Coefficients of every material in every group. */
export function groupCoefficients(
  groups: EnergyGroups,
  materials: readonly Material[],
  coefficientsOf: CoefficientsOf,
): GroupCoefficients {
  const total = new Float64Array(materials.length * groups.count);
  const energyAbsorption = new Float64Array(materials.length * groups.count);
  materials.forEach((material, m) => {
    groups.lines.forEach(({ energiesMeV, shares }, g) => {
      energiesMeV.forEach((energyMeV, n) => {
        const c = coefficientsOf(material, energyMeV);
        total[m * groups.count + g]! += shares[n]! * c.total;
        energyAbsorption[m * groups.count + g]! += shares[n]! * c.energyAbsorption;
      });
    });
  });
  return { total, energyAbsorption };
}

/** Lines of rising energy that stand for the spectrum; the number shares add up to 1. */
function sampleSpectrum(spectrum: EnergySpectrum): { energyMeV: number; numberShare: number }[] {
  const { binLowMeV, binHighMeV, relativeNumber } = spectrum;
  const n = relativeNumber.length;
  if (n < 1 || binLowMeV.length !== n || binHighMeV.length !== n)
    throw new InvalidInputError("spectrum", n, "bins with a low edge, a high edge and a number each");
  const samples: { energyMeV: number; numberShare: number }[] = [];
  let sum = 0;
  for (let b = 0; b < n; b++) {
    const low = binLowMeV[b]!;
    const high = binHighMeV[b]!;
    const number = relativeNumber[b]!;
    if (!(low >= 0 && high >= low && high > 0 && Number.isFinite(high)))
      throw new InvalidInputError(`spectrum bin ${b}`, [low, high], "0 ≤ low ≤ high, MeV");
    if (!(number >= 0 && Number.isFinite(number)))
      throw new InvalidInputError(`spectrum.relativeNumber[${b}]`, number, "a number ≥ 0");
    if (number === 0) continue;
    sum += number;
    const pieces = high > low ? SAMPLES_PER_BIN : 1;
    for (let p = 0; p < pieces; p++) {
      samples.push({ energyMeV: low + ((p + 0.5) / pieces) * (high - low), numberShare: number / pieces });
    }
  }
  if (!(sum > 0)) throw new InvalidInputError("spectrum.relativeNumber", sum, "at least one number > 0");
  for (const s of samples) s.numberShare /= sum;
  return samples.sort((a, b) => a.energyMeV - b.energyMeV);
}
