import { InvalidInputError, type PatientPoint, type Vec3 } from "@isodose/core";

/** An axis-aligned box in LPS, mm. */
export interface Bounds {
  readonly min: PatientPoint;
  readonly max: PatientPoint;
}

/**
 * An exact shape, given by a function of space.
 *
 * `implicit(x, y, z)` is < 0 inside, 0 on the surface, > 0 outside; in mm it never claims to be farther from the surface
 * than it is: |implicit(p) − implicit(q)| ≤ |p − q|. Unions and intersections keep this, and volumes and pictures rely
 * on it to skip what is wholly inside or outside.
 */
export interface Solid {
  /** Encloses the shape. */
  readonly boundsMm: Bounds;
  /** LPS, mm. */
  readonly implicit: (x: number, y: number, z: number) => number;
}

const smaller = (a: Vec3, b: Vec3): Vec3 => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.min(a[2], b[2]),
];
const larger = (a: Vec3, b: Vec3): Vec3 => [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];

/**
 * Everything that is in at least one of the solids.
 * @throws InvalidInputError if there is none
 */
export function unionOf(...solids: readonly Solid[]): Solid {
  const [first, ...rest] = solids;
  if (!first) throw new InvalidInputError("solids", 0, "at least one");
  return rest.reduce(
    (a, b) => ({
      boundsMm: { min: smaller(a.boundsMm.min, b.boundsMm.min), max: larger(a.boundsMm.max, b.boundsMm.max) },
      implicit: (x, y, z) => Math.min(a.implicit(x, y, z), b.implicit(x, y, z)),
    }),
    first,
  );
}

/**
 * What is in all of the solids.
 * @throws InvalidInputError if there is none
 */
export function intersectionOf(...solids: readonly Solid[]): Solid {
  const [first, ...rest] = solids;
  if (!first) throw new InvalidInputError("solids", 0, "at least one");
  return rest.reduce((a, b) => {
    const min = larger(a.boundsMm.min, b.boundsMm.min);
    return {
      boundsMm: { min, max: larger(min, smaller(a.boundsMm.max, b.boundsMm.max)) },
      implicit: (x, y, z) => Math.max(a.implicit(x, y, z), b.implicit(x, y, z)),
    };
  }, first);
}

/** What is in `solid` but in none of `removed`. */
export function differenceOf(solid: Solid, ...removed: readonly Solid[]): Solid {
  return removed.reduce(
    (a, b) => ({
      boundsMm: a.boundsMm,
      implicit: (x, y, z) => Math.max(a.implicit(x, y, z), -b.implicit(x, y, z)),
    }),
    solid,
  );
}
