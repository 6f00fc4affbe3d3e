import { InvalidInputError } from "@isodose/core";
import { ESCC_GRADES, type EsccGrade } from "./escc.ts";

/** What the clinical functions need to know of a lesion. A lesion of the spine phantom has this shape. */
export interface ClinicalLesion {
  readonly malignancy: "malignant" | "benign";
  /** WHO or histological grade. */
  readonly grade?: 1 | 2 | 3 | 4;
  readonly histology: string;
  /** "metastasis of …" or "primary". */
  readonly source: string;
  /** C1 … S5. */
  readonly level?: string;
  /** vertebral-body, pedicle, lamina, spinous-process, paraspinal, intradural-extramedullary, nerve-root or intramedullary. */
  readonly location?: string;
  readonly bilskyGrade?: EsccGrade;
  readonly appearance?: "lytic" | "sclerotic";
}

/** How a kind of tumour answers conventional (1.8–3 Gy a fraction) radiotherapy, as the literature groups them. */
export type Radiosensitivity = "radiosensitive" | "intermediate" | "radioresistant" | "unknown";

/** True if the lesion is a metastasis. */
export function isMetastasis(lesion: ClinicalLesion): boolean {
  return /metasta/i.test(lesion.source);
}

/** True if the lesion lies within the dura or on a nerve root, where primary tumours of the cord and its nerves are. */
export function isIntraspinal(lesion: ClinicalLesion): boolean {
  return ["intradural-extramedullary", "nerve-root", "intramedullary"].includes(lesion.location ?? "");
}

/** @throws InvalidInputError if malignancy, grade, histology, source or Bilsky grade are not as described */
export function assertClinicalLesion(lesion: ClinicalLesion): void {
  if (typeof lesion !== "object" || lesion === null)
    throw new InvalidInputError("lesion", lesion, "a lesion: malignancy, histology and source");
  if (lesion.malignancy !== "malignant" && lesion.malignancy !== "benign")
    throw new InvalidInputError("lesion.malignancy", lesion.malignancy, "malignant or benign");
  if (lesion.grade !== undefined && ![1, 2, 3, 4].includes(lesion.grade))
    throw new InvalidInputError("lesion.grade", lesion.grade, "1, 2, 3 or 4");
  if (!(typeof lesion.histology === "string" && lesion.histology.trim() !== ""))
    throw new InvalidInputError("lesion.histology", lesion.histology, "the name of the histology");
  if (!(typeof lesion.source === "string" && /metasta|primary/i.test(lesion.source)))
    throw new InvalidInputError("lesion.source", lesion.source, '"metastasis of …" or "primary"');
  if (lesion.malignancy === "benign" && isMetastasis(lesion))
    throw new InvalidInputError("lesion.malignancy", lesion.malignancy, "malignant for a metastasis");
  if (lesion.bilskyGrade !== undefined && !ESCC_GRADES.includes(lesion.bilskyGrade))
    throw new InvalidInputError("lesion.bilskyGrade", lesion.bilskyGrade, `one of ${ESCC_GRADES.join(", ")}`);
}
