import { HALF } from "./half.ts";
import type { GaugeField, SurfaceGauge } from "./surface-gauge.ts";

/** Radius of the disc, in voxels that the point was found in. */
const RADIUS = 0.5;

/**
 * The gauge of voxel (i, j, k) from a point whose surface is only known as the plane across the gradient of the fractions: the point lies
 * up to 0.7 voxels beside the true foot, which would lengthen short distances, so that it stands for a disc in this plane.
 */
export function discGauge(
  { data, size, spacingMm, points, perMmPlus, perMmMinus, per, isUniform }: GaugeField,
  nearest: number,
  i: number,
  j: number,
  k: number,
  out: SurfaceGauge,
): void {
  const inside = data[i + size[0] * (j + size[1] * k)]! >= HALF;
  const n = 3 * nearest;
  const [mx, my, mz] = spacingMm;
  const dx = (i - points.position[n]!) * mx;
  const dy = (j - points.position[n + 1]!) * my;
  const dz = (k - points.position[n + 2]!) * mz;
  const cx = isBeyond(dx, points.normal[n]!, per[0] * mx) ? perMmPlus[0] : perMmMinus[0];
  const cy = isBeyond(dy, points.normal[n + 1]!, per[1] * my) ? perMmPlus[1] : perMmMinus[1];
  const cz = isBeyond(dz, points.normal[n + 2]!, per[2] * mz) ? perMmPlus[2] : perMmMinus[2];
  // All lengths in units of m from here on; a normal divides by m where a length multiplies.
  let nx = points.normal[n]! / cx;
  let ny = points.normal[n + 1]! / cy;
  let nz = points.normal[n + 2]! / cz;
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
  nx /= length;
  ny /= length;
  nz /= length;
  const h = dx * cx * nx + dy * cy * ny + dz * cz * nz;
  const bx = dx * cx - h * nx;
  const by = dy * cy - h * ny;
  const bz = dz * cz - h * nz;
  const px = cx * mx;
  const py = cy * my;
  const pz = cz * mz;
  // No disc along an axis whose length alone is shorter than its voxels: half a voxel there would be growth.
  const isWideX = isUniform || px * per[0] <= 1;
  const isWideY = isUniform || py * per[1] <= 1;
  const isWideZ = isUniform || pz * per[2] <= 1;
  const freeX = isWideX ? bx / (px * per[0]) : 0;
  const freeY = isWideY ? by / (py * per[1]) : 0;
  const freeZ = isWideZ ? bz / (pz * per[2]) : 0;
  const beside = Math.sqrt(freeX * freeX + freeY * freeY + freeZ * freeZ);
  const beyond = beside > RADIUS ? 1 - RADIUS / beside : 0;
  const ex = h * nx + (isWideX ? beyond : 1) * bx;
  const ey = h * ny + (isWideY ? beyond : 1) * by;
  const ez = h * nz + (isWideZ ? beyond : 1) * bz;
  const distance = Math.sqrt(ex * ex + ey * ey + ez * ez);
  // Next to the surface the plane says which side it is, elsewhere the voxel.
  const isNext =
    distance < 1.001 * Math.abs(h) && Math.abs(h) < Math.min(px * per[0], py * per[1], pz * per[2]);
  const value = isNext ? h : inside ? -distance : distance;
  out.value = value;
  const isOn = distance < 1e-9;
  out.gi = (isOn ? nx : ex / value) * px;
  out.gj = (isOn ? ny : ey / value) * py;
  out.gk = (isOn ? nz : ez / value) * pz;
}

/** On which side of the foot the voxel lies: the surface point may lie beside the foot, then the normal says it. */
function isBeyond(d: number, normal: number, voxelMm: number): boolean {
  return Math.abs(d) > RADIUS * voxelMm ? d > 0 : normal >= 0;
}
