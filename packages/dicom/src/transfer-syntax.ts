import { DicomFormatError } from "@isodose/core";

/** Transfer Syntax UIDs that Isodose reads or writes. @source DICOM PS3.5 section 10 and annex A */
export const TRANSFER_SYNTAX = {
  implicitLittleEndian: "1.2.840.10008.1.2",
  explicitLittleEndian: "1.2.840.10008.1.2.1",
  explicitBigEndian: "1.2.840.10008.1.2.2",
  rleLossless: "1.2.840.10008.1.2.5",
} as const;

const knownNames: Readonly<Record<string, string>> = {
  "1.2.840.10008.1.2.1.99": "Deflated Explicit VR Little Endian",
  "1.2.840.10008.1.2.4.50": "JPEG Baseline",
  "1.2.840.10008.1.2.4.51": "JPEG Extended",
  "1.2.840.10008.1.2.4.57": "JPEG Lossless",
  "1.2.840.10008.1.2.4.70": "JPEG Lossless SV1",
  "1.2.840.10008.1.2.4.80": "JPEG-LS Lossless",
  "1.2.840.10008.1.2.4.81": "JPEG-LS Near-lossless",
  "1.2.840.10008.1.2.4.90": "JPEG 2000 Lossless",
  "1.2.840.10008.1.2.4.91": "JPEG 2000",
  "1.2.840.10008.1.2.4.201": "HTJ2K Lossless",
};

/** @throws DicomFormatError UNSUPPORTED_TRANSFER_SYNTAX, naming the syntax */
export function assertTransferSyntax(file: string, uid: string): void {
  if (Object.values(TRANSFER_SYNTAX).some((known) => known === uid)) return;
  const name = knownNames[uid];
  throw new DicomFormatError(
    file,
    "UNSUPPORTED_TRANSFER_SYNTAX",
    `transfer syntax is ${uid}${name === undefined ? "" : ` (${name})`}`,
    "implicit or explicit VR little endian, explicit VR big endian, or RLE lossless",
  );
}
