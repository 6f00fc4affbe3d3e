import {
  type Grid,
  isLibraryError,
  type PatientPoint,
  patientToVoxel,
  type Structure,
  type Warning,
} from "@isodose/core";
import { type DrawnPlanes, drawnPlanes } from "./contour-planes.ts";
import { type ContourOptions, planeSpacing, slabsOfPlanes } from "./contour-slabs.ts";
import { evenOddArea } from "./even-odd.ts";

/** An area that crossings change by more than this part of the contour's own is worth a warning. */
const AREA_PART = 1e-3;
/** The side that closes a contour is suspicious if it is longer than this many of the longest other. */
const OPEN_SIDES = 5;

/**
 * What is doubtful about a structure, and how it is taken all the same. An empty list means that nothing was found.
 *
 * Codes: `STRUCTURE_EMPTY`, `STRUCTURE_UNUSABLE` (other functions will throw; the message says why),
 * `CONTOUR_TOO_FEW_POINTS`, `CONTOUR_WITHOUT_AREA`, `CONTOUR_OPEN`, `CONTOUR_SELF_CROSSING`, `CONTOURS_CROSS`,
 * `CONTOUR_TWICE`, `STRUCTURE_ONE_PLANE`, `STRUCTURE_GAPS`, `STRUCTURE_ENDS_ROUNDED` (the rule `auto` of `endSlices` left
 * half-slice ends), `STRUCTURE_OUTSIDE_GRID`. Each message names the structure, and the plane by its distance along the
 * normal.
 *
 * @param grid - checks also whether the structure lies inside its voxels
 */
export function checkStructure(structure: Structure, grid?: Grid, options: ContourOptions = {}): Warning[] {
  const { name, contours } = structure;
  const warnings: Warning[] = [];
  const warn = (code: string, text: string) => warnings.push({ code, message: `structure ${name}: ${text}` });
  if (contours.length === 0) warn("STRUCTURE_EMPTY", "has no contours; its volume is 0");
  for (const [n, { pointsMm }] of contours.entries()) {
    if (pointsMm.length < 9 && pointsMm.length % 3 === 0)
      warn(
        "CONTOUR_TOO_FEW_POINTS",
        `contour ${n + 1} has ${pointsMm.length / 3} points, at least 3 enclose an area; it is left out`,
      );
  }
  let planes: DrawnPlanes;
  try {
    planes = drawnPlanes(structure);
  } catch (error) {
    if (!isLibraryError(error)) throw error;
    return [...warnings, { code: "STRUCTURE_UNUSABLE", message: error.message }];
  }
  for (const { positionMm, polygons } of planes.drawn) {
    checkPlane(polygons, (code, text) => warn(code, `plane ${planeName(planes, positionMm)}: ${text}`));
  }
  checkStack(planes, options, warn);
  checkEnds(name, planes, options, warn);
  if (grid) checkGrid(structure, grid, warn);
  return warnings;
}

type Warn = (code: string, text: string) => void;

function planeName({ normal }: DrawnPlanes, positionMm: number): string {
  const axis = normal.findIndex((value) => Math.abs(value) > 1 - 1e-9);
  return `${["x", "y", "z"][axis] ?? "n · p"} = ${positionMm.toFixed(2)} mm`;
}

function checkPlane(polygons: readonly Float64Array[], warn: Warn): void {
  const areas = polygons.map((polygon) => evenOddArea([polygon]));
  for (const [n, polygon] of polygons.entries()) {
    const area = areas[n]!;
    const wound = Math.abs(signedArea(polygon));
    if (!(Math.max(area, wound) > 0)) {
      warn("CONTOUR_WITHOUT_AREA", "a contour encloses no area; it adds nothing");
      continue;
    }
    // Walked once around, both areas are the same, keyholes included; loops count against each other or twice.
    if (Math.abs(area - wound) > AREA_PART * Math.max(area, wound))
      warn(
        "CONTOUR_SELF_CROSSING",
        `a contour crosses itself; taken by the even–odd rule its area is ${area.toFixed(2)} mm², walked around it would be ${wound.toFixed(2)} mm²`,
      );
    const { closing, longest } = sides(polygon);
    if (polygon.length >= 10 && closing > OPEN_SIDES * longest)
      warn(
        "CONTOUR_OPEN",
        `the ends of a contour are ${closing.toFixed(1)} mm apart, its other points at most ${longest.toFixed(1)} mm; closed by a straight line`,
      );
  }
  for (let a = 0; a < polygons.length; a++) {
    for (let b = a + 1; b < polygons.length; b++) {
      if (!boxesMeet(polygons[a]!, polygons[b]!)) continue;
      const [areaA, areaB] = [areas[a]!, areas[b]!];
      const smaller = Math.min(areaA, areaB);
      const overlap = (areaA + areaB - evenOddArea([polygons[a]!, polygons[b]!])) / 2;
      if (overlap > (1 - AREA_PART) * Math.max(areaA, areaB))
        warn("CONTOUR_TWICE", "the same contour is drawn twice; by the even–odd rule they cancel");
      else if (overlap > AREA_PART * smaller && overlap < (1 - AREA_PART) * smaller)
        warn(
          "CONTOURS_CROSS",
          `two contours cross; by the even–odd rule their overlap of ${overlap.toFixed(2)} mm² is outside`,
        );
    }
  }
}

function checkStack(planes: DrawnPlanes, options: ContourOptions, warn: Warn): void {
  const { drawn } = planes;
  if (drawn.length === 1)
    warn("STRUCTURE_ONE_PLANE", "is drawn in one plane only; its thickness is not in the contours");
  const spacing = planeSpacing(drawn, options);
  const wide = drawn
    .slice(1)
    .map((plane, n) => ({ at: drawn[n]!.positionMm, gap: plane.positionMm - drawn[n]!.positionMm }))
    .filter(({ gap }) => gap > 1.5 * spacing);
  if (wide.length === 0) return;
  const rule = options.gaps ?? "slab";
  const widest = rule === "separate" ? 0 : (options.separateBeyondMm ?? 3 * spacing);
  const apart = wide.filter(({ gap }) => gap > widest).length;
  warn(
    "STRUCTURE_GAPS",
    `${wide.length} of ${drawn.length - 1} gaps are wider than 1.5 spacings of ${spacing.toFixed(2)} mm, the first after ${planeName(planes, wide[0]!.at)}; ${apart} part the structure, the others are closed by the rule "${rule}"`,
  );
}

/** Volumes that differ from those of planning systems, where that was not asked for. */
function checkEnds(name: string, { drawn }: DrawnPlanes, options: ContourOptions, warn: Warn): void {
  if (drawn.length < 2 || (options.endSlices ?? "auto") !== "auto") return;
  for (const { rule, roundingPercent = 0, lowMm, highMm } of slabsOfPlanes(name, drawn, options).ends) {
    if (rule !== "rounded") continue;
    const change = `${roundingPercent > 0 ? "+" : "−"}${Math.abs(roundingPercent).toFixed(1)} %`;
    warn(
      "STRUCTURE_ENDS_ROUNDED",
      `is few planes high, ${(highMm - lowMm).toFixed(1)} mm: its ends are rounded, which changes its volume by ${change} of that with half-slice ends (endSlices "half")`,
    );
  }
}

function checkGrid({ contours }: Structure, grid: Grid, warn: Warn): void {
  let outside = 0;
  let all = 0;
  for (const { pointsMm: p } of contours) {
    for (let n = 0; n + 2 < p.length; n += 3) {
      const voxel = patientToVoxel(grid, [p[n]!, p[n + 1]!, p[n + 2]!] as PatientPoint);
      all++;
      if (voxel.some((v, a) => v < -0.5 || v > grid.size[a]! - 0.5)) outside++;
    }
  }
  if (outside > 0)
    warn(
      "STRUCTURE_OUTSIDE_GRID",
      `${outside === all ? "all" : `${outside} of ${all}`} points lie outside the image; what is outside has no voxels`,
    );
}

/** Twice winding counts twice, loops walked the other way negative (shoelace). */
function signedArea(p: Float64Array): number {
  let twice = 0;
  const [u0, v0] = [p[0]!, p[1]!];
  for (let a = 0, b = p.length - 2; a < p.length; b = a, a += 2)
    twice += (p[b]! - u0) * (p[a + 1]! - v0) - (p[a]! - u0) * (p[b + 1]! - v0);
  return twice / 2;
}

function sides(p: Float64Array): { closing: number; longest: number } {
  const n = p.length;
  let longest = 0;
  for (let a = 2; a < n; a += 2)
    longest = Math.max(longest, Math.hypot(p[a]! - p[a - 2]!, p[a + 1]! - p[a - 1]!));
  return { closing: Math.hypot(p[0]! - p[n - 2]!, p[1]! - p[n - 1]!), longest };
}

function boxesMeet(p: Float64Array, q: Float64Array): boolean {
  const range = (polygon: Float64Array, c: number) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let n = c; n < polygon.length; n += 2) {
      low = Math.min(low, polygon[n]!);
      high = Math.max(high, polygon[n]!);
    }
    return [low, high] as const;
  };
  return [0, 1].every((c) => {
    const [a, b] = range(p, c);
    const [d, e] = range(q, c);
    return a < e && d < b;
  });
}
