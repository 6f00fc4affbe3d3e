import { DicomFormatError, type Patient } from "@isodose/core";
import type { CtSeries } from "./read-ct-series.ts";
import type { StructureSet } from "./read-structure-set.ts";

/**
 * CT and structures as one patient.
 * @throws DicomFormatError FRAME_MISMATCH if a structure lies in another frame of reference than the CT
 */
export function assemblePatient(ct: CtSeries, structureSet: StructureSet): Patient {
  const ctFrame = ct.ct.frameOfReferenceUid;
  for (const structure of structureSet.structures) {
    if (structure.frameOfReferenceUid === ctFrame) continue;
    const found = `structure "${structure.name}" lies in frame of reference ${structure.frameOfReferenceUid || "(none)"}`;
    throw new DicomFormatError(
      structureSet.file,
      "FRAME_MISMATCH",
      found,
      `the frame of reference of the CT, ${ctFrame || "(none)"}`,
    );
  }
  return {
    identity: ct.identity,
    position: ct.position,
    ct: ct.ct,
    structures: structureSet.structures,
    references: { ...ct.references, structureSetSopInstanceUid: structureSet.sopInstanceUid },
    warnings: [...ct.warnings, ...structureSet.warnings],
  };
}
