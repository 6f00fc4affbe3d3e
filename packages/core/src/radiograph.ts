import type { PatientPosition } from "./patient.ts";
import type { PatientPoint, Vec3 } from "./vec3.ts";

/** Where the source and the detector of a radiograph stood. The detector is perpendicular to the central ray. */
export interface RadiographGeometry {
  /** LPS, mm. */
  readonly sourceMm: PatientPoint;
  /** Point that the central ray goes through, LPS, mm. */
  readonly isocenterMm: PatientPoint;
  readonly sourceToIsocenterMm: number;
  readonly sourceToDetectorMm: number;
  /** LPS unit vector to the right of the picture, as seen from the source. */
  readonly xAxis: Vec3;
  /** LPS unit vector up the picture. */
  readonly yAxis: Vec3;
  /** How the patient lies in the machine. */
  readonly position: PatientPosition;
  readonly frameOfReferenceUid: string;
}

/**
 * A projection picture: attenuation summed along rays.
 *
 *   opticalDepth = ∫ µ dl,   beam left over = exp(−opticalDepth)
 */
export interface Radiograph {
  /** What kind of view it is, for people. */
  readonly label: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Distance between pixel centres on the detector, mm, both ways. */
  readonly pixelSpacingMm: number;
  /** Length widthPx · heightPx, row by row from the top left as seen from the source; no unit. */
  readonly opticalDepth: Float32Array;
  readonly geometry: RadiographGeometry;
}
