import { type Grid, InvalidInputError, type PatientPoint, voxelToPatient } from "@isodose/core";
import { formatDecimalString, formatDecimalStrings } from "./decimal-string.ts";
import type { DataSetByKeyword } from "./write-dicom.ts";

/**
 * Image plane module of slice k of a grid.
 * @throws InvalidInputError if the axes of the grid are left-handed: DICOM stacks frames along row × column
 */
export function imagePlaneModule(grid: Grid, k: number): DataSetByKeyword {
  const d = grid.direction;
  const determinant =
    d[0] * (d[4] * d[8] - d[5] * d[7]) -
    d[1] * (d[3] * d[8] - d[5] * d[6]) +
    d[2] * (d[3] * d[7] - d[4] * d[6]);
  if (determinant < 0) throw new InvalidInputError("grid.direction", d, "right-handed axes, k along i × j");
  const position: PatientPoint = voxelToPatient(grid, [0, 0, k]);
  return {
    PixelSpacing: formatDecimalStrings([grid.spacingMm[1], grid.spacingMm[0]]),
    ImageOrientationPatient: formatDecimalStrings([d[0], d[3], d[6], d[1], d[4], d[7]]),
    ImagePositionPatient: formatDecimalStrings(position),
    SliceThickness: formatDecimalString(grid.spacingMm[2]),
  };
}
