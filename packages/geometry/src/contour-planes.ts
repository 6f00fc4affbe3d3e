import { InvalidInputError, type Structure, UnsupportedError, type Vec3 } from "@isodose/core";
import type { StackEnds } from "./close-stack.ts";
import { type ContourOptions, type ContourPlane, SAME_PLANE_MM, slabsOfPlanes } from "./contour-slabs.ts";
import type { DrawnSection } from "./rounded-end.ts";

/** A structure as a stack of slabs, each with the polygons of its plane as cross-section. */
export interface StructurePlanes {
  /** Unit vectors, LPS, with u × v = n: x, y, z for axial contours. */
  readonly normal: Vec3;
  readonly uAxis: Vec3;
  readonly vAxis: Vec3;
  /** By increasing position. Empty if the structure has no contour of three points or more. */
  readonly planes: readonly ContourPlane[];
  /** How each part was closed, by increasing position. */
  readonly ends: readonly StackEnds[];
}

/** A contour whose points leave their plane by more is not planar, mm. */
const PLANAR_WITHIN_MM = 0.1;
/**
 * Group the contours of a structure by plane and give every plane its slab.
 *
 * A slab reaches halfway to the neighbouring planes; the first and the last of a part end as `endSlices` says, by
 * default half the distance to their only neighbour beyond the plane, or in a round cap if that changes the volume by
 * more than 0.75 %. Planes farther apart than three spacings (median
 * distances) belong to separate parts; what lies in narrower gaps is said by `gaps`. Contours of fewer than three points
 * have no inside and are left out: {@link checkStructure} tells of them.
 *
 * @throws InvalidInputError if a list of points is not a multiple of 3, a point not finite, a contour not planar, an
 *   option not usable, or there is only one plane and no `singlePlaneThicknessMm`
 * @throws UnsupportedError if the planes are not parallel
 */
export function planesOfStructure(structure: Structure, options: ContourOptions = {}): StructurePlanes {
  const { drawn, ...basis } = drawnPlanes(structure);
  return { ...basis, ...slabsOfPlanes(structure.name, drawn, options) };
}

/** The planes as drawn, by increasing position, and their basis. */
export interface DrawnPlanes {
  readonly normal: Vec3;
  readonly uAxis: Vec3;
  readonly vAxis: Vec3;
  readonly drawn: readonly DrawnSection[];
}

/**
 * Contours grouped by plane, before any slab is given.
 * @throws as {@link planesOfStructure}
 */
export function drawnPlanes(structure: Structure): DrawnPlanes {
  for (const [n, { pointsMm }] of structure.contours.entries()) {
    if (pointsMm.length % 3 !== 0) {
      throw new InvalidInputError(
        `structure ${structure.name}: contour ${n + 1}: number of coordinates`,
        pointsMm.length,
        "a multiple of 3",
      );
    }
  }
  const contours = structure.contours
    .map((contour) => contour.pointsMm)
    .filter((points) => points.length >= 9);
  const { normal, uAxis, vAxis } = planeBasis(contours);
  const flat = contours.map((points) => flatten(structure.name, points, normal, uAxis, vAxis));
  flat.sort((a, b) => a.positionMm - b.positionMm);

  const drawn: { readonly positionMm: number; readonly polygons: Float64Array[] }[] = [];
  for (const { positionMm, polygon } of flat) {
    const last = drawn.at(-1);
    if (last && positionMm - last.positionMm < SAME_PLANE_MM) last.polygons.push(polygon);
    else drawn.push({ positionMm, polygons: [polygon] });
  }
  return { normal, uAxis, vAxis, drawn };
}

/** Twice the vector area of a closed polygon in space (Newell): its direction is the plane's normal. */
function vectorArea(points: Float64Array): Vec3 {
  let x = 0;
  let y = 0;
  let z = 0;
  const n = points.length;
  // Relative to the first point: positions of hundreds of mm would cost digits.
  const [x0, y0, z0] = points as unknown as Vec3;
  for (let a = 0, b = n - 3; a < n; b = a, a += 3) {
    const ax = points[a]! - x0;
    const ay = points[a + 1]! - y0;
    const az = points[a + 2]! - z0;
    const bx = points[b]! - x0;
    const by = points[b + 1]! - y0;
    const bz = points[b + 2]! - z0;
    x += by * az - bz * ay;
    y += bz * ax - bx * az;
    z += bx * ay - by * ax;
  }
  return [x, y, z];
}

/** Basis of the contour planes: normal of the largest contour, its largest component positive; u nearest to x (or y). */
function planeBasis(contours: readonly Float64Array[]): { normal: Vec3; uAxis: Vec3; vAxis: Vec3 } {
  let best: Vec3 = [0, 0, 0];
  let largest = 0;
  for (const points of contours) {
    // One flat contour is flat in z exactly: the usual case needs no rounding.
    const area = points.every((value, n) => n % 3 !== 2 || value === points[2])
      ? flatArea(points)
      : vectorArea(points);
    const size = Math.hypot(...area);
    if (size > largest) {
      largest = size;
      best = area;
    }
  }
  if (largest === 0) return { normal: [0, 0, 1], uAxis: [1, 0, 0], vAxis: [0, 1, 0] };
  const main = best.reduce((m, value) => (Math.abs(value) > Math.abs(m) ? value : m), 0);
  const s = Math.sign(main) * largest;
  const normal: Vec3 = [best[0] / s + 0, best[1] / s + 0, best[2] / s + 0];
  const e: Vec3 = Math.abs(normal[0]) <= 0.8 ? [1, 0, 0] : [0, 1, 0];
  const along = e[0] * normal[0] + e[1] * normal[1];
  const u: Vec3 = [e[0] - along * normal[0], e[1] - along * normal[1], -along * normal[2]];
  const length = Math.hypot(...u);
  const uAxis: Vec3 = [u[0] / length + 0, u[1] / length + 0, u[2] / length + 0];
  const vAxis: Vec3 = [
    normal[1] * uAxis[2] - normal[2] * uAxis[1] + 0,
    normal[2] * uAxis[0] - normal[0] * uAxis[2] + 0,
    normal[0] * uAxis[1] - normal[1] * uAxis[0] + 0,
  ];
  return { normal, uAxis, vAxis };
}

function flatArea(points: Float64Array): Vec3 {
  return [0, 0, vectorArea(points)[2]];
}

function flatten(
  name: string,
  points: Float64Array,
  normal: Vec3,
  uAxis: Vec3,
  vAxis: Vec3,
): { positionMm: number; polygon: Float64Array } {
  const n = points.length / 3;
  const polygon = new Float64Array(2 * n);
  let sum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let a = 0; a < n; a++) {
    const x = points[3 * a]!;
    const y = points[3 * a + 1]!;
    const z = points[3 * a + 2]!;
    polygon[2 * a] = uAxis[0] * x + uAxis[1] * y + uAxis[2] * z;
    polygon[2 * a + 1] = vAxis[0] * x + vAxis[1] * y + vAxis[2] * z;
    const position = normal[0] * x + normal[1] * y + normal[2] * z;
    sum += position;
    if (position < lowest) lowest = position;
    if (position > highest) highest = position;
  }
  if (!Number.isFinite(sum))
    throw new InvalidInputError(`structure ${name}: contour points`, sum, "finite coordinates, mm");
  if (highest - lowest > 2 * PLANAR_WITHIN_MM) {
    const own = vectorArea(points);
    const size = Math.hypot(...own);
    const cosine =
      size > 0 ? Math.abs(own[0] * normal[0] + own[1] * normal[1] + own[2] * normal[2]) / size : 0;
    if (isPlanar(points, own, size)) {
      throw new UnsupportedError(
        `structure ${name}: contours in planes that are not parallel`,
        `two of them are ${((Math.acos(Math.min(1, cosine)) * 180) / Math.PI).toFixed(2)}° apart; one orientation per structure is`,
      );
    }
    throw new InvalidInputError(
      `structure ${name}: contour`,
      `leaves its plane by ${((highest - lowest) / 2).toFixed(3)} mm`,
      "a planar contour",
    );
  }
  return { positionMm: lowest === highest ? lowest : sum / n, polygon };
}

/** True if the points lie in the plane with this normal. */
function isPlanar(points: Float64Array, normal: Vec3, size: number): boolean {
  for (let a = 3; a < points.length; a += 3) {
    const d = [0, 1, 2].reduce((s, c) => s + normal[c]! * (points[a + c]! - points[c]!), 0);
    if (Math.abs(d) > PLANAR_WITHIN_MM * size) return false;
  }
  return size > 0;
}
