import { type Beam, type BeamData, EngineError, InvalidInputError, type Volume } from "@isodose/core";
import { type RadiologicalDepthMap, radiologicalDepthMap } from "@isodose/geometry";
import { type BeamAxes, beamAxesOf } from "./beam-axes.ts";
import { type ConeTable, makeConeTable } from "./cone-table.ts";

/** A beam with everything that its dose formula looks up. */
export interface PreparedBeam {
  readonly axes: BeamAxes;
  readonly sadMm: number;
  readonly table: ConeTable;
  readonly map: RadiologicalDepthMap;
}

/** Cone tables by diameter, shared by the beams of one run. */
export type ConeTableCache = Map<number, ConeTable>;

/**
 * Look up the beam's tables and trace its depth map.
 * @returns undefined if the beam misses the density grid
 * @throws InvalidInputError if the patient lies outside the distances or depths of the beam data: they are not extrapolated
 */
export function prepareBeam(
  density: Volume,
  beam: Beam,
  data: BeamData,
  cache: ConeTableCache,
): PreparedBeam | undefined {
  let table = cache.get(beam.aperture.diameterMm);
  if (!table) {
    table = makeConeTable(data, data.cone(beam.aperture.diameterMm));
    cache.set(beam.aperture.diameterMm, table);
  }
  if (Math.abs(beam.sadMm - data.sadMm) > 1e-6) {
    throw new EngineError(
      "ray-trace",
      `beam ${beam.name} states its aperture at ${beam.sadMm} mm, the beam data at ${data.sadMm} mm`,
    );
  }
  const axes = beamAxesOf(beam);
  const map = radiologicalDepthMap(density, { ...axes, sadMm: beam.sadMm, clipRadiusMm: table.clipRadiusMm });
  if (!map) return undefined;
  assertTablesReach(map, table, beam.name);
  return { axes, sadMm: beam.sadMm, table, map };
}

/** Tables are not extrapolated: a patient beyond them is refused. */
function assertTablesReach(map: RadiologicalDepthMap, table: ConeTable, beam: string): void {
  const deepestMm = (table.depths - 1) / table.perDepthMm;
  if (map.deepestMm > deepestMm) {
    const found = Math.round(map.deepestMm);
    throw new InvalidInputError(
      `radiological depth along ${beam}`,
      found,
      `at most ${deepestMm} mm, where the beam data end`,
    );
  }
  const nearMm = table.firstDistanceMm;
  const farMm = nearMm + (table.distances - 1) / table.perDistanceMm;
  if (map.nearestTissueMm < nearMm || map.farthestMm > farMm) {
    throw new InvalidInputError(
      `distance of the patient from the source along ${beam}`,
      [Math.round(map.nearestTissueMm), Math.round(map.farthestMm)],
      `${nearMm} to ${Math.round(farMm)} mm, where there are beam data`,
    );
  }
}

/**
 * Add the dose of a beam to points on a line, n = first … last, at beam coordinates (x, y, f) + n (dx, dy, df), mm:
 *
 *   D = MU · T(f, d, ρ) · (SAD / f)²,   (u, v) = (x, y) · SAD / f,   ρ = |(u, v)|,   d = d(u, v, f)
 *
 * T is the cone table (k · OF · TPR · OAR, trilinear), d the depth map (bilinear between rays, linear along them). No dose beyond
 * the clip radius, behind the source, or where nothing lies between source and point (d = 0): the tables describe water, not air.
 *
 * @param out - Gy, point n at `offset` + n, added to in place
 */
export function addDoseAlongLine(
  beam: PreparedBeam,
  x: number,
  y: number,
  f: number,
  dx: number,
  dy: number,
  df: number,
  first: number,
  last: number,
  monitorUnits: number,
  out: Float32Array,
  offset: number,
): void {
  const { sadMm, table, map } = beam;
  const { firstRayMm, perRayMm, rays, firstDistanceMm, perSampleMm, samples, depthMm } = map;
  const {
    firstDistanceMm: tableFirstMm,
    perDistanceMm,
    distances,
    perDepthMm,
    depths,
    perRadiusMm,
    radii,
  } = table;
  const values = table.values;
  const clipSquared = table.clipRadiusMm * table.clipRadiusMm;
  const sampleEnd = samples - 1.000001;
  const depthEnd = depths - 1.000001;
  const distanceEnd = distances - 1.000001;
  const raysPerRow = rays * samples;

  for (let n = first; n <= last; n++) {
    const distance = f + n * df;
    if (distance <= 0) continue;
    const toSad = sadMm / distance;
    const u = (x + n * dx) * toSad;
    const v = (y + n * dy) * toSad;
    const squared = u * u + v * v;
    if (squared >= clipSquared) continue;

    // Radiological depth.
    let s = (distance - firstDistanceMm) * perSampleMm;
    if (s <= 0) continue;
    if (s > sampleEnd) s = sampleEnd;
    const mu = (u - firstRayMm) * perRayMm;
    const mv = (v - firstRayMm) * perRayMm;
    const u0 = mu | 0;
    const v0 = mv | 0;
    const s0 = s | 0;
    const fu = mu - u0;
    const fs = s - s0;
    const m00 = v0 * raysPerRow + u0 * samples + s0;
    const m01 = m00 + samples;
    const m10 = m00 + raysPerRow;
    const m11 = m10 + samples;
    const d00 = depthMm[m00]! + fs * (depthMm[m00 + 1]! - depthMm[m00]!);
    const d01 = depthMm[m01]! + fs * (depthMm[m01 + 1]! - depthMm[m01]!);
    const d10 = depthMm[m10]! + fs * (depthMm[m10 + 1]! - depthMm[m10]!);
    const d11 = depthMm[m11]! + fs * (depthMm[m11 + 1]! - depthMm[m11]!);
    const nearV = d00 + fu * (d01 - d00);
    const depthMmHere = nearV + (mv - v0) * (d10 + fu * (d11 - d10) - nearV);
    if (depthMmHere <= 0) continue;

    // Cone table.
    let d = depthMmHere * perDepthMm;
    if (d > depthEnd) d = depthEnd;
    let z = (distance - tableFirstMm) * perDistanceMm;
    if (z < 0) z = 0;
    if (z > distanceEnd) z = distanceEnd;
    const r = Math.sqrt(squared) * perRadiusMm;
    const d0 = d | 0;
    const z0 = z | 0;
    const r0 = r | 0;
    const fz = z - z0;
    const fr = r - r0;
    const t00 = (d0 * radii + r0) * distances + z0;
    const t01 = t00 + distances;
    const t10 = t00 + radii * distances;
    const t11 = t10 + distances;
    const a00 = values[t00]! + fz * (values[t00 + 1]! - values[t00]!);
    const a01 = values[t01]! + fz * (values[t01 + 1]! - values[t01]!);
    const a10 = values[t10]! + fz * (values[t10 + 1]! - values[t10]!);
    const a11 = values[t11]! + fz * (values[t11 + 1]! - values[t11]!);
    const shallow = a00 + fr * (a01 - a00);
    const tableDose = shallow + (d - d0) * (a10 + fr * (a11 - a10) - shallow);

    out[offset + n]! += monitorUnits * tableDose * toSad * toSad;
  }
}
