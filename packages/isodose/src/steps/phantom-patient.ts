import { spinePhantom } from "@isodose/anatomy";
import type { Patient } from "@isodose/core";
import { type NamedBytes, writeCtSeries, writeStructureSet } from "@isodose/dicom";
import type { PlanFile } from "../plan-file.ts";

type PhantomSpec = Extract<PlanFile["patient"], { phantom: unknown }>["phantom"];

/** The patient of a plan that names a phantom instead of files. @throws InvalidInputError for an unknown level or lesion */
export function phantomPatient(spec: PhantomSpec): Patient {
  const { level, lesion } = spec;
  return spinePhantom({ ...(level !== undefined && { level }), ...(lesion !== undefined && { lesion }) })
    .patient;
}

/** A patient as DICOM files: CT/ and RTSTRUCT.dcm. */
export function patientFiles(patient: Patient): NamedBytes[] {
  const slices = writeCtSeries(patient).map(({ name, bytes }) => ({ name: `CT/${name}`, bytes }));
  return [...slices, { ...writeStructureSet(patient), name: "RTSTRUCT.dcm" }];
}
