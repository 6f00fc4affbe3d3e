import { type SpinePhantom, type SpinePhantomOptions, spinePhantom } from "@isodose/anatomy";
import type { Patient } from "@isodose/core";
import { type NamedBytes, writeCtSeries, writeStructureSet } from "@isodose/dicom";
import type { SpinePhantomSpec } from "../phantom-spec.ts";

/** The phantom of a description. @throws InvalidInputError for an unknown level or lesion, or impossible anatomy */
export function phantomOfSpec(spec: SpinePhantomSpec): SpinePhantom {
  const { kind: _, ...options } = spec;
  return spinePhantom(options as SpinePhantomOptions);
}

/** The patient of a plan that names a phantom instead of files. @throws InvalidInputError as {@link phantomOfSpec} */
export function phantomPatient(spec: SpinePhantomSpec): Patient {
  return phantomOfSpec(spec).patient;
}

/** A patient as DICOM files: CT/ and RTSTRUCT.dcm. */
export function patientFiles(patient: Patient): NamedBytes[] {
  const slices = writeCtSeries(patient).map(({ name, bytes }) => ({ name: `CT/${name}`, bytes }));
  return [...slices, { ...writeStructureSet(patient), name: "RTSTRUCT.dcm" }];
}
