import type { Material } from "@isodose/core";
import { SCHNEIDER_COMPOSITIONS } from "../schneider-hu-curve.ts";
import { MATERIALS } from "./materials.ts";
import { meanExcitationEvOf } from "./mean-excitation.ts";

/** Material of the CT numbers from `fromHu` up to the next row. */
export interface TissueClass {
  /** HU; the first row also takes what lies below it. */
  readonly fromHu: number;
  readonly material: Material;
}

/** Class by the first row of Schneider's table that it takes, HU, and the usual density of its middle, g/cm3. */
const CLASSES = [
  { fromHu: -1050, name: "ct-air", densityGPerCm3: 0.00121 },
  { fromHu: -950, name: "ct-lung", densityGPerCm3: 0.26 },
  { fromHu: -120, name: "ct-adipose", densityGPerCm3: 0.94 },
  { fromHu: -52, name: "ct-soft-tissue", densityGPerCm3: 1.0 },
  { fromHu: 19, name: "ct-muscle", densityGPerCm3: 1.06 },
  { fromHu: 80, name: "ct-connective-tissue", densityGPerCm3: 1.11 },
  { fromHu: 120, name: "ct-bone-120", densityGPerCm3: 1.14 },
  { fromHu: 300, name: "ct-bone-300", densityGPerCm3: 1.25 },
  { fromHu: 500, name: "ct-bone-500", densityGPerCm3: 1.37 },
  { fromHu: 700, name: "ct-bone-700", densityGPerCm3: 1.52 },
  { fromHu: 1000, name: "ct-bone-1000", densityGPerCm3: 1.76 },
  { fromHu: 1500, name: "ct-bone-1500", densityGPerCm3: 2.0 },
  { fromHu: 2995, name: "ct-titanium", densityGPerCm3: 4.54 },
] as const;

function meanComposition(fromHu: number, toHu: number): Record<string, number> {
  const rows = SCHNEIDER_COMPOSITIONS.filter((row) => row.fromHu >= fromHu && row.fromHu < toHu);
  const mean: Record<string, number> = {};
  for (const { fractions } of rows) {
    const sum = Object.values(fractions).reduce((a, b) => a + b, 0);
    for (const [symbol, fraction] of Object.entries(fractions)) {
      mean[symbol] = (mean[symbol] ?? 0) + fraction / sum / rows.length;
    }
  }
  return mean;
}

/**
 * Thirteen materials for CT numbers, merged from the rows of Schneider's table: air, lung, four soft tissues, six steps of bone
 * and titanium.
 *
 * A class has the mean composition of its rows; mean excitation energies follow Bragg's rule, but for air (measured). Merging
 * moves µ/ρ by at most 0.2 % in soft tissue and 0.8 % in bone, from 0.1 to 6 MeV, against the unmerged rows. A scanner
 * saturates in metal: what is known to be metal needs an override.
 * @source Schneider, Bortfeld, Schlegel (2000), doi:10.1088/0031-9155/45/2/314
 */
export const TISSUE_CLASSES: readonly TissueClass[] = Object.freeze(
  CLASSES.map(({ fromHu, name, densityGPerCm3 }, i) => {
    const massFractions = Object.freeze(meanComposition(fromHu, CLASSES[i + 1]?.fromHu ?? Infinity));
    const meanExcitationEv =
      name === "ct-air" ? MATERIALS.air.meanExcitationEv : meanExcitationEvOf(massFractions);
    return Object.freeze({
      fromHu,
      material: Object.freeze({ name, densityGPerCm3, massFractions, meanExcitationEv }),
    });
  }),
);
