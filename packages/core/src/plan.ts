import type { Beam } from "./beam.ts";
import type { PatientPoint } from "./vec3.ts";

/** What is prescribed, for the whole course. */
export interface Prescription {
  /** Gy, all fractions together. */
  readonly doseGy: number;
  readonly fractions: number;
  /** Percent of the target's volume that is to receive `doseGy`. */
  readonly coveragePercent: number;
}

/** A ceiling for one structure, e.g. D0.035cc of the cord PRV ≤ 17 Gy over the whole course. */
export interface DoseLimit {
  readonly structure: string;
  readonly metric: string;
  readonly maxGy: number;
}

/** A plan that can be delivered: beams with their monitor units. */
export interface Plan {
  readonly label: string;
  readonly machine: string;
  readonly machineLabel: string;
  readonly prescription: Prescription;
  readonly target: string;
  /** LPS, mm. */
  readonly isocenterMm: PatientPoint;
  readonly beams: readonly Beam[];
  /** Per beam, all fractions together. */
  readonly monitorUnits: Float64Array;
}
