import { InvalidInputError } from "@isodose/core";
import { type CapSlab, type DrawnSection, roundedEnd } from "./rounded-end.ts";
import { interpolateSection } from "./shape-interpolation.ts";

/** How far a structure reaches beyond its first and last contour; see {@link ContourOptions.endSlices}. */
export type EndSlices = "half" | "full" | "none" | "rounded";

/** How a stack of contours is closed to a volume. */
export interface ContourOptions {
  /** Thickness of the slab of a structure that is drawn in one plane only, mm. Without it such a structure is an error. */
  readonly singlePlaneThicknessMm?: number;
  /**
   * What lies beyond the last drawn planes of each part:
   * - `half` (default): half the distance to the neighbour, at the section of the last plane
   * - `full`: the whole distance
   * - `none`: nothing; the structure ends in its last planes
   * - `rounded`: a cap that closes the shape as its last three planes foretell, else as `half`. Right to (h/D)⁴ instead of
   *   (h/D)² for round shapes of diameter D: for lesions that are few planes high.
   */
  readonly endSlices?: EndSlices;
  /**
   * What lies between neighbours that are farther apart than 1.5 spacings, where planes were skipped:
   * - `slab` (default): each plane reaches halfway
   * - `interpolate`: where the distance is a multiple of the spacing, within a tenth of it, the skipped planes are filled
   *   in by shape interpolation; else as `slab`
   * - `separate`: nothing; the structure is in parts
   */
  readonly gaps?: "slab" | "interpolate" | "separate";
  /** Distance of the planes, mm. Default: the median distance of neighbours. */
  readonly planeSpacingMm?: number;
  /** Wider gaps lie between separate parts, mm. Default: 3 spacings. */
  readonly separateBeyondMm?: number;
}

/** The contours of one plane, in plane coordinates. */
export interface ContourPlane {
  /** Position along the normal, n · x, mm. */
  readonly positionMm: number;
  /** The slab that the plane stands for, along the normal, mm. */
  readonly lowMm: number;
  readonly highMm: number;
  /** Closed polygons u0, v0, u1, v1, …, mm, with u = uAxis · x and v = vAxis · x; they combine by the even–odd rule. */
  readonly polygons: readonly Float64Array[];
}

/** Contours whose positions differ by less belong to one plane, mm. */
export const SAME_PLANE_MM = 0.05;
const SEPARATE_BEYOND_SPACINGS = 3;
const GAP_FROM_SPACINGS = 1.5;
const MULTIPLE_WITHIN_SPACINGS = 0.1;

/**
 * Give every drawn plane its slab, fill gaps and close the ends.
 * @param name - of the structure, for errors
 * @param drawn - by increasing position
 * @throws InvalidInputError if there is only one plane and no `singlePlaneThicknessMm`, or an option is not usable
 */
export function slabsOfPlanes(
  name: string,
  drawn: readonly DrawnSection[],
  options: ContourOptions,
): ContourPlane[] {
  assertOptions(options);
  if (drawn.length === 0) return [];
  if (drawn.length === 1) {
    const thickness = options.singlePlaneThicknessMm;
    if (thickness === undefined) {
      throw new InvalidInputError(
        `structure ${name}: singlePlaneThicknessMm`,
        thickness,
        "a thickness > 0 mm, as the structure is drawn in one plane only",
      );
    }
    const { positionMm, polygons } = drawn[0]!;
    return [{ positionMm, polygons, lowMm: positionMm - thickness / 2, highMm: positionMm + thickness / 2 }];
  }
  const spacing = planeSpacing(drawn, options);
  return partsOf(drawn, spacing, options).flatMap((part) =>
    slabsOfPart(options.gaps === "interpolate" ? fillGaps(part, spacing) : part, spacing, options.endSlices),
  );
}

/** Median distance of neighbouring planes, or as the options say. */
export function planeSpacing(drawn: readonly DrawnSection[], options: ContourOptions): number {
  const gaps = drawn.slice(1).map((plane, n) => plane.positionMm - drawn[n]!.positionMm);
  return options.planeSpacingMm ?? gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
}

function assertOptions(options: ContourOptions): void {
  for (const field of ["singlePlaneThicknessMm", "planeSpacingMm", "separateBeyondMm"] as const) {
    const value = options[field];
    if (value !== undefined && !(Number.isFinite(value) && value > 0))
      throw new InvalidInputError(field, value, "a length > 0 mm");
  }
  const rules = { endSlices: ["half", "full", "none", "rounded"], gaps: ["slab", "interpolate", "separate"] };
  for (const field of ["endSlices", "gaps"] as const) {
    const value = options[field];
    if (value !== undefined && !rules[field].includes(value))
      throw new InvalidInputError(field, value, `one of ${rules[field].join(", ")}`);
  }
}

/** Planes that belong together: cut where a gap is too wide. */
function partsOf(
  drawn: readonly DrawnSection[],
  spacing: number,
  { gaps, separateBeyondMm }: ContourOptions,
): DrawnSection[][] {
  const widest =
    gaps === "separate"
      ? GAP_FROM_SPACINGS * spacing
      : (separateBeyondMm ?? SEPARATE_BEYOND_SPACINGS * spacing);
  const parts: DrawnSection[][] = [[drawn[0]!]];
  for (const [n, plane] of drawn.slice(1).entries()) {
    if (plane.positionMm - drawn[n]!.positionMm > widest + SAME_PLANE_MM) parts.push([]);
    parts.at(-1)!.push(plane);
  }
  return parts;
}

function fillGaps(part: readonly DrawnSection[], spacing: number): DrawnSection[] {
  return part.flatMap((plane, n) => {
    const next = part[n + 1];
    if (!next) return [plane];
    const gap = next.positionMm - plane.positionMm;
    const steps = Math.round(gap / spacing);
    if (steps < 2 || Math.abs(gap / spacing - steps) > MULTIPLE_WITHIN_SPACINGS) return [plane];
    const filled = Array.from({ length: steps - 1 }, (_, m) => ({
      positionMm: plane.positionMm + ((m + 1) / steps) * gap,
      polygons: interpolateSection(plane.polygons, next.polygons, (m + 1) / steps),
    }));
    return [plane, ...filled];
  });
}

function slabsOfPart(
  part: readonly DrawnSection[],
  spacing: number,
  endSlices: ContourOptions["endSlices"] = "half",
): ContourPlane[] {
  // A part of one plane has no neighbour to measure: half a spacing each way, by every rule, rather than nothing.
  const reach =
    part.length === 1 || endSlices === "rounded" ? 0.5 : { half: 0.5, full: 1, none: 0 }[endSlices];
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
  if (endSlices !== "rounded" || part.length === 1) return slabs;
  const low = roundedEnd(part);
  const high = roundedEnd([...part].reverse());
  return [
    ...(low?.map(asPlane).reverse() ?? slabs.slice(0, 1)),
    ...slabs.slice(1, -1),
    ...(high?.map(asPlane) ?? slabs.slice(-1)),
  ];
}

function asPlane(slab: CapSlab): ContourPlane {
  return { positionMm: (slab.lowMm + slab.highMm) / 2, ...slab };
}
