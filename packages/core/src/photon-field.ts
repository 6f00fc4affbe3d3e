import type { FluenceProfile } from "./fluence-profile.ts";
import type { Grid } from "./grid.ts";
import type { PatientPoint, Vec3 } from "./vec3.ts";

/** What matter is made of. */
export interface Material {
  readonly name: string;
  /** Usual density, g/cm³; voxels have their own. */
  readonly densityGPerCm3: number;
  /** By chemical symbol; the sum is 1. */
  readonly massFractions: Readonly<Record<string, number>>;
  /** Mean excitation energy, eV. */
  readonly meanExcitationEv: number;
}

/** Matter on a grid, for engines that transport particles; outside the grid is vacuum. */
export interface Medium {
  readonly grid: Grid;
  /** g/cm³, one number per voxel, x fastest; 0 is vacuum. */
  readonly densityGPerCm3: Float32Array;
  /** Index into `materials`, one per voxel. */
  readonly materialIndex: Uint8Array;
  readonly materials: readonly Material[];
}

/** Number of photons by energy; uniform inside a bin, a bin of zero width is a line. */
export interface EnergySpectrum {
  readonly binLowMeV: readonly number[];
  readonly binHighMeV: readonly number[];
  readonly relativeNumber: readonly number[];
}

/** A round field: a cone's. */
export interface CircleShape {
  readonly kind: "circle";
  /** In the reference plane, mm. */
  readonly diameterMm: number;
}

/** A rectangle in the reference plane; the axes are unit vectors in it, LPS. */
export interface RectangleShape {
  readonly kind: "rectangle";
  readonly widthMm: number;
  readonly heightMm: number;
  /** Where its centre lies along the axes, from the isocenter, mm. Default [0, 0]. */
  readonly centerMm?: readonly [number, number];
  readonly widthAxis: Vec3;
  readonly heightAxis: Vec3;
}

/**
 * Polygons in the reference plane, closed from the last corner to the first: what an iris, jaws or leaves leave open. They are
 * simple, may share sides, and do not overlap.
 */
export interface PolygonsShape {
  readonly kind: "polygons";
  /** Corners as [along widthAxis, along heightAxis] from the isocenter, mm. */
  readonly polygonsMm: readonly (readonly (readonly [number, number])[])[];
  readonly widthAxis: Vec3;
  readonly heightAxis: Vec3;
}

/** Opening of a field in the reference plane. */
export type FieldShape = CircleShape | RectangleShape | PolygonsShape;

/** Photons that come through the collimator where it is closed; of the field's spectrum (its hardening is not modelled). */
export interface FieldLeakage {
  /** Fluence outside the opening over that inside, 0 … 1. */
  readonly transmission: number;
  /** Out to this distance from the isocenter, in the reference plane, mm; the opening lies inside. */
  readonly radiusMm: number;
}

/** The same between jaws: in a rectangle along the axes of the field's shape, which the opening lies in. */
export interface JawLeakage {
  readonly transmission: number;
  /** Corners [along widthAxis, along heightAxis] in the reference plane, mm from the isocenter. */
  readonly lowMm: readonly [number, number];
  readonly highMm: readonly [number, number];
}

/**
 * Photons in vacuum in front of the patient: uniform fluence inside the opening, blurred by the source's size, and `leakage` of it
 * around. One unit is one photon/cm² in the opening in the reference plane, which goes through `isocenterMm` at right angles to the
 * axis.
 *
 * {@link assertPhotonField} says what is not usable.
 */
export interface PhotonField {
  readonly spectrum: EnergySpectrum;
  /** Where the axis meets the reference plane, LPS, mm. */
  readonly isocenterMm: PatientPoint;
  /** Unit vector from the isocenter towards the source, LPS. */
  readonly directionToSource: Vec3;
  /** From source to reference plane, mm; Infinity: parallel rays. */
  readonly sourceDistanceMm: number;
  /** Standard deviation of the round Gaussian source, mm; 0: a point. */
  readonly sourceSigmaMm: number;
  /**
   * From the source to the end of the collimator c, which casts the shadow, mm: at the distance f the blur is σ |f − c| / c. Needed
   * where `sourceSigmaMm` is above 0.
   */
  readonly collimatorDistanceMm?: number;
  readonly shape: FieldShape;
  /** Default: none. */
  readonly leakage?: FieldLeakage | JawLeakage;
  /** Of what comes through the opening, by distance from the axis in the reference plane; leakage is flat. Default: flat. */
  readonly fluenceProfile?: FluenceProfile;
}
