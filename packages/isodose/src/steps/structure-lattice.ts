import {
  type Grid,
  type PatientPoint,
  patientToVoxel,
  type Structure,
  type Vec3,
  voxelToPatient,
} from "@isodose/core";
import { rasterizeOccupancy } from "@isodose/geometry";

/** Points of a cubic lattice that lie inside a structure. */
export interface StructureLattice {
  /** LPS, mm: x0, y0, z0, x1, … */
  readonly pointsMm: Float64Array;
  /** Lattice indices i, j, k of each point. */
  readonly cells: readonly Vec3[];
  readonly stepMm: number;
  /** Mean position of the structure, weighted by occupancy, LPS, mm. */
  readonly centroidMm: PatientPoint;
}

/**
 * Lattice points of a structure.
 * @param rule - "inside": those whose cell lies at least half inside; "touching": all whose cell meets the structure, so that the
 * dose at its surface is not missed
 * @param along - the lattice runs along the axes of this grid (the CT's)
 * @param shift - moves the lattice by a part of its step along each axis, 0 … 1
 */
export function structureLattice(
  structure: Structure,
  rule: "inside" | "touching",
  along: Grid,
  stepMm: number,
  shift: Vec3,
  singlePlaneThicknessMm: number,
): StructureLattice {
  const least = rule === "inside" ? 0.5 : Number.MIN_VALUE;
  const grid = latticeGrid(structure, along, stepMm, shift, singlePlaneThicknessMm);
  const part = rasterizeOccupancy(structure, grid, { singlePlaneThicknessMm }).values.data;
  const points: number[] = [];
  const cells: Vec3[] = [];
  const sum = [0, 0, 0];
  let weight = 0;
  let v = 0;
  for (let k = 0; k < grid.size[2]; k++) {
    for (let j = 0; j < grid.size[1]; j++) {
      for (let i = 0; i < grid.size[0]; i++, v++) {
        const w = part[v]!;
        if (w === 0) continue;
        const p = voxelToPatient(grid, [i, j, k]);
        for (let a = 0; a < 3; a++) sum[a] = sum[a]! + w * p[a]!;
        weight += w;
        if (w < least) continue;
        points.push(...p);
        cells.push([i, j, k]);
      }
    }
  }
  return {
    pointsMm: Float64Array.from(points),
    cells,
    stepMm,
    centroidMm: [sum[0]! / weight, sum[1]! / weight, sum[2]! / weight],
  };
}

/** A grid of cubes that covers a structure, along the axes of another grid. */
export function latticeGrid(
  structure: Structure,
  along: Grid,
  stepMm: number,
  shift: Vec3,
  marginMm: number,
): Grid {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { pointsMm } of structure.contours) {
    for (let p = 0; p < pointsMm.length; p += 3) {
      const index = patientToVoxel(along, [pointsMm[p]!, pointsMm[p + 1]!, pointsMm[p + 2]!]);
      for (let a = 0; a < 3; a++) {
        const mm = index[a]! * along.spacingMm[a]!;
        low[a] = Math.min(low[a]!, mm);
        high[a] = Math.max(high[a]!, mm);
      }
    }
  }
  const size = [0, 1, 2].map((a) => Math.ceil((high[a]! - low[a]! + 2 * marginMm) / stepMm) + 2);
  const first = [0, 1, 2].map((a) => (low[a]! - marginMm - (1 - shift[a]!) * stepMm) / along.spacingMm[a]!);
  return {
    size: [size[0]!, size[1]!, size[2]!],
    spacingMm: [stepMm, stepMm, stepMm],
    originMm: voxelToPatient(along, [first[0]!, first[1]!, first[2]!]),
    direction: along.direction,
  };
}
