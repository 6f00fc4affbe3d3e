import { InvalidInputError } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";
import { CLINICAL_NOTICE } from "./clinical-notice.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";

/** What is known of the patient. */
export interface SurvivalClassInput {
  /** Karnofsky performance status, 0 to 100. */
  readonly karnofsky: number;
  readonly ageYears?: number;
  /** From the diagnosis of the primary tumour to the treatment of the spine, months. */
  readonly monthsSinceDiagnosis?: number;
  readonly systemicDiseaseControlled?: boolean;
  readonly visceralMetastases?: boolean;
}

/** Class of a recursive partitioning analysis of survival after spine radiosurgery. */
export interface SurvivalClass {
  readonly study: "Chao 2012" | "Balagamwala 2018";
  /** 1 (best) to 3; absent where what it needs is not known. */
  readonly class?: 1 | 2 | 3;
  /** What is missing for a class. */
  readonly missing: readonly string[];
  /** Median survival of the class in that series, months, where it was read. */
  readonly medianSurvivalMonths?: number;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

/**
 * Survival classes of two recursive partitioning analyses of spine radiosurgery for metastases. They describe the patients of
 * those series.
 *
 *   Chao 2012: 1: more than 30 months since diagnosis, KPS > 70; 2: more than 30 months, KPS ≤ 70, or at most 30 months and
 *   under 70 years; 3: at most 30 months, 70 years or older
 *
 *   Balagamwala 2018: 1: KPS > 70, systemic disease controlled; 3: KPS ≤ 70 and under 54 years, or KPS ≤ 70, 54 years or older
 *   and visceral metastases; 2: the rest
 *
 * @throws InvalidInputError if a number is out of range
 * @source Chao et al., Int J Radiat Oncol Biol Phys 82 (2012) 1738; Balagamwala et al., J Neurooncol 137 (2018) 289
 */
export function survivalClasses(input: SurvivalClassInput): {
  readonly notice: typeof CLINICAL_NOTICE;
  readonly classes: readonly SurvivalClass[];
} {
  const { karnofsky, ageYears, monthsSinceDiagnosis } = input;
  if (!(karnofsky >= 0 && karnofsky <= 100))
    throw new InvalidInputError("karnofsky", karnofsky, "from 0 to 100");
  if (ageYears !== undefined && !(ageYears >= 0 && ageYears < 130))
    throw new InvalidInputError("ageYears", ageYears, "an age in years");
  if (monthsSinceDiagnosis !== undefined && !(monthsSinceDiagnosis >= 0))
    throw new InvalidInputError("monthsSinceDiagnosis", monthsSinceDiagnosis, "months ≥ 0");
  return { notice: CLINICAL_NOTICE, classes: [chao(input), balagamwala(input)] };
}

function chao(input: SurvivalClassInput): SurvivalClass {
  const base = { study: "Chao 2012", source: S.chao, provenance: "read" } as const;
  const { karnofsky, ageYears, monthsSinceDiagnosis: months } = input;
  if (months === undefined) return { ...base, missing: ["monthsSinceDiagnosis"] };
  if (months > 30) return { ...base, class: karnofsky > 70 ? 1 : 2, missing: [] };
  if (ageYears === undefined) return { ...base, missing: ["ageYears"] };
  return { ...base, class: ageYears < 70 ? 2 : 3, missing: [] };
}

/** Months, classes 1 to 3. */
const BALAGAMWALA_MEDIAN = { 1: 26.7, 2: 13.4, 3: 4.5 } as const;

function balagamwala(input: SurvivalClassInput): SurvivalClass {
  const base = { study: "Balagamwala 2018", source: S.balagamwala, provenance: "read" } as const;
  const is = (c: 1 | 2 | 3): SurvivalClass => ({
    ...base,
    class: c,
    missing: [],
    medianSurvivalMonths: BALAGAMWALA_MEDIAN[c],
  });
  const { karnofsky, ageYears, systemicDiseaseControlled, visceralMetastases } = input;
  if (karnofsky > 70) {
    if (systemicDiseaseControlled === undefined) return { ...base, missing: ["systemicDiseaseControlled"] };
    return is(systemicDiseaseControlled ? 1 : 2);
  }
  if (ageYears === undefined) return { ...base, missing: ["ageYears"] };
  if (ageYears < 54) return is(3);
  if (visceralMetastases === undefined) return { ...base, missing: ["visceralMetastases"] };
  return is(visceralMetastases ? 3 : 2);
}
