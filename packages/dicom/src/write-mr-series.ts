import { InvalidInputError, type Patient, uidFromText, type Volume } from "@isodose/core";
import { stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalString } from "./decimal-string.ts";
import { imageSliceModules } from "./image-slice-modules.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { SOP_CLASS } from "./sop-class.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";
import { writeDicom } from "./write-dicom.ts";

/** One MR series of a patient. */
export interface MrSeriesContent {
  /** unit "mr-signal", 0 … 65535; rounded to whole numbers. In whatever frame of reference it says. */
  readonly mr: Volume;
  /** Whose it is: name, study and position. */
  readonly patient: Patient;
  /** E.g. "T2", "T1 with contrast". Two series of one patient must differ in it: their UIDs are made from it. */
  readonly seriesDescription: string;
  /** Default 10. */
  readonly seriesNumber?: number;
  /** Agent given, e.g. "Gadolinium"; default none. */
  readonly contrastAgent?: string;
}

/** UIDs that {@link writeMrSeries} gives: to refer to the series without reading it. */
export function mrSeriesUids({ mr, patient, seriesDescription }: MrSeriesContent): {
  readonly seriesInstanceUid: string;
  /** In order of k. */
  readonly sopInstanceUids: readonly string[];
} {
  const text = [
    "mr",
    patient.identity.studyInstanceUid,
    patient.identity.id,
    mr.frameOfReferenceUid,
    seriesDescription,
    JSON.stringify(mr.grid),
  ].join("\n");
  return {
    seriesInstanceUid: uidFromText(text),
    sopInstanceUids: Array.from({ length: mr.grid.size[2] }, (_, k) => uidFromText(`${text}\n${k}`)),
  };
}

/**
 * Write an MR volume as one file per slice, named MR.<description>.0001.dcm and on: 16 bits, explicit VR little endian. The signal has
 * no unit and no rescaling.
 * @throws InvalidInputError if the unit is not "mr-signal", a value is not from 0 to 65535, or the description is empty
 */
export function writeMrSeries(content: MrSeriesContent, options: WriteOptions = {}): NamedBytes[] {
  const { mr, patient, seriesDescription, seriesNumber = 10, contrastAgent } = content;
  if (mr.unit !== "mr-signal") throw new InvalidInputError("mr.unit", mr.unit, "mr-signal");
  if (seriesDescription.trim() === "")
    throw new InvalidInputError("seriesDescription", seriesDescription, "a description, e.g. T2");
  const data = mr.values.data;
  let highest = 0;
  for (let n = 0; n < data.length; n++) {
    const value = data[n]!;
    if (!(value >= 0 && value <= 65535)) throw new InvalidInputError("MR signal", value, "0 to 65535");
    if (value > highest) highest = value;
  }
  const stamp = stampOf(options);
  const uids = mrSeriesUids(content);
  const prefix = `MR.${seriesDescription.replace(/[^A-Za-z0-9]+/g, "-")}`;
  return uids.sopInstanceUids.map((sopInstanceUid, k) => {
    const object = {
      sopClassUid: SOP_CLASS.mrImage,
      sopInstanceUid,
      seriesInstanceUid: uids.seriesInstanceUid,
      modality: "MR",
      seriesDescription,
      seriesNumber,
    };
    const bytes = writeDicom(
      {
        ...imageSliceModules(patient, object, stamp, { volume: mr, k, intercept: 0, signed: false }),
        ImageType: ["DERIVED", "SECONDARY", "OTHER"],
        ContrastBolusAgent: contrastAgent,
        // Research: the picture was made from tissues, no sequence was played.
        ScanningSequence: "RM",
        SequenceVariant: "NONE",
        ScanOptions: null,
        MRAcquisitionType: "2D",
        RepetitionTime: null,
        EchoTime: null,
        EchoTrainLength: null,
        SpacingBetweenSlices: formatDecimalString(mr.grid.spacingMm[2]),
        WindowCenter: formatDecimalString(Math.max(1, Math.round(highest / 2))),
        WindowWidth: formatDecimalString(Math.max(2, Math.round(highest))),
      },
      TRANSFER_SYNTAX.explicitLittleEndian,
    );
    return { name: `${prefix}.${String(k + 1).padStart(4, "0")}.dcm`, bytes };
  });
}
