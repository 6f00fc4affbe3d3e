import { InvalidInputError, type Material, nearestName } from "@isodose/core";
import { ELEMENTS } from "./elements.ts";

/** Published compositions are rounded: their sum may miss 1 by this much. */
const SUM_TOLERANCE = 2e-3;

/**
 * Check a material once, at the public edge.
 * @param field - key path that an error names
 * @throws InvalidInputError if an element is not one of H … Zn, a mass fraction is not ≥ 0, their sum is not 1 (within 0.002),
 * the density is not finite and > 0, or the mean excitation energy is not > 0
 */
export function assertMaterial(material: Material, field = "material"): void {
  if (!(Number.isFinite(material.densityGPerCm3) && material.densityGPerCm3 > 0)) {
    throw new InvalidInputError(
      `${field}.densityGPerCm3`,
      material.densityGPerCm3,
      "a finite number > 0, g/cm3",
    );
  }
  if (!(Number.isFinite(material.meanExcitationEv) && material.meanExcitationEv > 0)) {
    throw new InvalidInputError(
      `${field}.meanExcitationEv`,
      material.meanExcitationEv,
      "a finite number > 0, eV",
    );
  }
  let sum = 0;
  for (const [symbol, fraction] of Object.entries(material.massFractions)) {
    if (!Object.hasOwn(ELEMENTS, symbol)) {
      const near = nearestName(symbol, Object.keys(ELEMENTS));
      throw new InvalidInputError(
        `${field}.massFractions`,
        symbol,
        `elements from H to Zn by symbol${near === undefined ? "" : `; did you mean ${near}?`}`,
      );
    }
    if (!(Number.isFinite(fraction) && fraction >= 0)) {
      throw new InvalidInputError(`${field}.massFractions.${symbol}`, fraction, "a finite number ≥ 0");
    }
    sum += fraction;
  }
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
    throw new InvalidInputError(`${field}.massFractions`, sum, "fractions whose sum is 1 within 0.002");
  }
}
