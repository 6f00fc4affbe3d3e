import type { Material } from "@isodose/core";
import { ELECTRON_REST_MEV, ELEMENTS, photonTable } from "@isodose/physics";

/** Numbers per energy and material: attenuation, then Compton, photoelectric and pair, each added to those before it. */
export const PHOTON_COLUMNS = 4;
const NODES = 2048;

/** Photon coefficients on a grid even in ln E, for linear interpolation; 1/mm per g/cm³. */
export interface PhotonTables {
  readonly nodes: number;
  readonly lnLow: number;
  readonly nodesPerLn: number;
  /** [material][node][column] */
  readonly values: Float64Array;
  /** Thomas–Fermi radius squared of each material's coherent scattering, 1/MeV². */
  readonly coherentRadiusSquared: Float64Array;
}

/** Centimetres to millimetres, for 1/cm. */
const PER_MM = 0.1;
/** Bohr radius over ħc, 1/MeV: 1/(α mc²). */
const BOHR_PER_MEV = 1 / (7.2973525693e-3 * ELECTRON_REST_MEV);

/** Tables from the lowest energy of a photon to the highest of the source. */
export function buildPhotonTables(
  materials: readonly Material[],
  lowMeV: number,
  highMeV: number,
): PhotonTables {
  const lnLow = Math.log(lowMeV);
  const nodesPerLn = (NODES - 1) / (Math.log(highMeV * 1.0001) - lnLow);
  const energies = Float64Array.from({ length: NODES }, (_, i) => Math.exp(lnLow + i / nodesPerLn));
  const values = new Float64Array(materials.length * NODES * PHOTON_COLUMNS);
  const coherentRadiusSquared = new Float64Array(materials.length);
  materials.forEach((material, m) => {
    const table = photonTable(material, energies);
    for (let i = 0; i < NODES; i++) {
      const at = (m * NODES + i) * PHOTON_COLUMNS;
      values[at] = table.total[i] * PER_MM;
      values[at + 1] = table.compton[i] * PER_MM;
      values[at + 2] = values[at + 1] + table.photoelectric[i] * PER_MM;
      values[at + 3] = values[at + 2] + table.pair[i] * PER_MM;
    }
    // Coherent scattering grows with Z², so the mean radius 0.885 a₀ Z^{-1/3} is weighted by it.
    let weight = 0;
    let sum = 0;
    for (const [symbol, fraction] of Object.entries(material.massFractions)) {
      const { atomicNumber: z, atomicWeight } = ELEMENTS[symbol];
      weight += (fraction * z * z) / atomicWeight;
      sum += ((fraction * z * z) / atomicWeight) * (0.885 * BOHR_PER_MEV * Math.cbrt(1 / z)) ** 2;
    }
    coherentRadiusSquared[m] = sum / weight;
  });
  return { nodes: NODES, lnLow, nodesPerLn, values, coherentRadiusSquared };
}
