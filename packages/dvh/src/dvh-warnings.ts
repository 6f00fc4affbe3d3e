import type { DvhCurve, Grid, Warning } from "@isodose/core";
import { excessOf } from "./curve-of-samples.ts";

/** A grid is coarse for a structure whose diameter is less than this number of its largest spacings. */
const SPACINGS_PER_DIAMETER = 10;
/** Curves are told of where they are less certain than both: a part of the structure, and a dose (or a part of its range). */
const VOLUME_LIMIT = 1e-2;
const DOSE_LIMIT_GY = 0.2;
const DOSE_LIMIT_OF_RANGE = 5e-3;

/**
 * What is doubtful about a curve.
 *
 * - `OUTSIDE_DOSE_GRID`: a part of the structure, or all of it, lies outside the dose grid
 * - `EMPTY_STRUCTURE`: it has no volume
 * - `GRID_COARSE`: the largest spacing of the dose grid is more than a tenth of ∛(6 V / π), the diameter of a ball of its
 *   volume: mind the grid error of each metric
 * - `SAMPLING_LIMIT`: sampling stopped at its limit with errors beyond 0.5 % of the volume (1 % below 5 mm) and 0.05 Gy (or
 *   0.1 % of the range): the error of each metric says how much
 * @param grid - of the dose
 */
export function dvhWarnings(curve: DvhCurve, grid: Grid): Warning[] {
  const { structure, volumeCc, volumeOutsideDoseGridCc: outsideCc, errors } = curve;
  const warnings: Warning[] = [];
  if (!(volumeCc > 0))
    return [{ code: "EMPTY_STRUCTURE", message: `${structure} has no volume: there is no dose in it` }];
  if (outsideCc > 0) {
    const part =
      outsideCc < volumeCc
        ? `${Number(outsideCc.toPrecision(4))} cc of ${structure} lie`
        : `${structure} lies wholly`;
    warnings.push({
      code: "OUTSIDE_DOSE_GRID",
      message: `${part} outside the dose grid: the dose there is unknown`,
    });
  }
  const spacingMm = Math.max(...grid.spacingMm);
  const diameterMm = Math.cbrt((6000 * volumeCc) / Math.PI);
  if (spacingMm > (diameterMm / SPACINGS_PER_DIAMETER) * (1 + 1e-9)) {
    warnings.push({
      code: "GRID_COARSE",
      message: `the dose grid (${spacingMm} mm) is coarse for ${structure} (${diameterMm.toFixed(1)} mm across): see the grid error of each metric`,
    });
  }
  if (errors && outsideCc < volumeCc) {
    const doseGy = Math.max(DOSE_LIMIT_GY, DOSE_LIMIT_OF_RANGE * (curve.maxGy - curve.minGy));
    const excess = excessOf(curve, errors.samplingErrorCc, doseGy, VOLUME_LIMIT, "either");
    if (excess > 1 || errors.minErrorGy > doseGy || errors.maxErrorGy > doseGy) {
      warnings.push({
        code: "SAMPLING_LIMIT",
        message: `the DVH of ${structure} is less certain than ${100 * VOLUME_LIMIT} % of its volume and ${doseGy.toFixed(2)} Gy: see the sampling error of each metric`,
      });
    }
  }
  return warnings;
}
