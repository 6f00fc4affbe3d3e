import type { NearestSurface } from "./nearest-surface.ts";
import { HALF, type SurfacePoints } from "./surface-points.ts";

/** Voxels around a surface point within which the surface is taken as the plane through it. */
const FLAT_WITHIN = 0.5;

/**
 * Signed distance from the surface in units of direction-dependent lengths, from the nearest surface point.
 *
 *   N(p) = min_(q on the surface) |(p − q) / m|,   m per axis and side of q
 *
 * The points lie up to 0.7 voxels beside the true foot of a voxel, which would lengthen short distances; so each stands for a
 * disc of half a voxel in its tangent plane. With m = 1 mm the result is in mm.
 */
export interface SurfaceGauge {
  /** N, < 0 inside; ±Infinity where no surface is within the limit. */
  value: number;
  /** Its change per voxel along i, j, k. */
  gi: number;
  gj: number;
  gk: number;
}

/** What the gauge is made from. */
export interface GaugeField {
  readonly data: Float32Array;
  readonly size: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
  readonly points: SurfacePoints;
  readonly field: NearestSurface;
  /** 1/m along +i, +j, +k and −i, −j, −k. */
  readonly perMmPlus: readonly [number, number, number];
  readonly perMmMinus: readonly [number, number, number];
  /** All six are the same. */
  readonly isUniform: boolean;
}

/** Write the gauge of voxel (i, j, k) into `out`. */
export function surfaceGauge(scene: GaugeField, i: number, j: number, k: number, out: SurfaceGauge): void {
  const { size, spacingMm, points, perMmPlus, perMmMinus } = scene;
  const v = i + size[0] * (j + size[1] * k);
  const inside = scene.data[v]! >= HALF;
  const n = 3 * scene.field.nearest[v]!;
  if (n < 0) {
    out.value = inside ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return;
  }
  const dx = (i - points.position[n]!) * spacingMm[0];
  const dy = (j - points.position[n + 1]!) * spacingMm[1];
  const dz = (k - points.position[n + 2]!) * spacingMm[2];
  const cx = sideOf(dx, points.normal[n]!, spacingMm[0]) ? perMmPlus[0] : perMmMinus[0];
  const cy = sideOf(dy, points.normal[n + 1]!, spacingMm[1]) ? perMmPlus[1] : perMmMinus[1];
  const cz = sideOf(dz, points.normal[n + 2]!, spacingMm[2]) ? perMmPlus[2] : perMmMinus[2];
  // All lengths in units of m from here on; a normal divides by m where a length multiplies.
  const ux = dx * cx;
  const uy = dy * cy;
  const uz = dz * cz;
  let nx = points.normal[n]! / cx;
  let ny = points.normal[n + 1]! / cy;
  let nz = points.normal[n + 2]! / cz;
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
  nx /= length;
  ny /= length;
  nz /= length;
  const h = ux * nx + uy * ny + uz * nz;
  const bx = ux - h * nx;
  const by = uy - h * ny;
  const bz = uz - h * nz;
  const px = cx * spacingMm[0];
  const py = cy * spacingMm[1];
  const pz = cz * spacingMm[2];
  // No disc along an axis whose length alone is shorter than its voxels: half a voxel there would be growth.
  const wideX = scene.isUniform || px <= 1;
  const wideY = scene.isUniform || py <= 1;
  const wideZ = scene.isUniform || pz <= 1;
  const freeX = wideX ? bx / px : 0;
  const freeY = wideY ? by / py : 0;
  const freeZ = wideZ ? bz / pz : 0;
  const beside = Math.sqrt(freeX * freeX + freeY * freeY + freeZ * freeZ);
  const beyond = beside > FLAT_WITHIN ? 1 - FLAT_WITHIN / beside : 0;
  const ex = h * nx + (wideX ? beyond : 1) * bx;
  const ey = h * ny + (wideY ? beyond : 1) * by;
  const ez = h * nz + (wideZ ? beyond : 1) * bz;
  const distance = Math.sqrt(ex * ex + ey * ey + ez * ez);
  // Next to the surface the plane says which side it is, elsewhere the voxel.
  const value =
    distance < 1.001 * Math.abs(h) && Math.abs(h) < Math.min(px, py, pz) ? h : inside ? -distance : distance;
  out.value = value;
  if (distance < 1e-9) {
    out.gi = nx * px;
    out.gj = ny * py;
    out.gk = nz * pz;
  } else {
    out.gi = (ex / value) * px;
    out.gj = (ey / value) * py;
    out.gk = (ez / value) * pz;
  }
}

/** On which side of the foot the voxel lies: the surface point may lie beside the foot, then the normal says it. */
function sideOf(d: number, normal: number, spacingMm: number): boolean {
  return Math.abs(d) > FLAT_WITHIN * spacingMm ? d > 0 : normal >= 0;
}
