import type { EnergySpectrum, Material, Vec3, Warning } from "@isodose/core";

/** Particles that a reference file can be about. */
export const REFERENCE_PARTICLES = ["photon", "proton", "beta"] as const;

/** What the numbers of a curve or volume are. */
export const REFERENCE_QUANTITIES = [
  "dose-to-medium",
  "dose-to-water-in-medium",
  "dose-to-water",
  "integrated-energy",
  "integrated-dose",
  "lateral-sigma",
] as const;
export type ReferenceQuantity = (typeof REFERENCE_QUANTITIES)[number];

/** One number of a curve: the mean over a region around the axis, in depth and distance from the axis. */
export interface RegionSample {
  /** Where it stands along its curve, mm: middle of its bin, or its point. */
  readonly positionMm: number;
  readonly depthLowMm: number;
  readonly depthHighMm: number;
  /** Distance from the axis: equal for a point; else the mean over this interval, see {@link FileCurve.lateral}. */
  readonly offAxisLowMm: number;
  readonly offAxisHighMm: number;
  readonly value: number;
  /** One standard error, same unit; 0 where the file has none. */
  readonly sigma: number;
}

/** One curve of a reference file. */
export interface FileCurve {
  readonly name: string;
  readonly along: "depth" | "off-axis" | "radius";
  readonly quantity: ReferenceQuantity;
  readonly unit: string;
  /** Off-axis intervals lie on a line (along the field's width axis), or are rings around the axis. */
  readonly lateral: "line" | "ring";
  readonly samples: readonly RegionSample[];
}

/** How a volume is compared. */
export interface VolumeCriteria {
  readonly dosePercent: number;
  readonly distanceMm: number;
  readonly local: boolean;
  readonly cutoffPercent: number;
  /** Voxels of less density are left out; 0: none. */
  readonly minDensityGPerCm3: number;
  /** Pass rate wanted, %. */
  readonly passPercent: number;
}

/** A 3D dose of a reference file. */
export interface FileVolume {
  readonly name: string;
  readonly quantity: ReferenceQuantity;
  readonly unit: string;
  readonly size: Vec3;
  readonly spacingMm: Vec3;
  readonly originMm: Vec3;
  /** x fastest, in `unit`. */
  readonly values: Float32Array;
  /** One standard error as a fraction; undefined where the file has none. */
  readonly relativeSigma: Float32Array | undefined;
  readonly compare: VolumeCriteria;
}

/** Layers from the surface down, laterally infinite. */
export interface SlabPhantom {
  readonly kind: "slabs";
  readonly layers: readonly { readonly material: string; readonly thicknessMm: number }[];
}

/** Voxels, x fastest. */
export interface VoxelPhantom {
  readonly kind: "voxels";
  readonly size: Vec3;
  readonly spacingMm: Vec3;
  readonly originMm: Vec3;
  /** One name per voxel value of `materialIndex`. */
  readonly materialNames: readonly string[];
  /** Index into `materialNames`. */
  readonly materialIndex: Uint8Array;
  readonly densityGPerCm3: Float32Array;
}

/** Phantoms of beta cases. */
export interface PointPhantom {
  readonly kind: "infinite" | "half-space";
  readonly material: string;
}

/** Where photons come from. */
export type PhotonSource =
  | {
      readonly kind: "point";
      /** From the source to the plane in which the field's size is given, mm. */
      readonly toReferencePlaneMm: number;
      readonly toSurfaceMm: number;
      /** Only where the file gives them: else the axis is the phantom's depth axis. */
      readonly isocenterMm: Vec3 | undefined;
      readonly directionToSource: Vec3 | undefined;
    }
  | { readonly kind: "parallel"; readonly isocenterMm: Vec3; readonly directionToSource: Vec3 };

/** Full sizes in the reference plane. */
export type PhotonShape =
  | { readonly kind: "circle"; readonly diameterMm: number }
  | {
      readonly kind: "rectangle";
      readonly widthMm: number;
      readonly heightMm: number;
      /** Unit vectors in the phantom's axes; undefined: x and y of the phantom. */
      readonly widthAxis: Vec3 | undefined;
      readonly heightAxis: Vec3 | undefined;
    };

interface CommonFile {
  readonly id: string;
  readonly title: string;
  /** The code that computed it, with its version. */
  readonly code: string;
  readonly normalization: string;
  readonly materials: Readonly<Record<string, Material>>;
  readonly curves: readonly FileCurve[];
  /** Numbers only; what else stands there is named in `warnings`. */
  readonly scalars: readonly { readonly name: string; readonly value: number }[];
  readonly volumes: readonly FileVolume[];
  readonly warnings: readonly Warning[];
}

/** A photon field on slabs or voxels. */
export interface PhotonReference extends CommonFile {
  readonly particle: "photon";
  readonly spectrum: EnergySpectrum;
  readonly spectrumName: string;
  readonly source: PhotonSource;
  readonly shape: PhotonShape;
  readonly phantom: SlabPhantom | VoxelPhantom;
}

/** A case about particles that no engine of this version transports: known, and reported as not compared. */
export interface OtherReference extends CommonFile {
  readonly particle: "proton" | "beta";
  readonly phantom: SlabPhantom | VoxelPhantom | PointPhantom;
}

/** What one file of the format `isodose-reference/1` says. */
export type ReferenceFile = PhotonReference | OtherReference;
