import type { DvhCurve, Volume } from "@isodose/core";
import type { ContourOptions } from "@isodose/geometry";
import { computeDvh } from "../compute-dvh.ts";
import type { DvhRegion } from "../dvh-region.ts";

/** A DVH that is at hand, or what one is taken of. */
export type CurveOrRegion = DvhCurve | DvhRegion;

/** The curve, computed if it is not one. */
export function curveOf(
  of: CurveOrRegion,
  dose: Volume,
  name?: string,
  options: ContourOptions = {},
): DvhCurve {
  if ("volumeCcAtLeast" in of) return of;
  return computeDvh({ ...options, structure: of, dose, ...(name !== undefined && { name }) });
}
