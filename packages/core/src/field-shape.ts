import { InvalidInputError } from "./errors.ts";
import type { FieldShape, PhotonField } from "./photon-field.ts";
import { boxOf, faultOfPolygon, isOverlapping, polygonAreaMm2 } from "./simple-polygon.ts";
import type { Vec3 } from "./vec3.ts";

/** Bounds of an opening in the reference plane, mm from the isocenter along its axes (of a circle: along any). */
export interface FieldExtent {
  readonly lowMm: readonly [number, number];
  readonly highMm: readonly [number, number];
}

/** Bounds of an opening. */
export function fieldExtent(shape: FieldShape): FieldExtent {
  if (shape.kind === "circle") {
    const r = shape.diameterMm / 2;
    return { lowMm: [-r, -r], highMm: [r, r] };
  }
  if (shape.kind === "rectangle") {
    const [x, y] = shape.centerMm ?? [0, 0];
    const [halfX, halfY] = [shape.widthMm / 2, shape.heightMm / 2];
    return { lowMm: [x - halfX, y - halfY], highMm: [x + halfX, y + halfY] };
  }
  const { low, high } = boxOf(shape.polygonsMm.flat());
  return { lowMm: low, highMm: high };
}

/** Area of an opening in the reference plane, mm². */
export function fieldAreaMm2(shape: FieldShape): number {
  if (shape.kind === "circle") return (Math.PI * shape.diameterMm ** 2) / 4;
  if (shape.kind === "rectangle") return shape.widthMm * shape.heightMm;
  return shape.polygonsMm.reduce((sum, polygon) => sum + polygonAreaMm2(polygon), 0);
}

/**
 * How narrow an opening is, mm: diameter, shorter side, or for polygons the least of their bounds' sides and the side of the square of
 * the same area.
 */
export function fieldWidthMm(shape: FieldShape): number {
  if (shape.kind === "circle") return shape.diameterMm;
  const { lowMm, highMm } = fieldExtent(shape);
  const narrower = Math.min(highMm[0] - lowMm[0], highMm[1] - lowMm[1]);
  return shape.kind === "rectangle" ? narrower : Math.min(narrower, Math.sqrt(fieldAreaMm2(shape)));
}

/** Farthest point of an opening from the isocenter, mm. */
export function fieldRadiusMm(shape: FieldShape): number {
  if (shape.kind === "circle") return shape.diameterMm / 2;
  if (shape.kind === "polygons")
    return Math.max(...shape.polygonsMm.flat().map(([x, y]) => Math.hypot(x, y)));
  const { lowMm, highMm } = fieldExtent(shape);
  return Math.hypot(Math.max(-lowMm[0], highMm[0]), Math.max(-lowMm[1], highMm[1]));
}

/** Where a field leaks, its opening included; undefined if it does not. */
export function leakageShape({ shape, leakage }: PhotonField): FieldShape | undefined {
  if (!leakage || leakage.transmission === 0) return undefined;
  if ("radiusMm" in leakage) {
    return { kind: "circle", diameterMm: 2 * leakage.radiusMm };
  }
  if (shape.kind === "circle") return undefined;
  const { lowMm: low, highMm: high } = leakage;
  return {
    kind: "rectangle",
    widthMm: high[0] - low[0],
    heightMm: high[1] - low[1],
    centerMm: [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2],
    widthAxis: shape.widthAxis,
    heightAxis: shape.heightAxis,
  };
}

/**
 * Check an opening.
 * @param directionToSource - unit vector that the axes must be at right angles to
 * @param name - how errors call the shape
 * @throws InvalidInputError if a size is not > 0, an axis not usable, or a polygon has fewer than three corners, crosses itself or
 * overlaps another
 */
export function assertFieldShape(shape: FieldShape, directionToSource: Vec3, name = "shape"): void {
  const positive = (key: string, value: number) => {
    if (!(value > 0 && Number.isFinite(value)))
      throw new InvalidInputError(`${name}.${key}`, value, "a length > 0 mm");
  };
  if (shape.kind === "circle") {
    positive("diameterMm", shape.diameterMm);
    return;
  }
  assertUnitVector(shape.widthAxis, `${name}.widthAxis`);
  assertUnitVector(shape.heightAxis, `${name}.heightAxis`);
  const isSquare = (a: Vec3, b: Vec3) => Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) < 1e-3;
  if (!isSquare(shape.widthAxis, directionToSource))
    throw new InvalidInputError(`${name}.widthAxis`, shape.widthAxis, "an axis at right angles to the beam");
  if (!isSquare(shape.heightAxis, directionToSource) || !isSquare(shape.heightAxis, shape.widthAxis))
    throw new InvalidInputError(
      `${name}.heightAxis`,
      shape.heightAxis,
      "width, height and beam at right angles",
    );
  if (shape.kind === "rectangle") {
    positive("widthMm", shape.widthMm);
    positive("heightMm", shape.heightMm);
    const { centerMm } = shape;
    if (centerMm && !(centerMm.length === 2 && centerMm.every(Number.isFinite)))
      throw new InvalidInputError(`${name}.centerMm`, centerMm, "two finite numbers, mm");
    return;
  }
  const { polygonsMm } = shape;
  if (polygonsMm.length === 0) throw new InvalidInputError(`${name}.polygonsMm`, [], "one polygon at least");
  polygonsMm.forEach((polygon, i) => {
    const fault = faultOfPolygon(polygon);
    if (fault) throw new InvalidInputError(`${name}.polygonsMm[${i}]`, polygon, fault);
  });
  for (let i = 0; i < polygonsMm.length; i++) {
    for (let j = 0; j < i; j++) {
      if (isOverlapping(polygonsMm[i]!, polygonsMm[j]!))
        throw new InvalidInputError(
          `${name}.polygonsMm[${i}]`,
          polygonsMm[i],
          `a polygon that does not overlap polygonsMm[${j}]`,
        );
    }
  }
}

/** @throws InvalidInputError if the length is not 1 within 1e-4 */
export function assertUnitVector(v: Vec3, name: string): void {
  if (!(v.length === 3 && Math.abs(Math.hypot(v[0], v[1], v[2]) - 1) < 1e-4))
    throw new InvalidInputError(name, v, "a unit vector");
}
