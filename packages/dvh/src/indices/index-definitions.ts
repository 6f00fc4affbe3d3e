import type { IndexDefinition } from "./plan-measure.ts";

const TABLE_1 = "Br J Radiol 2018, PMC5965485, table 1";

/** The plan indices: unit, formula, source and provenance of each. TV target, PIV prescription isodose volume, RI its dose. */
export const INDEX_DEFINITIONS = {
  rtogCi: {
    unit: "",
    formula: "PIV / TV",
    source: `RTOG conformity index; ${TABLE_1}`,
    provenance: "read",
  },
  paddickCi: {
    unit: "",
    formula: "TV_PIV² / (TV · PIV)",
    source: `Paddick, J Neurosurg 93 Suppl 3 (2000) 219–222; ${TABLE_1}`,
    provenance: "read",
  },
  selectivity: {
    unit: "",
    formula: "TV_PIV / PIV",
    source: `Lomax and Scheib; ${TABLE_1}`,
    provenance: "read",
  },
  coveragePercent: {
    unit: "%",
    formula: "100 · TV_PIV / TV",
    source: `ICRU 62; ${TABLE_1}`,
    provenance: "read",
  },
  gradientIndex: {
    unit: "",
    formula: "PIV_50% / PIV",
    source: `Paddick and Lippitz, J Neurosurg 105 Suppl (2006) 194–201; ${TABLE_1}`,
    provenance: "read",
  },
  r50: {
    unit: "",
    formula: "PIV_50% / TV",
    source: `RTOG 0915; ${TABLE_1}`,
    provenance: "read",
  },
  gradientMeasureMm: {
    unit: "mm",
    formula: "R_eff(50 %) − R_eff(100 %), R_eff(V) = ∛(3 V / 4π); published in cm",
    source: `Wagner; ${TABLE_1}`,
    provenance: "read",
  },
  rtogHomogeneity: {
    unit: "",
    formula: "D_max / RI",
    source: `RTOG homogeneity index; ${TABLE_1}`,
    provenance: "read",
  },
  rtogCoverageQuality: {
    unit: "",
    formula: "D_min / RI",
    source: `RTOG quality of coverage; ${TABLE_1}`,
    provenance: "read",
  },
  icru83Homogeneity: {
    unit: "",
    formula: "(D2% − D98%) / D50%",
    source: `ICRU 83; ${TABLE_1}`,
    provenance: "read",
  },
  efficiencyIndex: {
    unit: "",
    formula: "∫_TV D dV / ∫_PIV_50% D dV",
    source: "Dimitriadis and Paddick 2018",
    provenance: "unverified default",
  },
  monitorUnitsPerGy: {
    unit: "MU/Gy",
    formula: "MU of one fraction / (prescription / fractions)",
    source: "customary modulation factor; definitions differ between authors",
    provenance: "unverified default",
  },
  muEfficiencyCGyPerMu: {
    unit: "cGy/MU",
    formula: "100 · (prescription / fractions) / MU of one fraction",
    source: "inverse of the customary modulation factor; definitions differ between authors",
    provenance: "unverified default",
  },
  gtvPaddickCi: {
    unit: "",
    formula: "GTV_PIV² / (GTV · PIV)",
    source: "ICRU 91 (2017), as in the ESTRO SBRT course book 2017: conformity also to the GTV",
    provenance: "read",
  },
  gtvCoveragePercent: {
    unit: "%",
    formula: "100 · GTV_PIV / GTV",
    source: `ICRU 62; ${TABLE_1}`,
    provenance: "read",
  },
  prescriptionIsodoseVolumeCc: {
    unit: "cc",
    formula: "PIV = V(D ≥ RI) over the dose grid",
    source: TABLE_1,
    provenance: "read",
  },
  halfPrescriptionVolumeCc: {
    unit: "cc",
    formula: "PIV_50% = V(D ≥ RI / 2) over the dose grid",
    source: TABLE_1,
    provenance: "read",
  },
} as const satisfies Record<string, IndexDefinition>;

/** The name of a plan index. */
export type IndexName = keyof typeof INDEX_DEFINITIONS;
