import { DicomFormatError } from "@isodose/core";
import dicomParser, { type DataSet } from "dicom-parser";
import { textDecoderFor } from "./character-set.ts";
import { type DicomItem, textOf } from "./element.ts";
import { readFileMeta } from "./file-meta.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { type ObjectKind, objectKind } from "./sop-class.ts";
import { assertTransferSyntax } from "./transfer-syntax.ts";

/** A parsed file: its root data set and what it is. */
export interface DicomObject {
  readonly file: string;
  readonly root: DicomItem;
  readonly transferSyntaxUid: string;
  readonly kind: ObjectKind;
  readonly sopInstanceUid: string;
}

/**
 * The data set behind a minimal meta header that names its transfer syntax: the parser then takes every kind of file the
 * same way, with preamble or without.
 */
function withPlainHeader(bytes: Uint8Array, dataSetOffset: number, transferSyntaxUid: string): Uint8Array {
  const uid = transferSyntaxUid.length % 2 === 0 ? transferSyntaxUid : `${transferSyntaxUid}\0`;
  const body = bytes.subarray(dataSetOffset);
  const out = new Uint8Array(132 + 8 + uid.length + body.length);
  const text = `DICM\u0002\0\u0010\0UI${String.fromCharCode(uid.length, 0)}${uid}`;
  for (let n = 0; n < text.length; n++) out[128 + n] = text.charCodeAt(n);
  out.set(body, 132 + 8 + uid.length);
  return out;
}

/**
 * Parse the bytes of one file, and check that it is complete.
 * @throws DicomFormatError NOT_DICOM, TRUNCATED or UNSUPPORTED_TRANSFER_SYNTAX
 */
export function parseDicomFile({ name, bytes }: NamedBytes): DicomObject {
  const { transferSyntaxUid, dataSetOffset } = readFileMeta(name, bytes);
  assertTransferSyntax(name, transferSyntaxUid);
  const plain = withPlainHeader(bytes, dataSetOffset, transferSyntaxUid);
  let dataSet: DataSet;
  try {
    dataSet = dicomParser.parseDicom(plain);
  } catch {
    throw new DicomFormatError(
      name,
      "TRUNCATED",
      `ends inside an element, after ${bytes.length} bytes`,
      "a complete DICOM file",
    );
  }
  assertComplete(name, dataSet, plain.length, bytes.length);
  const terms = dataSet.string("x00080005")?.split("\\") ?? [];
  const root: DicomItem = { file: name, dataSet, decodeText: textDecoderFor(terms) };
  const sopClassUid = textOf(root, "00080016");
  const modality = textOf(root, "00080060");
  if (
    sopClassUid === "" &&
    modality === "" &&
    dataSet.elements.x00080018 === undefined &&
    dataSet.elements.x00041220 === undefined
  ) {
    throw new DicomFormatError(name, "NOT_DICOM", "has neither SOP Class UID nor Modality", "a DICOM object");
  }
  return {
    file: name,
    root,
    transferSyntaxUid,
    kind: objectKind(sopClassUid, modality),
    sopInstanceUid: textOf(root, "00080018"),
  };
}

/** The parser forgives an element that reaches past the end of the file and a sequence without its end; we do not. */
function assertComplete(file: string, dataSet: DataSet, parsedLength: number, fileLength: number): void {
  let end = 0;
  for (const element of Object.values(dataSet.elements))
    end = Math.max(end, element.dataOffset + element.length);
  const cut = dataSet.warnings.find(
    (text) => /eof|overrun|past end/i.test(text) && !text.includes("peeking"),
  );
  if (end > parsedLength || cut !== undefined) {
    const missing =
      end > parsedLength ? `, ${end - parsedLength} bytes short of its last element` : ", inside a sequence";
    throw new DicomFormatError(
      file,
      "TRUNCATED",
      `ends after ${fileLength} bytes${missing}`,
      "a complete DICOM file",
    );
  }
}
