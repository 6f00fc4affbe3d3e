import { DicomFormatError } from "@isodose/core";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";

const longFormVrs: ReadonlySet<string> = new Set([
  "OB",
  "OW",
  "OF",
  "OD",
  "OL",
  "OV",
  "SQ",
  "UC",
  "UR",
  "UT",
  "UN",
  "SV",
  "UV",
]);
const shortFormVrs: ReadonlySet<string> = new Set(
  "AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split(" "),
);

/** Where the data set starts and how it is encoded. */
export interface FileMeta {
  readonly transferSyntaxUid: string;
  readonly dataSetOffset: number;
}

function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/**
 * Read the file meta information (group 0002, always explicit VR little endian), with the 128-byte preamble or without.
 * A file that starts straight with the data set is explicit if two VR letters follow its first tag, else implicit.
 * @throws DicomFormatError NOT_DICOM, or TRUNCATED if the file ends inside the meta information
 */
export function readFileMeta(file: string, bytes: Uint8Array): FileMeta {
  const hasPreamble = bytes.length >= 132 && ascii(bytes, 128, 4) === "DICM";
  const start = hasPreamble ? 132 : 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notDicom = new DicomFormatError(
    file,
    "NOT_DICOM",
    bytes.length === 0 ? "is empty" : 'has no "DICM" at byte 128 and does not start with a DICOM element',
    "a DICOM file",
  );
  if (!hasPreamble) {
    if (bytes.length < 16) throw notDicom;
    const group = view.getUint16(0, true);
    if (group !== 0x0002 && group !== 0x0008) throw notDicom;
    const vr = ascii(bytes, 4, 2);
    const explicit = longFormVrs.has(vr) || shortFormVrs.has(vr);
    // Implicit: a 4-byte length. The elements that can come first in group 0008 are short.
    if (!explicit && (group === 0x0002 || view.getUint32(4, true) > 1024)) throw notDicom;
    if (group === 0x0008) {
      const transferSyntaxUid = explicit
        ? TRANSFER_SYNTAX.explicitLittleEndian
        : TRANSFER_SYNTAX.implicitLittleEndian;
      return { transferSyntaxUid, dataSetOffset: 0 };
    }
  }
  let position = start;
  let transferSyntaxUid = "";
  while (position + 8 <= bytes.length && view.getUint16(position, true) === 0x0002) {
    const element = view.getUint16(position + 2, true);
    const vr = ascii(bytes, position + 4, 2);
    const long = longFormVrs.has(vr);
    const header = long ? 12 : 8;
    if (position + header > bytes.length) break;
    const length = long ? view.getUint32(position + 8, true) : view.getUint16(position + 6, true);
    const next = position + header + length;
    if (next > bytes.length) {
      position = bytes.length;
      break;
    }
    if (element === 0x0010)
      transferSyntaxUid = ascii(bytes, position + header, length).replace(/[\0 ]+$/, "");
    position = next;
  }
  if (position + 8 > bytes.length) {
    throw new DicomFormatError(
      file,
      "TRUNCATED",
      `ends after ${bytes.length} bytes, inside its header`,
      "a complete DICOM file",
    );
  }
  return {
    transferSyntaxUid: transferSyntaxUid || TRANSFER_SYNTAX.implicitLittleEndian,
    dataSetOffset: position,
  };
}
