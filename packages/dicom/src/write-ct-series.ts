import { InvalidInputError, type Patient, uidFromText, type Volume } from "@isodose/core";
import { stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalString } from "./decimal-string.ts";
import { imageSliceModules } from "./image-slice-modules.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { SOP_CLASS } from "./sop-class.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";
import { writeDicom } from "./write-dicom.ts";

/** How HU become stored values: HU = stored + intercept. */
interface StoredForm {
  readonly signed: boolean;
  readonly intercept: number;
}

/** Unsigned above −1024 HU where that holds all values, as scanners store them, else signed from 0. */
function chooseStoredForm(ct: Volume): StoredForm {
  const data = ct.values.data;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < data.length; n++) {
    const value = data[n]!;
    if (!Number.isFinite(value)) throw new InvalidInputError("CT value", value, "finite HU");
    if (value < low) low = value;
    if (value > high) high = value;
  }
  [low, high] = [Math.round(low), Math.round(high)];
  if (low >= -1024 && high <= 64511) return { signed: false, intercept: -1024 };
  if (low >= -32768 && high <= 32767) return { signed: true, intercept: 0 };
  throw new InvalidInputError(
    "CT value",
    low < -32768 ? low : high,
    "HU from −32768 to 32767, or from −1024 to 64511",
  );
}

/** Which series it is, where a patient has more than one CT. */
export interface CtSeriesOptions extends WriteOptions {
  /** Default "CT"; e.g. "CT myelogram". */
  readonly seriesDescription?: string;
  /** Default 1. */
  readonly seriesNumber?: number;
  /** Start of the file names; default "CT". */
  readonly filePrefix?: string;
}

/**
 * Write the CT as one file per slice, named CT.0001.dcm and on, under the UIDs of `patient.references`. HU are rounded to
 * whole numbers.
 * @throws InvalidInputError if HU do not fit 16 bits, the unit is not HU, or there is not one SOP Instance UID per slice
 */
export function writeCtSeries(patient: Patient, options: CtSeriesOptions = {}): NamedBytes[] {
  const { seriesDescription = "CT", seriesNumber = 1, filePrefix = "CT" } = options;
  const { ct, references } = patient;
  const nz = ct.grid.size[2];
  if (ct.unit !== "HU") throw new InvalidInputError("patient.ct.unit", ct.unit, "HU");
  if (references.ctSopInstanceUids.length !== nz) {
    throw new InvalidInputError(
      "patient.references.ctSopInstanceUids",
      references.ctSopInstanceUids.length,
      `${nz} UIDs, one per slice`,
    );
  }
  const form = chooseStoredForm(ct);
  const stamp = stampOf(options);
  const files: NamedBytes[] = [];
  for (let k = 0; k < nz; k++) {
    const object = {
      sopClassUid: SOP_CLASS.ctImage,
      sopInstanceUid: references.ctSopInstanceUids[k]!,
      seriesInstanceUid:
        references.ctSeriesInstanceUid || uidFromText(`ct series of ${references.ctSopInstanceUids[0]}`),
      modality: "CT",
      seriesDescription,
      seriesNumber,
    };
    const bytes = writeDicom(
      {
        ...imageSliceModules(patient, object, stamp, { volume: ct, k, ...form }),
        ImageType: ["DERIVED", "SECONDARY", "AXIAL"],
        KVP: null,
        WindowCenter: "40",
        WindowWidth: "400",
        RescaleIntercept: formatDecimalString(form.intercept),
        RescaleSlope: "1",
        RescaleType: "HU",
      },
      TRANSFER_SYNTAX.explicitLittleEndian,
    );
    files.push({ name: `${filePrefix}.${String(k + 1).padStart(4, "0")}.dcm`, bytes });
  }
  return files;
}
