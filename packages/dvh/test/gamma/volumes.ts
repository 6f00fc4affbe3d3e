import {
  AXIAL_DIRECTION,
  createVolume,
  type Direction,
  type PatientPoint,
  type Vec3,
  type Volume,
  voxelToPatient,
} from "@isodose/core";

export interface GridPlace {
  readonly size: Vec3;
  readonly spacingMm?: Vec3;
  readonly originMm?: PatientPoint;
  readonly direction?: Direction;
}

/** A dose given by a function of the patient point, or by its numbers. */
export function doseVolume(
  { size, spacingMm = [1, 1, 1], originMm = [0, 0, 0], direction = AXIAL_DIRECTION }: GridPlace,
  dose: ((p: PatientPoint) => number) | ArrayLike<number>,
): Volume {
  const grid = { size, spacingMm, originMm, direction };
  const [nx, ny, nz] = size;
  const data = new Float32Array(nx * ny * nz);
  for (let n = 0; n < data.length; n++) {
    const voxel: Vec3 = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))];
    data[n] = typeof dose === "function" ? dose(voxelToPatient(grid, voxel)) : dose[n]!;
  }
  return createVolume(grid, "Gy", "1.2.3", data);
}
