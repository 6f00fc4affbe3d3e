import { InvalidInputError, patientToVoxel, type Vec3, type Volume } from "@isodose/core";
import type { ContourOptions } from "@isodose/geometry";
import { type DvhRegion, isOccupancy, isSolid } from "../dvh-region.ts";

/** How a program makes a DVH, as far as programs differ: one side of `explainDvhDifference`. */
export interface DvhRecipe extends ContourOptions {
  readonly structure: DvhRegion;
  /** unit "Gy". */
  readonly dose: Volume;
  readonly name?: string;
  /** Dose between voxel centres. Default trilinear; `nearest`: that of the voxel, everywhere in it. */
  readonly interpolation?: "trilinear" | "tricubic" | "nearest";
  /**
   * - `exact` (default): the structure as it is
   * - `voxel-count`: as simple programs do. In each contour's plane the voxel centres inside the polygons are counted, each
   *   for a pixel's area times the distance of the planes; dose between the planes of voxels by `interpolation` along the
   *   normal. Planes stand for one distance each, whatever `endSlices` and `gaps` say. The volume is what was counted.
   */
  readonly sampling?: "exact" | "voxel-count";
  /** Volume is counted in bins so wide, each read at its lower edge, Gy. Absent: no bins. */
  readonly binGy?: number;
}

/**
 * The settings of a program that counts voxels: the centres inside each contour, the dose of the nearest voxel, slices of
 * equal thickness, bins of 0.01 Gy.
 * @example explainDvhDifference({ structure, dose }, VOXEL_COUNT_SETTINGS)
 */
export const VOXEL_COUNT_SETTINGS = {
  endSlices: "half",
  gaps: "slab",
  interpolation: "nearest",
  sampling: "voxel-count",
  binGy: 0.01,
} as const satisfies Partial<DvhRecipe>;

/** What the curve of a recipe is called. */
export function nameOf({ structure, name }: DvhRecipe): string {
  return name ?? (isSolid(structure) ? "solid" : isOccupancy(structure) ? "occupancy" : structure.name);
}

/** @throws InvalidInputError if structure and dose have different frames of reference */
export function assertFrame({ structure, dose }: DvhRecipe): void {
  const frame = isSolid(structure) ? "" : structure.frameOfReferenceUid;
  if (frame && dose.frameOfReferenceUid && frame !== dose.frameOfReferenceUid)
    throw new InvalidInputError(
      "structure.frameOfReferenceUid",
      frame,
      `the frame of reference of the dose, ${dose.frameOfReferenceUid}`,
    );
}

/** Dose of the voxel that holds a point, Gy; undefined outside the grid. */
export function nearestDose(dose: Volume, point: Vec3): number | undefined {
  const [nx, ny, nz] = dose.grid.size;
  const [i, j, k] = patientToVoxel(dose.grid, point).map(Math.round) as [number, number, number];
  if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return undefined;
  return dose.values.data[i + nx * (j + ny * k)]!;
}
