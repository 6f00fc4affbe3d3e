import { InvalidInputError } from "@isodose/core";
import { closeStack, type StackEnds } from "./close-stack.ts";
import type { DrawnSection } from "./rounded-end.ts";
import { interpolateSection } from "./shape-interpolation.ts";

/** How far a structure reaches beyond its first and last contour; see {@link ContourOptions.endSlices}. */
export type EndSlices = "auto" | "half" | "full" | "none" | "rounded";

/** How a stack of contours is closed to a volume. */
export interface ContourOptions {
  /** Thickness of the slab of a structure that is drawn in one plane only, mm. Without it such a structure is an error. */
  readonly singlePlaneThicknessMm?: number;
  /**
   * What lies beyond the last drawn planes of each part:
   * - `auto` (default): `rounded` where that changes the volume of the part by more than 0.75 %, as it does for lesions
   *   that are few planes high; else `half`, as planning systems do. {@link StructurePlanes.ends} tells which it was.
   * - `half`: half the distance to the neighbour, at the section of the last plane. Off by up to (h/D)² for round shapes
   *   of diameter D on planes h apart.
   * - `full`: the whole distance
   * - `none`: nothing; the structure ends in its last planes
   * - `rounded`: a cap that closes the shape as its last planes foretell, else as `half`; see {@link StackEnds}
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
export const SAME_PLANE_MM = 0.01;
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
): { readonly planes: readonly ContourPlane[]; readonly ends: readonly StackEnds[] } {
  assertOptions(options);
  if (drawn.length === 0) return { planes: [], ends: [] };
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
    const lowMm = positionMm - thickness / 2;
    const highMm = positionMm + thickness / 2;
    return {
      planes: [{ positionMm, polygons, lowMm, highMm }],
      ends: [{ lowMm, highMm, rule: "thickness" }],
    };
  }
  const spacing = planeSpacing(drawn, options);
  const parts = partsOf(drawn, spacing, options).map((part) =>
    closeStack(options.gaps === "interpolate" ? fillGaps(part, spacing) : part, spacing, options.endSlices),
  );
  return { planes: parts.flatMap(({ planes }) => planes), ends: parts.map(({ ends }) => ends) };
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
  const rules = {
    endSlices: ["auto", "half", "full", "none", "rounded"],
    gaps: ["slab", "interpolate", "separate"],
  };
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
