import { InvalidInputError } from "./errors.ts";
import type { PatientPoint, Vec3, VoxelPoint } from "./vec3.ts";

/**
 * A regular voxel grid in DICOM patient space (LPS).
 *
 *   x(i, j, k) = originMm + i · spacingMm[0] · e_i + j · spacingMm[1] · e_j + k · spacingMm[2] · e_k
 */
export interface Grid {
  /** [nx, ny, nz]: number of voxels along i, j, k. */
  readonly size: Vec3;
  /** Distance between voxel centres along i, j, k, mm, > 0. */
  readonly spacingMm: Vec3;
  /** Centre of voxel (0, 0, 0), LPS, mm. */
  readonly originMm: PatientPoint;
  /** Row-major 3 × 3 matrix whose columns are the LPS unit vectors e_i, e_j, e_k: [ix, jx, kx, iy, jy, ky, iz, jz, kz]. */
  readonly direction: Direction;
}

/** Row-major 3 × 3; see {@link Grid.direction}. */
export type Direction = readonly [number, number, number, number, number, number, number, number, number];

/** Axes of the grid along the axes of the patient. */
export const AXIAL_DIRECTION: Direction = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Number of voxels. */
export function voxelCount(grid: Grid): number {
  return grid.size[0] * grid.size[1] * grid.size[2];
}

/** Volume of one voxel, mm³. */
export function voxelVolumeMm3(grid: Grid): number {
  return grid.spacingMm[0] * grid.spacingMm[1] * grid.spacingMm[2];
}

/** LPS position of the voxel point, mm. */
export function voxelToPatient(grid: Grid, [i, j, k]: VoxelPoint): PatientPoint {
  const d = grid.direction;
  const x = i * grid.spacingMm[0];
  const y = j * grid.spacingMm[1];
  const z = k * grid.spacingMm[2];
  return [
    grid.originMm[0] + d[0] * x + d[1] * y + d[2] * z,
    grid.originMm[1] + d[3] * x + d[4] * y + d[5] * z,
    grid.originMm[2] + d[6] * x + d[7] * y + d[8] * z,
  ];
}

/** Voxel indices (fractional) of an LPS point, mm. */
export function patientToVoxel(grid: Grid, pointMm: PatientPoint): VoxelPoint {
  const d = grid.direction;
  const x = pointMm[0] - grid.originMm[0];
  const y = pointMm[1] - grid.originMm[1];
  const z = pointMm[2] - grid.originMm[2];
  return [
    (d[0] * x + d[3] * y + d[6] * z) / grid.spacingMm[0],
    (d[1] * x + d[4] * y + d[7] * z) / grid.spacingMm[1],
    (d[2] * x + d[5] * y + d[8] * z) / grid.spacingMm[2],
  ];
}

/** Do two grids have the same voxels, to the last bit? */
export function isSameGrid(a: Grid, b: Grid): boolean {
  return (["size", "spacingMm", "originMm", "direction"] as const).every((key) =>
    a[key].every((c: number, n: number) => c === b[key][n]),
  );
}

/**
 * Check a grid once, at the public edge.
 * @throws InvalidInputError if a size is not a whole number ≥ 1, a spacing not > 0, or the direction not orthonormal within 1e-4
 */
export function assertGrid(grid: Grid, field = "grid"): void {
  for (const n of grid.size) {
    if (!Number.isInteger(n) || n < 1)
      throw new InvalidInputError(`${field}.size`, grid.size, "three whole numbers ≥ 1");
  }
  for (const s of grid.spacingMm) {
    if (!(Number.isFinite(s) && s > 0))
      throw new InvalidInputError(`${field}.spacingMm`, grid.spacingMm, "three lengths > 0 mm");
  }
  if (!grid.originMm.every(Number.isFinite))
    throw new InvalidInputError(`${field}.originMm`, grid.originMm, "three finite numbers, mm");
  const d = grid.direction;
  for (let a = 0; a < 3; a++) {
    for (let b = a; b < 3; b++) {
      const dot = d[a]! * d[b]! + d[3 + a]! * d[3 + b]! + d[6 + a]! * d[6 + b]!;
      if (!(Math.abs(dot - (a === b ? 1 : 0)) < 1e-4)) {
        throw new InvalidInputError(`${field}.direction`, d, "orthonormal columns");
      }
    }
  }
}
