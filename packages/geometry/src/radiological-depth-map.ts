import {
  type Grid,
  InvalidInputError,
  type PatientPoint,
  patientToVoxel,
  type Vec3,
  type Volume,
} from "@isodose/core";
import { traceRadiologicalDepthKernel } from "./radiological-depth.ts";
import { rayToVoxelBoxes } from "./voxel-ray.ts";

/** Diverging rays from a point through a square lattice: a beam without its dose. */
export interface RayFan {
  /** Where the rays start, LPS, mm. */
  readonly sourceMm: PatientPoint;
  /** Unit vector along the middle ray, away from the source, LPS. */
  readonly axis: Vec3;
  /** Unit vectors across, LPS: u runs along xAxis, v along yAxis. */
  readonly xAxis: Vec3;
  readonly yAxis: Vec3;
  /** Distance from the source of the plane in which u and v are measured, mm. */
  readonly sadMm: number;
  /** Half width of the lattice, mm at SAD; rays that nothing inside this radius lies next to stay 0. */
  readonly clipRadiusMm: number;
}

/** How densely the depth is sampled. */
export interface RadiologicalDepthMapOptions {
  /** Distance between rays at SAD, mm. Default 2 mm, about the voxel size of a planning CT. */
  readonly raySpacingMm?: number;
  /** Distance between samples along the axis, mm. Default 1 mm. */
  readonly sampleSpacingMm?: number;
}

/**
 * Radiological depth in beam's-eye view: rays from the source through a square lattice in the plane at SAD, each sampled at
 * equal distances along the beam axis.
 *
 *   d(u, v, f) = ∫ ρ_e,rel dl along the ray through (u, v), from the source to the plane at distance f
 *
 * Voxels are boxes of constant density and the integral along each ray is exact (Amanatides–Woo); between rays and samples
 * the depth is linear.
 */
export interface RadiologicalDepthMap {
  /** Rays along u and along v. */
  readonly rays: number;
  /** Lattice position of the first ray in u and in v, mm at SAD. */
  readonly firstRayMm: number;
  readonly perRayMm: number;
  /** Axial distance of the first sample, mm from the source, and samples per mm. */
  readonly firstDistanceMm: number;
  readonly perSampleMm: number;
  readonly samples: number;
  /** [v, u, sample], mm of water. */
  readonly depthMm: Float32Array;
  readonly deepestMm: number;
  /** Axial distance at which the first ray meets tissue, and at which the last leaves the density grid, mm from the source. */
  readonly nearestTissueMm: number;
  readonly farthestMm: number;
}

/**
 * Trace the radiological depth seen from a source: {@link RadiologicalDepthMap}.
 *
 * The grid may lie in any direction; a grid turned together with the fan gives the same map.
 *
 * @param density - e.g. relative electron density; nearest voxel, 0 outside its grid
 * @param fan - LPS
 * @returns undefined if no ray meets the density grid
 * @throws InvalidInputError if an axis is not a unit vector within 1e-4, or a length is not > 0
 * @example
 * const map = radiologicalDepthMap(density, { sourceMm: [0, -800, 0], axis: [0, 1, 0], xAxis: [1, 0, 0], yAxis: [0, 0, 1],
 *   sadMm: 800, clipRadiusMm: 50 });
 * map?.deepestMm // mm of water
 */
export function radiologicalDepthMap(
  density: Volume,
  fan: RayFan,
  options: RadiologicalDepthMapOptions = {},
): RadiologicalDepthMap | undefined {
  const lattice = depthMapLattice(density.grid, fan, options);
  if (!lattice) return undefined;
  const { rays, firstRayMm, raySpacingMm, firstDistanceMm, samples, sampleSpacingMm } = lattice;
  const { sadMm, clipRadiusMm } = fan;
  const depthMm = new Float32Array(rays * rays * samples);
  const grid = density.grid;
  // The tracer counts in voxel boxes: voxel 0 is [0, 1), its centre 0.5.
  const source = patientToVoxel(grid, fan.sourceMm).map((c) => c + 0.5);
  let deepestMm = 0;
  let nearestTissue = samples;
  for (let iv = 0; iv < rays; iv++) {
    for (let iu = 0; iu < rays; iu++) {
      const u = firstRayMm + iu * raySpacingMm;
      const v = firstRayMm + iv * raySpacingMm;
      // Rays that no point inside the clip radius lies next to stay 0 and are never read.
      if (Math.hypot(u, v) > clipRadiusMm + Math.SQRT2 * raySpacingMm) continue;
      const slant = slantedDirection(fan, u / sadMm, v / sadMm);
      const ahead = patientToVoxel(grid, [
        fan.sourceMm[0] + slant.x,
        fan.sourceMm[1] + slant.y,
        fan.sourceMm[2] + slant.z,
      ]);
      // One mm of axis is `lengthPerMm` mm of ray; the start is moved along the ray to the first sample.
      const di = ahead[0] + 0.5 - source[0]!;
      const dj = ahead[1] + 0.5 - source[1]!;
      const dk = ahead[2] + 0.5 - source[2]!;
      const start = (iv * rays + iu) * samples;
      traceRadiologicalDepthKernel(
        density.values.data,
        grid.size[0],
        grid.size[1],
        grid.size[2],
        source[0]! + di * firstDistanceMm,
        source[1]! + dj * firstDistanceMm,
        source[2]! + dk * firstDistanceMm,
        di / slant.lengthPerMm,
        dj / slant.lengthPerMm,
        dk / slant.lengthPerMm,
        sampleSpacingMm * slant.lengthPerMm,
        depthMm,
        start,
        samples,
      );
      deepestMm = Math.max(deepestMm, depthMm[start + samples - 1]!);
      let sample = 0;
      while (sample < nearestTissue && depthMm[start + sample] === 0) sample++;
      nearestTissue = sample;
    }
  }
  return {
    rays,
    firstRayMm,
    perRayMm: 1 / raySpacingMm,
    firstDistanceMm,
    perSampleMm: 1 / sampleSpacingMm,
    samples,
    depthMm,
    deepestMm,
    nearestTissueMm: firstDistanceMm + nearestTissue * sampleSpacingMm,
    farthestMm: lattice.farthestMm,
  };
}

/** Where the rays and samples of a {@link RadiologicalDepthMap} lie. */
export interface DepthMapLattice {
  readonly rays: number;
  readonly firstRayMm: number;
  readonly raySpacingMm: number;
  readonly firstDistanceMm: number;
  readonly samples: number;
  readonly sampleSpacingMm: number;
  /** Axial distance at which the last ray leaves the density grid, mm from the source. */
  readonly farthestMm: number;
}

/**
 * The lattice that {@link radiologicalDepthMap} traces a fan on, for those who trace it in another way.
 * @returns undefined if no ray meets the density grid
 * @throws InvalidInputError as radiologicalDepthMap
 */
export function depthMapLattice(
  grid: Grid,
  fan: RayFan,
  options: RadiologicalDepthMapOptions = {},
): DepthMapLattice | undefined {
  const { raySpacingMm = 2, sampleSpacingMm = 1 } = options;
  assertFan(fan, raySpacingMm, sampleSpacingMm);
  const half = Math.ceil(fan.clipRadiusMm / raySpacingMm);
  const range = axialRange(grid, fan, half * raySpacingMm);
  if (!range) return undefined;
  const firstDistanceMm = Math.max(0, Math.floor(range.nearestMm) - sampleSpacingMm);
  return {
    rays: 2 * half + 1,
    firstRayMm: -half * raySpacingMm,
    raySpacingMm,
    firstDistanceMm,
    samples: Math.ceil((range.farthestMm - firstDistanceMm) / sampleSpacingMm) + 2,
    sampleSpacingMm,
    farthestMm: range.farthestMm,
  };
}

/** Step along the ray of slopes (u/SAD, v/SAD) that advances 1 mm along the axis. */
function slantedDirection(fan: RayFan, slopeX: number, slopeY: number) {
  const { axis, xAxis, yAxis } = fan;
  return {
    x: axis[0] + slopeX * xAxis[0] + slopeY * yAxis[0],
    y: axis[1] + slopeX * xAxis[1] + slopeY * yAxis[1],
    z: axis[2] + slopeX * xAxis[2] + slopeY * yAxis[2],
    lengthPerMm: Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY),
  };
}

/** Nearest and farthest axial distance at which the beam can meet the grid: over a coarse fan of its rays. */
function axialRange(grid: Grid, fan: RayFan, halfWidthMm: number) {
  const { sadMm, axis, xAxis, yAxis } = fan;
  const { start } = rayToVoxelBoxes(grid, fan.sourceMm, axis);
  const d = grid.direction;
  let nearestMm = Number.POSITIVE_INFINITY;
  let farthestMm = 0;
  const steps = 8;
  for (let a = -steps; a <= steps; a++) {
    for (let b = -steps; b <= steps; b++) {
      const slopeX = ((a / steps) * halfWidthMm) / sadMm;
      const slopeY = ((b / steps) * halfWidthMm) / sadMm;
      const x = axis[0] + slopeX * xAxis[0] + slopeY * yAxis[0];
      const y = axis[1] + slopeX * xAxis[1] + slopeY * yAxis[1];
      const z = axis[2] + slopeX * xAxis[2] + slopeY * yAxis[2];
      // Through the six faces, one pair after the other; distances are axial.
      let entryMm = Number.NEGATIVE_INFINITY;
      let exitMm = Number.POSITIVE_INFINITY;
      for (let c = 0; c < 3; c++) {
        const p = start[c]!;
        const n = grid.size[c]!;
        const perMm = (d[c]! * x + d[3 + c]! * y + d[6 + c]! * z) / grid.spacingMm[c]!;
        if (Math.abs(perMm) < 1e-12) {
          if (!(p >= 0 && p < n)) exitMm = Number.NEGATIVE_INFINITY;
          continue;
        }
        const low = -p / perMm;
        const high = (n - p) / perMm;
        entryMm = Math.max(entryMm, Math.min(low, high));
        exitMm = Math.min(exitMm, Math.max(low, high));
      }
      if (!(entryMm < exitMm && exitMm > 0)) continue;
      nearestMm = Math.min(nearestMm, Math.max(entryMm, 0));
      farthestMm = Math.max(farthestMm, exitMm);
    }
  }
  // Rays between those of the fan may enter a little earlier or leave a little later: at most a fan step's worth of slope.
  const slackMm = (2 * halfWidthMm) / steps;
  if (!(farthestMm > 0)) return undefined;
  return { nearestMm: Math.max(nearestMm - slackMm, 1), farthestMm: farthestMm + slackMm };
}

function assertFan(fan: RayFan, raySpacingMm: number, sampleSpacingMm: number): void {
  const { axis, xAxis, yAxis, sadMm, clipRadiusMm } = fan;
  for (const [field, length] of Object.entries({ sadMm, clipRadiusMm, raySpacingMm, sampleSpacingMm })) {
    if (!(Number.isFinite(length) && length > 0))
      throw new InvalidInputError(field, length, "a length > 0 mm");
  }
  for (const [field, vector] of Object.entries({ axis, xAxis, yAxis })) {
    if (!(Math.abs(Math.hypot(...vector) - 1) < 1e-4))
      throw new InvalidInputError(field, vector, "a unit vector");
  }
}
