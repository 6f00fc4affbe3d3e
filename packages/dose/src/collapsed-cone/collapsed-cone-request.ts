import type { Grid, Medium, PhotonField, Volume, Warning } from "@isodose/core";

/** How fine and how far to compute. */
export interface CollapsedConeOptions {
  /** Voxels around the beam, across it, mm. Default: those of the target grid, at most a tenth of the field, 0.5 to 2 mm. */
  readonly spacingMm?: number;
  /** Voxels around the beam, along it, mm. Default: those of the target grid, 1 to 2 mm. */
  readonly depthSpacingMm?: number;
  /** Groups of about equal energy fluence that the spectrum is cut into. Default 8. */
  readonly energyGroups?: number;
  /** How far beside the field charged particles are followed, mm of water; farther in light matter. Default 12. */
  readonly primaryMarginMm?: number;
  /** How far beside the field scattered photons are followed, mm. Default: 20 and four field sizes, 40 to 120. */
  readonly scatterMarginMm?: number;
}

/** One field on one medium. */
export interface CollapsedConeRequest {
  readonly medium: Medium;
  readonly field: PhotonField;
  /** Where dose is wanted. Default: the grid of the medium. */
  readonly grid?: Grid;
  readonly options?: CollapsedConeOptions;
}

/** Dose of one field. */
export interface CollapsedConeResult {
  /** Mean dose to medium in each voxel, Gy for 1 photon/cm² in the reference plane (Gy cm²); 0 in vacuum. */
  readonly dose: Volume;
  readonly warnings: readonly Warning[];
  /**
   * Largest dose at a side where the computed boxes end within medium and target, over the largest dose of all: about what cropping
   * leaves out beyond. 0 where nothing is cropped.
   */
  readonly croppedFraction: number;
  /** For 1 photon/cm²: energy that photons lost in the box (TERMA times mass), and what of it was deposited there, MeV. */
  readonly energy: { readonly releasedMeV: number; readonly depositedMeV: number };
  /** What was computed: voxels across and along the beam, mm, and voxels visited times cones. */
  readonly spacingMm: number;
  readonly depthSpacingMm: number;
  readonly voxelCones: number;
}
