/**
 * Z / A by element, mol/g: Z over the standard atomic weight.
 * @source IUPAC, Standard atomic weights (abridged, 2021), doi:10.1515/pac-2019-0603
 */
const Z_OVER_A = {
  H: 1 / 1.008,
  C: 6 / 12.011,
  N: 7 / 14.007,
  O: 8 / 15.999,
  P: 15 / 30.974,
  Ca: 20 / 40.078,
  Ti: 22 / 47.867,
} as const;

/** Elements whose Z / A is tabulated here. */
export type TissueElement = keyof typeof Z_OVER_A;

/** Mass fractions by element; they need not sum to exactly 1 (published tables are rounded) and are normalised. */
export type MassFractions = Readonly<Partial<Record<TissueElement, number>>>;

/** Water, H2O. Source of the fractions: ICRU 90 water, as in the reference cases of this project. */
const WATER: MassFractions = { H: 0.111894, O: 0.888106 };

function electronsPerMass(fractions: MassFractions): number {
  let sum = 0;
  let total = 0;
  for (const element of Object.keys(fractions) as TissueElement[]) {
    sum += fractions[element]! * Z_OVER_A[element];
    total += fractions[element]!;
  }
  return sum / total;
}

/**
 * Electron density relative to water at 1 g/cm3.
 *
 *   ρe,rel = ρ · Σ wᵢ Zᵢ/Aᵢ / (same sum for water)
 *
 * @param massDensityGPerCm3 - ρ, g/cm3
 * @param fractions - wᵢ, mass fractions by element
 * @returns ρe,rel, no unit
 */
export function relativeElectronDensityOf(massDensityGPerCm3: number, fractions: MassFractions): number {
  return (massDensityGPerCm3 * electronsPerMass(fractions)) / electronsPerMass(WATER);
}
