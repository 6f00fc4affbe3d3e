import { type PatientPoint, type Structure, type Vec3, type Volume, voxelToPatient } from "@isodose/core";
import { type BoxMm, boxOfVolume, intersectBoxes } from "./slice-geometry.ts";

/** The pictures show the dose down to this part of the prescription, … */
const SHOWN_PART = 0.3;
/** … with so much around it, mm, … */
const MARGIN_MM = 20;
/** … and at least so far from the isocenter, mm, … */
const HALF_AT_LEAST_MM = 60;
/** … but not farther, mm: a wide bath of low dose must not make the target small. */
const HALF_AT_MOST_MM = 110;

/**
 * The part of the patient that the pictures show: the target and the dose above 30 % of the prescription, with a margin;
 * 60 to 110 mm to each side of the isocenter, cut at the edges of the CT.
 */
export function fieldOfView(
  ct: Volume,
  dose: Volume,
  target: Structure | undefined,
  isocenterMm: PatientPoint,
  prescriptionGy: number,
): BoxMm {
  const low: [number, number, number] = [isocenterMm[0], isocenterMm[1], isocenterMm[2]];
  const high: [number, number, number] = [isocenterMm[0], isocenterMm[1], isocenterMm[2]];
  const include = (p: ArrayLike<number>): void => {
    for (let a = 0; a < 3; a++) {
      low[a] = Math.min(low[a]!, p[a]!);
      high[a] = Math.max(high[a]!, p[a]!);
    }
  };
  for (const contour of target?.contours ?? []) {
    for (let n = 0; n < contour.pointsMm.length; n += 3) include(contour.pointsMm.subarray(n, n + 3));
  }
  const data = dose.values.data;
  const [nx, ny] = dose.grid.size;
  for (let n = 0; n < data.length; n++) {
    if (data[n]! >= SHOWN_PART * prescriptionGy) {
      include(voxelToPatient(dose.grid, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]));
    }
  }
  const reach = (mm: number): number => Math.min(HALF_AT_MOST_MM, Math.max(HALF_AT_LEAST_MM, mm + MARGIN_MM));
  const box: BoxMm = {
    min: isocenterMm.map((c, a) => c - reach(c - low[a]!)) as unknown as Vec3,
    max: isocenterMm.map((c, a) => c + reach(high[a]! - c)) as unknown as Vec3,
  };
  return intersectBoxes(box, boxOfVolume(ct)) ?? boxOfVolume(ct);
}
