import type { NamedBytes } from "./named-bytes.ts";
import { isNifti, readNifti } from "./read-nifti.ts";
import { type ImportedVolume, isNrrd, readNrrd } from "./read-nrrd.ts";
import { readRtDose } from "./read-rt-dose.ts";

/**
 * Read a dose from RTDOSE, NRRD or NIfTI, told apart by how the file begins. NRRD and NIfTI name no frame of reference
 * (unless ours wrote them), and count as Gy where they state no unit, with a warning.
 * @throws DicomFormatError as {@link readRtDose}, {@link readNrrd} and {@link readNifti}
 */
export function readDoseVolume(file: NamedBytes): ImportedVolume {
  if (isNrrd(file.bytes)) return readNrrd(file, "Gy");
  if (isNifti(file.bytes)) return readNifti(file, "Gy");
  const { dose, warnings } = readRtDose(file);
  return { volume: dose, warnings };
}
