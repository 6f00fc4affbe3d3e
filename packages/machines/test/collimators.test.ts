import { assertPhotonField, fieldAreaMm2, type PhotonField } from "@isodose/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assertMultileafCollimator,
  type CollimatorOpening,
  HD120_LIKE_MLC,
  irisOpening,
  jawOpening,
  type MultileafCollimator,
  mlcOpening,
  shapeOfOpening,
} from "../src/index.ts";

const AXES = { bldXAxis: [1, 0, 0], bldYAxis: [0, 1, 0] } as const;
const area = (opening: CollimatorOpening) => fieldAreaMm2(shapeOfOpening(opening, AXES));

/** A field that an engine takes. */
function assertUsable(opening: CollimatorOpening): void {
  const field: PhotonField = {
    spectrum: { binLowMeV: [1], binHighMeV: [1], relativeNumber: [1] },
    isocenterMm: [0, 0, 0],
    directionToSource: [0, 0, 1],
    sourceDistanceMm: 1000,
    sourceSigmaMm: 0,
    shape: shapeOfOpening(opening, AXES),
    ...(opening.leakage && { leakage: opening.leakage }),
  };
  expect(() => assertPhotonField(field)).not.toThrow();
}

describe("irisOpening", () => {
  test("twelve sides at the same distance: 12 r² tan 15°", () => {
    for (const diameterMm of [5, 20, 60]) {
      const opening = irisOpening(diameterMm);
      expect(area(opening)).toBeCloseTo(3 * diameterMm ** 2 * Math.tan(Math.PI / 12), 6);
      const corners = opening.polygonsMm[0]!;
      expect(corners).toHaveLength(12);
      corners.forEach(([x, y], i) => {
        const [u, v] = corners[(i + 1) % 12]!;
        // The middle of each side touches the circle.
        expect(Math.hypot((x + u) / 2, (y + v) / 2)).toBeCloseTo(diameterMm / 2, 9);
      });
      assertUsable(opening);
    }
  });

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])("names a diameter of %s", (diameterMm) => {
    expect(() => irisOpening(diameterMm)).toThrow(/diameterMm/);
  });
});

describe("jawOpening", () => {
  test("a rectangle, on the axis or beside it", () => {
    const opening = jawOpening({ x1Mm: -10, x2Mm: 30, y1Mm: 5, y2Mm: 25 });
    expect(area(opening)).toBe(800);
    assertUsable(opening);
  });

  test("names jaws that leave no gap or are no numbers", () => {
    const jaws = { x1Mm: -10, x2Mm: 10, y1Mm: -10, y2Mm: 10 };
    expect(() => jawOpening({ ...jaws, x2Mm: -10 })).toThrow(/jaws\.x2Mm: is -10; expected more than x1Mm/);
    expect(() => jawOpening({ ...jaws, y2Mm: -11 })).toThrow(/jaws\.y2Mm: is -11/);
    expect(() => jawOpening({ ...jaws, y1Mm: Number.NaN })).toThrow(/jaws\.y1Mm/);
  });
});

describe("HD120-like leaves", () => {
  const { leafBoundariesMm } = HD120_LIKE_MLC;

  test("32 inner pairs of 2.5 mm, 28 outer pairs of 5 mm, 220 mm together", () => {
    assertMultileafCollimator(HD120_LIKE_MLC);
    const widths = leafBoundariesMm.slice(1).map((at, i) => at - leafBoundariesMm[i]!);
    expect(widths.filter((w) => w === 2.5)).toHaveLength(32);
    expect(widths.filter((w) => w === 5)).toHaveLength(28);
    expect(leafBoundariesMm[0]).toBe(-110);
    expect(leafBoundariesMm[60]).toBe(110);
  });
});

describe("mlcOpening", () => {
  /** Leaves of 10 mm from −30 to 30. */
  const mlc: MultileafCollimator = {
    title: "six pairs",
    movesAlong: "x",
    leafBoundariesMm: [-30, -20, -10, 0, 10, 20, 30],
    leafEndOffsetMm: 0.5,
    transmission: 0.02,
    provenance: [],
  };
  const pairs = (...gaps: [number, number][]) => [...gaps.map(([a]) => a), ...gaps.map(([, b]) => b)];
  const CLOSED: [number, number] = [0, 0];

  test("gap by leaf width, wider by the rounded ends; closed pairs add nothing", () => {
    const positions = pairs(CLOSED, [-20, 10], [-20, 10], [-5, 30], CLOSED, [0, 1]);
    const opening = mlcOpening(mlc, positions);
    expect(area(opening)).toBeCloseTo(10 * (31 + 31 + 36 + 2), 9);
    // Two pairs alike are one rectangle.
    expect(opening.polygonsMm).toHaveLength(3);
    expect(opening.polygonsMm[0]).toEqual([
      [-20.5, -20],
      [10.5, -20],
      [10.5, 0],
      [-20.5, 0],
    ]);
    expect(opening.leakage).toEqual({ transmission: 0.02, lowMm: [-20.5, -30], highMm: [30.5, 30] });
    assertUsable(opening);
  });

  test("jaws cut it, and leakage ends at them", () => {
    const open = pairs(...Array.from({ length: 6 }, (): [number, number] => [-25, 25]));
    const opening = mlcOpening(mlc, open, { x1Mm: -15, x2Mm: 100, y1Mm: -12, y2Mm: 14 });
    expect(area(opening)).toBeCloseTo(26 * (25.5 + 15), 9);
    expect(opening.leakage).toEqual({ transmission: 0.02, lowMm: [-15, -12], highMm: [100, 14] });
    assertUsable(opening);
  });

  test("leaves that move along y are the same turned", () => {
    const positions = pairs(CLOSED, [-20, 10], [-18, 9], [-5, 30], CLOSED, [0, 1]);
    const alongX = mlcOpening(mlc, positions);
    const alongY = mlcOpening({ ...mlc, movesAlong: "y" }, positions);
    expect(alongY.polygonsMm).toEqual(alongX.polygonsMm.map((p) => p.map(([x, y]) => [y, x])));
    assertUsable(alongY);
  });

  test("any leaf positions in order make a usable field with the area of the gaps", () => {
    const leaf = fc.tuple(fc.integer({ min: -200, max: 200 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 60, maxLength: 60 }), (leaves) => {
        fc.pre(leaves.some(([, gap]) => gap > 0));
        const gaps = leaves.map(([at, gap]): [number, number] => [at, at + gap]);
        const opening = mlcOpening(HD120_LIKE_MLC, pairs(...gaps));
        const { leafBoundariesMm: b, leafEndOffsetMm: offset } = HD120_LIKE_MLC;
        const wanted = leaves.reduce(
          (sum, [, gap], i) => sum + (gap > 0 ? (gap + 2 * offset) * (b[i + 1]! - b[i]!) : 0),
          0,
        );
        expect(area(opening)).toBeCloseTo(wanted, 6);
        assertUsable(opening);
      }),
      { seed: 5, numRuns: 30 },
    );
  });

  test.each<[string, readonly number[], RegExp]>([
    ["too few numbers", [1, 2, 3], /leafPositionsMm: is 3; expected 12 numbers, two for each of 6 pairs/],
    [
      "a leaf past its partner",
      pairs(CLOSED, CLOSED, [5, 4], CLOSED, CLOSED, CLOSED),
      /leafPositionsMm\[8\]: is 4; expected at least 5, where the leaf opposite ends/,
    ],
    [
      "no number",
      pairs([Number.NaN, 0], CLOSED, CLOSED, CLOSED, CLOSED, CLOSED),
      /leafPositionsMm\[0\]: is NaN/,
    ],
    [
      "all closed",
      pairs(CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED),
      /leafPositionsMm: .*one pair at least that is open/,
    ],
  ])("names %s", (_, positions, message) => {
    expect(() => mlcOpening(mlc, positions)).toThrow(message);
  });

  test("names a description that is not usable", () => {
    const open = pairs(...Array.from({ length: 6 }, (): [number, number] => [-5, 5]));
    const bad = (change: Partial<MultileafCollimator>) => () => mlcOpening({ ...mlc, ...change }, open);
    expect(bad({ leafBoundariesMm: [-30, -20, -10, 0, 0, 20, 30] })).toThrow(
      /mlc\.leafBoundariesMm\[4\]: is 0/,
    );
    expect(bad({ leafEndOffsetMm: -1 })).toThrow(/mlc\.leafEndOffsetMm: is -1/);
    expect(bad({ transmission: 1 })).toThrow(/mlc\.transmission: is 1/);
    expect(() => mlcOpening(mlc, open, { x1Mm: 60, x2Mm: 90, y1Mm: -10, y2Mm: 10 })).toThrow(
      /leafPositionsMm/,
    );
  });
});
