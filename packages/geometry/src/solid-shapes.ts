import { InvalidInputError, type PatientPoint, type Vec3 } from "@isodose/core";
import type { Bounds, Solid } from "./solid.ts";

function assertLengths(field: string, lengthsMm: readonly number[]): void {
  if (!lengthsMm.every((a) => Number.isFinite(a) && a > 0)) {
    throw new InvalidInputError(field, lengthsMm, "finite lengths > 0 mm");
  }
}

function around(c: Vec3, h: Vec3): Bounds {
  return { min: [c[0] - h[0], c[1] - h[1], c[2] - h[2]], max: [c[0] + h[0], c[1] + h[1], c[2] + h[2]] };
}

/**
 * A ball: |p − centre| ≤ radius.
 * @throws InvalidInputError if the radius is not > 0
 */
export function sphere(centreMm: PatientPoint, radiusMm: number): Solid {
  assertLengths("radiusMm", [radiusMm]);
  const [cx, cy, cz] = centreMm;
  return {
    boundsMm: around(centreMm, [radiusMm, radiusMm, radiusMm]),
    implicit: (x, y, z) => Math.sqrt((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) - radiusMm,
  };
}

/**
 * An ellipsoid along the axes: (x/a)² + (y/b)² + (z/c)² ≤ 1, volume 4/3 π a b c.
 * @throws InvalidInputError if a semi-axis is not > 0
 */
export function ellipsoid(centreMm: PatientPoint, semiAxesMm: Vec3): Solid {
  assertLengths("semiAxesMm", semiAxesMm);
  const [cx, cy, cz] = centreMm;
  const [a, b, c] = semiAxesMm;
  const least = Math.min(a, b, c);
  return {
    boundsMm: around(centreMm, semiAxesMm),
    implicit: (x, y, z) =>
      (Math.sqrt(((x - cx) / a) ** 2 + ((y - cy) / b) ** 2 + ((z - cz) / c) ** 2) - 1) * least,
  };
}

/**
 * A cylinder with elliptic section and flat ends, volume 2 π a b h.
 * @param axis - the grid axis x, y or z that it runs along
 * @param halfExtentsMm - semi-axes across, half length h along: given along x, y, z
 * @throws InvalidInputError if a length is not > 0
 */
export function ellipticCylinder(centreMm: PatientPoint, axis: "x" | "y" | "z", halfExtentsMm: Vec3): Solid {
  assertLengths("halfExtentsMm", halfExtentsMm);
  const [cx, cy, cz] = centreMm;
  const [a, b, c] = halfExtentsMm;
  const across = (p: number, q: number, s: number, t: number) =>
    (Math.sqrt((p / s) ** 2 + (q / t) ** 2) - 1) * Math.min(s, t);
  const implicit =
    axis === "x"
      ? (x: number, y: number, z: number) => Math.max(across(y - cy, z - cz, b, c), Math.abs(x - cx) - a)
      : axis === "y"
        ? (x: number, y: number, z: number) => Math.max(across(x - cx, z - cz, a, c), Math.abs(y - cy) - b)
        : (x: number, y: number, z: number) => Math.max(across(x - cx, y - cy, a, b), Math.abs(z - cz) - c);
  return { boundsMm: around(centreMm, halfExtentsMm), implicit };
}

/**
 * A box along the axes.
 * @param minMm - corner with the smallest x, y, z; `maxMm` the opposite one
 * @throws InvalidInputError if max is not beyond min
 */
export function box(minMm: PatientPoint, maxMm: PatientPoint): Solid {
  const h: Vec3 = [(maxMm[0] - minMm[0]) / 2, (maxMm[1] - minMm[1]) / 2, (maxMm[2] - minMm[2]) / 2];
  assertLengths("half size of the box", h);
  const [cx, cy, cz] = [minMm[0] + h[0], minMm[1] + h[1], minMm[2] + h[2]];
  return {
    boundsMm: { min: minMm, max: maxMm },
    implicit: (x, y, z) =>
      Math.max(Math.abs(x - cx) - h[0], Math.abs(y - cy) - h[1], Math.abs(z - cz) - h[2]),
  };
}
