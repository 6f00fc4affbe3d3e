import { InvalidInputError } from "@isodose/core";

/** Where transport stops following particles one by one, and how long its steps are. */
export interface MonteCarloCutoffs {
  /** Electrons and positrons stop here, kinetic MeV. Default 0.1: they have 0.14 mm of water to go. */
  readonly electronMeV: number;
  /** Photons stop here, MeV. Default 0.01. */
  readonly photonMeV: number;
  /** Smallest energy given to a secondary electron that is followed, MeV. Default `electronMeV`. */
  readonly secondaryMeV: number;
  /** Smallest bremsstrahlung photon that is followed, MeV. Default 0.02. */
  readonly bremsstrahlungMeV: number;
  /** Share of its energy that an electron loses between two deflections in water, 0 … 0.3. Default 0.15. */
  readonly stepEnergyFraction: number;
  /** Longest path between two deflections, g/cm² of water. Default 0.2. */
  readonly stepGPerCm2: number;
  /** Electrons below this energy that cannot leave their voxel stop there; their bremsstrahlung is not made. Default 0.5; 0: never. */
  readonly rangeRejectionMeV: number;
}

export const DEFAULT_CUTOFFS: MonteCarloCutoffs = Object.freeze({
  electronMeV: 0.1,
  photonMeV: 0.01,
  secondaryMeV: 0.1,
  bremsstrahlungMeV: 0.02,
  stepEnergyFraction: 0.15,
  stepGPerCm2: 0.2,
  rangeRejectionMeV: 0.5,
});

/**
 * Defaults filled in and checked.
 * @throws InvalidInputError if a cut-off is not usable
 */
export function completeCutoffs(given: Partial<MonteCarloCutoffs> = {}): MonteCarloCutoffs {
  const electronMeV = given.electronMeV ?? DEFAULT_CUTOFFS.electronMeV;
  const cutoffs = { ...DEFAULT_CUTOFFS, secondaryMeV: electronMeV, ...given };
  const check = (field: keyof MonteCarloCutoffs, low: number, high: number) => {
    const value = cutoffs[field];
    if (!(value >= low && value <= high))
      throw new InvalidInputError(`cutoffs.${field}`, value, `a number from ${low} to ${high}`);
  };
  check("electronMeV", 0.02, 2);
  check("photonMeV", 0.01, 2);
  check("secondaryMeV", 0.02, 2);
  check("bremsstrahlungMeV", 0.005, 2);
  check("stepEnergyFraction", 0.01, 0.3);
  check("stepGPerCm2", 0.001, 1);
  check("rangeRejectionMeV", 0, 20);
  return cutoffs;
}
