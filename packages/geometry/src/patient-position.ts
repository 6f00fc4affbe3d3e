import { InvalidInputError, PATIENT_POSITIONS, type PatientPosition, type Vec3 } from "@isodose/core";

/**
 * LPS directions of the IEC 61217 fixed axes, couch at 0, for each patient position.
 *
 * IEC 61217 fixed system: x to the right of a viewer who faces the gantry, y towards the gantry, z up.
 * DICOM PS3.3 C.7.3.1.1.2 says which part of the patient enters the machine first (that part is nearer to its front,
 * here the gantry) and which side is down or up by gravity:
 *
 *   head first   y = S = (0, 0, 1)      supine             z = A = (0, −1, 0)   (face up)
 *   feet first   y = I = (0, 0, −1)     prone              z = P = (0, 1, 0)    (face down)
 *                                       decubitus right    z = L = (1, 0, 0)    (right side down)
 *                                       decubitus left     z = R = (−1, 0, 0)   (left side down)
 *
 * and x = y × z, since both systems are right-handed.
 *
 * @source DICOM PS3.3 C.7.3.1.1.2 (Patient Position), C.7.6.2.1.1 (LPS); IEC 61217:2011, fixed reference system
 */
export interface PatientAxes {
  readonly x: Vec3;
  readonly y: Vec3;
  readonly z: Vec3;
}

const SUPERIOR: Vec3 = [0, 0, 1];
const INFERIOR: Vec3 = [0, 0, -1];
const LEFT: Vec3 = [1, 0, 0];
const RIGHT: Vec3 = [-1, 0, 0];
const ANTERIOR: Vec3 = [0, -1, 0];
const POSTERIOR: Vec3 = [0, 1, 0];

function axes(y: Vec3, z: Vec3): PatientAxes {
  // + 0 turns −0 into 0.
  const x: Vec3 = [
    y[1] * z[2] - y[2] * z[1] + 0,
    y[2] * z[0] - y[0] * z[2] + 0,
    y[0] * z[1] - y[1] * z[0] + 0,
  ];
  return { x, y, z };
}

const AXES: Readonly<Record<PatientPosition, PatientAxes>> = {
  HFS: axes(SUPERIOR, ANTERIOR),
  HFP: axes(SUPERIOR, POSTERIOR),
  HFDR: axes(SUPERIOR, LEFT),
  HFDL: axes(SUPERIOR, RIGHT),
  FFS: axes(INFERIOR, ANTERIOR),
  FFP: axes(INFERIOR, POSTERIOR),
  FFDR: axes(INFERIOR, LEFT),
  FFDL: axes(INFERIOR, RIGHT),
};

/** @throws InvalidInputError if the position is none of the eight */
export function patientAxes(position: PatientPosition): PatientAxes {
  if (!PATIENT_POSITIONS.includes(position)) {
    throw new InvalidInputError("patient position", position, `one of ${PATIENT_POSITIONS.join(", ")}`);
  }
  return AXES[position];
}

/**
 * A vector of the IEC 61217 fixed system (couch at 0) in DICOM LPS.
 *
 *   HFS: (x, y, z) → (x, −z, y)
 *
 * @param vectorIecFixed - x right as seen facing the gantry, y towards the gantry, z up
 * @throws InvalidInputError if the position is none of the eight
 * @source see {@link PatientAxes}
 */
export function iecFixedToPatient(vectorIecFixed: Vec3, position: PatientPosition): Vec3 {
  const { x, y, z } = patientAxes(position);
  const [a, b, c] = vectorIecFixed;
  return [a * x[0] + b * y[0] + c * z[0], a * x[1] + b * y[1] + c * z[1], a * x[2] + b * y[2] + c * z[2]];
}

/**
 * A DICOM LPS vector in the IEC 61217 fixed system (couch at 0): the inverse of {@link iecFixedToPatient}.
 * @throws InvalidInputError if the position is none of the eight
 */
export function patientToIecFixed(vectorLps: Vec3, position: PatientPosition): Vec3 {
  const { x, y, z } = patientAxes(position);
  const [a, b, c] = vectorLps;
  return [a * x[0] + b * x[1] + c * x[2], a * y[0] + b * y[1] + c * y[2], a * z[0] + b * z[1] + c * z[2]];
}
