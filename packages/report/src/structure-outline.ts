import type { Structure, Vec3 } from "@isodose/core";
import { type ContourPlane, planesOfStructure, type StructurePlanes } from "@isodose/geometry";
import { type ScreenLine, traceLevel } from "./isodose-lines.ts";
import { patientToScreen, SLICE_VIEWS, type SliceWindow, screenToPatient } from "./slice-geometry.ts";

/** A structure made ready for outlines: its planes. A single plane stands for 1 mm. */
export function preparedOutline(structure: Structure): StructurePlanes {
  return planesOfStructure(structure, { singlePlaneThicknessMm: 1 });
}

const along = (p: Vec3, axis: Vec3): number => p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2];

/**
 * Where a slice cuts a structure. In the planes of its contours: the drawn polygons themselves. Across them: the
 * contours' distance maps, interpolated between planes, so that the outline is smooth; its ends are flat, at the end of the
 * first and last slab.
 * @returns lines in screen mm, closed ones ending where they began
 */
export function structureOutline(structure: StructurePlanes, window: SliceWindow): readonly ScreenLine[] {
  if (structure.planes.length === 0) return [];
  const { normal } = structure;
  const across = normal[SLICE_VIEWS[window.axis].across];
  if (Math.abs(across) > 1 - 1e-6)
    return drawnPolygons(structure, window, Math.sign(across) * window.positionMm);
  return tracedOutline(structure, window);
}

function drawnPolygons(
  structure: StructurePlanes,
  window: SliceWindow,
  position: number,
): readonly ScreenLine[] {
  const plane = structure.planes.find((p) => position >= p.lowMm && position <= p.highMm);
  if (!plane) return [];
  const { uAxis, vAxis } = structure;
  return plane.polygons.map((polygon) => {
    const line: (readonly [number, number])[] = [];
    for (let n = 0; n <= polygon.length; n += 2) {
      const u = polygon[n % polygon.length]!;
      const v = polygon[(n + 1) % polygon.length]!;
      line.push(
        patientToScreen(window, [
          u * uAxis[0] + v * vAxis[0],
          u * uAxis[1] + v * vAxis[1],
          u * uAxis[2] + v * vAxis[2],
        ]),
      );
    }
    return line;
  });
}

/** Distance to the polygons' edge, mm: negative inside (even–odd). */
function signedDistance(polygons: readonly Float64Array[], u: number, v: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  let inside = false;
  for (const polygon of polygons) {
    let u0 = polygon[polygon.length - 2]!;
    let v0 = polygon[polygon.length - 1]!;
    for (let n = 0; n < polygon.length; n += 2) {
      const u1 = polygon[n]!;
      const v1 = polygon[n + 1]!;
      const du = u1 - u0;
      const dv = v1 - v0;
      const length2 = du * du + dv * dv;
      const t = length2 > 0 ? Math.max(0, Math.min(1, ((u - u0) * du + (v - v0) * dv) / length2)) : 0;
      const eu = u - u0 - t * du;
      const ev = v - v0 - t * dv;
      nearest = Math.min(nearest, eu * eu + ev * ev);
      if (v0 <= v !== v1 <= v && u < u0 + (du * (v - v0)) / dv) inside = !inside;
      u0 = u1;
      v0 = v1;
    }
  }
  return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
}

/** Distance to the surface of the stack at height n: between two planes a mixture of theirs, at free ends flat. */
function stackDistance(planes: readonly ContourPlane[], u: number, v: number, n: number): number {
  let at = planes.findIndex((plane) => n <= plane.highMm);
  if (at < 0) at = planes.length - 1;
  const plane = planes[at]!;
  const neighbour = planes[n < plane.positionMm ? at - 1 : at + 1];
  const touches =
    neighbour &&
    (n < plane.positionMm ? plane.lowMm - neighbour.highMm : neighbour.lowMm - plane.highMm) < 1e-3;
  const own = signedDistance(plane.polygons, u, v);
  if (!touches) return Math.max(own, n - plane.highMm, plane.lowMm - n);
  const t = Math.abs(n - plane.positionMm) / Math.abs(neighbour.positionMm - plane.positionMm);
  return (1 - t) * own + t * signedDistance(neighbour.polygons, u, v);
}

const OUTLINE_PIXEL_MM = 0.75;

function tracedOutline(structure: StructurePlanes, window: SliceWindow): readonly ScreenLine[] {
  const { normal, uAxis, vAxis, planes } = structure;
  // Only around the structure: the distance of a pixel costs as many steps as its planes have edges.
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const plane of planes) {
    for (const polygon of plane.polygons) {
      for (let p = 0; p < polygon.length; p += 2) {
        for (const n of [plane.lowMm, plane.highMm]) {
          const [s, t] = patientToScreen(
            window,
            [0, 1, 2].map(
              (a) => polygon[p]! * uAxis[a]! + polygon[p + 1]! * vAxis[a]! + n * normal[a]!,
            ) as never,
          );
          left = Math.min(left, s);
          right = Math.max(right, s);
          top = Math.min(top, t);
          bottom = Math.max(bottom, t);
        }
      }
    }
  }
  const margin = 2 * OUTLINE_PIXEL_MM;
  left = Math.max(left - margin, window.leftMm);
  right = Math.min(right + margin, window.leftMm + window.widthMm);
  top = Math.max(top - margin, window.topMm);
  bottom = Math.min(bottom + margin, window.topMm + window.heightMm);
  if (!(right > left && bottom > top)) return [];
  const width = Math.max(2, Math.ceil((right - left) / OUTLINE_PIXEL_MM));
  const height = Math.max(2, Math.ceil((bottom - top) / OUTLINE_PIXEL_MM));
  const stepS = (right - left) / width;
  const stepT = (bottom - top) / height;
  const inward = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const p = screenToPatient(window, left + (column + 0.5) * stepS, top + (row + 0.5) * stepT);
      inward[row * width + column] = -stackDistance(
        planes,
        along(p, uAxis),
        along(p, vAxis),
        along(p, normal),
      );
    }
  }
  return traceLevel(inward, width, height, 0).map((line) =>
    line.map(([x, y]) => [left + x * stepS, top + y * stepT] as const),
  );
}
