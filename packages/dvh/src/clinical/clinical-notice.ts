import { NOT_FOR_CLINICAL_USE } from "@isodose/core";
import type { EvidenceStatus } from "../evidence-status.ts";

/** Stands in every result of the clinical functions. */
export const CLINICAL_NOTICE = `For research and teaching. ${NOT_FOR_CLINICAL_USE}.` as const;

/** A sentence with the place it comes from. */
export interface ReferencedText {
  readonly text: string;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}
