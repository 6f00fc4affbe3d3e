import { NOT_FOR_CLINICAL_USE, type Patient } from "@isodose/core";
import type { DataSetByKeyword } from "./write-dicom.ts";

/** When an object says it was made. The clock is never read: the same input gives the same bytes. */
export interface WriteOptions {
  /** YYYYMMDD; default "20260101". Also the study date where the patient has none. */
  readonly studyDate?: string;
  /** HHMMSS; default "120000". */
  readonly time?: string;
}

/** Date and time of an object, defaults filled in. */
export interface Stamp {
  readonly date: string;
  readonly time: string;
}

export function stampOf({ studyDate = "20260101", time = "120000" }: WriteOptions): Stamp {
  return { date: studyDate, time };
}

/** Text cut to what an element holds, without the characters that DICOM reserves. */
export function fitText(text: string, maxCharacters: number): string {
  const printable = Array.from(text, (character) =>
    character < " " || character === "\\" ? " " : character,
  );
  return printable.slice(0, maxCharacters).join("").trim();
}

/** What identifies one object. */
export interface ObjectIdentity {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly seriesDescription: string;
  readonly seriesNumber: number;
}

/** Patient, study, series, frame of reference, equipment and SOP common modules, shared by all objects of one patient. */
export function commonModules(
  patient: Patient,
  object: ObjectIdentity,
  stamp: Stamp,
  frameOfReferenceUid: string,
): DataSetByKeyword {
  const { identity } = patient;
  return {
    InstanceCreationDate: stamp.date,
    InstanceCreationTime: stamp.time,
    SOPClassUID: object.sopClassUid,
    SOPInstanceUID: object.sopInstanceUid,
    StudyDate: identity.studyDate || stamp.date,
    SeriesDate: stamp.date,
    StudyTime: stamp.time,
    SeriesTime: stamp.time,
    AccessionNumber: null,
    Modality: object.modality,
    Manufacturer: "Isodose",
    ReferringPhysicianName: null,
    SeriesDescription: fitText(`${NOT_FOR_CLINICAL_USE}: ${object.seriesDescription}`, 64),
    OperatorsName: null,
    ManufacturerModelName: `Isodose (${NOT_FOR_CLINICAL_USE.toLowerCase()})`,
    PatientName: identity.name || null,
    PatientID: identity.id || null,
    PatientBirthDate: null,
    PatientSex: null,
    SoftwareVersions: "0.1",
    StudyInstanceUID: identity.studyInstanceUid,
    SeriesInstanceUID: object.seriesInstanceUid,
    StudyID: fitText(identity.studyId, 16) || null,
    SeriesNumber: String(object.seriesNumber),
    FrameOfReferenceUID: frameOfReferenceUid,
    PositionReferenceIndicator: null,
  };
}
