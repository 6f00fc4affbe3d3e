import { InvalidInputError, type PatientPoint, type Vec3 } from "@isodose/core";

/**
 * A rigid motion as a 4 × 4 matrix, row-major: [r00, r01, r02, tx, r10, r11, r12, ty, r20, r21, r22, tz, 0, 0, 0, 1].
 *
 *   p' = R p + t,   LPS, mm
 */
export type RigidTransform = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Nothing moves. */
export const IDENTITY_TRANSFORM: RigidTransform = Object.freeze([
  1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1,
]) as RigidTransform;

const RADIANS_PER_DEGREE = Math.PI / 180;

/**
 * A rotation about a point, then a translation.
 *
 *   p' = Rz Ry Rx (p − c) + c + t
 *
 * @param options.rotationDeg - about the LPS x, y, z axes, right-handed, degrees; default none
 * @param options.translationMm - t, LPS, mm; default none
 * @param options.centreMm - c, LPS, mm; default the origin
 * @throws InvalidInputError if a number is not finite
 */
export function rigidTransform(options: {
  readonly rotationDeg?: Vec3;
  readonly translationMm?: Vec3;
  readonly centreMm?: PatientPoint;
}): RigidTransform {
  const { rotationDeg = [0, 0, 0], translationMm: t = [0, 0, 0], centreMm: c = [0, 0, 0] } = options;
  if (![...rotationDeg, ...t, ...c].every(Number.isFinite))
    throw new InvalidInputError(
      "rigid transform",
      { rotationDeg, translationMm: t, centreMm: c },
      "finite numbers",
    );
  const [ca, cb, cc] = rotationDeg.map((a) => Math.cos(a * RADIANS_PER_DEGREE)) as [number, number, number];
  const [sa, sb, sc] = rotationDeg.map((a) => Math.sin(a * RADIANS_PER_DEGREE)) as [number, number, number];
  const r = [
    [cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa],
    [sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa],
    [-sb, cb * sa, cb * ca],
  ] as const;
  const shift = r.map((row, a) => c[a]! + t[a]! - (row[0] * c[0] + row[1] * c[1] + row[2] * c[2]));
  return [...r[0], shift[0]!, ...r[1], shift[1]!, ...r[2], shift[2]!, 0, 0, 0, 1];
}

/** R p + t, LPS, mm. */
export function transformPoint(m: RigidTransform, [x, y, z]: PatientPoint): PatientPoint {
  return [
    m[0] * x + m[1] * y + m[2] * z + m[3],
    m[4] * x + m[5] * y + m[6] * z + m[7],
    m[8] * x + m[9] * y + m[10] * z + m[11],
  ];
}

/** R v: a direction is turned, not shifted. */
export function transformDirection(m: RigidTransform, [x, y, z]: Vec3): Vec3 {
  return [m[0] * x + m[1] * y + m[2] * z, m[4] * x + m[5] * y + m[6] * z, m[8] * x + m[9] * y + m[10] * z];
}

/** The way back: Rᵀ (p' − t). */
export function invertTransform(m: RigidTransform): RigidTransform {
  const [x, y, z] = [m[3], m[7], m[11]];
  return [
    ...[m[0], m[4], m[8], -(m[0] * x + m[4] * y + m[8] * z)],
    ...[m[1], m[5], m[9], -(m[1] * x + m[5] * y + m[9] * z)],
    ...[m[2], m[6], m[10], -(m[2] * x + m[6] * y + m[10] * z)],
    ...[0, 0, 0, 1],
  ] as unknown as RigidTransform;
}

/** First `first`, then `second`: the product second · first. */
export function composeTransforms(second: RigidTransform, first: RigidTransform): RigidTransform {
  const out: number[] = [];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let n = 0; n < 4; n++) sum += second[4 * row + n]! * first[4 * n + column]!;
      out.push(sum);
    }
  }
  return out as unknown as RigidTransform;
}

/** How far two motions are apart at a point: the usual statement of a registration's error. */
export interface TransformDifference {
  /** Distance between the two images of the point, mm. */
  readonly distanceMm: number;
  /** Angle of the rotation between them, degrees, 0 to 180. */
  readonly angleDeg: number;
}

/**
 * @param atMm - where the distance is taken, LPS, mm: a target's middle
 */
export function transformDifference(
  a: RigidTransform,
  b: RigidTransform,
  atMm: PatientPoint,
): TransformDifference {
  const p = transformPoint(a, atMm);
  const q = transformPoint(b, atMm);
  const between = composeTransforms(invertTransform(b), a);
  // By the sine, which is exact for small angles; the cosine says which side of 90° it is.
  const sine = Math.hypot(between[9] - between[6], between[2] - between[8], between[4] - between[1]) / 2;
  const cosine = (between[0] + between[5] + between[10] - 1) / 2;
  return {
    distanceMm: Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]),
    angleDeg: Math.atan2(sine, cosine) / RADIANS_PER_DEGREE,
  };
}

/**
 * Check a matrix once, at the public edge.
 * @throws InvalidInputError if it has not 16 finite numbers, its upper left is no rotation within `tolerance`, or its last row is
 * not 0 0 0 1
 */
export function assertRigidTransform(
  matrix: readonly number[],
  field = "transform",
  tolerance = 1e-4,
): asserts matrix is RigidTransform {
  const m = matrix;
  const rows = [0, 4, 8].map((n) => [m[n]!, m[n + 1]!, m[n + 2]!] as const);
  const [u, v, w] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
  const determinant =
    u[0] * (v[1] * w[2] - v[2] * w[1]) -
    u[1] * (v[0] * w[2] - v[2] * w[0]) +
    u[2] * (v[0] * w[1] - v[1] * w[0]);
  const orthonormal = rows.every((a, n) =>
    rows.every((b, k) => Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] - (n === k ? 1 : 0)) < tolerance),
  );
  const last = [0, 0, 0, 1].every((value, n) => Math.abs(m[12 + n]! - value) < 1e-9);
  if (m.length === 16 && m.every(Number.isFinite) && orthonormal && determinant > 0 && last) return;
  throw new InvalidInputError(
    field,
    matrix,
    "16 numbers, row by row: a rotation, a shift in mm, and 0 0 0 1",
  );
}
