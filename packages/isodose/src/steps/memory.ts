import { InvalidInputError } from "@isodose/core";

/** Bytes that live at once for each voxel: CT, two densities and an occupancy; dose, occupancy and report pictures. */
const BYTES_PER_CT_VOXEL = 20;
const BYTES_PER_DOSE_VOXEL = 24;
/** Program, tables, one beam's depth map, sample matrices. */
const BASE_MB = 250;

/** What a run needs at its peak, MB, to about a third. */
export function estimateMemoryMb(ctVoxels: number, doseVoxels: number): number {
  return Math.ceil(BASE_MB + (ctVoxels * BYTES_PER_CT_VOXEL + doseVoxels * BYTES_PER_DOSE_VOXEL) / 1e6);
}

/** @throws InvalidInputError if a run would need more than it may have */
export function assertMemory(ctVoxels: number, doseVoxels: number, maxMemoryMb: number | undefined): void {
  if (maxMemoryMb === undefined) return;
  const needed = estimateMemoryMb(ctVoxels, doseVoxels);
  if (needed > maxMemoryMb) {
    throw new InvalidInputError(
      "--max-memory",
      maxMemoryMb,
      `at least ${needed} MB for this CT and dose grid, or a larger dose.spacingMm`,
    );
  }
}
