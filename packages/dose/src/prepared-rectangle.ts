import type { RadiologicalDepthMap } from "@isodose/geometry";
import type { BeamAxes } from "./beam-axes.ts";
import { depthInMap } from "./depth-in-map.ts";
import type { RectangleTable } from "./rectangle-table.ts";

/** A beam with a rectangular aperture with everything that its dose formula looks up. */
export interface PreparedRectangle {
  readonly kind: "rectangle";
  readonly axes: BeamAxes;
  readonly sadMm: number;
  readonly table: RectangleTable;
  /** Shared by the beamlets of one beam. */
  readonly map: RadiologicalDepthMap;
  /** Of the rectangle at SAD, mm from the axis. */
  readonly centerMm: readonly [number, number];
  /** Fluence of the open beam at the centre over that on the axis. */
  readonly fluence: number;
}

/**
 * Add the dose of a rectangle to points on a line, n = first … last, at beam coordinates (x, y, f) + n (dx, dy, df), mm:
 *
 *   D = MU · e^{−µd} T(d, |u − c_x|, |v − c_y|, f) · (SAD / f)²,   (u, v) = (x, y) · SAD / f,   d = d(u, v, f)
 *
 * T is the rectangle's table, linear along all four axes; d as for cones. No dose beyond the table's margin, behind the source, or where
 * nothing lies between source and point.
 *
 * @param out - Gy, point n at `offset` + n, added to in place
 */
export function addRectangleDoseAlongLine(
  beam: PreparedRectangle,
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
  const centerX = beam.centerMm[0];
  const centerY = beam.centerMm[1];
  const weight = monitorUnits * beam.fluence;
  const { values, distances, firstDistanceMm, perDistanceMm, attenuationPerMm } = table;
  const { nodesMm: xNodes, perInterval: perX, nodeBelow: xBelow, perStep: perXStep, endMm: xEnd } = table.x;
  const { nodesMm: yNodes, perInterval: perY, nodeBelow: yBelow, perStep: perYStep, endMm: yEnd } = table.y;
  const {
    nodesMm: dNodes,
    perInterval: perD,
    nodeBelow: dBelow,
    perStep: perDStep,
    endMm: dEnd,
  } = table.depth;
  const perRow = xNodes.length * distances;
  const perDepth = yNodes.length * perRow;
  const distanceEnd = distances - 1.000001;

  for (let n = first; n <= last; n++) {
    const distance = f + n * df;
    if (distance <= 0) continue;
    const toSad = sadMm / distance;
    const u = (x + n * dx) * toSad;
    const v = (y + n * dy) * toSad;
    const across = Math.abs(u - centerX);
    const along = Math.abs(v - centerY);
    if (across >= xEnd || along >= yEnd) continue;
    const depthMm = depthInMap(map, u, v, distance);
    if (depthMm <= 0) continue;

    let ix = xBelow[(across * perXStep) | 0]!;
    while (across >= xNodes[ix + 1]!) ix++;
    const fx = (across - xNodes[ix]!) * perX[ix]!;
    let iy = yBelow[(along * perYStep) | 0]!;
    while (along >= yNodes[iy + 1]!) iy++;
    const fy = (along - yNodes[iy]!) * perY[iy]!;
    // Below the last node T is held.
    const d = depthMm < dEnd ? depthMm : dEnd - 1e-6;
    let id = dBelow[(d * perDStep) | 0]!;
    while (d >= dNodes[id + 1]!) id++;
    const fd = (d - dNodes[id]!) * perD[id]!;
    let z = (distance - firstDistanceMm) * perDistanceMm;
    if (z < 0) z = 0;
    if (z > distanceEnd) z = distanceEnd;
    const z0 = z | 0;
    const fz = z - z0;

    const at = id * perDepth + iy * perRow + ix * distances + z0;
    const below = at + perDepth;
    const shallow = trilinear(values, at, perRow, distances, fx, fy, fz);
    const deep = trilinear(values, below, perRow, distances, fx, fy, fz);
    const tableDose = Math.exp(-attenuationPerMm * depthMm) * (shallow + fd * (deep - shallow));
    out[offset + n]! += weight * tableDose * toSad * toSad;
  }
}

/** Trilinear over y, x and distance, of which the last runs fastest. */
function trilinear(
  values: Float32Array,
  at: number,
  perRow: number,
  perColumn: number,
  fx: number,
  fy: number,
  fz: number,
): number {
  const b = at + perColumn;
  const c = at + perRow;
  const e = c + perColumn;
  const va = values[at]! + fz * (values[at + 1]! - values[at]!);
  const vb = values[b]! + fz * (values[b + 1]! - values[b]!);
  const vc = values[c]! + fz * (values[c + 1]! - values[c]!);
  const ve = values[e]! + fz * (values[e + 1]! - values[e]!);
  const near = va + fx * (vb - va);
  return near + fy * (vc + fx * (ve - vc) - near);
}
