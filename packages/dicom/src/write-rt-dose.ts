import {
  type DvhCurve,
  InvalidInputError,
  NOT_FOR_CLINICAL_USE,
  type Patient,
  type Plan,
  uidFromText,
  type Volume,
} from "@isodose/core";
import { commonModules, stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalString, formatDecimalStrings } from "./decimal-string.ts";
import { dvhItems } from "./dvh-sequence.ts";
import { imagePlaneModule } from "./image-plane-module.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { sopInstanceUidsOf } from "./plan-uids.ts";
import { SOP_CLASS } from "./sop-class.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";
import { writeDicom } from "./write-dicom.ts";

export interface RtDoseContent {
  /** Dose of the whole course, unit "Gy". */
  readonly dose: Volume;
  readonly plan: Plan;
  readonly patient: Patient;
  /** Written as the DVH Sequence, with a reference to the structure set. */
  readonly dvhs?: readonly DvhCurve[];
}

/** Stored value of the highest dose: 31 bits, because some programs read 32-bit pixels as signed. */
const HIGHEST_STORED = 2 ** 31 - 64;

/**
 * Write the dose of a plan as rtdose.dcm: 32-bit pixels, explicit VR little endian.
 *
 *   stored = round(D / s), s = DoseGridScaling exactly as printed
 *
 * so that reading gives back D within s / 2 ≈ 2.3e-10 of the highest dose.
 * @throws InvalidInputError if the dose is negative or not finite, not in Gy, of fewer than 2 slices, or in another frame of
 * reference than the CT, or a DVH belongs to no structure of the patient
 */
export function writeRtDose(
  { dose, plan, patient, dvhs = [] }: RtDoseContent,
  options: WriteOptions = {},
): NamedBytes {
  if (dose.unit !== "Gy") throw new InvalidInputError("dose.unit", dose.unit, "Gy");
  if (dose.frameOfReferenceUid !== patient.ct.frameOfReferenceUid) {
    throw new InvalidInputError(
      "dose.frameOfReferenceUid",
      dose.frameOfReferenceUid,
      `that of the CT, ${patient.ct.frameOfReferenceUid}`,
    );
  }
  const { grid } = dose;
  const [nx, ny, nz] = grid.size;
  if (nz < 2) throw new InvalidInputError("dose.grid.size", grid.size, "at least 2 slices");
  const values = dose.values.data;
  let highest = 0;
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!;
    if (!(value >= 0 && Number.isFinite(value)))
      throw new InvalidInputError("dose", value, "finite doses ≥ 0 Gy");
    if (value > highest) highest = value;
  }
  const printedScaling = formatDecimalString(highest > 0 ? highest / HIGHEST_STORED : 1e-9);
  const scalingGy = Number(printedScaling);
  const pixels = new DataView(new ArrayBuffer(4 * values.length));
  for (let n = 0; n < values.length; n++) pixels.setUint32(4 * n, Math.round(values[n]! / scalingGy), true);
  const stamp = stampOf(options);
  const uids = sopInstanceUidsOf(plan, patient);
  const object = {
    sopClassUid: SOP_CLASS.rtDose,
    sopInstanceUid: uids.dose,
    seriesInstanceUid: uidFromText(`series of ${uids.dose}`),
    modality: "RTDOSE",
    seriesDescription: `dose, ${plan.label}`,
    seriesNumber: 4,
  };
  const bytes = writeDicom(
    {
      ...commonModules(patient, object, stamp, dose.frameOfReferenceUid),
      ImageType: ["DERIVED", "SECONDARY", "DOSE"],
      ContentDate: stamp.date,
      ContentTime: stamp.time,
      InstanceNumber: "1",
      ...imagePlaneModule(grid, 0),
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      NumberOfFrames: String(nz),
      FrameIncrementPointer: 0x3004000c,
      Rows: ny,
      Columns: nx,
      BitsAllocated: 32,
      BitsStored: 32,
      HighBit: 31,
      PixelRepresentation: 0,
      DoseUnits: "GY",
      DoseType: "PHYSICAL",
      DoseComment: NOT_FOR_CLINICAL_USE,
      DoseSummationType: "PLAN",
      GridFrameOffsetVector: formatDecimalStrings(
        Array.from({ length: nz }, (_, k) => k * grid.spacingMm[2]),
      ),
      DoseGridScaling: printedScaling,
      TissueHeterogeneityCorrection: "IMAGE",
      ReferencedRTPlanSequence: [
        { ReferencedSOPClassUID: SOP_CLASS.rtPlan, ReferencedSOPInstanceUID: uids.plan },
      ],
      ...(dvhs.length > 0 && {
        DVHSequence: dvhItems(dvhs, patient.structures),
        ReferencedStructureSetSequence: [
          {
            ReferencedSOPClassUID: SOP_CLASS.rtStructureSet,
            ReferencedSOPInstanceUID: patient.references.structureSetSopInstanceUid,
          },
        ],
      }),
      PixelData: pixels.buffer,
    },
    TRANSFER_SYNTAX.explicitLittleEndian,
  );
  return { name: "rtdose.dcm", bytes };
}
