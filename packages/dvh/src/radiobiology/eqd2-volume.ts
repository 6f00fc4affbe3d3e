import { assertGrid, createVolume, InvalidInputError, type Volume } from "@isodose/core";
import {
  assertSchedule,
  assertTissue,
  bedOf,
  type LqTissue,
  referenceBedPerGy,
  type Schedule,
} from "./linear-quadratic.ts";

/** @throws InvalidInputError if the volume is not dose in Gy, or a voxel is negative or not a number */
export function assertDoseVolume(dose: Volume, field: string): void {
  assertGrid(dose.grid, `${field}.grid`);
  if (dose.unit !== "Gy") throw new InvalidInputError(`${field}.unit`, dose.unit, '"Gy"');
  const data = dose.values.data;
  for (let n = 0; n < data.length; n++) {
    const value = data[n]!;
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    const [nx, ny] = dose.grid.size;
    const voxel = `${n % nx}, ${Math.floor(n / nx) % ny}, ${Math.floor(n / (nx * ny))}`;
    throw new InvalidInputError(`${field} voxel (${voxel})`, value, "a dose ≥ 0 Gy");
  }
}

/**
 * BED of every voxel (`bedGy`).
 * @param dose - total dose of the course, unit "Gy"
 * @returns BED on the same grid, Gy
 * @throws InvalidInputError if the unit is not Gy, a voxel is negative or not a number, or schedule or tissue are out of range
 */
export function bedVolume(dose: Volume, schedule: Schedule, tissue: LqTissue): Volume {
  assertTissue(tissue);
  return mapVolume(dose, schedule, tissue, 1);
}

/**
 * EQD2 of every voxel (`eqd2Gy`).
 * @param dose - total dose of the course, unit "Gy"
 * @returns EQD2 on the same grid, Gy
 * @throws InvalidInputError as {@link bedVolume}
 * @example
 * const eqd2 = eqd2Volume(dose, { fractions: 3 }, { alphaBetaGy: 2 });
 */
export function eqd2Volume(dose: Volume, schedule: Schedule, tissue: LqTissue): Volume {
  assertTissue(tissue);
  return mapVolume(dose, schedule, tissue, 1 / referenceBedPerGy(tissue));
}

function mapVolume(dose: Volume, schedule: Schedule, tissue: LqTissue, scale: number): Volume {
  assertDoseVolume(dose, "dose");
  assertSchedule(schedule);
  const { fractions, protractionFactor: g = 1 } = schedule;
  const { alphaBetaGy, transitionDoseGy = Number.POSITIVE_INFINITY } = tissue;
  const out = createVolume(dose.grid, "Gy", dose.frameOfReferenceUid);
  const from = dose.values.data;
  const to = out.values.data;
  for (let n = 0; n < from.length; n++)
    to[n] = scale * bedOf(from[n]!, fractions, g, alphaBetaGy, transitionDoseGy);
  return out;
}
