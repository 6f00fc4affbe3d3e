import { InvalidInputError } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";
import { CLINICAL_NOTICE } from "./clinical-notice.ts";
import { CLINICAL_SOURCES } from "./sources.ts";

/** Grade of epidural spinal cord compression (ESCC scale, "Bilsky grade"). */
export type EsccGrade = "0" | "1a" | "1b" | "1c" | "2" | "3";

/** A grade, what it means and what the literature ties to it. */
export interface EsccDescription {
  readonly notice: typeof CLINICAL_NOTICE;
  readonly grade: EsccGrade;
  /** On the axial T2 image at the worst level. */
  readonly definition: string;
  /** Grades 2 and 3. */
  readonly highGrade: boolean;
  readonly consideration: string;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

const LOW = "low grade: where the spine is stable, the literature describes radiation as the first treatment";
const HIGH =
  "high grade: the literature describes surgical decompression before radiation, unless the tumour is very radiosensitive";

const TABLE: Readonly<Record<EsccGrade, readonly [definition: string, consideration: string]>> = {
  "0": ["bone only", LOW],
  "1a": ["epidural, thecal sac not deformed", LOW],
  "1b": ["thecal sac deformed, cord not touched", LOW],
  "1c": [
    "thecal sac deformed, cord touched but not compressed",
    "the roles of surgery and radiosurgery are debated; hypofractionated high dose is one of the options described",
  ],
  "2": ["cord compressed, CSF visible around it", HIGH],
  "3": ["cord compressed, no CSF visible around it", HIGH],
};

/** The grades, from no epidural disease up. */
export const ESCC_GRADES: readonly EsccGrade[] = Object.freeze(["0", "1a", "1b", "1c", "2", "3"]);

/**
 * Meaning of an ESCC grade.
 * @throws InvalidInputError if there is no such grade
 * @source Bilsky et al., J Neurosurg Spine 13 (2010) 324
 */
export function describeEscc(grade: EsccGrade): EsccDescription {
  if (!ESCC_GRADES.includes(grade))
    throw new InvalidInputError("esccGrade", grade, `one of ${ESCC_GRADES.join(", ")}`);
  const [definition, consideration] = TABLE[grade];
  return {
    notice: CLINICAL_NOTICE,
    grade,
    definition,
    highGrade: grade === "2" || grade === "3",
    consideration,
    source: CLINICAL_SOURCES.escc,
    provenance: "read",
  };
}

/** What is seen on the axial T2 image at the worst level. */
export interface EsccFindings {
  readonly epidural: boolean;
  readonly thecalSacDeformed?: boolean;
  readonly cordTouched?: boolean;
  readonly cordCompressed?: boolean;
  /** Around the cord; needed where the cord is compressed. */
  readonly csfVisible?: boolean;
}

/**
 * ESCC grade of what is seen.
 * @throws InvalidInputError if the findings contradict each other, or the cord is compressed and `csfVisible` is missing
 */
export function esccGrade(findings: EsccFindings): EsccGrade {
  const { epidural, thecalSacDeformed, cordTouched, cordCompressed, csfVisible } = findings;
  const needs = (field: string, later: boolean | undefined, earlier: boolean | undefined, what: string) => {
    if (later && !earlier) throw new InvalidInputError(`findings.${field}`, earlier, `true where ${what}`);
  };
  needs("epidural", thecalSacDeformed, epidural, "the thecal sac is deformed");
  needs("thecalSacDeformed", cordTouched, thecalSacDeformed, "the cord is touched");
  needs("cordTouched", cordCompressed, cordTouched, "the cord is compressed");
  if (cordCompressed) {
    if (csfVisible === undefined)
      throw new InvalidInputError(
        "findings.csfVisible",
        undefined,
        "true or false where the cord is compressed",
      );
    return csfVisible ? "2" : "3";
  }
  if (cordTouched) return "1c";
  if (thecalSacDeformed) return "1b";
  return epidural ? "1a" : "0";
}
