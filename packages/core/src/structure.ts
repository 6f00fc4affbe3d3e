import type { Vec3 } from "./vec3.ts";

/** How a closed polygon combines with the others of its plane. */
export type ContourType = "CLOSED_PLANAR" | "CLOSEDPLANAR_XOR";

/** One closed polygon in a plane. The last point is joined to the first. */
export interface Contour {
  readonly type: ContourType;
  /** LPS, mm: x0, y0, z0, x1, y1, z1, … */
  readonly pointsMm: Float64Array;
}

/** DICOM RT ROI Interpreted Type (3006,00A4); the values that Isodose knows. */
export type StructureType =
  | "EXTERNAL"
  | "GTV"
  | "CTV"
  | "PTV"
  | "ORGAN"
  | "AVOIDANCE"
  | "CONTROL"
  | "SUPPORT"
  | "BOLUS"
  | "";

/** A named region of the patient, drawn as contours. Polygons of one plane combine by the even–odd rule. */
export interface Structure {
  readonly name: string;
  /** ROI Number; unique in a structure set. */
  readonly number: number;
  readonly type: StructureType;
  readonly colorRgb: Vec3;
  readonly contours: readonly Contour[];
  readonly frameOfReferenceUid: string;
}
