import type { Grid, PatientPoint, Vec3 } from "@isodose/core";
import { rayToVoxelBoxes } from "./voxel-ray.ts";

/** Where a ray crosses the box of a grid. */
export interface BoxCrossing {
  /** Distance from the ray's origin to where it enters, mm; negative if the origin is inside. */
  readonly entryMm: number;
  /** Distance to where it leaves, mm, ≥ 0. */
  readonly exitMm: number;
  /** Grid axis (0 i, 1 j, 2 k) whose face the ray enters through. */
  readonly entryAxis: 0 | 1 | 2;
  /** −1: the face below voxel 0 of that axis; 1: the face above the last voxel. */
  readonly entrySide: -1 | 1;
}

/**
 * Where a ray enters and leaves the box of voxels: the voxels' outer edges, half a voxel beyond the outer centres.
 * @param originMm - LPS, mm
 * @param direction - LPS unit vector
 * @returns undefined if the ray misses the box or the box lies wholly behind its origin
 */
export function boxEntryExit(grid: Grid, originMm: PatientPoint, direction: Vec3): BoxCrossing | undefined {
  const { start, directionPerMm } = rayToVoxelBoxes(grid, originMm, direction);
  let entryMm = Number.NEGATIVE_INFINITY;
  let exitMm = Number.POSITIVE_INFINITY;
  let entryAxis: 0 | 1 | 2 = 0;
  let entrySide: -1 | 1 = -1;
  for (const axis of [0, 1, 2] as const) {
    const p = start[axis];
    const d = directionPerMm[axis];
    const n = grid.size[axis];
    // Parallel to the faces: 1e-12 boxes per mm is less than rounding.
    if (Math.abs(d) < 1e-12) {
      if (!(p >= 0 && p < n)) return undefined;
      continue;
    }
    const near = (d > 0 ? -p : n - p) / d;
    const far = (d > 0 ? n - p : -p) / d;
    if (near > entryMm) {
      entryMm = near;
      entryAxis = axis;
      entrySide = d > 0 ? -1 : 1;
    }
    if (far < exitMm) exitMm = far;
  }
  return entryMm < exitMm && exitMm >= 0 ? { entryMm, exitMm, entryAxis, entrySide } : undefined;
}
