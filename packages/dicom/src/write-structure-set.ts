import {
  type Contour,
  InvalidInputError,
  NOT_FOR_CLINICAL_USE,
  type Patient,
  type PatientPoint,
  patientToVoxel,
  type Structure,
  uidFromText,
} from "@isodose/core";
import { commonModules, stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalStrings } from "./decimal-string.ts";
import { contoursWithKeyholes } from "./keyholes.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { SOP_CLASS } from "./sop-class.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";
import { type DataSetByKeyword, writeDicom } from "./write-dicom.ts";

/** A contour this near a slice, in slices, is said to be drawn on it. */
const ON_SLICE = 0.01;

function imageReference(sopInstanceUid: string): DataSetByKeyword {
  return { ReferencedSOPClassUID: SOP_CLASS.ctImage, ReferencedSOPInstanceUID: sopInstanceUid };
}

/** The CT slice that a contour lies on; undefined between slices. */
function sliceOf(contour: Contour, patient: Patient): string | undefined {
  const [x, y, z] = contour.pointsMm;
  const k = patientToVoxel(patient.ct.grid, [x!, y!, z!] as PatientPoint)[2];
  const nearest = Math.round(k);
  return Math.abs(k - nearest) < ON_SLICE ? patient.references.ctSopInstanceUids[nearest] : undefined;
}

/** Undefined for a structure without contours: the sequence is then left out. */
function contourItems({ name, contours }: Structure, patient: Patient): DataSetByKeyword[] | undefined {
  if (contours.length === 0) return undefined;
  for (const [index, { pointsMm }] of contours.entries()) {
    if (pointsMm.length % 3 === 0 && pointsMm.length >= 9) continue;
    throw new InvalidInputError(
      `contour ${index + 1} of ${name}`,
      pointsMm.length,
      "3 coordinates for each of 3 or more points",
    );
  }
  return contoursWithKeyholes(contours, patient.ct.grid).map((contour, index) =>
    contourItem(contour, index, patient),
  );
}

function contourItem(contour: Contour, index: number, patient: Patient): DataSetByKeyword {
  const slice = sliceOf(contour, patient);
  return {
    ContourImageSequence: slice === undefined ? undefined : [imageReference(slice)],
    ContourGeometricType: contour.type,
    NumberOfContourPoints: String(contour.pointsMm.length / 3),
    ContourNumber: String(index + 1),
    ContourData: formatDecimalStrings(contour.pointsMm),
  };
}

/**
 * Write the structures as RTSTRUCT.dcm, under `patient.references.structureSetSopInstanceUid`. Implicit VR little endian:
 * the value of ContourData may then be longer than 64 kB. Holes are written as keyholes, the region stays the same.
 * @throws InvalidInputError for names over 64 characters, coordinates that are not finite, contours of fewer than 3 points,
 * ROI numbers that occur twice
 */
export function writeStructureSet(patient: Patient, options: WriteOptions = {}): NamedBytes {
  const { structures, references } = patient;
  const frame = patient.ct.frameOfReferenceUid;
  const stamp = stampOf(options);
  const numbers = new Set(structures.map((structure) => structure.number));
  if (numbers.size !== structures.length) {
    throw new InvalidInputError(
      "patient.structures",
      structures.map((s) => s.number),
      "ROI numbers that occur once",
    );
  }
  const object = {
    sopClassUid: SOP_CLASS.rtStructureSet,
    sopInstanceUid: references.structureSetSopInstanceUid,
    seriesInstanceUid: uidFromText(`series of ${references.structureSetSopInstanceUid}`),
    modality: "RTSTRUCT",
    seriesDescription: "structures",
    seriesNumber: 2,
  };
  const bytes = writeDicom(
    {
      ...commonModules(patient, object, stamp, frame),
      StructureSetLabel: "ISODOSE",
      StructureSetName: "Isodose structures",
      StructureSetDescription: NOT_FOR_CLINICAL_USE,
      StructureSetDate: stamp.date,
      StructureSetTime: stamp.time,
      ReferencedFrameOfReferenceSequence: [
        {
          FrameOfReferenceUID: frame,
          RTReferencedStudySequence: [
            {
              // Detached Study Management, retired, is what this reference still names.
              ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.1",
              ReferencedSOPInstanceUID: patient.identity.studyInstanceUid,
              RTReferencedSeriesSequence: [
                {
                  SeriesInstanceUID: references.ctSeriesInstanceUid,
                  ContourImageSequence: references.ctSopInstanceUids.map(imageReference),
                },
              ],
            },
          ],
        },
      ],
      StructureSetROISequence: structures.map((structure) => ({
        ROINumber: String(structure.number),
        ReferencedFrameOfReferenceUID: structure.frameOfReferenceUid,
        ROIName: structure.name,
        ROIGenerationAlgorithm: null,
      })),
      ROIContourSequence: structures.map((structure) => ({
        ROIDisplayColor: structure.colorRgb.map((channel) => String(Math.round(channel))),
        ContourSequence: contourItems(structure, patient),
        ReferencedROINumber: String(structure.number),
      })),
      RTROIObservationsSequence: structures.map((structure) => ({
        ObservationNumber: String(structure.number),
        ReferencedROINumber: String(structure.number),
        RTROIInterpretedType: structure.type || null,
        ROIInterpreter: null,
      })),
      ApprovalStatus: "UNAPPROVED",
    },
    TRANSFER_SYNTAX.implicitLittleEndian,
  );
  return { name: "RTSTRUCT.dcm", bytes };
}
