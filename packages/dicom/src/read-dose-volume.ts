import { DicomFormatError } from "@isodose/core";
import type { FileDvh } from "./dvh-sequence.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { isNifti, readNifti } from "./read-nifti.ts";
import { type ImportedVolume, isNrrd, readNrrd } from "./read-nrrd.ts";
import { readRtDose } from "./read-rt-dose.ts";

/** A dose from a file of any kind. */
export interface ImportedDose extends ImportedVolume {
  /** DVHs that an RTDOSE carried. */
  readonly dvhs: readonly FileDvh[];
}

/**
 * Read a dose from RTDOSE, NRRD or NIfTI, told apart by how the file begins. NRRD and NIfTI name no frame of reference
 * (unless ours wrote them), and count as Gy where they state no unit, with a warning.
 * @throws DicomFormatError as {@link readRtDose}, {@link readNrrd} and {@link readNifti}; NOT_GY for a volume of another unit
 */
export function readDoseVolume(file: NamedBytes): ImportedDose {
  if (isNrrd(file.bytes)) return withoutDvhs(file.name, readNrrd(file, "Gy"));
  if (isNifti(file.bytes)) return withoutDvhs(file.name, readNifti(file, "Gy"));
  const { dose, dvhs, warnings } = readRtDose(file);
  return { volume: dose, dvhs, warnings };
}

function withoutDvhs(name: string, imported: ImportedVolume): ImportedDose {
  const { unit } = imported.volume;
  if (unit !== "Gy") throw new DicomFormatError(name, "NOT_GY", `holds "${unit}"`, "a dose in Gy");
  return { ...imported, dvhs: [] };
}
