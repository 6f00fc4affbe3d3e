import { patientToVoxel, type Volume, voxelToPatient, voxelVolumeMm3 } from "@isodose/core";
import type { PlanResult } from "./plan-result.ts";

/** Tissues by CT number, HU: each reaches up to its end. A convention of this comparison, no anatomy. */
export const TISSUES_BY_HU = Object.freeze([
  { name: "air", upToHu: -900 },
  { name: "lung", upToHu: -300 },
  { name: "soft tissue", upToHu: 150 },
  { name: "bone", upToHu: 2000 },
  { name: "metal", upToHu: Number.POSITIVE_INFINITY },
] as const);

/** Two doses in the voxels of one tissue, where the first is at least {@link LEAST_DOSE_PERCENT} of its prescription. */
export interface TissueDifference {
  readonly tissue: (typeof TISSUES_BY_HU)[number]["name"];
  /** Of these voxels. */
  readonly volumeCc: number;
  /** 100 (B − A) / A, mean over the voxels, and its root mean square, and the values that 5 % and 95 % of them lie below. */
  readonly meanPercent: number;
  readonly rmsPercent: number;
  readonly low5Percent: number;
  readonly high95Percent: number;
}

/** Where two doses of one patient differ, by tissue. */
export interface DifferenceByTissue {
  /**
   * What B's dose was multiplied with, so that every beam has A's monitor units: then the difference is that of the engines or
   * beam data alone. Absent where the plans have other beams or other weights: their doses are compared as they are.
   */
  readonly monitorUnitFactor?: number;
  /** Only tissues that there are, in the order of {@link TISSUES_BY_HU}. */
  readonly tissues: readonly TissueDifference[];
}

/** Least dose of a voxel that counts, % of plan A's prescription. */
export const LEAST_DOSE_PERCENT = 10;

/** Weights that differ by less than this part are the same. */
const SAME_WEIGHT = 1e-6;

/**
 * Compare two doses tissue by tissue, with the same monitor units where the plans differ by one factor only.
 * @param difference - B − A on A's grid, Gy; NaN where B is unknown
 */
export function differenceByTissue(a: PlanResult, b: PlanResult, difference: Volume): DifferenceByTissue {
  const factor = monitorUnitFactor(a, b);
  const scale = factor ?? 1;
  const { ct } = a.patient;
  const { grid } = a.dose;
  const doseA = a.dose.values.data;
  const delta = difference.values.data;
  const hu = ct.values.data;
  const least = (LEAST_DOSE_PERCENT / 100) * a.plan.prescription.doseGy;
  const [nx, ny] = grid.size;
  const [cx, cy, cz] = ct.grid.size;
  const percents: number[][] = TISSUES_BY_HU.map(() => []);
  for (let v = 0; v < doseA.length; v++) {
    if (!(doseA[v]! >= least) || Number.isNaN(delta[v]!)) continue;
    const voxel = [v % nx, Math.floor(v / nx) % ny, Math.floor(v / (nx * ny))] as const;
    const [i, j, k] = patientToVoxel(ct.grid, voxelToPatient(grid, voxel)).map(Math.round) as [
      number,
      number,
      number,
    ];
    if (i < 0 || i >= cx || j < 0 || j >= cy || k < 0 || k >= cz) continue;
    const here = hu[i + cx * (j + cy * k)]!;
    const tissue = TISSUES_BY_HU.findIndex(({ upToHu }) => here < upToHu);
    percents[tissue]!.push(100 * ((scale * (doseA[v]! + delta[v]!)) / doseA[v]! - 1));
  }
  const voxelCc = voxelVolumeMm3(grid) / 1000;
  return {
    ...(factor !== undefined && { monitorUnitFactor: factor }),
    tissues: TISSUES_BY_HU.flatMap(({ name }, t) => {
      const values = Float64Array.from(percents[t]!).sort();
      const n = values.length;
      if (n === 0) return [];
      const mean = values.reduce((sum, x) => sum + x, 0) / n;
      return [
        {
          tissue: name,
          volumeCc: n * voxelCc,
          meanPercent: mean,
          rmsPercent: Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / n),
          low5Percent: values[Math.floor(0.05 * (n - 1))]!,
          high95Percent: values[Math.ceil(0.95 * (n - 1))]!,
        },
      ];
    }),
  };
}

/** Monitor units of A over those of B, if it is the same for every beam and the beams are the same. */
function monitorUnitFactor({ plan: a }: PlanResult, { plan: b }: PlanResult): number | undefined {
  if (a.machine !== b.machine || a.beams.length !== b.beams.length) return undefined;
  const factor = sum(a.monitorUnits) / sum(b.monitorUnits);
  const isSame = a.beams.every((beam, n) => {
    const other = b.beams[n]!;
    const unitsA = a.monitorUnits[n]!;
    return (
      beam.sourceMm.every((x, axis) => x === other.sourceMm[axis]) &&
      beam.aimMm.every((x, axis) => x === other.aimMm[axis]) &&
      JSON.stringify(beam.aperture) === JSON.stringify(other.aperture) &&
      Math.abs(factor * b.monitorUnits[n]! - unitsA) <= SAME_WEIGHT * unitsA
    );
  });
  return isSame ? factor : undefined;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let n = 0; n < values.length; n++) total += values[n]!;
  return total;
}
