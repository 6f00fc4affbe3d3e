import { InvalidInputError, type Material, nearestName } from "@isodose/core";

/**
 * Materials of phantoms and patients.
 *
 * Origin: compositions, densities and mean excitation energies of EGSnrc's density files (revision 9edee3eb): water_liquid,
 * air_dry_nearsealevel, lungtissue_icrp, tissue_soft_icrufour-component, muscle_skeletal_icru_1986, adiposetissue_icru_1986 ("adipose"),
 * adiposetissue_icrp, bone_compact_icru, bone_cortical_icrp ("cortical-bone"), bone_cortical_icru_1986, titanium, polymethylmethacrylate. Lung
 * has the density of inflated lung, 0.26 g/cm3 (the file: 1.05 g/cm3). Units: g/cm3, eV, fractions by mass.
 */
const TABLE = {
  water: {
    densityGPerCm3: 1.0,
    meanExcitationEv: 75,
    massFractions: { H: 0.111894, O: 0.888106 },
  },
  air: {
    densityGPerCm3: 0.00120479,
    meanExcitationEv: 85.666,
    massFractions: { C: 0.000124, N: 0.755267, O: 0.231781, Ar: 0.012827 },
  },
  lung: {
    densityGPerCm3: 0.26,
    meanExcitationEv: 75.32,
    massFractions: {
      H: 0.101278,
      C: 0.10231,
      N: 0.02865,
      O: 0.757072,
      Na: 0.00184,
      Mg: 0.00073,
      P: 0.0008,
      S: 0.00225,
      Cl: 0.00266,
      K: 0.00194,
      Ca: 0.00009,
      Fe: 0.00037,
      Zn: 0.00001,
    },
  },
  "soft-tissue": {
    densityGPerCm3: 1.0,
    meanExcitationEv: 74.852,
    massFractions: { H: 0.101172, C: 0.111, N: 0.026, O: 0.761828 },
  },
  muscle: {
    densityGPerCm3: 1.05,
    meanExcitationEv: 74.621,
    massFractions: {
      H: 0.102,
      C: 0.143,
      N: 0.034,
      O: 0.71,
      Na: 0.001,
      P: 0.002,
      S: 0.003,
      Cl: 0.001,
      K: 0.004,
    },
  },
  adipose: {
    densityGPerCm3: 0.95,
    meanExcitationEv: 64.78,
    massFractions: { H: 0.114, C: 0.598, N: 0.007, O: 0.278, Na: 0.001, S: 0.001, Cl: 0.001 },
  },
  "adipose-icrp": {
    densityGPerCm3: 0.92,
    meanExcitationEv: 63.212,
    massFractions: {
      H: 0.119477,
      C: 0.63724,
      N: 0.00797,
      O: 0.232333,
      Na: 0.0005,
      Mg: 0.00002,
      P: 0.00016,
      S: 0.00073,
      Cl: 0.00119,
      K: 0.00032,
      Ca: 0.00002,
      Fe: 0.00002,
      Zn: 0.00002,
    },
  },
  "compact-bone": {
    densityGPerCm3: 1.85,
    meanExcitationEv: 91.916,
    massFractions: { H: 0.063984, C: 0.278, N: 0.027, O: 0.410016, Mg: 0.002, P: 0.07, S: 0.002, Ca: 0.147 },
  },
  "cortical-bone-icru": {
    densityGPerCm3: 1.92,
    meanExcitationEv: 111.972,
    massFractions: {
      H: 0.034,
      C: 0.155,
      N: 0.042,
      O: 0.435,
      Na: 0.001,
      Mg: 0.002,
      P: 0.103,
      S: 0.003,
      Ca: 0.225,
    },
  },
  "cortical-bone": {
    densityGPerCm3: 1.85,
    meanExcitationEv: 106.414,
    massFractions: {
      H: 0.047234,
      C: 0.14433,
      N: 0.04199,
      O: 0.446096,
      Mg: 0.0022,
      P: 0.10497,
      S: 0.00315,
      Ca: 0.20993,
      Zn: 0.0001,
    },
  },
  titanium: {
    densityGPerCm3: 4.54,
    meanExcitationEv: 233,
    massFractions: { Ti: 1 },
  },
  pmma: {
    densityGPerCm3: 1.19,
    meanExcitationEv: 74,
    massFractions: { H: 0.080538, C: 0.599848, O: 0.319614 },
  },
} as const;

/** Names of the built-in materials. */
export type MaterialName = keyof typeof TABLE;

/** Built-in materials by name: frozen, with the composition, usual density and mean excitation energy of {@link Material}. */
export const MATERIALS: Readonly<Record<MaterialName, Material>> = Object.freeze(
  Object.fromEntries(
    Object.entries(TABLE).map(([name, material]) => [name, Object.freeze({ name, ...material })]),
  ) as unknown as Record<MaterialName, Material>,
);

/**
 * The built-in material of that name.
 * @param field - key path that an error names
 * @throws InvalidInputError if there is none
 */
export function materialByName(name: string, field = "material"): Material {
  if (Object.hasOwn(MATERIALS, name)) return MATERIALS[name as MaterialName];
  const near = nearestName(name, Object.keys(MATERIALS));
  throw new InvalidInputError(
    field,
    name,
    `one of ${Object.keys(MATERIALS).join(", ")}${near === undefined ? "" : `; did you mean ${near}?`}`,
  );
}
