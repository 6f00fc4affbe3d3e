import { type PlacedLayer, placedLayers } from "./matter-at-depth.ts";
import type { FileCurve, PhotonReference } from "./reference-file.ts";

/** How far one depth bin of a reference lies off its neighbours. */
export interface BinOffset {
  readonly percent: number;
  readonly sigmaPercent: number;
}

/** Neighbours are taken this far up and down in the same layer, but not from the build-up below its upper face, mm. */
const REACH_MM = 45;
const BUILD_UP_MM = 20;
const FEWEST_ON_EACH_SIDE = 3;
const SAME_BIN_MM = 1e-3;

/**
 * A profile belongs to one depth bin of the simulation that made it, and its points share that bin's statistical error. How large that is
 * can be seen in the reference alone: the dose of the bin on the axis against a parabola of ln D over depth through its neighbours,
 * weighted by their errors.
 *
 * @returns undefined where that is not possible: depth curves, no axis curve with that bin, too few neighbours, other matter than water and soft tissue
 */
export function binOffsetOf(file: PhotonReference, curve: FileCurve): BinOffset | undefined {
  if (curve.along === "depth") return undefined;
  const at = curve.samples[0]!;
  const depth = (at.depthLowMm + at.depthHighMm) / 2;
  const axis = file.curves.find(
    (c) => c.along === "depth" && c.quantity === curve.quantity && Math.abs(c.samples[0]!.offAxisLowMm) < 0.5,
  );
  const layer = placedLayers(file).find((l) => l.topMm <= at.depthLowMm && at.depthHighMm <= l.bottomMm);
  if (!axis || layer?.kind !== "water-like") return undefined;
  const own = axis.samples.find(
    (s) =>
      Math.abs(s.depthLowMm - at.depthLowMm) < SAME_BIN_MM &&
      Math.abs(s.depthHighMm - at.depthHighMm) < SAME_BIN_MM,
  );
  const near = axis.samples.filter((s) => s !== own && isNear(s, depth, layer));
  const above = near.filter((s) => s.positionMm < depth).length;
  if (!own || Math.min(above, near.length - above) < FEWEST_ON_EACH_SIDE) return undefined;
  // Normal equations of a + b t + c t², t = (z − depth)/REACH.
  const normal = Array.from({ length: 3 }, () => [0, 0, 0, 0]);
  for (const s of near) {
    const t = (s.positionMm - depth) / REACH_MM;
    const weight = (s.value / s.sigma) ** 2;
    const terms = [1, t, t * t];
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) normal[i]![j]! += weight * terms[i]! * terms[j]!;
      normal[i]![3]! += weight * terms[i]! * Math.log(s.value);
    }
  }
  const lnDose = determinant(normal, [3, 1, 2]) / determinant(normal, [0, 1, 2]);
  const [, [, b, c], [, , d]] = normal as [number[], [number, number, number], [number, number, number]];
  const variance = (b * d - c * c) / determinant(normal, [0, 1, 2]);
  return {
    percent: 100 * (own.value / Math.exp(lnDose) - 1),
    sigmaPercent: 100 * Math.hypot(own.sigma / own.value, Math.sqrt(Math.max(0, variance))),
  };
}

function isNear(
  s: {
    readonly positionMm: number;
    readonly depthLowMm: number;
    readonly depthHighMm: number;
    readonly sigma: number;
    readonly value: number;
  },
  depth: number,
  { topMm, bottomMm }: PlacedLayer,
): boolean {
  return (
    Math.abs(s.positionMm - depth) <= REACH_MM &&
    s.depthLowMm >= topMm + BUILD_UP_MM &&
    s.depthHighMm <= bottomMm &&
    s.sigma > 0 &&
    s.value > 0
  );
}

function determinant(
  rows: readonly (readonly number[])[],
  [i, j, k]: readonly [number, number, number],
): number {
  const [a, b, c] = rows as readonly [readonly number[], readonly number[], readonly number[]];
  return (
    a[i]! * (b[j]! * c[k]! - b[k]! * c[j]!) -
    a[j]! * (b[i]! * c[k]! - b[k]! * c[i]!) +
    a[k]! * (b[i]! * c[j]! - b[j]! * c[i]!)
  );
}
