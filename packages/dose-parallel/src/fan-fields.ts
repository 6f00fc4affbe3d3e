import { type Grid, patientToVoxel, type Vec3 } from "@isodose/core";
import type { BeamAxes } from "@isodose/dose";
import type { DepthMapLattice } from "@isodose/geometry";
import type { MatterBox } from "./matter-box.ts";

/** The doubles of one fan, in the order of `Fan` in kernels/ray-trace.c. */
const FAN_FIELDS = [
  ..."size low high source perAxis perX perY".split(" ").flatMap((name) => [name, "", ""]),
  ..."sadMm rays firstRayMm raySpacingMm reachMm fromMm firstDistanceMm samples stride stepMm".split(" "),
  ..."nearestMm farthestMm deepestMm firstTissue".split(" "),
];

/** Doubles of one fan. */
export const FAN_LENGTH = FAN_FIELDS.length;

/** Write a fan before its samples are known; `samplesOfFan` completes it. */
export function writeFan(
  out: Float64Array,
  grid: Grid,
  box: MatterBox,
  axes: BeamAxes,
  sadMm: number,
  clipRadiusMm: number,
  lattice: DepthMapLattice,
): void {
  const source = patientToVoxel(grid, axes.sourceMm);
  const perMm = (v: Vec3) =>
    patientToVoxel(grid, [grid.originMm[0] + v[0], grid.originMm[1] + v[1], grid.originMm[2] + v[2]]);
  out.set([
    ...grid.size,
    ...box.low,
    ...box.high,
    ...source.map((c) => c + 0.5),
    ...perMm(axes.axis),
    ...perMm(axes.xAxis),
    ...perMm(axes.yAxis),
    sadMm,
    lattice.rays,
    lattice.firstRayMm,
    lattice.raySpacingMm,
    clipRadiusMm + Math.SQRT2 * lattice.raySpacingMm,
    lattice.firstDistanceMm,
    lattice.firstDistanceMm,
    0,
    0,
    lattice.sampleSpacingMm,
  ]);
}

/** Axial distances of a fan's samples, mm: where and how many. */
export interface FanSamples {
  readonly firstDistanceMm: number;
  readonly samples: number;
  /** Floats from one ray to the next. */
  readonly stride: number;
}

/**
 * Where a fan's depth is sampled, written into it too.
 *
 * Depth is stored from the sample before the first matter to the one behind the last, on the lattice of the readable map, so that
 * what is interpolated between samples is the same.
 * @param fan - after `measure_fan`
 * @returns undefined if no ray meets matter
 */
export function samplesOfFan(fan: Float64Array, lattice: DepthMapLattice): FanSamples | undefined {
  const nearestMm = fan[at("nearestMm")]!;
  const farthestMm = fan[at("farthestMm")]!;
  if (!(farthestMm > nearestMm)) return undefined;
  const step = lattice.sampleSpacingMm;
  const skipped = Math.max(0, Math.floor((nearestMm - lattice.firstDistanceMm) / step) - 1);
  const firstDistanceMm = lattice.firstDistanceMm + skipped * step;
  const samples = Math.ceil((farthestMm - firstDistanceMm) / step) + 2;
  // The tracer writes four samples at a time, up to three beyond the last.
  const stride = 4 * Math.ceil((samples + 3) / 4);
  fan[at("firstDistanceMm")] = firstDistanceMm;
  fan[at("samples")] = samples;
  fan[at("stride")] = stride;
  return { firstDistanceMm, samples, stride };
}

/** What a fan met, after `trace_fan`. */
export function tracedDepth(fan: Float64Array, samples: FanSamples, lattice: DepthMapLattice) {
  const first = fan[at("firstTissue")]!;
  return {
    deepestMm: fan[at("deepestMm")]!,
    nearestTissueMm: samples.firstDistanceMm + first * lattice.sampleSpacingMm,
    farthestMm: lattice.farthestMm,
  };
}

function at(field: string): number {
  return FAN_FIELDS.indexOf(field);
}
