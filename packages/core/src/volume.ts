import ndarray, { type NdArray } from "ndarray";
import { InvalidInputError } from "./errors.ts";
import { type Grid, voxelCount } from "./grid.ts";

/**
 * What the numbers of a volume can mean; "mr-signal" is in arbitrary units, ≥ 0; "gamma" and "chi" are those indices, without
 * unit.
 */
export const VOLUME_UNITS = Object.freeze([
  "HU",
  "Gy",
  "g/cm3",
  "relative-electron-density",
  "fraction",
  "mm",
  "mr-signal",
  "gamma",
  "chi",
] as const);

export type VolumeUnit = (typeof VOLUME_UNITS)[number];

/** Numbers on a grid. */
export interface Volume {
  readonly grid: Grid;
  /** Shape [nz, ny, nx], C order: x fastest. Kernels read `values.data`, index i + nx (j + ny k). */
  readonly values: NdArray<Float32Array>;
  readonly unit: VolumeUnit;
  readonly frameOfReferenceUid: string;
}

/**
 * A volume over `data` (not copied); without `data`, all zero.
 * @param data - length nx · ny · nz, x fastest
 * @throws InvalidInputError if the length does not fit the grid
 */
export function createVolume(
  grid: Grid,
  unit: VolumeUnit,
  frameOfReferenceUid: string,
  data?: Float32Array,
): Volume {
  const n = voxelCount(grid);
  const values = data ?? new Float32Array(n);
  if (values.length !== n)
    throw new InvalidInputError(
      "volume data length",
      values.length,
      `${n} values for size ${grid.size.join(" × ")}`,
    );
  return {
    grid,
    values: ndarray(values, [grid.size[2], grid.size[1], grid.size[0]]),
    unit,
    frameOfReferenceUid,
  };
}
