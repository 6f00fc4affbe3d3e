/** SOP Class UIDs that Isodose reads or writes. @source DICOM PS3.4 B.5 */
export const SOP_CLASS = {
  ctImage: "1.2.840.10008.5.1.4.1.1.2",
  enhancedCtImage: "1.2.840.10008.5.1.4.1.1.2.1",
  mrImage: "1.2.840.10008.5.1.4.1.1.4",
  spatialRegistration: "1.2.840.10008.5.1.4.1.1.66.1",
  rtImage: "1.2.840.10008.5.1.4.1.1.481.1",
  petImage: "1.2.840.10008.5.1.4.1.1.128",
  rtDose: "1.2.840.10008.5.1.4.1.1.481.2",
  rtStructureSet: "1.2.840.10008.5.1.4.1.1.481.3",
  rtPlan: "1.2.840.10008.5.1.4.1.1.481.5",
  rtIonPlan: "1.2.840.10008.5.1.4.1.1.481.8",
} as const;

/** What a DICOM file is to Isodose. */
export type ObjectKind =
  | "ct"
  | "mr"
  | "pet"
  | "structure-set"
  | "dose"
  | "plan"
  | "registration"
  | "enhanced-ct"
  | "other";

const kindOfSopClass: Readonly<Record<string, ObjectKind>> = {
  [SOP_CLASS.ctImage]: "ct",
  [SOP_CLASS.enhancedCtImage]: "enhanced-ct",
  [SOP_CLASS.mrImage]: "mr",
  [SOP_CLASS.petImage]: "pet",
  [SOP_CLASS.spatialRegistration]: "registration",
  [SOP_CLASS.rtDose]: "dose",
  [SOP_CLASS.rtStructureSet]: "structure-set",
  [SOP_CLASS.rtPlan]: "plan",
  [SOP_CLASS.rtIonPlan]: "plan",
};

const kindOfModality: Readonly<Record<string, ObjectKind>> = {
  CT: "ct",
  MR: "mr",
  PT: "pet",
  REG: "registration",
  RTDOSE: "dose",
  RTSTRUCT: "structure-set",
  RTPLAN: "plan",
};

/** Classify by SOP Class UID; by Modality only where the UID is empty, as some exporters leave it. */
export function objectKind(sopClassUid: string, modality: string): ObjectKind {
  if (sopClassUid !== "") return kindOfSopClass[sopClassUid] ?? "other";
  return kindOfModality[modality] ?? "other";
}
