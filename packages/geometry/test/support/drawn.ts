import type { Contour, ContourType, Structure, Vec3 } from "@isodose/core";

export type Polygon = readonly (readonly [number, number])[];

export const square = (low: number, high: number): Polygon => [
  [low, low],
  [high, low],
  [high, high],
  [low, high],
];
export const circle = (r: number, x = 0, y = 0, n = 72): Polygon =>
  Array.from(
    { length: n },
    (_, i) => [x + r * Math.cos((2 * Math.PI * i) / n), y + r * Math.sin((2 * Math.PI * i) / n)] as const,
  );
/** Area of a circle of 72 corners. */
export const circleArea = (r: number) => 36 * r * r * Math.sin(Math.PI / 36);

export function contourOf(polygon: Polygon, z: number, type: ContourType = "CLOSED_PLANAR"): Contour {
  return { type, pointsMm: Float64Array.from(polygon.flatMap(([x, y]) => [x, y, z])) };
}

export function structureOf(contours: readonly Contour[], name = "S"): Structure {
  return { name, number: 1, type: "ORGAN", colorRgb: [0, 255, 0], contours, frameOfReferenceUid: "1.2.3" };
}

export const stackOf = (zs: readonly number[], ...polygons: Polygon[]) =>
  structureOf(zs.flatMap((z) => polygons.map((polygon) => contourOf(polygon, z))));

/** The structure with its points mapped. */
export function mapped(structure: Structure, map: (x: number, y: number, z: number) => Vec3): Structure {
  const contours = structure.contours.map(({ type, pointsMm: p }) => ({
    type,
    pointsMm: Float64Array.from(
      Array.from({ length: p.length / 3 }, (_, n) => map(p[3 * n]!, p[3 * n + 1]!, p[3 * n + 2]!)).flat(),
    ),
  }));
  return { ...structure, contours };
}

/** A ring with a hole beside its centre, 12 mm high. */
export const ring = stackOf([-6, -4, -2, 0, 2, 4], circle(9, 1, 2), circle(4, 3, 2));
