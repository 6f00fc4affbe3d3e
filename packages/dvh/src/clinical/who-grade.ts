import type { Warning } from "@isodose/core";
import { CLINICAL_NOTICE, type ReferencedText } from "./clinical-notice.ts";
import { classifyHistology, type HistologyGroup } from "./histology.ts";
import { assertClinicalLesion, type ClinicalLesion, isIntraspinal, isMetastasis } from "./lesion.ts";
import { CLINICAL_SOURCES as S } from "./sources.ts";

/** WHO grade of a lesion, or why it has none. */
export type WhoGrade =
  | {
      readonly notice: typeof CLINICAL_NOTICE;
      readonly applicable: true;
      /** Absent where the lesion names none. */
      readonly grade?: 1 | 2 | 3 | 4;
      readonly meaning?: ReferencedText;
      /** Grades that WHO gives this tumour, where known. */
      readonly usual?: { readonly grades: readonly (1 | 2 | 3 | 4)[] } & ReferencedText;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly notice: typeof CLINICAL_NOTICE;
      readonly applicable: false;
      /** "not applicable", and why. */
      readonly reason: string;
      readonly warnings: readonly Warning[];
    };

const MEANINGS: Readonly<Record<1 | 2 | 3 | 4, string>> = {
  1: "grows little, often well bounded, resection alone may cure",
  2: "often infiltrating though it divides little; recurs more often; some progress to a higher grade",
  3: "histology of malignancy: atypical nuclei, many mitoses, infiltrating",
  4: "many mitoses, prone to necrosis, new vessels, infiltrating; rapid course",
};

interface Usual {
  readonly grades: readonly (1 | 2 | 3 | 4)[];
  readonly text: string;
  readonly source: string;
  readonly provenance: ReferencedText["provenance"];
}

const USUAL: Readonly<Partial<Record<HistologyGroup, Usual>>> = {
  "myxopapillary ependymoma": {
    grades: [2],
    text: "grade 2 since 2021; grade 1 in earlier editions",
    source: S.whoMyxopapillary,
    provenance: "read",
  },
  subependymoma: { grades: [1], text: "grade 1", source: S.whoEpendymoma, provenance: "read" },
  ependymoma: { grades: [2, 3], text: "grade 2 or 3", source: S.whoEpendymoma, provenance: "read" },
  schwannoma: { grades: [1], text: "grade 1", source: S.whoUnread, provenance: "unverified default" },
  neurofibroma: { grades: [1], text: "grade 1", source: S.whoUnread, provenance: "unverified default" },
  haemangioblastoma: { grades: [1], text: "grade 1", source: S.whoUnread, provenance: "unverified default" },
  meningioma: {
    grades: [1, 2, 3],
    text: "grade 1, most often, to 3",
    source: S.whoUnread,
    provenance: "unverified default",
  },
  "astrocytoma or glioma": {
    grades: [1, 2, 3, 4],
    text: "grade 1 to 4; diffuse midline glioma with altered H3 K27 is grade 4",
    source: S.whoUnread,
    provenance: "unverified default",
  },
};

/**
 * WHO CNS grade of a primary tumour of the spinal cord, its coverings or roots. Metastases have none, nor have primary tumours
 * of bone and soft tissue: their grades are of other systems.
 * @throws InvalidInputError if the lesion is not as described
 */
export function whoGrade(lesion: ClinicalLesion): WhoGrade {
  assertClinicalLesion(lesion);
  if (isMetastasis(lesion)) {
    return {
      notice: CLINICAL_NOTICE,
      applicable: false,
      reason:
        "not applicable: WHO CNS grades are for primary tumours of the nervous system, not for metastases",
      warnings: [],
    };
  }
  const { group } = classifyHistology(lesion);
  const usual = USUAL[group];
  if (usual === undefined && !isIntraspinal(lesion)) {
    return {
      notice: CLINICAL_NOTICE,
      applicable: false,
      reason: "not applicable: a primary tumour of bone or soft tissue is graded by another system",
      warnings: [],
    };
  }
  const { grade } = lesion;
  const warnings: Warning[] = [];
  if (grade !== undefined && usual !== undefined && !usual.grades.includes(grade))
    warnings.push({
      code: "WHO_GRADE_UNUSUAL",
      message: `grade ${grade} given for ${lesion.histology}; WHO: ${usual.text} (${usual.provenance})`,
    });
  return {
    notice: CLINICAL_NOTICE,
    applicable: true,
    ...(grade === undefined
      ? {}
      : { grade, meaning: { text: MEANINGS[grade], source: S.whoGrades, provenance: "read" } }),
    ...(usual === undefined ? {} : { usual }),
    warnings,
  };
}
