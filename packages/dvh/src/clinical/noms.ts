import type { Warning } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";
import { CLINICAL_NOTICE, type ReferencedText } from "./clinical-notice.ts";
import { describeEscc } from "./escc.ts";
import { classifyHistology } from "./histology.ts";
import { assertClinicalLesion, type ClinicalLesion, isMetastasis, type Radiosensitivity } from "./lesion.ts";
import { type SinsComponents, sinsScore } from "./sins.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";
import { type SurvivalClassInput, survivalClasses } from "./survival-class.ts";

/** What the four parts of NOMS are read from. What is left out is reported as not given. */
export interface NomsInput {
  /** Its Bilsky grade is the epidural grade. */
  readonly lesion: ClinicalLesion;
  readonly myelopathy?: boolean;
  readonly sins?: SinsComponents;
  readonly patient?: SurvivalClassInput;
}

/** One of the four parts. */
export interface NomsPart {
  /** What was given, in a few words. */
  readonly finding: string;
  /** What the literature says of such a finding. Not advice. */
  readonly considerations: readonly ReferencedText[];
}

/** Neurologic, oncologic, mechanical and systemic considerations of a spinal metastasis. */
export interface NomsSummary {
  readonly notice: typeof CLINICAL_NOTICE;
  readonly neurologic: NomsPart;
  readonly oncologic: NomsPart & { readonly radiosensitivity: Radiosensitivity };
  readonly mechanical: NomsPart;
  readonly systemic: NomsPart;
  readonly warnings: readonly Warning[];
}

const said = (text: string, source: string, provenance: EvidenceStatus = "read"): ReferencedText => ({
  text,
  source,
  provenance,
});

/**
 * Summary in the order of the NOMS framework: neurologic (epidural grade, myelopathy), oncologic (radiosensitivity of the
 * histology), mechanical (SINS), systemic (performance, disease). Each part states what was given and what the literature says of
 * it, with its source. It recommends nothing.
 * @throws InvalidInputError if lesion, SINS components or patient data are not as described
 * @source Laufer et al., Oncologist 18 (2013) 744
 */
export function nomsSummary(input: NomsInput): NomsSummary {
  assertClinicalLesion(input.lesion);
  const warnings: Warning[] = [];
  if (!isMetastasis(input.lesion))
    warnings.push({
      code: "NOMS_FOR_METASTASES",
      message: `NOMS is a framework for spinal metastases; this lesion is ${input.lesion.source}`,
    });
  const { radiosensitivity } = classifyHistology(input.lesion);
  if (radiosensitivity === "unknown")
    warnings.push({
      code: "HISTOLOGY_UNKNOWN",
      message: `no radiosensitivity is on record for ${input.lesion.histology} (${input.lesion.source})`,
    });
  return {
    notice: CLINICAL_NOTICE,
    neurologic: neurologic(input),
    oncologic: oncologic(input),
    mechanical: mechanical(input.sins),
    systemic: systemic(input.patient),
    warnings,
  };
}

function neurologic({ lesion, myelopathy }: NomsInput): NomsPart {
  const cord =
    myelopathy === undefined ? "myelopathy not stated" : myelopathy ? "myelopathy" : "no myelopathy";
  if (lesion.bilskyGrade === undefined)
    return { finding: `epidural grade not given; ${cord}`, considerations: [] };
  const { grade, definition, consideration, source } = describeEscc(lesion.bilskyGrade);
  return {
    finding: `ESCC grade ${grade}: ${definition}; ${cord}`,
    considerations: [said(consideration, source)],
  };
}

function oncologic({ lesion }: NomsInput): NomsSummary["oncologic"] {
  const { group, radiosensitivity, source, provenance } = classifyHistology(lesion);
  const considerations: ReferencedText[] = [];
  if (radiosensitivity !== "unknown")
    considerations.push(said(`${group}: grouped as ${radiosensitivity}`, source, provenance));
  if (radiosensitivity === "radiosensitive")
    considerations.push(
      said(
        "radiosensitive tumours are described as treatable with conventional external beams whatever the compression",
        S.nomsReview,
      ),
    );
  if (radiosensitivity === "radioresistant") {
    const compressed = lesion.bilskyGrade !== undefined && describeEscc(lesion.bilskyGrade).highGrade;
    considerations.push(
      said(
        compressed
          ? "radioresistant tumours with high-grade compression are described as operated first, then treated by radiosurgery"
          : "radioresistant tumours are described as best treated by high-dose radiosurgery where the cord is not compressed",
        S.nomsReview,
      ),
    );
  }
  if (["breast", "prostate"].includes(group))
    considerations.push(
      said("breast and prostate: favourable histologies for survival", S.radiosensitivityBalagamwala),
    );
  if (["non-small cell lung", "renal cell", "melanoma"].includes(group))
    considerations.push(
      said(
        "worse local control after spine radiosurgery for NSCLC, renal cell cancer and melanoma",
        S.guckenberger,
      ),
    );
  return { finding: `${lesion.histology}, ${lesion.source}`, radiosensitivity, considerations };
}

function mechanical(components: SinsComponents | undefined): NomsPart {
  if (components === undefined) return { finding: "SINS not given", considerations: [] };
  const { total, class: sinsClass, meaning, source } = sinsScore(components);
  const considerations = [said(meaning, source)];
  if (sinsClass === "unstable")
    considerations.push(said("gross instability is described as a case for open surgery", S.nomsReview));
  else if (components.pain === "mechanical")
    considerations.push(
      said(
        "pain under axial load without gross instability: percutaneous cement augmentation is described",
        S.nomsReview,
      ),
    );
  return { finding: `SINS ${total} of 18: ${sinsClass}`, considerations };
}

function systemic(patient: SurvivalClassInput | undefined): NomsPart {
  const tolerance = said(
    "all treatment is described as limited by what the patient can tolerate, given the systemic disease",
    S.nomsReview,
  );
  if (patient === undefined) return { finding: "systemic disease not given", considerations: [tolerance] };
  const classes = survivalClasses(patient).classes.filter((c) => c.class !== undefined);
  return {
    finding: `KPS ${patient.karnofsky}${patient.ageYears === undefined ? "" : `, ${patient.ageYears} years`}`,
    considerations: [
      tolerance,
      ...classes.map((c) =>
        said(
          `${c.study}: class ${c.class}${c.medianSurvivalMonths === undefined ? "" : `, median survival ${c.medianSurvivalMonths} months in that series`}`,
          c.source,
        ),
      ),
    ],
  };
}
