import type { PatientPoint, Vec3 } from "./vec3.ts";

/** A circular cone; the diameter is the field's in the plane at `sadMm` from the source. */
export interface CircleAperture {
  readonly kind: "circle";
  readonly diameterMm: number;
}

/**
 * A rectangle along the axes of the beam-limiting device: a beamlet, or a field of jaws. Sizes are those in the plane at `sadMm`. All
 * beamlets of one beam share its axis and lie beside it by `centerMm`.
 */
export interface RectangleAperture {
  readonly kind: "rectangle";
  /** Along bldXAxis, mm. */
  readonly widthMm: number;
  /** Along bldYAxis, mm. */
  readonly heightMm: number;
  /** Of the rectangle's centre along bldXAxis and bldYAxis, from the beam's axis, mm. Default [0, 0]. */
  readonly centerMm?: readonly [number, number];
}

export type Aperture = CircleAperture | RectangleAperture;

/** Farthest point of an aperture from the beam's axis in the plane at SAD, mm. */
export function apertureRadiusMm(aperture: Aperture): number {
  if (aperture.kind === "circle") return aperture.diameterMm / 2;
  const [x, y] = aperture.centerMm ?? [0, 0];
  return Math.hypot(Math.abs(x) + aperture.widthMm / 2, Math.abs(y) + aperture.heightMm / 2);
}

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
