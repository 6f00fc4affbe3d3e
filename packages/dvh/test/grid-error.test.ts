import { sphere as ball, ellipticCylinder } from "@isodose/geometry";
import { describe, expect, test } from "vitest";
import {
  computeDvh,
  dvhWarnings,
  evaluateMetric,
  evaluateMetricWithError,
  interpolateTricubic,
  planIndices,
  volumeCcAtLeast,
} from "../src/index.ts";
import { box, cubeGrid, doseOf, sphere, structureOf } from "./shapes.ts";

/** A Gaussian of 20 Gy at the origin. */
const gaussian = (sigmaMm: number) => (p: readonly [number, number, number]) =>
  20 * Math.exp(-(p[0] ** 2 + p[1] ** 2 + p[2] ** 2) / (2 * sigmaMm ** 2));

describe("what the grid costs against the continuous field, in closed form", () => {
  // Diameter, sigma, spacing, and the centre of the grid in parts of the spacing.
  test.each([
    [3, 1.5, 1, 0],
    [3, 2, 1, 0.31],
    [3, 3, 1, 0.5],
    [5, 3, 1, 0],
    [5, 3, 1, 0.5],
    [10, 5, 2.5, 0.31],
    [10, 5, 1, 0],
    [20, 8, 2.5, 0.5],
  ])("sphere of %f mm, sigma %f mm, grid of %f mm, shifted by %f", (diameter, sigma, spacing, part) => {
    const shift = part * spacing;
    const half = Math.ceil(diameter / spacing + 4) * spacing;
    const dose = doseOf(cubeGrid([shift, -0.7 * shift, shift], half, spacing), gaussian(sigma));
    const curve = computeDvh({ structure: ball([0, 0, 0], diameter / 2), dose, volumeTolerancePercent: 0.3 });
    for (const volume of [0.5, 0.8, 0.95, 1]) {
      const r = (diameter / 2) * Math.cbrt(volume);
      const level = 20 * Math.exp(-(r ** 2) / (2 * sigma ** 2));
      const v = evaluateMetricWithError(curve, `V${level.toFixed(9)}Gy`);
      const lost = 100 * volume - v.value;
      // The estimate is right to a quarter of itself beside the sampling error.
      expect(Math.abs(v.gridError! - lost)).toBeLessThan(0.25 * lost + v.samplingError!);
      if (volume === 1 || volume < 0.5) continue;
      const d = evaluateMetricWithError(curve, `D${100 * volume}%`);
      expect(Math.abs(d.gridError! - (level - d.value))).toBeLessThan(
        0.25 * (level - d.value) + d.samplingError!,
      );
    }
  });

  test("a 3 mm sphere in a Gaussian on a 1 mm grid loses a fifth and more of its V100, and is told so", () => {
    const dose = doseOf(cubeGrid([0, 0, 0], 7, 1), gaussian(1.5));
    const curve = computeDvh({ structure: ball([0, 0, 0], 1.5), dose });
    const v100 = evaluateMetricWithError(curve, `V${20 * Math.exp(-0.5)}Gy`);
    expect(v100.value).toBeLessThan(82);
    expect(v100.value + v100.gridError!).toBeGreaterThan(96);
    expect(dvhWarnings(curve, dose.grid).map((w) => w.code)).toEqual(["GRID_COARSE"]);
  });

  test.each([3, 20])(
    "V100 and Paddick CI of a sphere of %d mm within 1 % on a grid of a twentieth",
    (diameter) => {
      const spacing = diameter / 20;
      for (const sigma of [0.4 * diameter, 0.7 * diameter]) {
        const dose = doseOf(
          cubeGrid([0.3 * spacing, 0, 0.1 * spacing], 0.9 * diameter, spacing),
          gaussian(sigma),
        );
        const curve = computeDvh({ structure: ball([0, 0, 0], diameter / 2), dose });
        const prescriptionGy = 20 * Math.exp(-((diameter / 2) ** 2) / (2 * sigma ** 2));
        const indices = planIndices({ dose, targetDvh: curve, prescriptionGy });
        expect(Math.abs(indices.coveragePercent - 100)).toBeLessThan(1);
        expect(Math.abs(indices.paddickCi - 1)).toBeLessThan(0.01);
        expect(dvhWarnings(curve, dose.grid)).toEqual([]);
      }
    },
  );

  test("a linear dose costs nothing on any grid", () => {
    const dose = doseOf(cubeGrid([0.3, 0.2, 0.1], 15, 2.5), (p) => 40 + p[0] - 0.5 * p[1]);
    const curve = computeDvh({ structure: ball([0, 0, 0], 4), dose });
    for (const metric of ["V40Gy", "D95%", "D2%", "mean"])
      expect(Math.abs(evaluateMetricWithError(curve, metric).gridError!)).toBeLessThan(1e-4);
  });
});

describe("tricubic interpolation", () => {
  test("is right for quadratics, value and slope, and holds the end value", () => {
    const f = (x: number, y: number, z: number) => 3 + x * x - 0.5 * y * y + 2 * z + x * z;
    const data = new Float32Array(7 * 6 * 5);
    let n = 0;
    for (let k = 0; k < 5; k++)
      for (let j = 0; j < 6; j++) for (let i = 0; i < 7; i++) data[n++] = f(i, j, k);
    const out = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
    for (const [x, y, z] of [
      [2.3, 2.9, 1.4],
      [4.7, 1.1, 2.5],
      [3, 2, 2],
    ] as const) {
      interpolateTricubic(data, 7, 6, 5, x, y, z, out);
      expect(out.value).toBeCloseTo(f(x, y, z), 5);
      expect(out.slopeI).toBeCloseTo(2 * x + z, 5);
      expect(out.slopeJ).toBeCloseTo(-y, 5);
      expect(out.slopeK).toBeCloseTo(2 + x, 5);
    }
    interpolateTricubic(data, 7, 6, 5, -0.4, 7, 2, out);
    expect(out).toEqual({ value: f(0, 5, 2), slopeI: 0, slopeJ: 0, slopeK: expect.any(Number) });
  });

  test("its DVH is that of the interpolant, and nearer to a Gaussian than the trilinear one", () => {
    const dose = doseOf(cubeGrid([0.3, 0.1, -0.2], 10, 1), gaussian(3));
    const structure = ball([0, 0, 0], 2.5);
    const linear = computeDvh({ structure, dose, volumeTolerancePercent: 2 });
    const cubic = computeDvh({ structure, dose, interpolation: "tricubic", volumeTolerancePercent: 2 });
    for (const part of [0.3, 0.6, 0.9]) {
      const level = 20 * Math.exp(-((2.5 * Math.cbrt(part)) ** 2) / 18);
      const off = (curve: typeof linear) => Math.abs(volumeCcAtLeast(curve, level) / curve.volumeCc - part);
      expect(off(cubic)).toBeLessThan(0.012);
      expect(off(cubic)).toBeLessThan(0.2 * off(linear));
    }
  });

  test("contours on an oblique grid: the same DVH as on the solid", () => {
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const dose = doseOf(cubeGrid([0, 0, 0], 14, 2, [1, 0, 0, 0, c, -s, 0, s, c]), gaussian(6));
    const structure = ellipticCylinder([0, 0, 0], "z", [4, 4, 3]);
    const drawn = structureOf(
      "cylinder",
      [-2, 0, 2].map((z) =>
        Array.from({ length: 720 }, (_, n) => [
          4 * Math.cos((n * Math.PI) / 360),
          4 * Math.sin((n * Math.PI) / 360),
          z,
        ]).flat(),
      ),
    );
    for (const interpolation of ["trilinear", "tricubic"] as const) {
      const volumeTolerancePercent = 2;
      const a = computeDvh({ structure, dose, interpolation, volumeTolerancePercent });
      const b = computeDvh({
        structure: drawn,
        dose,
        interpolation,
        volumeTolerancePercent,
        endSlices: "half",
      });
      for (const metric of ["D95%", "D50%", "D5%", "mean", "max", "min"]) {
        const x = evaluateMetricWithError(a, metric);
        const y = evaluateMetricWithError(b, metric);
        expect(Math.abs(x.value - y.value)).toBeLessThan(x.samplingError! + y.samplingError! + 2e-3);
      }
    }
  });
});

describe("warnings", () => {
  const dose = doseOf(cubeGrid([0, 0, 0], 20, 2), (p) => 30 + 0.5 * p[1]);
  const codes = (structure: Parameters<typeof computeDvh>[0]["structure"], maxPieces?: number) =>
    dvhWarnings(computeDvh({ structure, dose, ...(maxPieces && { maxPieces }) }), dose.grid).map(
      (w) => w.code,
    );

  test("none for a large structure in the grid", () => expect(codes(sphere([0, 0, 0], 14, 14))).toEqual([]));
  test("empty, outside, partly outside", () => {
    expect(codes(structureOf("none", []))).toEqual(["EMPTY_STRUCTURE"]);
    expect(codes(ball([60, 0, 0], 14))).toEqual(["OUTSIDE_DOSE_GRID"]);
    const partly = computeDvh({ structure: box([10, -12, -12], [32, 12, 12], 12), dose });
    expect(dvhWarnings(partly, dose.grid)[0]!.message).toMatch(/6\.336 cc of box lie outside the dose grid/);
  });
  test("coarse from a tenth of the diameter on", () => {
    expect(codes(ball([0, 0, 0], 9.9))).toEqual(["GRID_COARSE"]);
    expect(codes(ball([0, 0, 0], 10.3))).toEqual([]);
  });
  test("sampling stopped at its limit, and the bars are honest about it", () => {
    const steep = doseOf(cubeGrid([0, 0, 0], 20, 2), gaussian(4));
    const curve = computeDvh({ structure: ball([0, 0, 0], 11), dose: steep, maxPieces: 100 });
    expect(dvhWarnings(curve, steep.grid).map((w) => w.code)).toContain("SAMPLING_LIMIT");
    const fine = computeDvh({ structure: ball([0, 0, 0], 11), dose: steep });
    for (const metric of ["D95%", "D50%", "V10Gy"]) {
      const coarse = evaluateMetricWithError(curve, metric);
      expect(Math.abs(coarse.value - evaluateMetric(fine, metric))).toBeLessThan(
        coarse.samplingError! + 0.02,
      );
    }
  });
});
