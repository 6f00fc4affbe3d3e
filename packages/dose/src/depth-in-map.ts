import type { RadiologicalDepthMap } from "@isodose/geometry";

/**
 * Radiological depth d(u, v, f) of a point in a depth map, mm of water: bilinear between the four rays around it, linear along them.
 * 0 in front of the first sample.
 * @param u - x · SAD / f, mm; likewise v; inside the map's lattice
 * @param distanceMm - f
 */
export function depthInMap(map: RadiologicalDepthMap, u: number, v: number, distanceMm: number): number {
  let s = (distanceMm - map.firstDistanceMm) * map.perSampleMm;
  if (s <= 0) return 0;
  const end = map.samples - 1.000001;
  if (s > end) s = end;
  const mu = (u - map.firstRayMm) * map.perRayMm;
  const mv = (v - map.firstRayMm) * map.perRayMm;
  const u0 = mu | 0;
  const v0 = mv | 0;
  const s0 = s | 0;
  const fu = mu - u0;
  const fs = s - s0;
  const depth = map.depthMm;
  const m00 = (v0 * map.rays + u0) * map.samples + s0;
  const m01 = m00 + map.samples;
  const m10 = m00 + map.rays * map.samples;
  const m11 = m10 + map.samples;
  const d00 = depth[m00]! + fs * (depth[m00 + 1]! - depth[m00]!);
  const d01 = depth[m01]! + fs * (depth[m01 + 1]! - depth[m01]!);
  const d10 = depth[m10]! + fs * (depth[m10 + 1]! - depth[m10]!);
  const d11 = depth[m11]! + fs * (depth[m11 + 1]! - depth[m11]!);
  const near = d00 + fu * (d01 - d00);
  return near + (mv - v0) * (d10 + fu * (d11 - d10) - near);
}
