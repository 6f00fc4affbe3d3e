import { InvalidInputError } from "@isodose/core";
import { DEFAULT_ALIKE_SCATTERING } from "./alike-materials.ts";
import { MOST_COPIES } from "./workspace.ts";

/** Variance reduction; none of it changes the mean, but for what `alikeScattering` allows. */
export interface VarianceReduction {
  /** Copies that a source photon is split into along its ray, 1: none. Default 50. */
  readonly splitting: number;
  /** Is every copy of a source photon made to interact inside the grid? Default true. */
  readonly forceFirstInteraction: boolean;
  /**
   * Interactions, each with one electron track, that the copies of a source photon share, moved along the ray; those of a scattered
   * photon share one. 0: none, each copy has its own. Default 1.
   */
  readonly sharedInteractions: number;
  /** Copies that a scattered photon is split into. Default: 3 for 5 of a source photon. */
  readonly scatteredSplitting: number;
  /**
   * Materials share electron tracks as far as their scattering powers differ by no more than this share; 0: each only with itself, which
   * is exact and slower in a patient. Default 0.08.
   */
  readonly alikeScattering: number;
  /** Do the photons of a batch cross their field, and interact first, at points of a quasi-random sequence with a random shift? Default true. */
  readonly quasiRandom: boolean;
}

/** Near the best efficiency in a water phantom; it changes little from 30 to 100. */
const DEFAULT_SPLITTING = 50;

/**
 * Defaults filled in and checked.
 * @throws InvalidInputError if a number is not usable
 */
export function completeVarianceReduction(given: Partial<VarianceReduction> = {}): VarianceReduction {
  const splitting = given.splitting ?? DEFAULT_SPLITTING;
  const reduction = {
    splitting,
    forceFirstInteraction: given.forceFirstInteraction ?? true,
    sharedInteractions: given.sharedInteractions ?? 1,
    scatteredSplitting: given.scatteredSplitting ?? Math.ceil(0.6 * splitting),
    alikeScattering: given.alikeScattering ?? DEFAULT_ALIKE_SCATTERING,
    quasiRandom: given.quasiRandom ?? true,
  };
  const whole = (field: "splitting" | "sharedInteractions" | "scatteredSplitting", low: number) => {
    const value = reduction[field];
    if (!(Number.isInteger(value) && value >= low && value <= MOST_COPIES))
      throw new InvalidInputError(
        `varianceReduction.${field}`,
        value,
        `a whole number from ${low} to ${MOST_COPIES}`,
      );
  };
  whole("splitting", 1);
  whole("sharedInteractions", 0);
  whole("scatteredSplitting", 1);
  if (!(reduction.alikeScattering >= 0 && reduction.alikeScattering <= 0.5))
    throw new InvalidInputError("varianceReduction.alikeScattering", reduction.alikeScattering, "0 to 0.5");
  return reduction;
}
