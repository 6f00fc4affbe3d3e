import type { ContourPlane, EndSlices } from "./contour-slabs.ts";
import { evenOddArea } from "./even-odd.ts";
import { type CapSlab, type DrawnSection, roundedEnd } from "./rounded-end.ts";

/** How one part of a structure, a stack of planes without wide gaps, was closed at its ends. */
export interface StackEnds {
  /** From where to where the part reaches along the normal, mm. */
  readonly lowMm: number;
  readonly highMm: number;
  /** The rule that acted; `auto` has been decided. `thickness`: one plane, of the thickness that the options say. */
  readonly rule: Exclude<EndSlices, "auto"> | "thickness";
  /** What rounded ends add to the volume that half-slice ends give, in % of it; only where they were tried. */
  readonly roundingPercent?: number;
}

/**
 * `auto` leaves half-slice ends where rounded ones differ by at most this part of the volume: such volumes agree with those
 * of planning systems, and round shapes are within 0.8 %, so within 1 % with what the vertices of contours cut off.
 */
const AUTO_ROUNDS_ABOVE = 0.0075;

/**
 * Slabs for the planes of one part: each reaches halfway to its neighbours, the first and the last as the rule says.
 * @param part - by increasing position, at least one
 * @param spacing - of the structure's planes, mm: for a part of one plane
 */
export function closeStack(
  part: readonly DrawnSection[],
  spacing: number,
  endSlices: EndSlices = "auto",
): { readonly planes: readonly ContourPlane[]; readonly ends: StackEnds } {
  // A part of one plane has no neighbour to measure: half a spacing each way, by every rule, rather than nothing.
  const isHalf = part.length === 1 || endSlices === "auto" || endSlices === "rounded";
  const reach = isHalf ? 0.5 : { half: 0.5, full: 1, none: 0 }[endSlices];
  const between = (a: number) =>
    part[a] && part[a + 1] ? part[a + 1]!.positionMm - part[a]!.positionMm : undefined;
  const slabs = part.map(({ positionMm, polygons }, n) => {
    const below = between(n - 1);
    const above = between(n);
    return {
      positionMm,
      lowMm: positionMm - (below === undefined ? reach * (above ?? spacing) : below / 2),
      highMm: positionMm + (above === undefined ? reach * (below ?? spacing) : above / 2),
      polygons,
    };
  });
  if (!isHalf || part.length === 1) return closed(slabs, isHalf ? "half" : endSlices);
  const low = roundedEnd(part)?.map(asPlane).reverse() ?? slabs.slice(0, 1);
  const high = roundedEnd([...part].reverse())?.map(asPlane) ?? slabs.slice(-1);
  if (low[0] === slabs[0] && high[0] === slabs.at(-1)) return closed(slabs, "half", 0);
  const ofEnds = volumeMm3(slabs.slice(0, 1)) + volumeMm3(slabs.slice(-1));
  const half = ofEnds + volumeMm3(slabs.slice(1, -1));
  const change = (volumeMm3(low) + volumeMm3(high) - ofEnds) / half;
  return endSlices === "auto" && Math.abs(change) <= AUTO_ROUNDS_ABOVE
    ? closed(slabs, "half", 100 * change)
    : closed([...low, ...slabs.slice(1, -1), ...high], "rounded", 100 * change);
}

function closed(
  planes: readonly ContourPlane[],
  rule: StackEnds["rule"],
  roundingPercent?: number,
): { readonly planes: readonly ContourPlane[]; readonly ends: StackEnds } {
  const { lowMm } = planes[0]!;
  const { highMm } = planes.at(-1)!;
  return { planes, ends: { lowMm, highMm, rule, ...(roundingPercent !== undefined && { roundingPercent }) } };
}

function volumeMm3(slabs: readonly ContourPlane[]): number {
  return slabs.reduce(
    (sum, { polygons, lowMm, highMm }) => sum + evenOddArea(polygons) * (highMm - lowMm),
    0,
  );
}

function asPlane(slab: CapSlab): ContourPlane {
  return { positionMm: (slab.lowMm + slab.highMm) / 2, ...slab };
}
