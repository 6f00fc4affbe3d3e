import { InvalidInputError, type Volume } from "@isodose/core";
import { type ExpandedRegion, expandRegion } from "./expand-region.ts";

/**
 * The part of space between two distances from a region: outside, or inside for negative ones.
 *
 * @param fromMm - distance from the region's surface where the ring begins, mm; negative is inside
 * @param toMm - where it ends, mm, > fromMm
 * @throws InvalidInputError if toMm is not > fromMm; as {@link expandRegion}
 * @example ringAround(ptv, 3, 20) // where an optimizer presses the dose down
 */
export function ringAround(region: Volume, fromMm: number, toMm: number): ExpandedRegion {
  if (!(toMm > fromMm)) throw new InvalidInputError("toMm", toMm, `a distance > fromMm, ${fromMm} mm`);
  const outer = expandRegion(region, toMm);
  const within = expandRegion(region, fromMm);
  const inner = within.values.data;
  const data = outer.values.data;
  // The inner region lies within the outer one: the difference is exact.
  for (let v = 0; v < data.length; v++) data[v] = Math.max(0, data[v]! - inner[v]!);
  const ofInner = within.warnings.filter(({ code }) => !outer.warnings.some((other) => other.code === code));
  return { ...outer, warnings: [...outer.warnings, ...ofInner] };
}

/**
 * A shell on the surface of a region: a wall.
 * @param inwardMm - thickness inside the surface, mm, ≥ 0
 * @param outwardMm - thickness outside, mm, ≥ 0; not both 0
 * @throws InvalidInputError if a thickness is < 0 or both are 0; as {@link expandRegion}
 */
export function shellOf(region: Volume, inwardMm: number, outwardMm: number): ExpandedRegion {
  if (!(inwardMm >= 0)) throw new InvalidInputError("inwardMm", inwardMm, "a thickness ≥ 0 mm");
  if (!(outwardMm >= 0)) throw new InvalidInputError("outwardMm", outwardMm, "a thickness ≥ 0 mm");
  if (!(inwardMm + outwardMm > 0))
    throw new InvalidInputError("outwardMm", outwardMm, "> 0 mm where inwardMm is 0");
  return ringAround(region, -inwardMm, outwardMm);
}
