import { describe, expect, test } from "vitest";
import {
  assertPhotonField,
  type FieldShape,
  fieldAreaMm2,
  fieldExtent,
  fieldWidthMm,
  type PhotonField,
} from "../src/index.ts";

type Polygon = readonly (readonly [number, number])[];

const AXES = { widthAxis: [1, 0, 0], heightAxis: [0, 1, 0] } as const;
const polygons = (...polygonsMm: Polygon[]): FieldShape => ({ kind: "polygons", polygonsMm, ...AXES });
const square = (x: number, y: number, side: number): Polygon => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];

function field(changes: Partial<PhotonField> = {}): PhotonField {
  return {
    spectrum: { binLowMeV: [1], binHighMeV: [1], relativeNumber: [1] },
    isocenterMm: [0, 0, 0],
    directionToSource: [0, 0, -1],
    sourceDistanceMm: 800,
    sourceSigmaMm: 0,
    shape: { kind: "circle", diameterMm: 20 },
    ...changes,
  };
}

describe("sizes", () => {
  test("a regular polygon of n sides with inradius r has n r² tan(π/n)", () => {
    const radius = 10 / Math.cos(Math.PI / 12);
    const corners = Array.from({ length: 12 }, (_, i) => {
      const angle = ((i + 0.5) * Math.PI) / 6;
      return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
    });
    expect(fieldAreaMm2(polygons(corners))).toBeCloseTo(12 * 100 * Math.tan(Math.PI / 12), 9);
    expect(fieldWidthMm(polygons(corners))).toBeCloseTo(Math.sqrt(1200 * Math.tan(Math.PI / 12)), 9);
    const { lowMm, highMm } = fieldExtent(polygons(corners));
    for (const axis of [0, 1]) {
      expect(lowMm[axis]).toBeCloseTo(-10, 9);
      expect(highMm[axis]).toBeCloseTo(10, 9);
    }
  });

  test("a rectangle beside the axis has its own bounds", () => {
    const shape: FieldShape = { kind: "rectangle", widthMm: 10, heightMm: 4, centerMm: [20, -3], ...AXES };
    expect(fieldExtent(shape)).toEqual({ lowMm: [15, -5], highMm: [25, -1] });
    expect(fieldAreaMm2(shape)).toBe(40);
    expect(fieldWidthMm(shape)).toBe(4);
  });
});

describe("assertPhotonField", () => {
  test.each<[string, Partial<PhotonField>]>([
    ["polygons that share a side", { shape: polygons(square(0, 0, 10), square(10, 5, 10)) }],
    ["polygons that meet at a corner", { shape: polygons(square(0, 0, 10), square(10, 10, 10)) }],
    ["a source with a size and a collimator", { sourceSigmaMm: 1, collimatorDistanceMm: 400 }],
    ["leakage around the opening", { leakage: { transmission: 0.01, radiusMm: 10 } }],
  ])("takes %s", (_, changes) => {
    expect(() => assertPhotonField(field(changes))).not.toThrow();
  });

  test.each<[string, Partial<PhotonField>, RegExp]>([
    ["no polygon", { shape: polygons() }, /field\.shape\.polygonsMm: .*one polygon/],
    [
      "two corners",
      {
        shape: polygons([
          [0, 0],
          [1, 0],
        ]),
      },
      /polygonsMm\[0\]: .*3 corners, it has 2/,
    ],
    [
      "a corner that is no number",
      {
        shape: polygons([
          [0, 0],
          [Number.NaN, 0],
          [1, 1],
        ]),
      },
      /polygonsMm\[0\]: .*finite numbers, mm, at corner 1/,
    ],
    [
      "a corner twice",
      {
        shape: polygons([
          [0, 0],
          [5, 0],
          [5, 5],
          [0, 0],
        ]),
      },
      /polygonsMm\[0\]: .*corners that differ, 3 and 0/,
    ],
    [
      "sides that cross",
      {
        shape: polygons([
          [0, 0],
          [10, 10],
          [10, 0],
          [0, 10],
        ]),
      },
      /polygonsMm\[0\]: .*do not cross or touch, 0 and 2 do/,
    ],
    [
      "a corner on another side",
      {
        shape: polygons([
          [0, 0],
          [10, 0],
          [10, 10],
          [5, 0],
          [0, 10],
        ]),
      },
      /polygonsMm\[0\]: .*do not cross or touch/,
    ],
    [
      "a side that folds back",
      {
        shape: polygons([
          [0, 0],
          [10, 0],
          [5, 0],
          [5, 5],
        ]),
      },
      /polygonsMm\[0\]: .*do not fold back, as at corner 1/,
    ],
    [
      "crossing polygons",
      { shape: polygons(square(0, 0, 10), square(5, 5, 10)) },
      /polygonsMm\[1\]: .*does not overlap polygonsMm\[0\]/,
    ],
    ["a polygon twice", { shape: polygons(square(0, 0, 10), square(0, 0, 10)) }, /does not overlap/],
    ["a polygon in another", { shape: polygons(square(0, 0, 10), square(3, 3, 2)) }, /does not overlap/],
    [
      "a slanted axis",
      { shape: { ...(polygons(square(0, 0, 10)) as object), widthAxis: [0, 0, 1] } as unknown as FieldShape },
      /shape\.widthAxis: .*right angles/,
    ],
    [
      "a centre that is no number",
      {
        shape: { kind: "rectangle", widthMm: 1, heightMm: 1, centerMm: [Number.NaN, 0], ...AXES },
      },
      /shape\.centerMm/,
    ],
    ["no diameter", { shape: { kind: "circle", diameterMm: 0 } }, /shape\.diameterMm: is 0/],
    ["a source size without a collimator", { sourceSigmaMm: 1 }, /field\.collimatorDistanceMm: missing/],
    [
      "a source size at infinity",
      { sourceSigmaMm: 1, sourceDistanceMm: Number.POSITIVE_INFINITY },
      /field\.sourceSigmaMm: is 1; expected 0 for parallel rays/,
    ],
    ["a leakage of 1", { leakage: { transmission: 1, radiusMm: 50 } }, /leakage\.transmission: is 1/],
    ["leakage inside the opening", { leakage: { transmission: 0.01, radiusMm: 9 } }, /at least 10\.00 mm/],
    ["a long direction", { directionToSource: [0, 0, 2] }, /field\.directionToSource/],
  ])("names %s", (_, changes, message) => {
    expect(() => assertPhotonField(field(changes))).toThrow(message);
  });
});
