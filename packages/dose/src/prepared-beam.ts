import {
  type Beam,
  type BeamData,
  EngineError,
  InvalidInputError,
  interpolateLinear,
  type PhotonBeamModel,
  type RectangleAperture,
  type Volume,
} from "@isodose/core";
import { type RadiologicalDepthMap, radiologicalDepthMap } from "@isodose/geometry";
import { type BeamAxes, beamAxesOf } from "./beam-axes.ts";
import { type ConeTable, makeConeTable } from "./cone-table.ts";
import type { PreparedRectangle } from "./prepared-rectangle.ts";
import { makeRectangleTable, type RectangleTable } from "./rectangle-table.ts";

/** A beam with a cone with everything that its dose formula looks up. */
export interface PreparedCone {
  readonly kind: "circle";
  readonly axes: BeamAxes;
  readonly sadMm: number;
  readonly table: ConeTable;
  readonly map: RadiologicalDepthMap;
}

export type PreparedBeam = PreparedCone | PreparedRectangle;

/** Tables by aperture, shared by the beams of one run, and the last depth map. */
export interface PreparedParts {
  readonly cones: Map<number, ConeTable>;
  readonly rectangles: Map<string, RectangleTable>;
  /** Of the beamlets of one beam. */
  view?: { readonly first: Beam; readonly map: RadiologicalDepthMap | undefined };
}

export function preparedParts(): PreparedParts {
  return { cones: new Map(), rectangles: new Map() };
}

/**
 * Look up the tables of beam `b` and trace its depth map. Rectangles that follow each other with the same source and axes, the
 * beamlets of one beam, share one map.
 * @returns undefined if the beam misses the density grid
 * @throws InvalidInputError if the patient lies outside the distances or depths of the beam data: they are not extrapolated
 */
export function prepareBeam(
  density: Volume,
  beams: readonly Beam[],
  b: number,
  data: BeamData,
  parts: PreparedParts,
): PreparedBeam | undefined {
  const beam = beams[b]!;
  const { aperture, sadMm } = beam;
  if (Math.abs(sadMm - data.sadMm) > 1e-6) {
    throw new EngineError(
      "ray-trace",
      `beam ${beam.name} states its aperture at ${sadMm} mm, the beam data at ${data.sadMm} mm`,
    );
  }
  const axes = beamAxesOf(beam);
  if (aperture.kind === "rectangle") {
    const table = rectangleTableOf(aperture, data, parts);
    const first = parts.view && isSameView(parts.view.first, beam) ? parts.view : undefined;
    const clipRadiusMm = first ? 0 : widestOfView(beams, b, data, parts);
    const map = first ? first.map : radiologicalDepthMap(density, { ...axes, sadMm, clipRadiusMm });
    if (!first) parts.view = { first: beam, map };
    if (!map) return undefined;
    assertTablesReach(map, table, beam.name);
    const centerMm = aperture.centerMm ?? [0, 0];
    const fluence = openFluence(data.photons.fluenceProfile, Math.hypot(...centerMm));
    return { kind: "rectangle", axes, sadMm, table, map, centerMm, fluence };
  }
  let table = parts.cones.get(aperture.diameterMm);
  if (!table) {
    table = makeConeTable(data, data.cone(aperture.diameterMm));
    parts.cones.set(aperture.diameterMm, table);
  }
  const map = radiologicalDepthMap(density, { ...axes, sadMm, clipRadiusMm: table.clipRadiusMm });
  if (!map) return undefined;
  assertTablesReach(map, table, beam.name);
  return { kind: "circle", axes, sadMm, table, map };
}

function rectangleTableOf(
  { widthMm, heightMm }: RectangleAperture,
  data: BeamData,
  parts: PreparedParts,
): RectangleTable {
  const key = `${widthMm} × ${heightMm}`;
  let table = parts.rectangles.get(key);
  if (!table) {
    table = makeRectangleTable(data.rectangle(widthMm, heightMm));
    parts.rectangles.set(key, table);
  }
  return table;
}

/** Do two beams look along the same axes from the same source? */
function isSameView(a: Beam, b: Beam): boolean {
  return (["sourceMm", "aimMm", "bldXAxis", "bldYAxis"] as const).every((key) =>
    a[key].every((c, n) => c === b[key][n]),
  );
}

/** Farthest point from the axis, mm at SAD, that a rectangle of the view that begins with beam `b` gives dose to. */
function widestOfView(beams: readonly Beam[], b: number, data: BeamData, parts: PreparedParts): number {
  let widest = 0;
  for (let n = b; n < beams.length && isSameView(beams[b]!, beams[n]!); n++) {
    const { aperture } = beams[n]!;
    if (aperture.kind !== "rectangle") continue;
    const { x, y } = rectangleTableOf(aperture, data, parts);
    const [centerX, centerY] = aperture.centerMm ?? [0, 0];
    widest = Math.max(widest, Math.hypot(Math.abs(centerX) + x.endMm, Math.abs(centerY) + y.endMm));
  }
  return widest;
}

/** Fluence of the open beam at a distance from the axis, over that on the axis. */
function openFluence(profile: PhotonBeamModel["fluenceProfile"], radiusMm: number): number {
  if (!profile) return 1;
  return interpolateLinear(
    profile.map(([r]) => r),
    profile.map(([, value]) => value),
    radiusMm,
  );
}

/**
 * Tables are not extrapolated: a patient beyond them is refused.
 * @param map - what the beam met: largest depth, first tissue, end of the density grid
 * @throws InvalidInputError naming the beam
 */
export function assertTablesReach(
  map: Pick<RadiologicalDepthMap, "deepestMm" | "nearestTissueMm" | "farthestMm">,
  table: Omit<ConeTable, "values"> | RectangleTable,
  beam: string,
): void {
  const deepestMm = "deepestMm" in table ? table.deepestMm : (table.depths - 1) / table.perDepthMm;
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
  beam: PreparedCone,
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
