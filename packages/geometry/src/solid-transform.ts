import { type Direction, InvalidInputError, type Vec3 } from "@isodose/core";
import type { Bounds, Solid } from "./solid.ts";

/** A rigid motion: p ↦ R p + t. */
export interface RigidMotion {
  /** Row-major 3 × 3, orthonormal; the identity if left out. */
  readonly rotation?: Direction;
  /** mm, LPS. */
  readonly translationMm?: Vec3;
}

const IDENTITY: Direction = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/**
 * A solid, moved: p is in the result where the motion's inverse takes it into the solid. Mirrors are allowed.
 *
 * The bounds are those of the moved box, so that repeated turning widens them: combine the motions first.
 *
 * @param motion - rotation and translation, or a row-major 4 × 4 matrix of 16 numbers
 * @throws InvalidInputError if the rotation is not orthonormal within 1e-6 (a scale would break the distances that
 *   {@link Solid} promises), or the last row of the matrix not 0 0 0 1
 */
export function transformSolid(solid: Solid, motion: RigidMotion | readonly number[]): Solid {
  const { rotation: r, translationMm: t } = motionOf(motion);
  const [tx, ty, tz] = t;
  const [a, b, c, d, e, f, g, h, i] = r;
  return {
    boundsMm: movedBounds(solid.boundsMm, r, t),
    implicit: (x, y, z) => {
      const [px, py, pz] = [x - tx, y - ty, z - tz];
      return solid.implicit(a * px + d * py + g * pz, b * px + e * py + h * pz, c * px + f * py + i * pz);
    },
  };
}

function motionOf(motion: RigidMotion | readonly number[]): Required<RigidMotion> {
  const list = isMatrix(motion) ? motion : undefined;
  if (list && (list.length !== 16 || list[12] !== 0 || list[13] !== 0 || list[14] !== 0 || list[15] !== 1))
    throw new InvalidInputError("motion", list, "16 numbers, row by row, the last row 0 0 0 1");
  const { rotation = IDENTITY, translationMm = [0, 0, 0] } = list
    ? {
        rotation: [0, 1, 2, 4, 5, 6, 8, 9, 10].map((n) => list[n]!) as unknown as Direction,
        translationMm: [list[3]!, list[7]!, list[11]!] as Vec3,
      }
    : (motion as RigidMotion);
  for (let row = 0; row < 3; row++) {
    for (let other = row; other < 3; other++) {
      const dot = [0, 1, 2].reduce((s, n) => s + rotation[3 * row + n]! * rotation[3 * other + n]!, 0);
      if (!(Math.abs(dot - (row === other ? 1 : 0)) < 1e-6))
        throw new InvalidInputError("motion.rotation", rotation, "an orthonormal 3 × 3 matrix");
    }
  }
  if (!translationMm.every(Number.isFinite))
    throw new InvalidInputError("motion.translationMm", translationMm, "three finite numbers, mm");
  return { rotation, translationMm };
}

function isMatrix(motion: RigidMotion | readonly number[]): motion is readonly number[] {
  return Array.isArray(motion);
}

function movedBounds({ min, max }: Bounds, r: Direction, t: Vec3): Bounds {
  const low: [number, number, number] = [...t];
  const high: [number, number, number] = [...t];
  for (const row of [0, 1, 2] as const) {
    for (const column of [0, 1, 2] as const) {
      const p = r[3 * row + column]! * min[column];
      const q = r[3 * row + column]! * max[column];
      low[row] += Math.min(p, q);
      high[row] += Math.max(p, q);
    }
  }
  return { min: low, max: high };
}
