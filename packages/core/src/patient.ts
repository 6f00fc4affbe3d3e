import type { Warning } from "./notice.ts";
import type { Structure } from "./structure.ts";
import type { Volume } from "./volume.ts";

/** DICOM Patient Position (0018,5100): head or feet first; supine, prone, decubitus right or left. */
export type PatientPosition = "HFS" | "HFP" | "HFDR" | "HFDL" | "FFS" | "FFP" | "FFDR" | "FFDL";

export const PATIENT_POSITIONS: readonly PatientPosition[] = [
  "HFS",
  "HFP",
  "HFDR",
  "HFDL",
  "FFS",
  "FFP",
  "FFDR",
  "FFDL",
];

/** Who it is and which study: carried into every DICOM object that is written. */
export interface PatientIdentity {
  readonly name: string;
  readonly id: string;
  readonly studyInstanceUid: string;
  readonly studyId: string;
  /** YYYYMMDD or empty. */
  readonly studyDate: string;
}

/** What every step after reading needs of a patient: CT in HU and the structures drawn on it. */
export interface Patient {
  readonly identity: PatientIdentity;
  readonly position: PatientPosition;
  /** unit "HU". */
  readonly ct: Volume;
  readonly structures: readonly Structure[];
  /** Series and SOP instance UIDs of the CT slices in order of k, and the structure set's: referenced by what is written. */
  readonly references: PatientReferences;
  /** What reading the files noticed; carried into the summary of every plan. */
  readonly warnings?: readonly Warning[];
}

export interface PatientReferences {
  readonly ctSeriesInstanceUid: string;
  readonly ctSopInstanceUids: readonly string[];
  readonly structureSetSopInstanceUid: string;
}
