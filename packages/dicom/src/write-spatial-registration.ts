import { InvalidInputError, type Patient, uidFromText } from "@isodose/core";
import { assertRigidTransform, IDENTITY_TRANSFORM, type RigidTransform } from "@isodose/geometry";
import { commonModules, fitText, stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalStrings } from "./decimal-string.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { SOP_CLASS } from "./sop-class.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";
import { type DataSetByKeyword, writeDicom } from "./write-dicom.ts";

/** Images of one side of a registration. */
export interface RegisteredImages {
  readonly frameOfReferenceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUids: readonly string[];
  readonly modality: "CT" | "MR";
}

export interface SpatialRegistrationContent {
  /** From the moving frame of reference to the fixed one: p_fixed = R p_moving + t. LPS, mm. */
  readonly transform: RigidTransform;
  readonly fixed: RegisteredImages;
  readonly moving: RegisteredImages;
  /** Whose it is. */
  readonly patient: Patient;
  /** Default "MR TO CT" and the like. */
  readonly label?: string;
}

const CLASS_OF_MODALITY = { CT: SOP_CLASS.ctImage, MR: SOP_CLASS.mrImage } as const;

/**
 * Write a rigid registration as REG.dcm: the fixed frame of reference with the identity, the moving one with the transform.
 * @throws InvalidInputError if the transform is not rigid, both sides have one frame of reference, or a side names no image
 * @source DICOM PS3.3 C.20.2
 */
export function writeSpatialRegistration(
  content: SpatialRegistrationContent,
  options: WriteOptions = {},
): NamedBytes {
  const { transform, fixed, moving, patient } = content;
  assertRigidTransform(transform);
  for (const [field, side] of [["fixed", fixed] as const, ["moving", moving] as const]) {
    if (!side.frameOfReferenceUid)
      throw new InvalidInputError(`${field}.frameOfReferenceUid`, side.frameOfReferenceUid, "a UID");
    if (!side.seriesInstanceUid)
      throw new InvalidInputError(`${field}.seriesInstanceUid`, side.seriesInstanceUid, "a UID");
    if (side.sopInstanceUids.length === 0)
      throw new InvalidInputError(`${field}.sopInstanceUids`, side.sopInstanceUids, "the UIDs of the images");
  }
  if (fixed.frameOfReferenceUid === moving.frameOfReferenceUid)
    throw new InvalidInputError(
      "moving.frameOfReferenceUid",
      moving.frameOfReferenceUid,
      "another frame of reference than the fixed one",
    );
  const label = content.label ?? `${moving.modality} TO ${fixed.modality}`;
  const stamp = stampOf(options);
  const text = JSON.stringify([patient.identity.studyInstanceUid, transform, fixed, moving, label]);
  const object = {
    sopClassUid: SOP_CLASS.spatialRegistration,
    sopInstanceUid: uidFromText(`registration ${text}`),
    seriesInstanceUid: uidFromText(`registration series ${text}`),
    modality: "REG",
    seriesDescription: `registration, ${label}`,
    seriesNumber: 30,
  };
  const imagesOf = ({ sopInstanceUids, modality }: RegisteredImages): DataSetByKeyword[] =>
    sopInstanceUids.map((uid) => ({
      ReferencedSOPClassUID: CLASS_OF_MODALITY[modality],
      ReferencedSOPInstanceUID: uid,
    }));
  const item = (side: RegisteredImages, matrix: RigidTransform): DataSetByKeyword => ({
    FrameOfReferenceUID: side.frameOfReferenceUid,
    ReferencedImageSequence: imagesOf(side),
    MatrixRegistrationSequence: [
      {
        RegistrationTypeCodeSequence: [],
        MatrixSequence: [
          {
            FrameOfReferenceTransformationMatrixType: "RIGID",
            FrameOfReferenceTransformationMatrix: formatDecimalStrings(matrix),
          },
        ],
      },
    ],
  });
  const bytes = writeDicom(
    {
      ...commonModules(patient, object, stamp, fixed.frameOfReferenceUid),
      Laterality: null,
      ContentDate: stamp.date,
      ContentTime: stamp.time,
      InstanceNumber: "1",
      ContentLabel: contentLabel(label),
      ContentDescription: fitText(label, 64),
      ContentCreatorName: null,
      RegistrationSequence: [item(fixed, IDENTITY_TRANSFORM), item(moving, transform)],
      ReferencedSeriesSequence: [fixed, moving].map((side) => ({
        SeriesInstanceUID: side.seriesInstanceUid,
        ReferencedInstanceSequence: imagesOf(side),
      })),
    },
    TRANSFER_SYNTAX.explicitLittleEndian,
  );
  return { name: "REG.dcm", bytes };
}

/** A Code String: upper case, digits, space and underscore, 16 characters. */
function contentLabel(label: string): string {
  const code = label
    .toUpperCase()
    .replace(/[^A-Z0-9 _]+/g, "_")
    .slice(0, 16)
    .trim();
  return code || "REGISTRATION";
}
