import { InvalidInputError, type Warning } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";
import { HYTEC_REIRRADIATION_LIMITS } from "../radiobiology/index.ts";
import { CLINICAL_NOTICE } from "./clinical-notice.ts";
import { describeEscc } from "./escc.ts";
import { classifyHistology, type HistologyClass } from "./histology.ts";
import { assertClinicalLesion, type ClinicalLesion, isIntraspinal, isMetastasis } from "./lesion.ts";
import { PRESCRIPTION_PRESETS, type PrescriptionPreset } from "./prescription-presets.ts";
import { whoGrade } from "./who-grade.ts";

/** An earlier course at the same place. */
export interface EarlierRadiation {
  /** Highest EQD2 to thecal sac or cord, α/β = 2 Gy, Gy. */
  readonly thecalSacEqd2Gy?: number;
  /** From its end to this one. */
  readonly intervalMonths?: number;
}

export interface PrescriptionOptions {
  /** Metastases that the patient has, this one included, ≥ 1. Default: not known. */
  readonly lesionCount?: number;
  /** Absent: none. */
  readonly earlierRadiation?: EarlierRadiation;
}

/** A schedule that the literature used for such a lesion. */
export interface PrescriptionSuggestion {
  /** Of the whole course. */
  readonly doseGy: number;
  readonly fractions: number;
  /** Range in the source, where it gives one; `doseGy` is a choice within it. */
  readonly doseRangeGy?: readonly [low: number, high: number];
  readonly why: string;
  readonly source: string;
  /** "unverified default": customary, not seen in an opened source. */
  readonly provenance: EvidenceStatus;
  readonly cautions: readonly string[];
}

/** Schedules for a lesion, the best backed first. */
export interface PrescriptionSuggestions {
  readonly notice: typeof CLINICAL_NOTICE;
  readonly histology: HistologyClass;
  /** May be empty: then a warning says why. */
  readonly suggestions: readonly PrescriptionSuggestion[];
  readonly warnings: readonly Warning[];
}

const { cumulativeEqd2Gy, sbrtEqd2Gy, sbrtShare, intervalMonths: leastInterval } = HYTEC_REIRRADIATION_LIMITS;

/**
 * Schedules that published series or trials used for a lesion like this, ranked: read ones before unverified ones, then by the
 * strength of the evidence and its fit. Each carries its reason, source, provenance and cautions. Nothing here is a
 * recommendation for a patient; which lesion has no preset is said in `warnings`.
 * @throws InvalidInputError if the lesion or an option is not as described
 * @example
 * ```ts
 * const { suggestions } = suggestPrescriptions(
 *   { malignancy: "malignant", histology: "clear cell carcinoma", source: "metastasis of kidney" },
 *   { lesionCount: 2 },
 * );
 * suggestions[0]; // 24 Gy in 1 fraction, with why, source, provenance and cautions
 * ```
 */
export function suggestPrescriptions(
  lesion: ClinicalLesion,
  options: PrescriptionOptions = {},
): PrescriptionSuggestions {
  assertClinicalLesion(lesion);
  validate(options);
  const histology = classifyHistology(lesion);
  const warnings: Warning[] = [];
  if (histology.group === "unknown")
    warnings.push({
      code: "HISTOLOGY_UNKNOWN",
      message: `no table names ${lesion.histology} (${lesion.source}): its radiosensitivity is not known here`,
    });
  const grade = whoGrade(lesion);
  warnings.push(...grade.warnings);

  const { earlierRadiation } = options;
  const kind = !isMetastasis(lesion)
    ? "primary"
    : earlierRadiation === undefined
      ? "metastasis"
      : "re-irradiated metastasis";
  const fitting = PRESCRIPTION_PRESETS.filter((preset) => fits(preset, kind, lesion, histology, options));
  const cautions = commonCautions(lesion, histology, options);
  const suggestions = distinct(fitting.sort(byBacking)).map((preset): PrescriptionSuggestion => {
    const { doseGy, fractions, doseRangeGy, why, source, provenance } = preset;
    return {
      doseGy,
      fractions,
      ...(doseRangeGy === undefined ? {} : { doseRangeGy }),
      why,
      source,
      provenance,
      cautions: [...(preset.cautions ?? []), ...cautions, ...cordCaution(lesion, doseGy)],
    };
  });
  if (suggestions.length === 0) warnings.push(noPreset(lesion, histology));
  return { notice: CLINICAL_NOTICE, histology, suggestions, warnings };
}

function validate({ lesionCount, earlierRadiation }: PrescriptionOptions): void {
  if (lesionCount !== undefined && !(Number.isInteger(lesionCount) && lesionCount >= 1))
    throw new InvalidInputError("lesionCount", lesionCount, "a whole number, at least 1");
  for (const key of ["thecalSacEqd2Gy", "intervalMonths"] as const) {
    const value = earlierRadiation?.[key];
    if (value !== undefined && !(Number.isFinite(value) && value >= 0))
      throw new InvalidInputError(`earlierRadiation.${key}`, value, "a number ≥ 0");
  }
}

function fits(
  preset: PrescriptionPreset,
  kind: PrescriptionPreset["kind"],
  lesion: ClinicalLesion,
  { group, radiosensitivity }: HistologyClass,
  { lesionCount }: PrescriptionOptions,
): boolean {
  if (preset.kind !== kind) return false;
  if (preset.groups && !preset.groups.includes(group)) return false;
  if (preset.radiosensitivity && !preset.radiosensitivity.includes(radiosensitivity)) return false;
  if (preset.grades && lesion.grade !== undefined && !preset.grades.includes(lesion.grade)) return false;
  return !(preset.mostLesions !== undefined && lesionCount !== undefined && lesionCount > preset.mostLesions);
}

/** Read before computed before unverified, then by rank. */
function byBacking(a: PrescriptionPreset, b: PrescriptionPreset): number {
  const backing = (p: PrescriptionPreset) => (p.provenance === "unverified default" ? 0 : 1);
  return backing(b) - backing(a) || b.rank - a.rank;
}

/** The first of presets with the same schedule. */
function distinct(presets: readonly PrescriptionPreset[]): PrescriptionPreset[] {
  const seen = new Set<string>();
  return presets.filter(({ doseGy, fractions }) => {
    const key = `${doseGy}/${fractions}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function commonCautions(
  lesion: ClinicalLesion,
  { radiosensitivity }: HistologyClass,
  { lesionCount, earlierRadiation }: PrescriptionOptions,
): string[] {
  const cautions: string[] = [];
  const { bilskyGrade } = lesion;
  if (bilskyGrade !== undefined && describeEscc(bilskyGrade).highGrade)
    cautions.push(
      radiosensitivity === "radiosensitive"
        ? `ESCC grade ${bilskyGrade}: the cord is compressed; radiosensitive tumours are described as treatable by conventional beams (NOMS)`
        : `ESCC grade ${bilskyGrade}: the cord is compressed; surgical decompression first is described (Bilsky 2010, NOMS)`,
    );
  if (isMetastasis(lesion) && lesionCount !== undefined && lesionCount > 5)
    cautions.push(
      `${lesionCount} lesions: more than the 5 of the trial in oligometastases; RTOG 0631 had up to 3 sites`,
    );
  if (earlierRadiation) cautions.push(...reirradiationCautions(earlierRadiation));
  return cautions;
}

function reirradiationCautions({ thecalSacEqd2Gy, intervalMonths }: EarlierRadiation): string[] {
  const cautions = [
    `re-irradiation, HyTEC 2021: thecal sac EQD2 (α/β 2) at most ${cumulativeEqd2Gy.value} Gy in all, at most ${sbrtEqd2Gy.value} Gy and ${100 * sbrtShare.value} % of all from this course, at least ${leastInterval.value} months apart`,
  ];
  if (thecalSacEqd2Gy === undefined) cautions.push("earlier dose to the thecal sac is not given");
  else {
    // x / (earlier + x) ≤ share; no earlier dose, no share to keep.
    const share = sbrtShare.value / (1 - sbrtShare.value);
    const byShare = thecalSacEqd2Gy > 0 ? share * thecalSacEqd2Gy : Number.POSITIVE_INFINITY;
    const left = Math.min(cumulativeEqd2Gy.value - thecalSacEqd2Gy, sbrtEqd2Gy.value, byShare);
    cautions.push(
      left > 0
        ? `computed: ${Number(left.toFixed(1))} Gy EQD2 (α/β 2) are left for the thecal sac after ${thecalSacEqd2Gy} Gy`
        : `computed: nothing is left for the thecal sac after ${thecalSacEqd2Gy} Gy EQD2 (α/β 2)`,
    );
  }
  if (intervalMonths === undefined) cautions.push("interval to the earlier course is not given");
  else if (intervalMonths < leastInterval.value)
    cautions.push(`interval of ${intervalMonths} months is below the ${leastInterval.value} months of HyTEC`);
  return cautions;
}

/** A lesion within the cord takes the cord with it. */
function cordCaution(lesion: ClinicalLesion, doseGy: number): string[] {
  if (lesion.location !== "intramedullary") return [];
  return [
    `the cord lies in the target and receives about ${doseGy} Gy: its limits for this number of fractions do not hold within it`,
  ];
}

function noPreset(lesion: ClinicalLesion, { group }: HistologyClass): Warning {
  const place = isIntraspinal(lesion) ? ` in ${lesion.location}` : "";
  const grade = lesion.grade === undefined ? "" : `, grade ${lesion.grade}`;
  return {
    code: "NO_PRESET",
    message: `no preset for ${group === "unknown" ? lesion.histology : group}${grade} (${lesion.source})${place}`,
  };
}
