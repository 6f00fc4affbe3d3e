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
 * Defaults for pencils in slabs, where the dose is wanted by the tenth of a millimetre and tracks are used many times over: with the
 * defaults for voxels the axis of narrow fields gets 0.2 % more dose, and half a per cent is missing just outside their edges.
 */
export const PENCIL_CUTOFFS: MonteCarloCutoffs = Object.freeze({
  ...DEFAULT_CUTOFFS,
  electronMeV: 0.05,
  photonMeV: 0.02,
  secondaryMeV: 0.05,
  stepEnergyFraction: 0.05,
  stepGPerCm2: 0.05,
  rangeRejectionMeV: 0,
});

/**
 * Defaults filled in and checked.
 * @param defaults - what is not given
 * @throws InvalidInputError if a cut-off is not usable
 */
export function completeCutoffs(
  given: Partial<MonteCarloCutoffs> = {},
  defaults: MonteCarloCutoffs = DEFAULT_CUTOFFS,
): MonteCarloCutoffs {
  const electronMeV = given.electronMeV ?? defaults.electronMeV;
  const cutoffs = { ...defaults, secondaryMeV: electronMeV, ...given };
  const check = (field: keyof MonteCarloCutoffs, low: number, high: number) => {
    const value = cutoffs[field];
    if (!(value >= low && value <= high))
      throw new InvalidInputError(`cutoffs.${field}`, value, `a number from ${low} to ${high}`);
  };
  check("electronMeV", 0.01, 2);
  check("photonMeV", 0.01, 2);
  check("secondaryMeV", 0.01, 2);
  check("bremsstrahlungMeV", 0.005, 2);
  check("stepEnergyFraction", 0.01, 0.3);
  check("stepGPerCm2", 0.001, 1);
  check("rangeRejectionMeV", 0, 20);
  return cutoffs;
}
