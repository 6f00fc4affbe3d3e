/** Stands on every report, page, help text and DICOM object that Isodose writes. */
export const NOT_FOR_CLINICAL_USE = "Not for clinical use";

/** Something that the user should know about a result that is otherwise good. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
