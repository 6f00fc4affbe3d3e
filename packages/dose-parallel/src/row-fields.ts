import { AXIAL_DIRECTION, type Grid } from "@isodose/core";
import { type BeamAxes, gridInBeam } from "@isodose/dose";
import type { DepthMapLattice } from "@isodose/geometry";
import type { ConeLookup } from "./cone-lookup.ts";
import type { FanSamples } from "./fan-fields.ts";

/** Doubles of one beam over one grid: `Beam` in kernels/ray-trace.c. */
export const ROW_LENGTH = 12 + 4 + 3 + 4 + 7 + 1;

/** LPS itself as a grid: what `point_dose` wants in place of one. */
export const POINTS_GRID: Grid = {
  size: [1, 1, 1],
  spacingMm: [1, 1, 1],
  originMm: [0, 0, 0],
  direction: AXIAL_DIRECTION,
};

/** One beam over one grid, in the order of the kernel's struct. */
export function writeRows(
  out: Float64Array,
  grid: Grid,
  axes: BeamAxes,
  sadMm: number,
  lattice: DepthMapLattice,
  samples: FanSamples,
  table: ConeLookup,
  monitorUnits: number,
): void {
  const { origin, perI, perJ, perK } = gridInBeam(axes, grid);
  out.set([
    ...origin,
    ...perI,
    ...perJ,
    ...perK,
    grid.size[0],
    grid.size[1],
    sadMm,
    table.clipRadiusMm,
    lattice.firstRayMm,
    1 / lattice.raySpacingMm,
    lattice.rays,
    samples.firstDistanceMm,
    1 / lattice.sampleSpacingMm,
    samples.samples,
    samples.stride,
    table.firstDistanceMm,
    table.perDistanceMm,
    table.distances,
    table.perDepthMm,
    table.depths,
    table.perRadiusMm,
    table.radii,
    monitorUnits,
  ]);
}
