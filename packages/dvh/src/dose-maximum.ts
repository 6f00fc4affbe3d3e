import { type PatientPoint, type Volume, voxelToPatient } from "@isodose/core";

/** The voxel with the highest dose (the first of equals): Gy, and its centre, LPS, mm. */
export function doseMaximum(dose: Volume): { readonly doseGy: number; readonly positionMm: PatientPoint } {
  const data = dose.values.data;
  let at = 0;
  for (let n = 1; n < data.length; n++) if (data[n]! > data[at]!) at = n;
  const [nx, ny] = dose.grid.size;
  const positionMm = voxelToPatient(dose.grid, [
    at % nx,
    Math.floor(at / nx) % ny,
    Math.floor(at / (nx * ny)),
  ]);
  return { doseGy: data[at]!, positionMm };
}
