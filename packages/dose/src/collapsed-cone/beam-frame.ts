import {
  type FieldShape,
  fieldExtent,
  fieldWidthMm,
  type Grid,
  type PatientPoint,
  type PhotonField,
  type PolygonsShape,
  type RectangleShape,
  type Vec3,
} from "@isodose/core";

/**
 * Axes of one beam: x and y lie in the reference plane, z runs with the photons and is 0 in that plane. Rays fan out:
 * a ray through (u, v) in the reference plane goes through (u, v) · (1 + z / D) at z.
 */
export interface BeamFrame {
  readonly originMm: PatientPoint;
  readonly x: Vec3;
  readonly y: Vec3;
  readonly z: Vec3;
  /** 1 / D, 1/mm; 0 for parallel rays. */
  readonly perSourceDistance: number;
  /** Bounds of the opening in the reference plane along x and y, mm. */
  readonly lowMm: readonly [number, number];
  readonly highMm: readonly [number, number];
  /** How narrow the opening is, mm. */
  readonly widthMm: number;
  /** The opening along x and y (its own axes do not count any more). */
  readonly opening: FieldShape;
}

/**
 * Axes of a field, already checked. A rectangle and polygons lend their own; those of a circle lie as near to the axes of the grid as
 * they can.
 */
export function beamFrameOf(field: PhotonField, grid: Grid): BeamFrame {
  const { shape } = field;
  const z = unit(field.directionToSource).map((c) => -c) as unknown as Vec3;
  const x = across(shape.kind === "circle" ? flattestAxis(grid, z) : shape.widthAxis, z);
  const y = cross(z, x);
  const opening = shape.kind !== "circle" && dot(y, shape.heightAxis) < 0 ? mirrored(shape) : shape;
  const { lowMm, highMm } = fieldExtent(opening);
  return {
    originMm: field.isocenterMm,
    x,
    y,
    z,
    perSourceDistance: 1 / field.sourceDistanceMm,
    lowMm,
    highMm,
    widthMm: fieldWidthMm(shape),
    opening,
  };
}

/** The same opening for a height axis the other way. */
function mirrored(shape: RectangleShape | PolygonsShape): FieldShape {
  if (shape.kind === "polygons")
    return { ...shape, polygonsMm: shape.polygonsMm.map((polygon) => polygon.map(([a, b]) => [a, -b])) };
  const [a, b] = shape.centerMm ?? [0, 0];
  return { ...shape, centerMm: [a, -b] };
}

/** The axis of the grid that is most at right angles to z. */
function flattestAxis(grid: Grid, z: Vec3): Vec3 {
  const d = grid.direction;
  const axes: Vec3[] = [
    [d[0], d[3], d[6]],
    [d[1], d[4], d[7]],
    [d[2], d[5], d[8]],
  ];
  return axes.reduce((best, axis) => (Math.abs(dot(axis, z)) < Math.abs(dot(best, z)) - 1e-9 ? axis : best));
}

/** Grid index (fractional) as an affine function of beam coordinates: index = origin + x · perX + y · perY + z · perZ. */
export interface IndexOfBeam {
  readonly origin: Vec3;
  readonly perX: Vec3;
  readonly perY: Vec3;
  readonly perZ: Vec3;
}

/** Beam coordinates to indices of a grid. */
export function indexOfBeam(frame: BeamFrame, grid: Grid): IndexOfBeam {
  const d = grid.direction;
  const along = (v: Vec3): Vec3 => [
    (d[0] * v[0] + d[3] * v[1] + d[6] * v[2]) / grid.spacingMm[0],
    (d[1] * v[0] + d[4] * v[1] + d[7] * v[2]) / grid.spacingMm[1],
    (d[2] * v[0] + d[5] * v[1] + d[8] * v[2]) / grid.spacingMm[2],
  ];
  const o = frame.originMm;
  const g = grid.originMm;
  return {
    origin: along([o[0] - g[0], o[1] - g[1], o[2] - g[2]]),
    perX: along(frame.x),
    perY: along(frame.y),
    perZ: along(frame.z),
  };
}

/** Beam coordinates of the LPS point, mm. */
export function patientToBeamFrame(frame: BeamFrame, p: PatientPoint): Vec3 {
  const r: Vec3 = [p[0] - frame.originMm[0], p[1] - frame.originMm[1], p[2] - frame.originMm[2]];
  return [dot(r, frame.x), dot(r, frame.y), dot(r, frame.z)];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The part of a at right angles to the unit vector z, at length 1. */
function across(a: Vec3, z: Vec3): Vec3 {
  const along = dot(a, z);
  const r: Vec3 = [a[0] - along * z[0], a[1] - along * z[1], a[2] - along * z[2]];
  const length = Math.hypot(...r);
  return [r[0] / length, r[1] / length, r[2] / length];
}

function unit(v: Vec3): Vec3 {
  const length = Math.hypot(v[0], v[1], v[2]);
  return [v[0] / length, v[1] / length, v[2] / length];
}
