import { InvalidInputError, type RectangleBeamData } from "@isodose/core";

/** Nodes along one axis, with what finds the node below a coordinate at once. */
export interface NodeMap {
  readonly nodesMm: Float64Array;
  /** 1 / distance to the next node, 1/mm. */
  readonly perInterval: Float64Array;
  /** The last node that begins an interval and lies at or below the n-th multiple of a step; from there on go up. */
  readonly nodeBelow: Uint16Array;
  /** 1 / that step, 1/mm. */
  readonly perStep: number;
  /** The last node, mm. */
  readonly endMm: number;
}

/** A rectangle's beam data, ready to be looked up: T(d, x, y, f) of `RectangleBeamData`. */
export interface RectangleTable {
  readonly attenuationPerMm: number;
  readonly depth: NodeMap;
  readonly deepestMm: number;
  readonly x: NodeMap;
  readonly y: NodeMap;
  readonly firstDistanceMm: number;
  readonly perDistanceMm: number;
  readonly distances: number;
  /** [depth, y, x, distance], Gy/MU. */
  readonly values: Float32Array;
}

/** Prepare the table of one rectangle. */
export function makeRectangleTable(data: RectangleBeamData): RectangleTable {
  const { sourceDistanceMm: distances } = data;
  return {
    attenuationPerMm: data.attenuationPerMm,
    depth: nodeMap(data.depthMm, "depthMm"),
    deepestMm: data.deepestMm,
    x: nodeMap(data.xMm, "xMm"),
    y: nodeMap(data.yMm, "yMm"),
    firstDistanceMm: distances.first,
    perDistanceMm: 1 / distances.step,
    distances: distances.count,
    values: data.values,
  };
}

const STEP_MM = 0.1;

function nodeMap(nodes: readonly number[], field: string): NodeMap {
  nodes.forEach((mm, n) => {
    if (!(n === 0 ? mm === 0 : mm > nodes[n - 1]!) || nodes.length < 2)
      throw new InvalidInputError(
        `rectangle.${field}[${n}]`,
        mm,
        "two lengths at least, increasing from 0 mm",
      );
  });
  const intervals = nodes.length - 1;
  const endMm = nodes[intervals]!;
  const nodeBelow = new Uint16Array(Math.ceil(endMm / STEP_MM) + 2);
  let node = 0;
  for (let n = 0; n < nodeBelow.length; n++) {
    while (node < intervals - 1 && nodes[node + 1]! <= n * STEP_MM) node++;
    nodeBelow[n] = node;
  }
  return {
    nodesMm: Float64Array.from(nodes),
    perInterval: Float64Array.from({ length: intervals }, (_, n) => 1 / (nodes[n + 1]! - nodes[n]!)),
    nodeBelow,
    perStep: 1 / STEP_MM,
    endMm,
  };
}

/**
 * e^{−µd} T(d, x, y, f), Gy/MU: the obvious form of what `addRectangleDoseAlongLine` does, from the beam data themselves. At the ends of
 * distance and depth the end value holds; beams of patients that reach beyond are refused before.
 * @param xMm - x · SAD / f from the rectangle's centre, mm; likewise `yMm`
 */
export function lookUpRectangle(
  data: RectangleBeamData,
  distanceMm: number,
  depthMm: number,
  xMm: number,
  yMm: number,
): number {
  const { first, step, count } = data.sourceDistanceMm;
  const distances = Array.from({ length: count }, (_, n) => first + n * step);
  const axes = [data.depthMm, data.yMm, data.xMm, distances] as const;
  const at = [depthMm, Math.abs(yMm), Math.abs(xMm), distanceMm] as const;
  if (at[1] >= data.yMm.at(-1)! || at[2] >= data.xMm.at(-1)!) return 0;
  const places = axes.map((nodes, a) => {
    let n = 0;
    while (n < nodes.length - 2 && nodes[n + 1]! <= at[a]!) n++;
    const share = (at[a]! - nodes[n]!) / (nodes[n + 1]! - nodes[n]!);
    return { n, share: Math.min(1, Math.max(0, share)) };
  });
  let sum = 0;
  for (let corner = 0; corner < 16; corner++) {
    let weight = 1;
    let index = 0;
    places.forEach(({ n, share }, a) => {
      const upper = (corner >> a) & 1;
      weight *= upper ? share : 1 - share;
      index = index * axes[a]!.length + n + upper;
    });
    sum += weight * data.values[index]!;
  }
  return Math.exp(-data.attenuationPerMm * depthMm) * sum;
}
