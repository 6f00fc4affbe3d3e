import { AXIAL_DIRECTION, type Direction, type Grid, type Structure, type Vec3 } from "@isodose/core";
import {
  box,
  capsule,
  cone,
  contourSolid,
  differenceOf,
  ellipsoid,
  ellipticCylinder,
  evenOddArea,
  intersectionOf,
  type Solid,
  solidOccupancy,
  solidVolume,
  solidVolumeCc,
  sphere,
  structureVolumeCc,
  torus,
  transformSolid,
  unionOf,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";

const seed = 1888;
const ball = sphere([3, -4, 5], 10);
const egg = ellipsoid([-2, 1, 0], [12, 7, 9]);
const rod = ellipticCylinder([0, 2, 1], "z", [6, 4, 15]);
const brick = box([-5, -6, -7], [3, 1, 8]);
const solids: [string, Solid][] = [
  ["sphere", ball],
  ["ellipsoid", egg],
  ["cylinder along x", ellipticCylinder([1, 2, 3], "x", [14, 3, 5])],
  ["cylinder along y", ellipticCylinder([1, 2, 3], "y", [3, 14, 5])],
  ["cylinder along z", rod],
  ["box", brick],
  ["cone", cone([2, -3, -8], [5, 4, 9], 7)],
  ["truncated cone", cone([2, -3, -8], [5, 4, 9], 3, 8)],
  ["capsule", capsule([2, -3, -8], [-5, 4, 9], 4)],
  ["torus", torus([1, 2, 3], [1, -2, 3], 11, 4)],
  [
    "box, turned",
    transformSolid(brick, { rotation: [0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1], translationMm: [3, 1, -2] }),
  ],
  ["union", unionOf(ball, egg, brick)],
  ["intersection", intersectionOf(ball, egg)],
  ["difference", differenceOf(egg, rod, ball)],
];
const mm = evenly(-25, 25);
const point = fc.tuple(mm, mm, mm);

describe("implicit functions", () => {
  test.each(solids)(
    "%s: never farther from the surface than it is, and negative only within the bounds",
    (_name, solid) => {
      fc.assert(
        fc.property(point, point, (p, q) => {
          const distance = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
          expect(Math.abs(solid.implicit(...p) - solid.implicit(...q))).toBeLessThanOrEqual(distance + 1e-12);
          const { min, max } = solid.boundsMm;
          const within = p.every((x, a) => x >= min[a]! && x <= max[a]!);
          if (solid.implicit(...p) < 0) expect(within).toBe(true);
        }),
        { seed, numRuns: 300 },
      );
    },
  );

  test("set operations are those of logic", () => {
    fc.assert(
      fc.property(point, (p) => {
        const inside = (solid: Solid) => solid.implicit(...p) < 0;
        expect(inside(unionOf(ball, rod))).toBe(inside(ball) || inside(rod));
        expect(inside(intersectionOf(ball, rod))).toBe(inside(ball) && inside(rod));
        expect(inside(differenceOf(ball, rod))).toBe(inside(ball) && !inside(rod));
      }),
      { seed, numRuns: 300 },
    );
  });

  test("a length that is not > 0 is an error that names it", () => {
    expect(() => sphere([0, 0, 0], 0)).toThrow(/radiusMm/);
    expect(() => ellipsoid([0, 0, 0], [1, -1, 1])).toThrow(/semiAxesMm/);
    expect(() => box([0, 0, 0], [1, 0, 1])).toThrow(/box/);
    expect(() => unionOf()).toThrow(/solids/);
    expect(() => cone([0, 0, 0], [0, 0, 0], 1)).toThrow(/fromMm/);
    expect(() => cone([0, 0, 0], [0, 0, 1], 1, -1)).toThrow(/toRadiusMm/);
    expect(() => capsule([0, 0, 0], [0, 0, 1], 0)).toThrow(/radiusMm/);
    expect(() => torus([0, 0, 0], [0, 0, 0], 5, 1)).toThrow(/axis/);
    expect(() => torus([0, 0, 0], [0, 0, 1], 5, 5)).toThrow(/tubeRadiusMm/);
    expect(() => transformSolid(ball, { rotation: [2, 0, 0, 0, 1, 0, 0, 0, 1] })).toThrow(/rotation/);
    expect(() => transformSolid(ball, [1, 0, 0, 0])).toThrow(/16 numbers/);
  });
});

describe("volume", () => {
  const lens = (r: number, d: number) => (Math.PI * (4 * r + d) * (2 * r - d) ** 2) / 12;
  test.each<[string, Solid, number]>([
    ["sphere", ball, (4 / 3) * Math.PI * 1000],
    ["ellipsoid", egg, (4 / 3) * Math.PI * 12 * 7 * 9],
    ["elliptic cylinder", rod, 2 * Math.PI * 6 * 4 * 15],
    ["box", brick, 8 * 7 * 15],
    ["cone", cone([2, -3, -8], [5, 4, 9], 7), (Math.PI * 49 * Math.hypot(3, 7, 17)) / 3],
    ["truncated cone", cone([0, 0, 0], [0, 6, 8], 3, 8), (Math.PI * 10 * (9 + 24 + 64)) / 3],
    ["capsule", capsule([0, 0, 0], [0, 6, 8], 4), Math.PI * 16 * (10 + 16 / 3)],
    ["torus", torus([1, 2, 3], [1, -2, 3], 11, 4), 2 * Math.PI ** 2 * 11 * 16],
    ["lens of two spheres", intersectionOf(ball, sphere([11, -4, 5], 10)), lens(10, 8)],
    ["two spheres together", unionOf(ball, sphere([11, -4, 5], 10)), (8 / 3) * Math.PI * 1000 - lens(10, 8)],
    [
      "sphere without a lens",
      differenceOf(ball, sphere([11, -4, 5], 10)),
      (4 / 3) * Math.PI * 1000 - lens(10, 8),
    ],
    ["nothing", intersectionOf(ball, sphere([50, 0, 0], 1)), 0],
  ])("of %s", (_name, solid, volumeMm3) => {
    const error = Math.abs(solidVolumeCc(solid, 0.002) * 1000 - volumeMm3);
    expect(error).toBeLessThan(Math.max(0.001 * volumeMm3, 1e-9));
    for (const toleranceCc of [1, 0.02]) {
      const { volumeCc, estimatedErrorCc, boundsCc } = solidVolume(solid, toleranceCc);
      expect(estimatedErrorCc).toBeLessThan(toleranceCc);
      expect(Math.abs(volumeCc * 1000 - volumeMm3)).toBeLessThanOrEqual(1000 * estimatedErrorCc + 1e-9);
      const [least, most] = boundsCc;
      expect(least).toBeLessThanOrEqual(volumeMm3 / 1000 + 1e-12);
      expect(most).toBeGreaterThanOrEqual(volumeMm3 / 1000 - 1e-12);
    }
  });

  test("the bounds hold where the estimate cannot know: a needle that every corner misses", () => {
    const needle = ellipticCylinder([0.013, 0.017, 0], "z", [0.004, 0.004, 10]);
    const volumeCc = (Math.PI * 0.004 ** 2 * 20) / 1000;
    const found = solidVolume(unionOf(needle, sphere([3, 3, 3], 0.5)), 1);
    const exactCc = volumeCc + (Math.PI * 0.5 ** 3 * 4) / 3000;
    expect(found.boundsCc[0]).toBeLessThan(exactCc);
    expect(found.boundsCc[1]).toBeGreaterThan(exactCc);
  });

  test("a tolerance that is not > 0 is an error", () => {
    expect(() => solidVolumeCc(ball, 0)).toThrow(/toleranceCc/);
  });
});

describe("contours", () => {
  const planes = Array.from({ length: 41 }, (_, n) => -20.5 + n);
  const asStructure = (solid: Solid, resolutionMm: number): Structure => ({
    name: "S",
    number: 1,
    type: "",
    colorRgb: [0, 0, 0],
    contours: contourSolid(solid, planes, resolutionMm),
    frameOfReferenceUid: "1",
  });

  test.each(solids)("%s: every vertex lies on the surface", (_name, solid) => {
    const contours = contourSolid(solid, planes, 0.8);
    expect(contours.length).toBeGreaterThan(5);
    for (const { pointsMm } of contours) {
      for (let n = 0; n < pointsMm.length; n += 3) {
        expect(Math.abs(solid.implicit(pointsMm[n]!, pointsMm[n + 1]!, pointsMm[n + 2]!))).toBeLessThan(1e-5);
      }
    }
  });

  test("a circle's contour has the circle's area, to the square of the resolution", () => {
    const area = (resolutionMm: number) => {
      const [contour] = contourSolid(sphere([0.2, 0.1, 0], 10), [6], resolutionMm);
      return evenOddArea([Float64Array.from(contour!.pointsMm.filter((_, n) => n % 3 < 2))]);
    };
    const exact = Math.PI * 64;
    expect(Math.abs(area(0.5) / exact - 1)).toBeLessThan(1e-3);
    expect(Math.abs(area(0.125) / exact - 1)).toBeLessThan(1e-3 / 16);
  });

  test("a hole is a contour of its own, walked the other way", () => {
    const tube = differenceOf(
      ellipticCylinder([0, 0, 0], "z", [10, 10, 5]),
      ellipticCylinder([1, 0, 0], "z", [4, 4, 6]),
    );
    const contours = contourSolid(tube, [0], 0.25);
    expect(contours.length).toBe(2);
    const signedArea = (p: Float64Array) => {
      let twice = 0;
      for (let a = 0, b = p.length - 3; a < p.length; b = a, a += 3)
        twice += p[b]! * p[a + 1]! - p[a]! * p[b + 1]!;
      return twice / 2;
    };
    const areas = contours.map((contour) => signedArea(contour.pointsMm)).sort((a, b) => a - b);
    expect(areas[0]! / (-Math.PI * 16)).toBeCloseTo(1, 2);
    expect(areas[1]! / (Math.PI * 100)).toBeCloseTo(1, 2);
  });

  test.each<[string, Solid]>(solids.slice(0, 6))("%s: the stack's volume is the solid's", (_name, solid) => {
    // 1 mm planes: the end slabs of a rounded shape cost up to 1 %, plane ends lie within half a slab.
    const exact = solidVolumeCc(solid, 0.001);
    expect(Math.abs(structureVolumeCc(asStructure(solid, 0.25)) / exact - 1)).toBeLessThan(0.01);
  });

  test("touching diagonally: two bricks stay two, bridged bricks become one", () => {
    const [a, b]: [Solid, Solid] = [box([0, 0, 0], [4, 4, 2]), box([4.3, 4.3, 0], [8, 8, 2])];
    expect(contourSolid(unionOf(a, b), [1], 1).length).toBe(2);
    expect(contourSolid(unionOf(a, b, sphere([4.15, 4.15, 1], 1)), [1], 1).length).toBe(1);
  });

  test("no plane through the solid: no contour; a resolution of 0 is an error", () => {
    expect(contourSolid(ball, [40], 1)).toEqual([]);
    expect(() => contourSolid(ball, [5], 0)).toThrow(/resolutionMm/);
  });
});

test("a solid moves with its centre", () => {
  fc.assert(
    fc.property(point, point, (shift, p) => {
      const moved: Vec3 = [shift[0] + 3, shift[1] - 4, shift[2] + 5];
      expect(sphere(moved, 10).implicit(p[0] + shift[0], p[1] + shift[1], p[2] + shift[2])).toBeCloseTo(
        ball.implicit(...p),
        9,
      );
    }),
    { seed },
  );
});

test("a turned solid is the solid at the point turned back; motions combine; 4 × 4 says the same", () => {
  const rotation: Direction = [0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1];
  const moved = transformSolid(brick, { rotation, translationMm: [3, 1, -2] });
  const matrix = transformSolid(brick, [0.6, -0.8, 0, 3, 0.8, 0.6, 0, 1, 0, 0, 1, -2, 0, 0, 0, 1]);
  fc.assert(
    fc.property(point, ([x, y, z]) => {
      const [a, b, c] = [0.6 * x - 0.8 * y + 3, 0.8 * x + 0.6 * y + 1, z - 2];
      expect(moved.implicit(a, b, c)).toBeCloseTo(brick.implicit(x, y, z), 9);
      expect(matrix.implicit(a, b, c)).toBe(moved.implicit(a, b, c));
    }),
    { seed },
  );
  expect(transformSolid(brick, {}).boundsMm).toEqual(brick.boundsMm);
});

describe("occupancy of a solid", () => {
  const grid: Grid = {
    size: [20, 22, 18],
    spacingMm: [2, 1.5, 2.5],
    originMm: [-16, -20, -16],
    direction: AXIAL_DIRECTION,
  };

  test("a box that cuts voxels has their exact parts", () => {
    const { occupancy, volumeCc, estimatedVoxelError } = solidOccupancy(box([-1, -2, -3], [6, 5, 4]), {
      size: [9, 9, 9],
      spacingMm: [1, 1, 1],
      originMm: [-1.75, -2, -3.4],
      direction: AXIAL_DIRECTION,
    });
    // Voxel i 1 is x −1.25 … −0.25, j 0 y −2.5 … −1.5, k 0 z −3.9 … −2.9.
    expect(occupancy.values.get(4, 4, 1)).toBeCloseTo(0.75, 3);
    expect(occupancy.values.get(4, 0, 4)).toBeCloseTo(0.5, 3);
    expect(occupancy.values.get(4, 0, 1)).toBeCloseTo(0.375, 3);
    expect(Math.abs(occupancy.values.get(0, 0, 1) - 0.0375)).toBeLessThan(estimatedVoxelError);
    expect(occupancy.values.get(4, 4, 4)).toBe(1);
    expect(volumeCc).toBeCloseTo((7 * 7 * 7) / 1000, 3);
  });

  test.each(solids.slice(0, 8))("%s: each voxel within its error of what sampling finds", (_name, solid) => {
    const { occupancy, estimatedVoxelError, volumeCc } = solidOccupancy(solid, grid);
    expect(estimatedVoxelError).toBeLessThan(0.01);
    const n = 12;
    let worst = 0;
    for (let voxel = 0; voxel < 20 * 22 * 18; voxel += 31) {
      const [i, j, k] = [voxel % 20, Math.floor(voxel / 20) % 22, Math.floor(voxel / 440)];
      let hits = 0;
      for (let sample = 0; sample < n ** 3; sample++) {
        const at = (m: number) => ((Math.floor(sample / n ** m) % n) + 0.5) / n - 0.5;
        if (solid.implicit(-16 + 2 * (i + at(0)), -20 + 1.5 * (j + at(1)), -16 + 2.5 * (k + at(2))) < 0)
          hits++;
      }
      worst = Math.max(worst, Math.abs(occupancy.values.get(k, j, i) - hits / n ** 3));
    }
    // A plane face between two layers of samples: off by up to half a layer, 1/24.
    expect(worst).toBeLessThan(estimatedVoxelError + 0.045);
    const sum = occupancy.values.data.reduce((a, b) => a + b, 0) * 7.5;
    expect(sum / 1000 / volumeCc).toBeCloseTo(1, 6);
  });

  test("a finer tolerance has a smaller stated error; one that is none is an error", () => {
    const error = (tolerance: number) => solidOccupancy(ball, grid, { tolerance }).estimatedVolumeErrorCc;
    expect(error(0.0002)).toBeLessThan(error(0.01) / 2);
    expect(() => solidOccupancy(ball, grid, { tolerance: 0 })).toThrow(/tolerance/);
  });
});
