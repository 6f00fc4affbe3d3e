import type { Vec3 } from "@isodose/core";
import {
  assertRigidTransform,
  composeTransforms,
  IDENTITY_TRANSFORM,
  invertTransform,
  rigidTransform,
  transformDifference,
  transformDirection,
  transformPoint,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";

const angle = evenly(-180, 180);
const length = evenly(-500, 500);
const motion = fc
  .record({
    rotationDeg: fc.tuple(angle, angle, angle),
    translationMm: fc.tuple(length, length, length),
    centreMm: fc.tuple(length, length, length),
  })
  .map(rigidTransform);
const point = fc.tuple(length, length, length);
const SEED = 20261;
const distance = (p: Vec3, q: Vec3) => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);

describe(`rigid transforms (seed ${SEED})`, () => {
  it("turns right-handed about each axis, in the order x, y, z", () => {
    const turned = (rotationDeg: Vec3, p: Vec3) => transformPoint(rigidTransform({ rotationDeg }), p);
    expect(distance(turned([90, 0, 0], [0, 1, 0]), [0, 0, 1])).toBeLessThan(1e-12);
    expect(distance(turned([0, 90, 0], [0, 0, 1]), [1, 0, 0])).toBeLessThan(1e-12);
    expect(distance(turned([0, 0, 90], [1, 0, 0]), [0, 1, 0])).toBeLessThan(1e-12);
    expect(distance(turned([90, 90, 0], [0, 1, 0]), [1, 0, 0])).toBeLessThan(1e-12);
    const about = rigidTransform({ rotationDeg: [0, 0, 90], centreMm: [10, 0, 0], translationMm: [0, 0, 5] });
    expect(distance(transformPoint(about, [11, 0, 0]), [10, 1, 5])).toBeLessThan(1e-12);
    expect(transformDirection(about, [0, 0, 1])).toEqual([0, 0, 1]);
  });

  it("keeps distances, goes back by its inverse, and composes", () => {
    fc.assert(
      fc.property(motion, motion, point, point, (a, b, p, q) => {
        const kept = Math.abs(distance(transformPoint(a, p), transformPoint(a, q)) - distance(p, q));
        const back = distance(transformPoint(invertTransform(a), transformPoint(a, p)), p);
        const both = distance(
          transformPoint(composeTransforms(b, a), p),
          transformPoint(b, transformPoint(a, p)),
        );
        assertRigidTransform(composeTransforms(b, a));
        return Math.max(kept, back, both) < 1e-9;
      }),
      { seed: SEED },
    );
  });

  it("measures how far two motions are apart", () => {
    fc.assert(
      fc.property(motion, point, evenly(-179, 179), (a, at, turnDeg) => {
        const turn = rigidTransform({ rotationDeg: [0, turnDeg, 0], centreMm: at });
        const difference = transformDifference(composeTransforms(a, turn), a, at);
        return difference.distanceMm < 1e-9 && Math.abs(difference.angleDeg - Math.abs(turnDeg)) < 1e-6;
      }),
      { seed: SEED },
    );
    const shifted = rigidTransform({ translationMm: [3, 4, 12] });
    expect(transformDifference(shifted, IDENTITY_TRANSFORM, [7, 8, 9])).toEqual({
      distanceMm: 13,
      angleDeg: 0,
    });
  });

  it("refuses what is not rigid", () => {
    const m = [...IDENTITY_TRANSFORM];
    const bad = [
      m.slice(1),
      m.with(0, -1),
      m.with(0, 1.1),
      m.with(1, 0.1),
      m.with(3, Number.NaN),
      m.with(12, 1),
    ];
    for (const matrix of bad) {
      expect(() => assertRigidTransform(matrix, "pose")).toThrow(
        expect.objectContaining({ tag: "InvalidInputError", field: "pose" }),
      );
    }
    expect(() => rigidTransform({ rotationDeg: [Number.NaN, 0, 0] })).toThrow(/rigid transform/);
  });
});
