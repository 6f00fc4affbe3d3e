import { InvalidInputError, UnsupportedError, type Volume } from "@isodose/core";
import { boxBelowPlane } from "./box-below-plane.ts";
import { nearestSurface } from "./nearest-surface.ts";
import { assertRegion, assertResolved, boxOfRegion, cutOut, putBack } from "./region.ts";
import { surfaceGauge } from "./surface-gauge.ts";
import { HALF, surfacePoints } from "./surface-points.ts";

/** A margin per direction of the patient (LPS), mm. */
export interface MarginsMm {
  readonly left: number;
  readonly right: number;
  readonly anterior: number;
  readonly posterior: number;
  readonly superior: number;
  readonly inferior: number;
}

/** A margin of 0 in one direction beside others counts as this part of a voxel. */
const LEAST_MARGIN_VOXELS = 0.05;

/**
 * A region grown by a margin, or shrunk by a negative one.
 *
 *   result = { p : |(p − q) / m| ≤ 1 for some q in the region }
 *
 * with m the margin towards p from q on each axis: a ball for one number, eight octants of ellipsoids for six. Shrinking grows the outside
 * by the mirrored margins. The surface is located within the voxels ({@link signedDistanceMm}) and moved by the margin; the
 * result's fractions are those of its tangent planes, so that margins add up without steps of whole voxels.
 *
 * At the edge of the grid the region goes on: a region that reaches it does not shrink from there, and what would grow
 * beyond is cut.
 *
 * @param region - unit "fraction"
 * @param marginsMm - mm, all ≥ 0 (grow) or all ≤ 0 (shrink)
 * @throws InvalidInputError if a margin is not finite or signs are mixed, or `region` is no region
 * @throws UnsupportedError if margins differ and the grid's axes are not those of the patient; or the region has volume,
 * but no voxel that is half full
 */
export function expandRegion(region: Volume, marginsMm: number | MarginsMm): Volume {
  assertRegion(region);
  const { plus, minus, shrinks } = alongGrid(region, marginsMm);
  const isUniform = [...plus, ...minus].every((m) => m === plus[0]);
  if (Math.max(...plus, ...minus) === 0)
    return putBack(region, { first: [0, 0, 0], size: region.grid.size }, region.values.data);
  assertResolved(region, "a margin");
  const { spacingMm } = region.grid;
  const reach = (axis: 0 | 1 | 2) =>
    3 + (shrinks ? 0 : Math.ceil(Math.max(plus[axis], minus[axis]) / spacingMm[axis]));
  const box = boxOfRegion(region, [reach(0), reach(1), reach(2)]);
  if (!box) return putBack(region, { first: [0, 0, 0], size: region.grid.size }, region.values.data);
  const { size } = box;
  const data = cutOut(region, box);
  if (shrinks) for (let v = 0; v < data.length; v++) data[v] = 1 - data[v]!;

  const points = surfacePoints(data, size, spacingMm);
  const perMm = (m: number, axis: 0 | 1 | 2) =>
    1 / Math.max(m, isUniform ? 0 : LEAST_MARGIN_VOXELS * spacingMm[axis]);
  const perMmPlus = [perMm(plus[0], 0), perMm(plus[1], 1), perMm(plus[2], 2)] as const;
  const perMmMinus = [perMm(minus[0], 0), perMm(minus[1], 1), perMm(minus[2], 2)] as const;
  const cost = (axis: 0 | 1 | 2) => ({
    plus: (spacingMm[axis] * perMmPlus[axis]) ** 2,
    minus: (spacingMm[axis] * perMmMinus[axis]) ** 2,
  });
  const costs = [cost(0), cost(1), cost(2)] as const;
  // Surface points lie beside the foot of a voxel, and half a voxel beyond the margin is partly in.
  const perVoxel = Math.sqrt(Math.max(...costs.flatMap(({ plus: p, minus: m }) => [p, m])));
  const field = nearestSurface(points, size, [...costs], (1 + 1.6 * perVoxel) ** 2);

  const scene = { data, size, spacingMm, points, field, perMmPlus, perMmMinus, isUniform };
  const out = new Float32Array(data.length);
  const gauge = { value: 0, gi: 0, gj: 0, gk: 0 };
  let v = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, v++) {
        let fraction = data[v]!;
        if (field.nearest[v]! >= 0) {
          surfaceGauge(scene, i, j, k, gauge);
          fraction = Math.max(fraction, boxBelowPlane(gauge.gi, gauge.gj, gauge.gk, 1 - gauge.value));
        } else if (fraction >= HALF) {
          fraction = 1;
        }
        out[v] = shrinks ? 1 - fraction : fraction;
      }
    }
  }
  return putBack(region, box, out);
}

/**
 * The part of space between two distances from a region: outside, or inside for negative ones.
 *
 * @param fromMm - distance from the region's surface where the ring begins, mm; negative is inside
 * @param toMm - where it ends, mm, > fromMm
 * @throws InvalidInputError if toMm is not > fromMm; as {@link expandRegion}
 * @example ringAround(ptv, 3, 20) // where an optimizer presses the dose down
 */
export function ringAround(region: Volume, fromMm: number, toMm: number): Volume {
  if (!(toMm > fromMm)) throw new InvalidInputError("toMm", toMm, `a distance > fromMm, ${fromMm} mm`);
  const outer = expandRegion(region, toMm);
  const inner = expandRegion(region, fromMm).values.data;
  const data = outer.values.data;
  // The inner region lies within the outer one: the difference is exact.
  for (let v = 0; v < data.length; v++) data[v] = Math.max(0, data[v]! - inner[v]!);
  return outer;
}

/**
 * A shell on the surface of a region: a wall.
 * @param inwardMm - thickness inside the surface, mm, ≥ 0
 * @param outwardMm - thickness outside, mm, ≥ 0; not both 0
 * @throws InvalidInputError if a thickness is < 0 or both are 0; as {@link expandRegion}
 */
export function shellOf(region: Volume, inwardMm: number, outwardMm: number): Volume {
  if (!(inwardMm >= 0)) throw new InvalidInputError("inwardMm", inwardMm, "a thickness ≥ 0 mm");
  if (!(outwardMm >= 0)) throw new InvalidInputError("outwardMm", outwardMm, "a thickness ≥ 0 mm");
  if (!(inwardMm + outwardMm > 0))
    throw new InvalidInputError("outwardMm", outwardMm, "> 0 mm where inwardMm is 0");
  return ringAround(region, -inwardMm, outwardMm);
}

interface AlongGrid {
  /** Margins towards growing i, j, k, mm, ≥ 0. */
  readonly plus: readonly [number, number, number];
  readonly minus: readonly [number, number, number];
  readonly shrinks: boolean;
}

/** Margins along the grid's axes; for shrinking those of the outside, which are the mirrored ones. */
function alongGrid(region: Volume, margins: number | MarginsMm): AlongGrid {
  const m: MarginsMm =
    typeof margins === "number"
      ? {
          left: margins,
          right: margins,
          anterior: margins,
          posterior: margins,
          superior: margins,
          inferior: margins,
        }
      : margins;
  const all = [m.left, m.right, m.anterior, m.posterior, m.superior, m.inferior];
  if (!all.every(Number.isFinite)) throw new InvalidInputError("marginsMm", margins, "finite margins, mm");
  const shrinks = all.some((value) => value < 0);
  if (shrinks && all.some((value) => value > 0))
    throw new InvalidInputError("marginsMm", margins, "margins that are all ≥ 0 or all ≤ 0, mm");
  if (all.every((value) => value === all[0])) {
    const size = Math.abs(all[0]!);
    return { plus: [size, size, size], minus: [size, size, size], shrinks };
  }
  // LPS: left, posterior and superior are the positive directions.
  const positive = [m.left, m.posterior, m.superior].map(Math.abs);
  const negative = [m.right, m.anterior, m.inferior].map(Math.abs);
  const plus: number[] = [];
  const minus: number[] = [];
  for (const axis of [0, 1, 2] as const) {
    const column = [0, 1, 2].map((row) => region.grid.direction[3 * row + axis]!);
    const patientAxis = column.findIndex((value) => Math.abs(value) > 1 - 1e-6);
    if (patientAxis < 0)
      throw new UnsupportedError(
        "different margins per direction on an oblique grid",
        "one margin in all directions is, or a grid along the patient's axes",
      );
    const forward = column[patientAxis]! > 0 !== shrinks;
    plus.push((forward ? positive : negative)[patientAxis]!);
    minus.push((forward ? negative : positive)[patientAxis]!);
  }
  return {
    plus: plus as unknown as AlongGrid["plus"],
    minus: minus as unknown as AlongGrid["minus"],
    shrinks,
  };
}
