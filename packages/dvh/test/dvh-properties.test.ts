import { AXIAL_DIRECTION, CancelledError, type Direction, InvalidInputError, type Vec3 } from "@isodose/core";
import { rasterizeOccupancy } from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import {
  computeDvh,
  differentialDvh,
  doseGyToVolume,
  evaluateMetric,
  evaluateMetricWithError,
  interpolateDoseGy,
  volumeCcAtLeast,
} from "../src/index.ts";
import { box, circle, cubeGrid, doseOf, moveStructure, slabMiddles, sphere, structureOf } from "./shapes.ts";

const SEED = 20241;

const wavy = (p: Vec3): number =>
  12 + 6 * Math.sin(p[0] / 4 + 0.3) * Math.cos(p[1] / 5) + 3 * Math.sin(p[2] / 6 - 0.2) + 0.1 * p[0];

describe("invariants", () => {
  test("every curve falls from the volume inside the grid to 0, and its inverse is its inverse", () => {
    const dose = doseOf(cubeGrid([0, 0, 0], 14, 2), wavy);
    fc.assert(
      fc.property(
        fc.tuple(evenly(-10, 10), evenly(-10, 10)),
        evenly(1, 9),
        fc.integer({ min: 2, max: 9 }),
        ([x, y], radiusMm, slices) => {
          const curve = computeDvh({ structure: sphere([x, y, 1], radiusMm, slices), dose });
          const volumes = curve.volumeCcAtLeast;
          expect(Math.abs(volumes[0]! - (curve.volumeCc - curve.volumeOutsideDoseGridCc))).toBeLessThan(1e-9);
          for (let n = 1; n < volumes.length; n++) {
            expect(volumes[n]!).toBeLessThanOrEqual(volumes[n - 1]!);
            expect(curve.doseGy[n]!).toBeGreaterThan(curve.doseGy[n - 1]!);
          }
          expect(volumes.at(-1)).toBe(0);
          expect(curve.minGy).toBeLessThanOrEqual(curve.meanGy);
          expect(curve.meanGy).toBeLessThanOrEqual(curve.maxGy);
          for (const part of [0.02, 0.35, 0.8]) {
            const d = doseGyToVolume(curve, part * volumes[0]!)!;
            expect(volumeCcAtLeast(curve, d) / volumes[0]!).toBeCloseTo(part, 9);
          }
          const differential = differentialDvh(curve);
          const sum = differential.volumeCcPerGy.reduce((a, b) => a + b, 0) * differential.binGy;
          expect(sum).toBeCloseTo(volumes[0]!, 9);
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  });

  test("the same patient turned and moved as a whole has the same DVH", () => {
    const structure = sphere([2, -1, 3], 7, 14);
    const reference = computeDvh({ structure, dose: doseOf(cubeGrid([0, 0, 0], 14, 2), wavy) });
    const shift: Vec3 = [31.3, -170.2, 480.7];
    const a = 0.4;
    const tilt: Direction = [1, 0, 0, 0, Math.cos(a), -Math.sin(a), 0, Math.sin(a), Math.cos(a)];
    const turn: Direction = [0, -1, 0, 1, 0, 0, 0, 0, 1];
    for (const m of [AXIAL_DIRECTION, turn, tilt]) {
      const back = (p: Vec3): Vec3 => {
        const [x, y, z] = [p[0] - shift[0], p[1] - shift[1], p[2] - shift[2]] as const;
        return [
          m[0] * x + m[3] * y + m[6] * z,
          m[1] * x + m[4] * y + m[7] * z,
          m[2] * x + m[5] * y + m[8] * z,
        ];
      };
      const dose = doseOf(cubeGrid(shift, 14, 2, m), (p) => wavy(back(p)));
      const curve = computeDvh({ structure: moveStructure(structure, m, shift), dose });
      expect(curve.volumeCc).toBeCloseTo(reference.volumeCc, 6);
      for (const metric of ["D95%", "D50%", "D2%", "D0.035cc", "mean", "min", "max"]) {
        // Rows run along another axis of the structure after a turn: agreement to the sampling, not to the bit.
        expect(Math.abs(evaluateMetric(curve, metric) - evaluateMetric(reference, metric))).toBeLessThan(
          0.01,
        );
      }
    }
  });

  test("agrees with a brute-force histogram of fine voxels weighted by exact occupancy", () => {
    const structure = structureOf(
      "ring",
      slabMiddles(-6, 6, 4).flatMap((z) => [circle(1, 0, z, 9), circle(2, 1, z, 4)]),
    );
    const dose = doseOf(cubeGrid([0, 0, 0], 14, 2), wavy);
    const fine = cubeGrid([1, 0, 0], 10, 0.25);
    const occupancy = rasterizeOccupancy(structure, fine).values.data;
    const curve = computeDvh({ structure, dose });
    for (const level of [6, 10, 12, 14, 18]) {
      let inside = 0;
      let all = 0;
      doseOf(fine, (p) => interpolateDoseGy(dose, p)!).values.data.forEach((d, n) => {
        all += occupancy[n]!;
        if (d >= level) inside += occupancy[n]!;
      });
      expect(Math.abs(volumeCcAtLeast(curve, level) / curve.volumeCc - inside / all)).toBeLessThan(2e-3);
    }
  });

  test("finer tolerances move no metric by more than the coarse errors say", () => {
    const structure = sphere([0.3, 0.2, 0.1], 6, 12);
    const dose = doseOf(cubeGrid([0, 0, 0], 14, 2), wavy);
    const coarse = computeDvh({ structure, dose, volumeTolerancePercent: 2, doseToleranceGy: 1 });
    const fine = computeDvh({ structure, dose, volumeTolerancePercent: 0.03 });
    for (const metric of ["D98%", "D95%", "D50%", "D2%", "D0.035cc", "mean", "V12Gy", "min", "max"]) {
      const a = evaluateMetricWithError(coarse, metric);
      const b = evaluateMetricWithError(fine, metric);
      expect(Math.abs(a.value - b.value)).toBeLessThanOrEqual(a.samplingError! + b.samplingError! + 1e-9);
    }
  });
});

describe("dose that is the same everywhere", () => {
  test("all metrics are that dose", () => {
    const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), () => 7.25);
    const curve = computeDvh({ structure: sphere([0, 0, 0], 5, 10), dose });
    for (const metric of ["min", "mean", "max", "median", "D100%", "D95%", "D0.035cc", "D0%"]) {
      expect(evaluateMetric(curve, metric)).toBeCloseTo(7.25, 6);
    }
    expect(evaluateMetric(curve, "V7.25Gy")).toBeCloseTo(100, 9);
    expect(evaluateMetric(curve, "V7.26Gy")).toBe(0);
    expect(curve.volumeCcAtLeast.at(-1)).toBe(0);
  });

  test("no dose at all", () => {
    const curve = computeDvh({
      structure: sphere([0, 0, 0], 5, 10),
      dose: doseOf(cubeGrid([0, 0, 0], 10, 2), () => 0),
    });
    expect(evaluateMetric(curve, "max")).toBe(0);
    expect(evaluateMetric(curve, "V0Gy")).toBeCloseTo(100, 9);
    expect(evaluateMetric(curve, "V1Gy")).toBe(0);
  });
});

describe("edge of the dose grid", () => {
  // Voxel edges at ±11 mm.
  const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), (p) => 10 + 0.5 * p[1]);

  test("a box that lies half outside: half is reported, half is in the curve, the percent are of the whole", () => {
    const curve = computeDvh({ structure: box([6, -5, -4], [16, 5, 4], 4), dose });
    expect(curve.volumeCc).toBeCloseTo(0.8, 12);
    expect(curve.volumeOutsideDoseGridCc).toBeCloseTo(0.4, 6);
    expect(curve.volumeCcAtLeast[0]).toBeCloseTo(0.4, 6);
    expect(evaluateMetric(curve, "V10Gy")).toBeCloseTo(25, 3);
    expect(curve.meanGy).toBeCloseTo(10, 3);
    expect(evaluateMetric(curve, "D25%")).toBeCloseTo(10, 3);
    expect(() => evaluateMetric(curve, "D95%")).toThrow(
      /D95% of box: is 0.4; expected a structure of at least 0.76 cc/,
    );
  });

  test("wholly outside, and without contours", () => {
    const outside = computeDvh({ structure: sphere([40, 0, 0], 5, 5), dose });
    expect(outside.volumeOutsideDoseGridCc).toBe(outside.volumeCc);
    expect(outside.maxGy).toBeNaN();
    const empty = computeDvh({ structure: structureOf("empty", []), dose });
    expect(empty.volumeCc).toBe(0);
    for (const curve of [outside, empty]) {
      for (const metric of ["max", "mean", "D95%", "V1Gy"]) {
        expect(() => evaluateMetric(curve, metric)).toThrow(InvalidInputError);
      }
    }
  });

  test("from the outermost centres to the edge the end value holds", () => {
    expect(interpolateDoseGy(dose, [0, 10.9, 0])).toBeCloseTo(15, 5);
    expect(interpolateDoseGy(dose, [0, 11.1, 0])).toBeUndefined();
    expect(interpolateDoseGy(dose, [0.7, 3.1, -2.2])).toBeCloseTo(11.55, 5);
  });
});

test("a hot voxel between two samples is the maximum", () => {
  const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), (p) => (p[0] === 2 && p[1] === 4 && p[2] === -2 ? 50 : 10));
  const curve = computeDvh({ structure: box([-9, -9, -9], [9, 9, 9], 6), dose });
  expect(curve.maxGy).toBe(50);
  expect(evaluateMetric(curve, "max")).toBe(50);
});

test("a structure drawn in one plane needs its thickness", () => {
  const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), () => 5);
  const structure = structureOf("disc", [circle(0, 0, 0, 4)]);
  expect(() => computeDvh({ structure, dose })).toThrow(/singlePlaneThicknessMm/);
  const curve = computeDvh({ structure, dose, singlePlaneThicknessMm: 2 });
  expect(curve.volumeCc).toBeCloseTo((Math.PI * 16 * 2) / 1000, 9);
});

describe("bad input", () => {
  const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), () => 5, "1.2.3");
  const structure = sphere([0, 0, 0], 5, 5);
  test("other unit, other frame of reference, bad options, cancelled", () => {
    expect(() => computeDvh({ structure, dose: { ...dose, unit: "HU" } })).toThrow(/dose.unit: is "HU"/);
    expect(() => computeDvh({ structure: { ...structure, frameOfReferenceUid: "1.2.4" }, dose })).toThrow(
      /sphere.frameOfReferenceUid: is "1.2.4"; expected the frame of reference of the dose, 1.2.3/,
    );
    expect(() => computeDvh({ structure, dose, volumeTolerancePercent: 0 })).toThrow(
      /volumeTolerancePercent/,
    );
    expect(() => computeDvh({ structure, dose, doseToleranceGy: -1 })).toThrow(/doseToleranceGy/);
    expect(() => computeDvh({ structure, dose, maxPieces: 0 })).toThrow(/maxPieces/);
    expect(() => computeDvh({ structure, dose, interpolation: "cubic" as never })).toThrow(/trilinear/);
    expect(() => computeDvh({ structure, dose, binGy: Number.NaN })).toThrow(/binGy/);
    expect(() => computeDvh({ structure, dose }, { signal: AbortSignal.abort() })).toThrow(CancelledError);
    expect(() => differentialDvh(computeDvh({ structure, dose }), { binGy: -1 })).toThrow(/binGy/);
  });
});

describe("bad doses and occupancies", () => {
  const structure = sphere([0, 0, 0], 5, 5);
  const spoiled = (value: number) => {
    const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), () => 5);
    dose.values.data[3 + 11 * (4 + 11 * 7)] = value;
    return dose;
  };

  test("a voxel that is no dose is named", () => {
    expect(() => computeDvh({ structure, dose: spoiled(Number.NaN) })).toThrow(
      /dose\.values\[3, 4, 7\]: is NaN; expected a finite dose ≥ 0 Gy/,
    );
    expect(() => computeDvh({ structure, dose: spoiled(-0.5) })).toThrow(/\[3, 4, 7\]: is -0\.5/);
    expect(() => computeDvh({ structure, dose: spoiled(Number.POSITIVE_INFINITY) })).toThrow(/\[3, 4, 7\]/);
  });

  test("an occupancy of another unit, of parts beyond one, on another frame of reference, or of nothing", () => {
    const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), () => 5, "1.2.3");
    const occupancy = rasterizeOccupancy(structure, cubeGrid([0, 0, 0], 8, 2));
    expect(() => computeDvh({ structure: { ...occupancy, unit: "HU" }, dose })).toThrow(
      /occupancy\.unit: is "HU"/,
    );
    expect(() =>
      computeDvh({ structure: { ...occupancy, frameOfReferenceUid: "9" }, dose, name: "GTV" }),
    ).toThrow(/GTV\.frameOfReferenceUid: is "9"/);
    const twice = {
      ...occupancy,
      values: { ...occupancy.values, data: occupancy.values.data.map((f) => 2 * f) },
    };
    expect(() => computeDvh({ structure: twice as never, dose })).toThrow(/expected a fraction from 0 to 1/);
    const nothing = { ...occupancy, values: { ...occupancy.values, data: new Float32Array(9 ** 3) } };
    expect(computeDvh({ structure: nothing as never, dose }).volumeCc).toBe(0);
  });
});
