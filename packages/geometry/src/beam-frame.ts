import {
  type BeamPoint,
  InvalidInputError,
  type PatientPoint,
  type PatientPosition,
  type Vec3,
} from "@isodose/core";
import { vec3 } from "gl-matrix";
import { iecFixedToPatient, patientToIecFixed } from "./patient-position.ts";

/** Machine angles (IEC 61217, degrees) and how the patient lies. */
export interface BeamAngles {
  readonly gantryDeg: number;
  readonly couchDeg: number;
  readonly collimatorDeg: number;
  readonly position: PatientPosition;
}

/** Unit vectors, LPS, of the beam-limiting-device axes; z points from the isocenter to the source. */
export interface BeamFrame {
  readonly xAxis: Vec3;
  readonly yAxis: Vec3;
  readonly zAxis: Vec3;
}

const RADIANS_PER_DEGREE = Math.PI / 180;
const ORIGIN = new Float64Array(3);

/**
 * Axes of the beam-limiting device in the patient.
 *
 *   p_fixed = R_y(gantry) R_z(collimator) p_bld        (R_y takes z to x: 90° has the source at +x)
 *   p_support = R_z(−couch) p_fixed                    (the couch turns counter-clockwise seen from above)
 *   p_LPS = iecFixedToPatient(p_support, position)
 *
 * Gantry is positive clockwise as seen facing the gantry, couch counter-clockwise as seen from above, collimator
 * counter-clockwise as seen from the source.
 *
 * @throws InvalidInputError if an angle is not finite, or the position none of the eight
 * @source IEC 61217:2011; DICOM PS3.3 C.7.3.1.1.2
 * @example beamFrame({ gantryDeg: 0, couchDeg: 0, collimatorDeg: 0, position: "HFS" }).zAxis // [0, -1, 0]: from anterior
 */
export function beamFrame(angles: BeamAngles): BeamFrame {
  for (const field of ["gantryDeg", "couchDeg", "collimatorDeg"] as const) {
    if (!Number.isFinite(angles[field]))
      throw new InvalidInputError(field, angles[field], "an angle in degrees");
  }
  const toPatient = (x: number, y: number, z: number): Vec3 => {
    const p = new Float64Array([x, y, z]);
    vec3.rotateZ(p, p, ORIGIN, angles.collimatorDeg * RADIANS_PER_DEGREE);
    vec3.rotateY(p, p, ORIGIN, angles.gantryDeg * RADIANS_PER_DEGREE);
    vec3.rotateZ(p, p, ORIGIN, -angles.couchDeg * RADIANS_PER_DEGREE);
    return iecFixedToPatient([p[0], p[1], p[2]], angles.position);
  };
  return { xAxis: toPatient(1, 0, 0), yAxis: toPatient(0, 1, 0), zAxis: toPatient(0, 0, 1) };
}

/** An angle in [0, 360). */
function normaliseDegrees(angleDeg: number): number {
  const turned = angleDeg % 360;
  const positive = turned < 0 ? turned + 360 : turned;
  return positive >= 360 ? 0 : positive + 0;
}

/**
 * Gantry and couch angles that put the source in a given direction from the isocenter.
 *
 *   s = (sin g cos c, −sin g sin c, cos g)   in the patient-support system
 *
 * Of the two solutions the one with the couch within ±90° is given; straight above or below the couch is at 0.
 *
 * @param directionToSourceLps - from isocenter to source, LPS, of any length > 0
 * @returns degrees, both in [0, 360)
 * @throws InvalidInputError if the direction has no length, or the position is none of the eight
 */
export function anglesFromSourceDirection(
  directionToSourceLps: Vec3,
  position: PatientPosition,
): { readonly gantryDeg: number; readonly couchDeg: number } {
  const length = Math.hypot(...directionToSourceLps);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new InvalidInputError("directionToSourceLps", directionToSourceLps, "a direction of length > 0");
  }
  const [x, y, z] = patientToIecFixed(directionToSourceLps, position);
  const across = Math.hypot(x, y);
  if (across < 1e-12 * length) return { gantryDeg: z > 0 ? 0 : 180, couchDeg: 0 };
  const gantryDeg = Math.atan2(across, z) / RADIANS_PER_DEGREE;
  if (x >= 0) return { gantryDeg, couchDeg: normaliseDegrees(Math.atan2(-y, x) / RADIANS_PER_DEGREE) };
  return {
    gantryDeg: normaliseDegrees(-gantryDeg),
    couchDeg: normaliseDegrees(Math.atan2(y, -x) / RADIANS_PER_DEGREE),
  };
}

/**
 * A patient point in beam-limiting-device coordinates.
 * @param point - LPS, mm
 * @returns x, y across the beam, z towards the source, mm from the isocenter
 */
export function patientToBeam(point: PatientPoint, isocenterMm: PatientPoint, frame: BeamFrame): BeamPoint {
  const d: Vec3 = [point[0] - isocenterMm[0], point[1] - isocenterMm[1], point[2] - isocenterMm[2]];
  const dot = (axis: Vec3) => d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2];
  return [dot(frame.xAxis), dot(frame.yAxis), dot(frame.zAxis)];
}

/**
 * A point in beam-limiting-device coordinates in the patient: the inverse of {@link patientToBeam}.
 * @param point - mm from the isocenter
 * @returns LPS, mm
 */
export function beamToPatient(point: BeamPoint, isocenterMm: PatientPoint, frame: BeamFrame): PatientPoint {
  const along = (n: 0 | 1 | 2) =>
    isocenterMm[n] + point[0] * frame.xAxis[n] + point[1] * frame.yAxis[n] + point[2] * frame.zAxis[n];
  return [along(0), along(1), along(2)];
}
