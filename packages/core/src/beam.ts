import type { PatientPoint, Vec3 } from "./vec3.ts";

/** A circular cone; the diameter is the field's in the plane at `sadMm` from the source. */
export interface CircleAperture {
  readonly kind: "circle";
  readonly diameterMm: number;
}

export type Aperture = CircleAperture;

/** One static beam in patient space: a source, a point that its axis goes through, and an aperture. */
export interface Beam {
  readonly name: string;
  /** LPS, mm. */
  readonly sourceMm: PatientPoint;
  /** Point on the axis that the beam is aimed at, LPS, mm: the beam's own isocenter. */
  readonly aimMm: PatientPoint;
  /** Unit vectors, LPS, of the beam-limiting device's x and y axes (IEC 61217); z = x × y points to the source. */
  readonly bldXAxis: Vec3;
  readonly bldYAxis: Vec3;
  /** Distance from the source at which apertures and off-axis distances are stated, mm. */
  readonly sadMm: number;
  readonly aperture: Aperture;
  /** IEC 61217 angles, degrees, that put the source where it is (for RTPLAN and for people). */
  readonly gantryDeg: number;
  readonly couchDeg: number;
  readonly collimatorDeg: number;
  /** CyberKnife node, or linac field or arc, that the beam belongs to. */
  readonly node: number;
}

/** What a machine delivers: beams, and which of them share one weight (the control points of an arc do). */
export interface Delivery {
  readonly beams: readonly Beam[];
  /** Per beam the number, 0 … n − 1, of the weight that it shares. */
  readonly weightGroup: Int32Array;
  /** Per beam the part of its group's monitor units, summing to 1 in each group. */
  readonly shareOfGroup: Float64Array;
}
