import { type MassFractions, relativeElectronDensityOf } from "./electrons-per-mass.ts";
import type { HuCurve, HuPoint } from "./hu-curve.ts";

const SOURCE =
  "Schneider, Bortfeld, Schlegel, Phys. Med. Biol. 45 (2000) 459, doi:10.1088/0031-9155/45/2/314";

/** One section [fromHu, next section) of the density formula ρ = offset + factor · (shift + HU). */
interface DensitySection {
  readonly fromHu: number;
  readonly offset: number;
  readonly factor: number;
  readonly shift: number;
}

/**
 * Mass density, g/cm3. Origin: Schneider 2000, in the form printed by the OpenTOPAS documentation (imaging to material,
 * Schneider converter), which adds the sections above 2000 HU: a bridge to titanium, 4.54 g/cm3, at 2995 HU.
 */
const DENSITY_SECTIONS: readonly DensitySection[] = [
  { fromHu: -1000, offset: 0.00121, factor: 0.001029700665188, shift: 1000 },
  { fromHu: -98, offset: 1.018, factor: 0.000893, shift: 0 },
  { fromHu: 15, offset: 1.03, factor: 0, shift: 0 },
  { fromHu: 23, offset: 1.003, factor: 0.001169, shift: 0 },
  { fromHu: 101, offset: 1.017, factor: 0.000592, shift: 0 },
  { fromHu: 2001, offset: 2.201, factor: 0.0005, shift: -2000 },
  { fromHu: 2995, offset: 4.54, factor: 0, shift: 0 },
];

/**
 * Mass fractions from `fromHu` up to the next row. Origin: Schneider 2000, tables of the 24 tissue bins, as carried by
 * matRad (MCsquare material definitions); the row of titanium is the top of the density formula.
 */
export const SCHNEIDER_COMPOSITIONS: readonly {
  readonly fromHu: number;
  readonly fractions: MassFractions;
}[] = [
  { fromHu: -1050, fractions: { C: 0.0001, N: 0.765, O: 0.2349 } },
  { fromHu: -950, fractions: { H: 0.104, C: 0.1061, N: 0.0313, O: 0.7566, P: 0.002 } },
  { fromHu: -120, fractions: { H: 0.116, C: 0.683, N: 0.002, O: 0.199 } },
  { fromHu: -82, fractions: { H: 0.113, C: 0.569, N: 0.009, O: 0.309 } },
  { fromHu: -52, fractions: { H: 0.111, C: 0.46, N: 0.015, O: 0.413, P: 0.001 } },
  { fromHu: -22, fractions: { H: 0.1085, C: 0.3575, N: 0.022, O: 0.511, P: 0.001 } },
  { fromHu: 8, fractions: { H: 0.1065, C: 0.2855, N: 0.026, O: 0.581, P: 0.001 } },
  { fromHu: 19, fractions: { H: 0.104, C: 0.135, N: 0.03, O: 0.729, P: 0.002 } },
  { fromHu: 80, fractions: { H: 0.0955, C: 0.21, N: 0.063, O: 0.6315 } },
  { fromHu: 120, fractions: { H: 0.095, C: 0.457, N: 0.025, O: 0.357, P: 0.021, Ca: 0.045 } },
  { fromHu: 200, fractions: { H: 0.089, C: 0.425, N: 0.027, O: 0.365, P: 0.03, Ca: 0.064 } },
  { fromHu: 300, fractions: { H: 0.082, C: 0.393, N: 0.029, O: 0.374, P: 0.039, Ca: 0.083 } },
  { fromHu: 400, fractions: { H: 0.076, C: 0.363, N: 0.03, O: 0.382, P: 0.047, Ca: 0.102 } },
  { fromHu: 500, fractions: { H: 0.0713, C: 0.3363, N: 0.0321, O: 0.3886, P: 0.0542, Ca: 0.1175 } },
  { fromHu: 600, fractions: { H: 0.066, C: 0.311, N: 0.033, O: 0.396, P: 0.061, Ca: 0.133 } },
  { fromHu: 700, fractions: { H: 0.061, C: 0.288, N: 0.035, O: 0.402, P: 0.067, Ca: 0.147 } },
  { fromHu: 800, fractions: { H: 0.056, C: 0.267, N: 0.036, O: 0.4075, P: 0.0735, Ca: 0.16 } },
  { fromHu: 900, fractions: { H: 0.0525, C: 0.2475, N: 0.037, O: 0.4135, P: 0.0785, Ca: 0.171 } },
  { fromHu: 1000, fractions: { H: 0.049, C: 0.228, N: 0.038, O: 0.419, P: 0.084, Ca: 0.182 } },
  { fromHu: 1100, fractions: { H: 0.045, C: 0.211, N: 0.039, O: 0.423, P: 0.089, Ca: 0.193 } },
  { fromHu: 1200, fractions: { H: 0.042, C: 0.195, N: 0.04, O: 0.428, P: 0.093, Ca: 0.202 } },
  { fromHu: 1300, fractions: { H: 0.039, C: 0.18, N: 0.041, O: 0.432, P: 0.097, Ca: 0.211 } },
  { fromHu: 1400, fractions: { H: 0.036, C: 0.166, N: 0.042, O: 0.435, P: 0.101, Ca: 0.22 } },
  { fromHu: 1500, fractions: { H: 0.034, C: 0.156, N: 0.042, O: 0.438, P: 0.104, Ca: 0.226 } },
  { fromHu: 2995, fractions: { Ti: 1 } },
];

function lastFrom<T extends { readonly fromHu: number }>(rows: readonly T[], hu: number): T {
  let found = rows[0]!;
  for (const row of rows) if (row.fromHu <= hu) found = row;
  return found;
}

/**
 * Density and electron density of tissue with this CT number.
 *
 *   ρ = offset + factor · (shift + HU),   ρe,rel = ρ · Σ wᵢ Zᵢ/Aᵢ / (same for water)
 *
 * ρ is not monotone: the published formula falls by up to 0.001 g/cm3 at 15 and 23 HU and, from connective tissue to marrow, by
 * 0.043 g/cm3 at 101 HU. At 0 HU stands tissue between fat and muscle, 1.018 g/cm3, not water.
 *
 * @param hu - CT number, −1000 … 2995
 * @source Schneider, Bortfeld, Schlegel (2000), doi:10.1088/0031-9155/45/2/314
 */
export function schneiderTissue(hu: number): HuPoint {
  const section = lastFrom(DENSITY_SECTIONS, hu);
  const massDensityGPerCm3 = section.offset + section.factor * (section.shift + hu);
  const { fractions } = lastFrom(SCHNEIDER_COMPOSITIONS, hu);
  return {
    hu,
    massDensityGPerCm3,
    relativeElectronDensity: relativeElectronDensityOf(massDensityGPerCm3, fractions),
  };
}

/** Both ends of every section, so that lines between them give the formula at every whole HU. */
function tabulate(): readonly HuPoint[] {
  const edges = new Set<number>();
  for (const { fromHu } of [...DENSITY_SECTIONS, ...SCHNEIDER_COMPOSITIONS]) {
    if (fromHu >= -1000) edges.add(fromHu);
    if (fromHu > -1000) edges.add(fromHu - 1);
  }
  return [...edges].sort((a, b) => a - b).map(schneiderTissue);
}

/**
 * The built-in HU curve: Schneider's tissue calibration tabulated at the ends of its sections, exact at every whole HU
 * from −1000 (air) to 2995 (titanium). A scanner calibrated otherwise needs its own curve.
 * @source Schneider, Bortfeld, Schlegel (2000), doi:10.1088/0031-9155/45/2/314
 */
export const SCHNEIDER_HU_CURVE: HuCurve = Object.freeze({
  name: "Schneider 2000",
  source: SOURCE,
  points: Object.freeze(tabulate()),
});
