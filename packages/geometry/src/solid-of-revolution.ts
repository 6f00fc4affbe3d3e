import { InvalidInputError, type PatientPoint, type Vec3 } from "@isodose/core";
import type { Bounds, Solid } from "./solid.ts";

/** A segment: its start, its unit direction and its length, mm. */
interface Axis {
  readonly start: PatientPoint;
  readonly direction: Vec3;
  readonly lengthMm: number;
}

function axisBetween(fromMm: PatientPoint, toMm: PatientPoint): Axis {
  const d: Vec3 = [toMm[0] - fromMm[0], toMm[1] - fromMm[1], toMm[2] - fromMm[2]];
  const lengthMm = Math.hypot(...d);
  if (!(lengthMm > 0 && Number.isFinite(lengthMm)))
    throw new InvalidInputError("fromMm and toMm", [fromMm, toMm], "two points that differ");
  return { start: fromMm, direction: [d[0] / lengthMm, d[1] / lengthMm, d[2] / lengthMm], lengthMm };
}

function assertRadius(field: string, radiusMm: number, least: "> 0" | "≥ 0" = "> 0"): void {
  if (!(Number.isFinite(radiusMm) && (radiusMm > 0 || (least === "≥ 0" && radiusMm === 0))))
    throw new InvalidInputError(field, radiusMm, `a length ${least} mm`);
}

/** Bounds of discs of these radii, across the axis, at points on it. */
function aroundDiscs(
  axis: Vec3,
  discs: readonly { readonly at: PatientPoint; readonly radiusMm: number }[],
): Bounds {
  const reach = (a: 0 | 1 | 2, radiusMm: number) => radiusMm * Math.sqrt(Math.max(0, 1 - axis[a] ** 2));
  const min = (a: 0 | 1 | 2) => Math.min(...discs.map(({ at, radiusMm }) => at[a] - reach(a, radiusMm)));
  const max = (a: 0 | 1 | 2) => Math.max(...discs.map(({ at, radiusMm }) => at[a] + reach(a, radiusMm)));
  return { min: [min(0), min(1), min(2)], max: [max(0), max(1), max(2)] };
}

/**
 * A cone, a truncated cone or, with equal radii, a circular cylinder between two points, with flat ends.
 * Volume π h (r² + r s + s²) / 3.
 * @param fromMm - centre of the one end, `toMm` that of the other, or the tip
 * @param toRadiusMm - 0 for a tip
 * @throws InvalidInputError if the points are the same, or a radius is not > 0 (the second may be 0)
 */
export function cone(fromMm: PatientPoint, toMm: PatientPoint, fromRadiusMm: number, toRadiusMm = 0): Solid {
  const { start, direction, lengthMm } = axisBetween(fromMm, toMm);
  assertRadius("fromRadiusMm", fromRadiusMm);
  assertRadius("toRadiusMm", toRadiusMm, "≥ 0");
  const [sx, sy, sz] = start;
  const [ax, ay, az] = direction;
  const slant = Math.hypot(lengthMm, fromRadiusMm - toRadiusMm);
  // Outward normal of the side, in the plane of radius and axis.
  const [across, along] = [lengthMm / slant, (fromRadiusMm - toRadiusMm) / slant];
  return {
    boundsMm: aroundDiscs(direction, [
      { at: fromMm, radiusMm: fromRadiusMm },
      { at: toMm, radiusMm: toRadiusMm },
    ]),
    implicit: (x, y, z) => {
      const [dx, dy, dz] = [x - sx, y - sy, z - sz];
      const t = dx * ax + dy * ay + dz * az;
      const r = Math.sqrt((dx - t * ax) ** 2 + (dy - t * ay) ** 2 + (dz - t * az) ** 2);
      return Math.max((r - fromRadiusMm) * across + t * along, -t, t - lengthMm);
    },
  };
}

/**
 * All points within a radius of a segment: a rod with round ends, volume π r² (h + 4 r / 3).
 * @throws InvalidInputError if the ends are the same point or the radius is not > 0
 */
export function capsule(fromMm: PatientPoint, toMm: PatientPoint, radiusMm: number): Solid {
  const { start, direction, lengthMm } = axisBetween(fromMm, toMm);
  assertRadius("radiusMm", radiusMm);
  const [sx, sy, sz] = start;
  const [ax, ay, az] = direction;
  const low = (a: 0 | 1 | 2) => Math.min(fromMm[a], toMm[a]) - radiusMm;
  const high = (a: 0 | 1 | 2) => Math.max(fromMm[a], toMm[a]) + radiusMm;
  return {
    boundsMm: { min: [low(0), low(1), low(2)], max: [high(0), high(1), high(2)] },
    implicit: (x, y, z) => {
      const [dx, dy, dz] = [x - sx, y - sy, z - sz];
      const t = Math.min(lengthMm, Math.max(0, dx * ax + dy * ay + dz * az));
      return Math.sqrt((dx - t * ax) ** 2 + (dy - t * ay) ** 2 + (dz - t * az) ** 2) - radiusMm;
    },
  };
}

/**
 * A torus: all points within a radius of a circle, volume 2 π² R r².
 * @param axis - direction of its axis, LPS, of any length > 0
 * @param ringRadiusMm - R, of the circle
 * @param tubeRadiusMm - r, of the tube
 * @throws InvalidInputError if the axis has no length, a radius is not > 0 or the tube is as wide as the ring
 */
export function torus(centreMm: PatientPoint, axis: Vec3, ringRadiusMm: number, tubeRadiusMm: number): Solid {
  const length = Math.hypot(...axis);
  if (!(length > 0 && Number.isFinite(length)))
    throw new InvalidInputError("axis", axis, "a direction of length > 0");
  assertRadius("ringRadiusMm", ringRadiusMm);
  assertRadius("tubeRadiusMm", tubeRadiusMm);
  if (tubeRadiusMm >= ringRadiusMm)
    throw new InvalidInputError(
      "tubeRadiusMm",
      tubeRadiusMm,
      `less than the ring's radius, ${ringRadiusMm} mm`,
    );
  const [cx, cy, cz] = centreMm;
  const [ax, ay, az] = [axis[0] / length, axis[1] / length, axis[2] / length];
  const ring = aroundDiscs([ax, ay, az], [{ at: centreMm, radiusMm: ringRadiusMm }]);
  const r = tubeRadiusMm;
  return {
    boundsMm: {
      min: [ring.min[0] - r, ring.min[1] - r, ring.min[2] - r],
      max: [ring.max[0] + r, ring.max[1] + r, ring.max[2] + r],
    },
    implicit: (x, y, z) => {
      const [dx, dy, dz] = [x - cx, y - cy, z - cz];
      const t = dx * ax + dy * ay + dz * az;
      const across = Math.sqrt((dx - t * ax) ** 2 + (dy - t * ay) ** 2 + (dz - t * az) ** 2);
      return Math.sqrt((across - ringRadiusMm) ** 2 + t * t) - tubeRadiusMm;
    },
  };
}
