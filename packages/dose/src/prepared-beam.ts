import { type Beam, type BeamData, EngineError, InvalidInputError, type Volume } from "@isodose/core";
import { type BeamAxes, beamAxesOf } from "./beam-axes.ts";
import { type ConeTable, lookUpConeTable, makeConeTable } from "./cone-table.ts";
import { type DepthMap, lookUpDepth, traceDepthMap } from "./depth-map.ts";

/** A beam with everything that its dose formula looks up. */
export interface PreparedBeam {
  readonly axes: BeamAxes;
  readonly sadMm: number;
  readonly table: ConeTable;
  readonly map: DepthMap;
}

/** Cone tables by diameter, shared by the beams of one run. */
export type ConeTableCache = Map<number, ConeTable>;

/**
 * Look up the beam's tables and trace its depth map.
 * @returns undefined if the beam misses the density grid
 * @throws InvalidInputError if the patient lies outside the distances or depths of the beam data: they are not extrapolated
 */
export function prepareBeam(density: Volume, beam: Beam, data: BeamData, cache: ConeTableCache): PreparedBeam | undefined {
  let table = cache.get(beam.aperture.diameterMm);
  if (!table) {
    table = makeConeTable(data, data.cone(beam.aperture.diameterMm));
    cache.set(beam.aperture.diameterMm, table);
  }
  if (Math.abs(beam.sadMm - data.sadMm) > 1e-6) {
    throw new EngineError("ray-trace", `beam ${beam.name} states its aperture at ${beam.sadMm} mm, the beam data at ${data.sadMm} mm`);
  }
  const axes = beamAxesOf(beam);
  const map = traceDepthMap(density, axes, beam.sadMm, table.clipRadiusMm);
  if (!map) return undefined;
  const deepestTableMm = (table.depths - 1) / table.perDepthMm;
  if (map.deepestMm > deepestTableMm) {
    throw new InvalidInputError(`radiological depth along ${beam.name}`, Math.round(map.deepestMm), `at most ${deepestTableMm} mm, where the beam data end`);
  }
  return { axes, sadMm: beam.sadMm, table, map };
}

/**
 * Dose of one monitor unit at a point in beam coordinates x, y, f (mm), Gy/MU:
 *
 *   D / MU = k · OF · TPR(d, f) · OAR(d, f, r · SAD / f) · (SAD / f)²
 *
 * No dose where nothing lies between source and point (d = 0): the tables describe water, not air.
 */
export function dosePerMonitorUnit(beam: PreparedBeam, x: number, y: number, f: number): number {
  const toSad = beam.sadMm / f;
  const u = x * toSad;
  const v = y * toSad;
  const radius = Math.sqrt(u * u + v * v);
  if (radius >= beam.table.clipRadiusMm) return 0;
  const depth = lookUpDepth(beam.map, u, v, f);
  if (depth <= 0) return 0;
  return lookUpConeTable(beam.table, f, depth, radius) * toSad * toSad;
}
