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

/**
 * Photons in vacuum in front of the patient: uniform fluence inside the field, none outside, blurred by the source's size. One
 * unit is one photon/cm² in the reference plane, which goes through `isocenterMm` at right angles to the axis.
 */
export interface PhotonField {
  readonly spectrum: EnergySpectrum;
  /** Centre of the field in the reference plane, LPS, mm. */
  readonly isocenterMm: PatientPoint;
  /** Unit vector from the isocenter towards the source, LPS. */
  readonly directionToSource: Vec3;
  /** From source to reference plane, mm; Infinity: parallel rays. */
  readonly sourceDistanceMm: number;
  /** Standard deviation of the Gaussian source, mm; 0: a point. */
  readonly sourceSigmaMm: number;
  /** Full sizes in the reference plane; the axes are unit vectors in it, LPS. */
  readonly shape:
    | { readonly kind: "circle"; readonly diameterMm: number }
    | {
        readonly kind: "rectangle";
        readonly widthMm: number;
        readonly heightMm: number;
        readonly widthAxis: Vec3;
        readonly heightAxis: Vec3;
      };
}
