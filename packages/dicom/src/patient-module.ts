import type { PatientIdentity } from "@isodose/core";
import { type DicomItem, textOf } from "./element.ts";

/** Patient and study, as every object carries them. */
export function readIdentity(root: DicomItem): PatientIdentity {
  return {
    name: textOf(root, "00100010"),
    id: textOf(root, "00100020"),
    studyInstanceUid: textOf(root, "0020000D"),
    studyId: textOf(root, "00200010"),
    studyDate: textOf(root, "00080020"),
  };
}
