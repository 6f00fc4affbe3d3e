import { describe, expect, test } from "vitest";
import golden from "../../../test/golden/analytic-dvh/analytic_dvh.json" with { type: "json" };
import { computeDvh, evaluateMetric, isodoseVolumeCc, planIndices, volumeCcAtLeast } from "../src/index.ts";
import { circle, cubeGrid, doseOf, rectangle, slabMiddles, sphere, structureOf } from "./shapes.ts";

const CENTER_GY = 20;
const GRADIENT_GY_PER_MM = 0.5;

describe("linear gradient, against closed forms", () => {
  // The interpolant of a linear dose is exact, so what is tested is the structure's geometry. The stack of slabs differs
  // from the solid by second order in slice thickness / radius; with 0.2 mm slices of a 10 mm sphere that is below 1e-4.
  const radiusMm = 10;
  const linear = (axis: 0 | 1 | 2) =>
    doseOf(
      cubeGrid([3, -4, 5], 15, 2),
      (p) => CENTER_GY + GRADIENT_GY_PER_MM * (p[axis] - [3, -4, 5][axis]!),
    );

  for (const axis of [0, 1, 2] as const) {
    test(`sphere, gradient along ${"xyz"[axis]}`, () => {
      const curve = computeDvh({ structure: sphere([3, -4, 5], radiusMm, 100), dose: linear(axis) });
      for (const { s, V } of golden.sphere) {
        const d = CENTER_GY + s * GRADIENT_GY_PER_MM * radiusMm;
        expect(volumeCcAtLeast(curve, d) / curve.volumeCc).toBeCloseTo(V, 3);
      }
      expect(curve.meanGy).toBeCloseTo(CENTER_GY, 3);
      expect(Math.abs(curve.maxGy - (CENTER_GY + GRADIENT_GY_PER_MM * radiusMm))).toBeLessThan(0.005);
      expect(Math.abs(curve.minGy - (CENTER_GY - GRADIENT_GY_PER_MM * radiusMm))).toBeLessThan(0.005);
      // D2% of the sphere: s where the cap holds 2 %.
      const d2 = CENTER_GY + golden["sphere_s_at_V2%"] * GRADIENT_GY_PER_MM * radiusMm;
      expect(evaluateMetric(curve, "D2%")).toBeCloseTo(d2, 2);
    });
  }

  test("sphere with the 3 mm slices of a coarse CT: what is lost is the shape of the stack, below 1 % of volume", () => {
    const curve = computeDvh({ structure: sphere([3, -4, 5], radiusMm, 7), dose: linear(0) });
    for (const { s, V } of golden.sphere) {
      const d = CENTER_GY + s * GRADIENT_GY_PER_MM * radiusMm;
      expect(Math.abs(volumeCcAtLeast(curve, d) / curve.volumeCc - V)).toBeLessThan(0.01);
    }
  });

  test("cylinder, gradient across its axis", () => {
    const structure = structureOf(
      "cylinder",
      slabMiddles(0, 10, 5).map((z) => circle(3, -4, z, radiusMm)),
    );
    const curve = computeDvh({ structure, dose: linear(1) });
    for (const { s, V } of golden.cylinder_axis_perpendicular) {
      const d = CENTER_GY + s * GRADIENT_GY_PER_MM * radiusMm;
      expect(volumeCcAtLeast(curve, d) / curve.volumeCc).toBeCloseTo(V, 3);
    }
  });

  test("cone, gradient along its axis", () => {
    const heightMm = 20;
    const structure = structureOf(
      "cone",
      slabMiddles(-5, 15, 200).map((z) => circle(3, -4, z, ((z + 5) / heightMm) * radiusMm)),
    );
    const curve = computeDvh({ structure, dose: linear(2) });
    for (const { u, V_dose_above_u } of golden.cone_gradient_along_axis) {
      const d = CENTER_GY + GRADIENT_GY_PER_MM * (u * heightMm - 10);
      expect(volumeCcAtLeast(curve, d) / curve.volumeCc).toBeCloseTo(V_dose_above_u, 3);
    }
  });

  test("box on half voxels: every point of the curve is exact", () => {
    const structure = structureOf(
      "box",
      slabMiddles(0, 8, 4).map((z) => rectangle(-2.3, 7.7, -9.1, -1.1, z)),
    );
    const curve = computeDvh({ structure, dose: linear(0) });
    expect(curve.volumeCc).toBeCloseTo(0.64, 12);
    for (const part of [0.05, 0.3, 0.5, 0.95]) {
      const d = CENTER_GY + GRADIENT_GY_PER_MM * (7.7 - 10 * part - 3);
      expect(evaluateMetric(curve, `D${100 * part}%`)).toBeCloseTo(d, 4);
    }
    const near = CENTER_GY + GRADIENT_GY_PER_MM * (7.7 - 10 * (0.035 / 0.64) - 3);
    expect(evaluateMetric(curve, "D0.035cc")).toBeCloseTo(near, 4);
  });
});

describe("small targets", () => {
  test("D0.035cc of a 6 mm sphere in a steep oblique gradient does not move with the grid", () => {
    const radiusMm = 3;
    // Spherical cap of 35 mm³ by bisection of the closed form.
    const volume = (4 / 3) * Math.PI * radiusMm ** 3;
    let low = -1;
    let high = 1;
    while (high - low > 1e-12) {
      const s = (low + high) / 2;
      if ((volume * (1 - s) ** 2 * (2 + s)) / 4 > 35) low = s;
      else high = s;
    }
    const expected = 75 + 3 * radiusMm * low;
    const n = Math.sqrt(14);
    for (const shift of [0, 0.31, 0.77]) {
      for (const spacingMm of [1, 2, 2.5]) {
        const dose = doseOf(
          cubeGrid([shift, -shift, shift / 2], 12, spacingMm),
          (p) => 75 + (3 * (p[0] + 2 * p[1] - 3 * p[2])) / n,
        );
        const curve = computeDvh({ structure: sphere([0, 0, 0], radiusMm, 60), dose });
        expect(Math.abs(evaluateMetric(curve, "D0.035cc") - expected)).toBeLessThan(0.02);
      }
    }
  });

  test("a 3 mm sphere in a Gaussian peak: volume, mean and coverage by the closed form", () => {
    const sigmaMm = 3;
    const dose = doseOf(
      cubeGrid([0, 0, 0], 6, 0.25),
      (p) => 20 * Math.exp(-(p[0] ** 2 + p[1] ** 2 + p[2] ** 2) / 18),
    );
    const curve = computeDvh({ structure: sphere([0, 0, 0], 1.5, 30), dose });
    expect(curve.volumeCc).toBeCloseTo(((4 / 3) * Math.PI * 1.5 ** 3) / 1000, 4);
    for (const r of [0.5, 0.9, 1.2]) {
      const d = 20 * Math.exp(-(r ** 2) / (2 * sigmaMm ** 2));
      // The interpolant lies below a Gaussian by up to 3 · h²/8 · 20 Gy/σ² = 0.05 Gy, which at 1.2 mm is a shell of 0.02 mm.
      expect(Math.abs(volumeCcAtLeast(curve, d) / curve.volumeCc - (r / 1.5) ** 3)).toBeLessThan(0.02);
    }
  });
});

describe("Gaussian dose, target = prescription isodose", () => {
  const sigmaMm = 8;
  const dose = doseOf(
    cubeGrid([0, 0, 0], 30, 1),
    (p) => 30 * Math.exp(-(p[0] ** 2 + p[1] ** 2 + p[2] ** 2) / 128),
  );
  for (const { rx_fraction, GI, r_rx_over_sigma } of golden.gaussian_GI.filter(
    (row) => row.rx_fraction <= 0.8,
  )) {
    test(`CI = 1 and GI = ${GI.toFixed(2)} at ${100 * rx_fraction} %`, () => {
      const radiusMm = r_rx_over_sigma * sigmaMm;
      const structure = sphere([0, 0, 0], radiusMm, 120);
      const indices = planIndices({
        dose,
        targetDvh: computeDvh({ structure, dose }),
        prescriptionGy: 30 * rx_fraction,
      });
      // 1 mm voxels: the interpolant lies below the Gaussian by h²/8 · d'' a direction, a shell of up to 0.03 mm.
      const shell = (3 * 0.03) / radiusMm;
      expect(Math.abs(indices.paddickCi - 1)).toBeLessThan(2 * shell);
      expect(Math.abs(indices.coveragePercent / 100 - 1)).toBeLessThan(2 * shell);
      expect(Math.abs(indices.gradientIndex! / GI - 1)).toBeLessThan(2 * shell);
      expect(indices.halfPrescriptionReachesGridEdge).toBe(false);
    });
  }
});

test("isodose volume of a linear dose is exact wherever the level lies", () => {
  const dose = doseOf(cubeGrid([0, 0, 0], 10, 2), (p) => 10 + 0.4 * p[0]);
  // Edges of the grid at ±11 mm; between the last centre (10 mm) and the edge the dose stays 14 Gy.
  for (const xMm of [-9.7, -3.3, 0, 0.1, 4.6, 9.9]) {
    expect(isodoseVolumeCc(dose, 10 + 0.4 * xMm)).toBeCloseTo(((11 - xMm) * 22 * 22) / 1000, 3);
  }
  expect(isodoseVolumeCc(dose, 14.1)).toBe(0);
  expect(isodoseVolumeCc(dose, 0)).toBeCloseTo(22 ** 3 / 1000, 9);
});
