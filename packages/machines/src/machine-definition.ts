import type { EnergySpectrum, FieldLeakage, FluenceProfile, HeadScatter, Vec3 } from "@isodose/core";
import type { PencilKernel } from "@isodose/physics";
import type { MultileafCollimator } from "./collimators/multileaf-collimator.ts";

export const MACHINE_FORMAT = "isodose-machine/1";

/** How far a number of a machine file can be trusted. */
export const PROVENANCE_STATUSES = ["read", "computed", "unverified default"] as const;
export type ProvenanceStatus = (typeof PROVENANCE_STATUSES)[number];

/** Where one number (or one block of numbers) of a machine comes from. */
export interface FieldProvenance {
  /** Key path in the machine file, e.g. `beamModel.sourceFwhmMm`. */
  readonly field: string;
  readonly source: string;
  readonly status: ProvenanceStatus;
}

/** Pencil kernels that beam data can be made from. */
export const KERNEL_IDS = ["6mv-mohan", "co60"] as const;
export type KernelId = (typeof KERNEL_IDS)[number];

/** A pencil kernel in the machine file itself, with the spectrum that it belongs to: what `isodose commission` writes. */
export interface OwnKernel {
  readonly spectrum: EnergySpectrum;
  readonly pencil: PencilKernel;
}

/** What beam data are made from: kernel, source, collimator, calibration point. */
export interface BeamModel {
  /** A built-in one, or the kernel itself. */
  readonly kernel: KernelId | OwnKernel;
  /** Full width at half maximum of the round Gaussian focal spot, mm. */
  readonly sourceFwhmMm: number;
  /** Distance from source to the end of the collimator, mm: it projects the focal spot. */
  readonly collimatorExitMm: number;
  /** Photons scattered in the head, as a second wide source. Default: none. */
  readonly headScatter?: HeadScatter;
  /** Fluence outside the opening over that of the open beam, out to a radius at SAD. Default: none. */
  readonly leakage?: FieldLeakage;
  /** Open beam off the axis: [mm at SAD, fluence relative to the axis], from [0, 1]. Default: flat. */
  readonly fluenceProfile?: FluenceProfile;
  /** The field (diameter at SAD, mm) and depth (mm, at distance SAD) at which the dose per monitor unit is stated. */
  readonly reference: { readonly diameterMm: number; readonly depthMm: number };
  /** At the reference point, Gy/MU; a machine has this or `doseGyPerMinute`. */
  readonly doseGyPerMonitorUnit?: number;
  /** At the reference point, Gy/min: for a radioactive source. */
  readonly doseGyPerMinute?: number;
}

interface MachineCommon {
  readonly format: typeof MACHINE_FORMAT;
  /** Name in plan files. */
  readonly id: string;
  readonly title: string;
  /** Said wherever a dose made with this machine is shown. */
  readonly label: string;
  /** Distance from source to the plane in which cone diameters are stated, mm. */
  readonly sadMm: number;
  /** Cones, field diameter at SAD, mm, increasing. */
  readonly coneDiametersMm: readonly number[];
  readonly beamModel: BeamModel;
  readonly provenance: readonly FieldProvenance[];
}

/** A part of the sphere around the room's isocenter where no source may stand. */
export type ExcludedDirections =
  /** Sources lower than this elevation above the horizontal plane. */
  | { readonly kind: "below"; readonly elevationDeg: number; readonly reason: string }
  /** Sources within the half angle of an axis, given in IEC fixed (room) coordinates. */
  | {
      readonly kind: "cap";
      readonly axisIecFixed: Vec3;
      readonly halfAngleDeg: number;
      readonly reason: string;
    };

/** The rule that makes the nodes, the robot's stops, around the isocenter. */
export interface NodeRule {
  /** Points of the Fibonacci lattice on the whole sphere; those that are not excluded become nodes. */
  readonly latticePoints: number;
  /** Range of the distances from node (source) to isocenter, mm. */
  readonly sourceDistanceMm: { readonly least: number; readonly most: number };
  readonly excluded: readonly ExcludedDirections[];
  /** Most beams that one node may carry. */
  readonly beamsPerNode: number;
  /** Range of the distance from source to aim point, mm; a beam outside it is out of reach. */
  readonly aimDistanceMm: { readonly least: number; readonly most: number };
}

/** Time model of the robot; see `deliveryMinutes`. */
export interface CyberKnifeTiming {
  readonly setupMinutesPerFraction: number;
  readonly doseRateMonitorUnitsPerMinute: number;
  /** Path speed between nodes, mm/s, and the time to come to rest at one, s. */
  readonly robotSpeedMmPerSecond: number;
  readonly nodeSettleSeconds: number;
  readonly beamOverheadSeconds: number;
  readonly imagingIntervalSeconds: number;
  readonly imagingSeconds: number;
}

/** Time model of the linac; see `deliveryMinutes`. */
export interface LinacTiming {
  readonly setupMinutesPerFraction: number;
  readonly doseRateMonitorUnitsPerMinute: number;
  readonly gantrySpeedDegPerSecond: number;
  readonly fieldOverheadSeconds: number;
  /** Each change of couch angle, s. */
  readonly couchKickSeconds: number;
}

/** A robotic linac with a node set. */
export interface CyberKnifeMachine extends MachineCommon {
  readonly kind: "cyberknife";
  readonly nodes: NodeRule;
  readonly timing: CyberKnifeTiming;
}

/** A C-arm linac with cones. */
export interface LinacMachine extends MachineCommon {
  readonly kind: "linac";
  /** Its leaves; plans deliver with cones. */
  readonly multileafCollimator?: MultileafCollimator;
  readonly timing: LinacTiming;
}

/** One of the many Co-60 sources of a Gamma Knife, with its collimators as cones. */
export interface GammaKnifeMachine extends MachineCommon {
  readonly kind: "gamma-knife";
  /** Sources that shine at the focus together. */
  readonly sources: number;
}

/** A machine as a plain object: what a machine file (JSON) holds. All lengths mm, angles degrees (IEC 61217). */
export type MachineDefinition = CyberKnifeMachine | LinacMachine | GammaKnifeMachine;

/** A machine that plans can deliver with. */
export type DeliveringMachine = CyberKnifeMachine | LinacMachine;
