import { DicomFormatError, type Warning } from "@isodose/core";

/** A file and the frame of reference that it names; "" where it names none. */
export interface FileFrame {
  readonly name: string;
  readonly frameOfReferenceUid: string;
}

/**
 * The frame of reference that two files are in. A file that names none is taken to be in the other's, with a warning.
 * @throws DicomFormatError FRAME_MISMATCH if they name different ones
 */
export function frameOfFiles(
  first: FileFrame,
  second: FileFrame,
): { readonly frameOfReferenceUid: string; readonly warnings: Warning[] } {
  const [own, other] = [first.frameOfReferenceUid, second.frameOfReferenceUid];
  if (own !== "" && other !== "" && own !== other) {
    throw new DicomFormatError(
      second.name,
      "FRAME_MISMATCH",
      `frame of reference ${other}`,
      `that of ${first.name}, ${own}`,
    );
  }
  const silent = [first, second].filter((file) => file.frameOfReferenceUid === "").map((file) => file.name);
  const message = `${silent.join(" and ")} names no frame of reference: taken to be that of the other file`;
  return {
    frameOfReferenceUid: own === "" ? other : own,
    warnings: silent.length > 0 ? [{ code: "NO_FRAME_OF_REFERENCE", message }] : [],
  };
}
