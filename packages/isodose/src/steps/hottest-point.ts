import type { Grid, PatientPoint, Structure, Volume } from "@isodose/core";
import { interpolateDoseGy } from "@isodose/dvh";
import { structureVolumeCc } from "@isodose/geometry";
import { structureLattice } from "./structure-lattice.ts";

/** Points that a structure is searched on. */
const POINTS = 40_000;

/** Where in one of several structures one of several doses is highest. */
export interface HottestPoint {
  readonly structure: string;
  /** Index of the dose. */
  readonly dose: number;
  readonly doseGy: number;
  /** LPS, mm. */
  readonly positionMm: PatientPoint;
}

/**
 * The hottest point of structures under doses: of the points of a cubic lattice in each structure, 0.5 to 4 mm apart.
 * @param along - the lattice runs along the axes of this grid (the CT's)
 * @returns undefined if no point lies in the grid of a dose
 */
export function hottestPoint(
  structures: readonly Structure[],
  doses: readonly Volume[],
  along: Grid,
): HottestPoint | undefined {
  const thicknessMm = along.spacingMm[2];
  let best: HottestPoint | undefined;
  for (const structure of structures) {
    const volumeMm3 = 1000 * structureVolumeCc(structure, { singlePlaneThicknessMm: thicknessMm });
    const stepMm = Math.min(4, Math.max(0.5, Math.cbrt(volumeMm3 / POINTS)));
    const { pointsMm } = structureLattice(structure, "inside", along, stepMm, [0.5, 0.5, 0.5], thicknessMm);
    for (let p = 0; p < pointsMm.length; p += 3) {
      const positionMm: PatientPoint = [pointsMm[p]!, pointsMm[p + 1]!, pointsMm[p + 2]!];
      for (const [dose, volume] of doses.entries()) {
        const doseGy = interpolateDoseGy(volume, positionMm);
        if (doseGy !== undefined && !(best && doseGy <= best.doseGy)) {
          best = { structure: structure.name, dose, doseGy, positionMm };
        }
      }
    }
  }
  return best;
}
