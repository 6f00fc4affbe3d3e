import { InvalidInputError, uidFromText } from "@isodose/core";
import dcmjs from "dcmjs";

/** A value of an element. Decimal strings are given as text (see formatDecimalString); null is an empty value. */
export type DataSetValue =
  | string
  | number
  | null
  | readonly string[]
  | readonly number[]
  | ArrayBuffer
  | readonly DataSetByKeyword[];

/** Elements by DICOM keyword, e.g. `{ PatientName: "A^B" }`. */
export interface DataSetByKeyword {
  readonly [keyword: string]: DataSetValue | undefined;
}

/** Longest value, in characters, by value representation. @source DICOM PS3.5 table 6.2-1 */
const maxCharacters: Readonly<Record<string, number>> = {
  DS: 16,
  IS: 12,
  CS: 16,
  SH: 16,
  LO: 64,
  UI: 64,
  ST: 1024,
};

const IMPLEMENTATION_CLASS_UID = uidFromText("isodose implementation class");

/**
 * The library cuts values that are too long and leaves out keywords that it does not know, in silence: both are our faults,
 * found here.
 */
function assertWritable(dataSet: DataSetByKeyword): void {
  for (const [keyword, value] of Object.entries(dataSet)) {
    const entry = dcmjs.data.DicomMetaDictionary.nameMap[keyword];
    if (entry === undefined)
      throw new InvalidInputError("DICOM keyword", keyword, "a keyword of the dictionary");
    if (entry.vr === "SQ") {
      for (const item of value as readonly DataSetByKeyword[]) assertWritable(item);
      continue;
    }
    const limit = maxCharacters[entry.vr];
    if (limit === undefined || value === null) continue;
    for (const part of Array.isArray(value) ? value : [value]) {
      const text = String(part);
      if (text.length > limit)
        throw new InvalidInputError(keyword, text, `at most ${limit} characters (${entry.vr})`);
      if (text.includes("\\") && entry.vr !== "ST")
        throw new InvalidInputError(keyword, text, "text without backslash");
    }
  }
}

/** Without elements that are undefined, down to the items of sequences; sequences marked for dcmjs. */
function natural(dataSet: DataSetByKeyword): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(dataSet)) {
    if (value === undefined) continue;
    const isSequence = dcmjs.data.DicomMetaDictionary.nameMap[keyword]?.vr === "SQ";
    out[keyword] = isSequence ? (value as readonly DataSetByKeyword[]).map(natural) : value;
  }
  return out;
}

/** Drop what is undefined, so that it is neither checked nor written. */
function withoutUndefined(dataSet: DataSetByKeyword): DataSetByKeyword {
  return natural(dataSet) as DataSetByKeyword;
}

/**
 * Bytes of one DICOM file, text in UTF-8. The same data set gives the same bytes.
 * @param dataSet - SOPClassUID and SOPInstanceUID included; PixelData as an ArrayBuffer of little-endian words
 * @throws InvalidInputError for an empty UID, an unknown keyword or a value too long for its element
 */
export function writeDicom(dataSet: DataSetByKeyword, transferSyntaxUid: string): Uint8Array {
  const plain = withoutUndefined({ SpecificCharacterSet: "ISO_IR 192", ...dataSet });
  for (const keyword of ["SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"]) {
    if (!plain[keyword]) throw new InvalidInputError(keyword, plain[keyword], "a UID");
  }
  assertWritable(plain);
  const { DicomDict, DicomMetaDictionary } = dcmjs.data;
  const meta = DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: dataSet.SOPClassUID,
    MediaStorageSOPInstanceUID: dataSet.SOPInstanceUID,
    TransferSyntaxUID: transferSyntaxUid,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: "ISODOSE",
  });
  const file = new DicomDict(meta);
  file.dict = DicomMetaDictionary.denaturalizeDataset({ ...plain, _vrMap: { PixelData: "OW" } });
  return new Uint8Array(file.write());
}
