import type { EnergySpectrum } from "./photon-field.ts";

/** Where a table came from, in words that a report can print. */
export interface Provenance {
  readonly title: string;
  readonly source: string;
  readonly note: string;
}

/**
 * Dose in water of one cone, per monitor unit, as the ray-trace engine reads it:
 *
 *   D / MU = k · OF · TPR(d, f) · OAR(d, f, r · SAD / f) · (SAD / f)²
 *
 * with d the radiological depth, f the distance from the source along the axis, r the distance from the axis. TPR and OAR
 * carry f because scatter, focal-spot blur and electron range are fixed in mm while the field grows with f.
 * Between nodes all tables are linear; radii and depths are uniform so that a look-up is one multiplication.
 */
export interface ConeBeamData {
  readonly diameterMm: number;
  /** OF: dose at reference depth and distance over that of the reference cone. */
  readonly outputFactor: number;
  /** Distances from the source f, mm, increasing, uniform. */
  readonly sourceDistanceMm: { readonly first: number; readonly step: number; readonly count: number };
  /** Radiological depths d, mm, from 0, uniform. */
  readonly depthMm: { readonly step: number; readonly count: number };
  /** Off-axis distances at SAD, r · SAD / f, mm, from 0, uniform. Beyond the last the dose is not modelled (0). */
  readonly radiusMm: { readonly step: number; readonly count: number };
  /** [distance, depth], 1 at reference depth and distance = SAD. */
  readonly tpr: Float32Array;
  /** [distance, depth, radius], 1 on the axis. */
  readonly oar: Float32Array;
}

/** The photons of a machine in front of the patient, for engines that transport them. */
export interface PhotonBeamModel {
  readonly spectrum: EnergySpectrum;
  /** Standard deviation of the round Gaussian focal spot, mm; 0 is a point. */
  readonly sourceSigmaMm: number;
  /** From the source to the end of the collimator, which casts the shadow, mm. */
  readonly collimatorDistanceMm: number;
  /** Photons/cm² on the axis of an open field in the plane at SAD, in vacuum, for one monitor unit. */
  readonly fluencePerCm2PerMonitorUnit: number;
}

/** Beam data of one machine. */
export interface BeamData {
  readonly machine: string;
  /** E.g. "mohan6-based, not FFF": printed wherever a dose made with it is. */
  readonly label: string;
  readonly provenance: Provenance;
  readonly sadMm: number;
  /** k: dose per monitor unit at the reference point, Gy/MU. */
  readonly doseGyPerMonitorUnit: number;
  readonly reference: { readonly diameterMm: number; readonly depthMm: number };
  readonly photons: PhotonBeamModel;
  /** The cone with this diameter, made on first use. Throws InvalidInputError naming the diameters that there are. */
  readonly cone: (diameterMm: number) => ConeBeamData;
  readonly coneDiametersMm: readonly number[];
}
