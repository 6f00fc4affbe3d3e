import {
  InvalidInputError,
  NOT_FOR_CLINICAL_USE,
  type Patient,
  uidFromText,
  type Volume,
} from "@isodose/core";
import { commonModules, stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalString } from "./decimal-string.ts";
import { imagePlaneModule } from "./image-plane-module.ts";
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

/**
 * Write the CT as one file per slice, named CT.0001.dcm and on, under the UIDs of `patient.references`. HU are rounded to
 * whole numbers.
 * @throws InvalidInputError if HU do not fit 16 bits, the unit is not HU, or there is not one SOP Instance UID per slice
 */
export function writeCtSeries(patient: Patient, options: WriteOptions = {}): NamedBytes[] {
  const { ct, references } = patient;
  const { grid } = ct;
  const [nx, ny, nz] = grid.size;
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
  const data = ct.values.data;
  const files: NamedBytes[] = [];
  for (let k = 0; k < nz; k++) {
    const pixels = new DataView(new ArrayBuffer(2 * nx * ny + ((2 * nx * ny) % 2)));
    const start = k * nx * ny;
    for (let n = 0; n < nx * ny; n++) {
      // Negative values wrap to two's complement, which is how signed pixels are stored.
      pixels.setUint16(2 * n, Math.round(data[start + n]!) - form.intercept, true);
    }
    const object = {
      sopClassUid: SOP_CLASS.ctImage,
      sopInstanceUid: references.ctSopInstanceUids[k]!,
      seriesInstanceUid:
        references.ctSeriesInstanceUid || uidFromText(`ct series of ${references.ctSopInstanceUids[0]}`),
      modality: "CT",
      seriesDescription: "CT",
      seriesNumber: 1,
    };
    const bytes = writeDicom(
      {
        ...commonModules(patient, object, stamp, ct.frameOfReferenceUid),
        ImageType: ["DERIVED", "SECONDARY", "AXIAL"],
        ContentDate: stamp.date,
        ContentTime: stamp.time,
        Laterality: null,
        KVP: null,
        AcquisitionNumber: "1",
        InstanceNumber: String(k + 1),
        ImageComments: NOT_FOR_CLINICAL_USE,
        PatientPosition: patient.position,
        ...imagePlaneModule(grid, k),
        SamplesPerPixel: 1,
        PhotometricInterpretation: "MONOCHROME2",
        Rows: ny,
        Columns: nx,
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: form.signed ? 1 : 0,
        WindowCenter: "40",
        WindowWidth: "400",
        RescaleIntercept: formatDecimalString(form.intercept),
        RescaleSlope: "1",
        RescaleType: "HU",
        PixelData: pixels.buffer,
      },
      TRANSFER_SYNTAX.explicitLittleEndian,
    );
    files.push({ name: `CT.${String(k + 1).padStart(4, "0")}.dcm`, bytes });
  }
  return files;
}
