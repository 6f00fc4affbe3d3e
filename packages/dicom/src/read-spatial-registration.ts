import { DicomFormatError, UnsupportedError } from "@isodose/core";
import {
  assertRigidTransform,
  composeTransforms,
  IDENTITY_TRANSFORM,
  invertTransform,
  type RigidTransform,
} from "@isodose/geometry";
import { type DicomItem, decimalsOf, itemsOf, textOf } from "./element.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { type DicomObject, parseDicomFile } from "./parse-dicom.ts";

/** A rigid registration of two frames of reference. */
export interface SpatialRegistration {
  readonly file: string;
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly fixedFrameOfReferenceUid: string;
  readonly movingFrameOfReferenceUid: string;
  /** From the moving frame of reference to the fixed one: p_fixed = R p_moving + t. LPS, mm. */
  readonly transform: RigidTransform;
}

/** How far a matrix written with few digits may be from a rotation. */
const RIGID_TOLERANCE = 1e-3;

/**
 * Read a DICOM Spatial Registration. The fixed frame of reference is the one that the object says it lies in; where the file moves that
 * one as well, both matrices are put together.
 *
 * @throws DicomFormatError NOT_REGISTRATION, or BAD_MATRIX if a matrix is missing, not 16 numbers, or not rigid
 * @throws UnsupportedError for matrices with scale or shear, and for more than two frames of reference
 * @source DICOM PS3.3 C.20.2: matrices map the item's frame of reference to the registered one, the first item of a sequence applied first
 */
export function readSpatialRegistration(file: NamedBytes): SpatialRegistration {
  return readSpatialRegistrationObject(parseDicomFile(file));
}

/** {@link readSpatialRegistration} on a parsed file. */
export function readSpatialRegistrationObject({
  file,
  root,
  kind,
  sopInstanceUid,
}: DicomObject): SpatialRegistration {
  const items = itemsOf(root, "00700308");
  if (kind !== "registration" || items.length === 0) {
    const found =
      kind === "registration" ? "has no Registration Sequence (0070,0308)" : "is no spatial registration";
    throw new DicomFormatError(file, "NOT_REGISTRATION", found, "a DICOM Spatial Registration");
  }
  const fixedUid = textOf(root, "00200052");
  const byFrame = new Map<string, RigidTransform>();
  for (const item of items) byFrame.set(frameOf(item), matrixOf(item));
  const moved = [...byFrame].filter(([uid]) => uid !== fixedUid);
  const [first] = moved;
  if (first === undefined) {
    throw new DicomFormatError(
      file,
      "BAD_MATRIX",
      `moves no frame of reference but its own, ${fixedUid || "(none)"}`,
      "a second frame of reference",
    );
  }
  if (moved.length > 1) {
    throw new UnsupportedError(
      `a registration of ${moved.length + 1} frames of reference (${file})`,
      "write one file for each pair",
    );
  }
  const ofFixed = byFrame.get(fixedUid) ?? IDENTITY_TRANSFORM;
  return {
    file,
    sopInstanceUid,
    label: textOf(root, "00700080"),
    fixedFrameOfReferenceUid: fixedUid,
    movingFrameOfReferenceUid: first[0],
    transform:
      ofFixed === IDENTITY_TRANSFORM ? first[1] : composeTransforms(invertTransform(ofFixed), first[1]),
  };
}

/** Frame of reference of an item of the Registration Sequence. */
function frameOf(item: DicomItem): string {
  const uid = textOf(item, "00200052");
  if (uid !== "") return uid;
  throw new UnsupportedError(
    `a registration of images without a frame of reference (${item.file})`,
    "give the Frame of Reference UID of every item",
  );
}

function matrixOf(item: DicomItem): RigidTransform {
  const { file } = item;
  const matrices = itemsOf(item, "00700309").flatMap((registration) => itemsOf(registration, "0070030A"));
  if (matrices.length === 0) {
    throw new DicomFormatError(
      file,
      "BAD_MATRIX",
      "an item of the Registration Sequence has no matrix",
      "at least one item in its Matrix Sequence (0070,030A)",
    );
  }
  return matrices.reduce<RigidTransform>((before, matrix) => {
    const type = textOf(matrix, "0070030C");
    if (type !== "" && type !== "RIGID")
      throw new UnsupportedError(`a registration matrix of type ${type} (${file})`, "RIGID is");
    const numbers = decimalsOf(matrix, "300600C6");
    try {
      assertRigidTransform(numbers, "matrix", RIGID_TOLERANCE);
    } catch {
      throw new DicomFormatError(
        file,
        "BAD_MATRIX",
        `FrameOfReferenceTransformationMatrix is ${numbers.join("\\") || "empty"}`,
        "16 numbers, row by row: a rotation, a shift in mm, and 0 0 0 1",
      );
    }
    return composeTransforms(numbers, before);
  }, IDENTITY_TRANSFORM);
}
