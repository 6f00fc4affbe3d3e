import { InvalidInputError } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";
import { CLINICAL_NOTICE, type ReferencedText } from "./clinical-notice.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";

/** What is known of the vertebra, the patient and the plan. What is left out is "unknown" in the answer. */
export interface FractureRiskInput {
  /** Gy to the target in one fraction. */
  readonly dosePerFractionGy: number;
  readonly boneLesion?: "lytic" | "mixed" | "blastic";
  readonly alignment?: "subluxation" | "deformity" | "normal";
  /** A compression fracture is there already. */
  readonly baselineFracture?: boolean;
  /** Part of the vertebral body that tumour takes up, 0 to 100 %. */
  readonly bodyInvolvedPercent?: number;
  /** T10 or below. */
  readonly atOrBelowT10?: boolean;
  readonly ageYears?: number;
  /** Pain at the site before treatment. */
  readonly baselinePain?: boolean;
  readonly primary?: "lung" | "hepatocellular" | "other";
  readonly esccGrade?: "0" | "1a" | "1b" | "1c" | "2" | "3";
  /** Volume of the PTV that receives 15 Gy, cc; counted for single fractions. */
  readonly ptvV15Cc?: number;
  /** Default false: several fractions. */
  readonly singleFraction?: boolean;
}

/** One published factor and whether it is present. */
export interface FractureRiskFactor {
  readonly factor: string;
  readonly present: boolean | "unknown" | "not applicable";
  /** What the study found. */
  readonly evidence: string;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

/** Published risk factors of vertebral compression fracture after spine radiosurgery, read for one case. */
export interface FractureRisk {
  readonly notice: typeof CLINICAL_NOTICE;
  /** Group of dose per fraction in the largest series, in order of rising risk. */
  readonly doseGroup: "at most 19 Gy" | "20 to 23 Gy" | "at least 24 Gy" | "between 19 and 20 Gy";
  readonly factors: readonly FractureRiskFactor[];
  /** How many factors are present. They are not independent and there is no published sum: no risk is computed. */
  readonly present: number;
  readonly unknown: number;
  /** Incidence in whole series, for scale. */
  readonly incidence: readonly ReferencedText[];
}

const INCIDENCE: readonly ReferencedText[] = [
  {
    text: "57 fractures in 410 segments (14 %); cumulative incidence 12.4 % at 1 year, 13.5 % at 2 years; half of them grew from an earlier fracture; two thirds within 4 months",
    source: S.sahgalFracture,
    provenance: "read",
  },
  {
    text: "progression of a fracture in 4.1 %, a new fracture in 3.6 % of 387 vertebrae",
    source: S.guckenberger,
    provenance: "read",
  },
];

/**
 * Risk factors of vertebral compression fracture after spine radiosurgery, from published series: for each whether it is
 * present, and what the study found. No probability is made of them.
 * @throws InvalidInputError if a number is out of range
 */
export function fractureRiskFactors(input: FractureRiskInput): FractureRisk {
  validate(input);
  const d = input.dosePerFractionGy;
  const factor = (
    name: string,
    present: FractureRiskFactor["present"] | undefined,
    evidence: string,
    source: string,
  ): FractureRiskFactor => ({
    factor: name,
    present: present ?? "unknown",
    evidence,
    source,
    provenance: "read",
  });
  const over = (value: number | undefined, level: number) =>
    value === undefined ? undefined : value > level;
  const factors = [
    factor(
      "20 Gy or more in one fraction",
      d >= 20,
      "risk highest at ≥ 24 Gy, then 20–23 Gy, then ≤ 19 Gy a fraction (multivariable)",
      S.sahgalFracture,
    ),
    factor(
      "fracture before treatment",
      input.baselineFracture,
      "predicted fracture (multivariable)",
      S.sahgalFracture,
    ),
    factor(
      "lytic lesion",
      input.boneLesion === undefined ? undefined : input.boneLesion === "lytic",
      "predicted fracture (multivariable); 6.8 times the risk in an earlier series",
      `${S.sahgalFracture}; ${S.fractureTable} (Rose 2009)`,
    ),
    factor(
      "deformity or misalignment",
      input.alignment === undefined ? undefined : input.alignment !== "normal",
      "predicted fracture (multivariable, two series)",
      `${S.sahgalFracture}; ${S.fractureTable} (Cunha 2012)`,
    ),
    factor(
      "more than 40 % of the vertebral body involved",
      over(input.bodyInvolvedPercent, 40),
      "predicted fracture after 24 Gy in one fraction (multivariable)",
      `${S.fractureTable} (Rose 2009)`,
    ),
    factor(
      "level T10 or below",
      input.atOrBelowT10,
      "4.6 times the risk after 24 Gy in one fraction (multivariable)",
      `${S.fractureTable} (Rose 2009)`,
    ),
    factor(
      "age above 55 years",
      over(input.ageYears, 55),
      "predicted fracture (multivariable)",
      `${S.fractureTable} (Boehling 2012)`,
    ),
    factor(
      "pain before treatment",
      input.baselinePain,
      "predicted fracture (multivariable)",
      `${S.fractureTable} (Boehling 2012)`,
    ),
    factor(
      "primary in lung or liver",
      input.primary === undefined ? undefined : input.primary !== "other",
      "predicted fracture (multivariable)",
      `${S.fractureTable} (Cunha 2012)`,
    ),
    factor(
      "cord compression (ESCC 2)",
      input.esccGrade === undefined ? undefined : input.esccGrade === "2" || input.esccGrade === "3",
      "one-year incidence 17.1 % (grade 2; subhazard ratio 5.4, p = 0.035) and 12.1 % (grade 3, not significant) against 6.6 % (grade 0)",
      S.fractureEscc,
    ),
    factor(
      "more than 42 cc of the PTV at 15 Gy",
      input.singleFraction ? over(input.ptvV15Cc, 42) : "not applicable",
      "single fractions: one-year rate 22.1 % above 42 cc, 3.8 % below (only factor left in the multivariable analysis)",
      S.fractureV15,
    ),
  ];
  return {
    notice: CLINICAL_NOTICE,
    doseGroup:
      d >= 24
        ? "at least 24 Gy"
        : d >= 20
          ? "20 to 23 Gy"
          : d <= 19
            ? "at most 19 Gy"
            : "between 19 and 20 Gy",
    factors,
    present: factors.filter((f) => f.present === true).length,
    unknown: factors.filter((f) => f.present === "unknown").length,
    incidence: INCIDENCE,
  };
}

function validate(input: FractureRiskInput): void {
  const { dosePerFractionGy, bodyInvolvedPercent, ageYears, ptvV15Cc } = input;
  if (!(Number.isFinite(dosePerFractionGy) && dosePerFractionGy > 0))
    throw new InvalidInputError("dosePerFractionGy", dosePerFractionGy, "a dose > 0 Gy");
  if (bodyInvolvedPercent !== undefined && !(bodyInvolvedPercent >= 0 && bodyInvolvedPercent <= 100))
    throw new InvalidInputError("bodyInvolvedPercent", bodyInvolvedPercent, "from 0 to 100 %");
  if (ageYears !== undefined && !(ageYears >= 0 && ageYears < 130))
    throw new InvalidInputError("ageYears", ageYears, "an age in years");
  if (ptvV15Cc !== undefined && !(ptvV15Cc >= 0))
    throw new InvalidInputError("ptvV15Cc", ptvV15Cc, "a volume ≥ 0 cc");
}
