import type { Volume } from "@isodose/core";
import { patientToVoxel } from "@isodose/core";
import { boxEntryExit, traceRadiologicalDepthKernel } from "@isodose/geometry";
import type { BeamAxes } from "./beam-axes.ts";

/**
 * Radiological depth in beam's-eye view: rays from the source through a square lattice in the plane at SAD, each sampled at
 * equal distances along the beam axis.
 *
 *   d(u, v, f) = ∫ ρ_e,rel dl along the ray through (u, v), from the source to the plane at distance f
 *
 * Voxels are boxes of constant density and the integral along each ray is exact (Amanatides–Woo); between rays and samples
 * the depth is linear.
 */
export interface DepthMap {
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

/** Distance between rays at SAD and between samples along the axis, mm: about the voxel size of a planning CT. */
const RAY_SPACING_MM = 2;
const SAMPLE_SPACING_MM = 1;

/**
 * Trace one beam's depth map.
 * @param clipRadiusMm - half width of the lattice, mm at SAD
 * @returns undefined if no ray meets the density grid
 */
export function traceDepthMap(
  density: Volume,
  axes: BeamAxes,
  sadMm: number,
  clipRadiusMm: number,
): DepthMap | undefined {
  const half = Math.ceil(clipRadiusMm / RAY_SPACING_MM);
  const rays = 2 * half + 1;
  const firstRayMm = -half * RAY_SPACING_MM;
  const range = axialRange(density, axes, sadMm, half * RAY_SPACING_MM);
  if (!range) return undefined;
  const firstDistanceMm = Math.floor(range.nearestMm) - SAMPLE_SPACING_MM;
  const samples = Math.ceil((range.farthestMm - firstDistanceMm) / SAMPLE_SPACING_MM) + 2;

  const depthMm = new Float32Array(rays * rays * samples);
  const grid = density.grid;
  // The tracer counts in voxel boxes: voxel 0 is [0, 1), its centre 0.5.
  const source = patientToVoxel(grid, axes.sourceMm).map((c) => c + 0.5);
  let deepestMm = 0;
  let nearestTissue = samples;
  for (let iv = 0; iv < rays; iv++) {
    for (let iu = 0; iu < rays; iu++) {
      const u = firstRayMm + iu * RAY_SPACING_MM;
      const v = firstRayMm + iv * RAY_SPACING_MM;
      // Rays that no point inside the clip radius lies next to stay 0 and are never read.
      if (Math.hypot(u, v) > clipRadiusMm + Math.SQRT2 * RAY_SPACING_MM) continue;
      const slant = slantedDirection(axes, u / sadMm, v / sadMm);
      const ahead = patientToVoxel(grid, [
        axes.sourceMm[0] + slant.x,
        axes.sourceMm[1] + slant.y,
        axes.sourceMm[2] + slant.z,
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
        SAMPLE_SPACING_MM * slant.lengthPerMm,
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
    perRayMm: 1 / RAY_SPACING_MM,
    firstDistanceMm,
    perSampleMm: 1 / SAMPLE_SPACING_MM,
    samples,
    depthMm,
    deepestMm,
    nearestTissueMm: firstDistanceMm + nearestTissue * SAMPLE_SPACING_MM,
    farthestMm: range.farthestMm,
  };
}

/** Step along the ray of slopes (u/SAD, v/SAD) that advances 1 mm along the axis. */
function slantedDirection(axes: BeamAxes, slopeX: number, slopeY: number) {
  const { axis, xAxis, yAxis } = axes;
  return {
    x: axis[0] + slopeX * xAxis[0] + slopeY * yAxis[0],
    y: axis[1] + slopeX * xAxis[1] + slopeY * yAxis[1],
    z: axis[2] + slopeX * xAxis[2] + slopeY * yAxis[2],
    lengthPerMm: Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY),
  };
}

/** Nearest and farthest axial distance at which the beam can meet the grid: over a coarse fan of its rays. */
function axialRange(density: Volume, axes: BeamAxes, sadMm: number, halfWidthMm: number) {
  let nearestMm = Number.POSITIVE_INFINITY;
  let farthestMm = 0;
  const fan = 8;
  for (let a = -fan; a <= fan; a++) {
    for (let b = -fan; b <= fan; b++) {
      const slant = slantedDirection(
        axes,
        ((a / fan) * halfWidthMm) / sadMm,
        ((b / fan) * halfWidthMm) / sadMm,
      );
      const l = slant.lengthPerMm;
      const hit = boxEntryExit(density.grid, axes.sourceMm, [slant.x / l, slant.y / l, slant.z / l]);
      if (!hit || hit.exitMm <= 0) continue;
      nearestMm = Math.min(nearestMm, Math.max(hit.entryMm, 0) / l);
      farthestMm = Math.max(farthestMm, hit.exitMm / l);
    }
  }
  // Rays between those of the fan may enter a little earlier or leave a little later: at most a fan step's worth of slope.
  const slackMm = (2 * halfWidthMm) / fan;
  if (!(farthestMm > 0)) return undefined;
  return { nearestMm: Math.max(nearestMm - slackMm, 1), farthestMm: farthestMm + slackMm };
}
