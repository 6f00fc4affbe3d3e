import type { FluenceProfile } from "./fluence-profile.ts";
import type { EnergySpectrum, FieldLeakage } from "./photon-field.ts";

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

/**
 * Dose in water of one rectangular opening, a beamlet, per monitor unit, as the ray-trace engine reads it:
 *
 *   D / MU = e^{−µ d} · T(d, |x| · SAD / f, |y| · SAD / f, f) · (SAD / f)²
 *
 * with x and y the distances from the ray through the rectangle's centre. Linear between nodes along all four; those across lie
 * closest at the edge.
 */
export interface RectangleBeamData {
  readonly widthMm: number;
  readonly heightMm: number;
  /** µ, taken out of the table. */
  readonly attenuationPerMm: number;
  /** Radiological depths d of the nodes, mm, from 0, increasing; below the last T is held, down to `deepestMm`. */
  readonly depthMm: readonly number[];
  readonly deepestMm: number;
  /** Nodes across at SAD, mm, from 0, increasing. Beyond the last the dose is not modelled (0). */
  readonly xMm: readonly number[];
  readonly yMm: readonly number[];
  /** Distances from the source f, mm, increasing, uniform. */
  readonly sourceDistanceMm: { readonly first: number; readonly step: number; readonly count: number };
  /** T, Gy/MU: [depth, y, x, distance]. */
  readonly values: Float32Array;
}

/**
 * Photons scattered in the head, as a second, wide Gaussian source below the target. They have the spectrum of the others and go
 * through the same collimator.
 */
export interface HeadScatter {
  /** Of the fluence on the axis of an endless open field in the plane at SAD, 0 … 1; the target's photons have the rest. */
  readonly share: number;
  /** Standard deviation of the source, mm. */
  readonly sigmaMm: number;
  /** From the target down to the source of scatter, mm; above the collimator's end. */
  readonly distanceFromSourceMm: number;
}

/** Where photons of a machine come from and what shapes them; lengths along the axis are from the source (target). */
export interface BeamOptics {
  readonly sadMm: number;
  /** Standard deviation of the round Gaussian focal spot, mm; 0 is a point. */
  readonly sourceSigmaMm: number;
  /** From the source to the end of the collimator, which casts the shadow, mm. */
  readonly collimatorDistanceMm: number;
  /** Default: none. */
  readonly headScatter?: HeadScatter;
  /** Around the opening, out to `radiusMm` in the plane at SAD. Default: none. */
  readonly leakage?: FieldLeakage;
  /** Of the target's photons in the open beam, in the plane at SAD. Default: flat. */
  readonly fluenceProfile?: FluenceProfile;
}

/** The photons of a machine in front of the patient, for engines that transport them. */
export interface PhotonBeamModel extends Omit<BeamOptics, "sadMm"> {
  readonly spectrum: EnergySpectrum;
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
  /** "Gy/min": of a source that is always on; every "monitor unit" is then a minute. Default "Gy/MU". */
  readonly doseUnit?: "Gy/MU" | "Gy/min";
  readonly reference: { readonly diameterMm: number; readonly depthMm: number };
  readonly photons: PhotonBeamModel;
  /** The cone with this diameter, made on first use. Throws InvalidInputError naming the diameters that there are. */
  readonly cone: (diameterMm: number) => ConeBeamData;
  readonly coneDiametersMm: readonly number[];
  /**
   * A rectangular opening of these sizes at SAD, made on first use: its open part alone, without leakage, which belongs to the field
   * that beamlets make up. Throws InvalidInputError for sizes that are no lengths.
   */
  readonly rectangle: (widthMm: number, heightMm: number) => RectangleBeamData;
}
