import { AXIAL_DIRECTION, createVolume, interpolateLinear, type Volume } from "@isodose/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  densityFromHu,
  type HuCurve,
  relativeElectronDensityOf,
  SCHNEIDER_HU_CURVE,
  schneiderTissue,
} from "../src/index.ts";

const SEED = 3;

function ctOf(values: number[]): Volume {
  const grid = {
    size: [values.length, 1, 1],
    spacingMm: [1, 1, 1],
    originMm: [0, 0, 0],
    direction: AXIAL_DIRECTION,
  } as const;
  return createVolume(grid, "HU", "1.2.3", Float32Array.from(values));
}

describe("Schneider HU curve", () => {
  const hu = Array.from({ length: 3996 }, (_, i) => i - 1000);
  const found = densityFromHu(ctOf(hu), SCHNEIDER_HU_CURVE);
  const mass = found.massDensity.values.data;
  const electrons = found.relativeElectronDensity.values.data;

  it("gives the formula at every whole HU", () => {
    hu.forEach((h, i) => {
      const exact = schneiderTissue(h);
      expect(Math.abs(mass[i]! - exact.massDensityGPerCm3)).toBeLessThan(
        1e-6 * (1 + exact.massDensityGPerCm3),
      );
      expect(Math.abs(electrons[i]! - exact.relativeElectronDensity)).toBeLessThan(
        1e-6 * (1 + exact.relativeElectronDensity),
      );
    });
  });

  it("gives the published densities (g/cm3) by hand", () => {
    // ρ = 0.00121 + 0.0010297 (1000 + H) · 1.018 + 0.893e-3 H · 1.003 + 1.169e-3 H · 1.017 + 0.592e-3 H
    const byHand: [number, number][] = [
      [-1000, 0.00121],
      [-500, 0.51606],
      [-50, 0.97335],
      [0, 1.018],
      [20, 1.03],
      [60, 1.07314],
      [1000, 1.609],
      [2995, 4.54],
    ];
    for (const [h, rho] of byHand) expect(schneiderTissue(h).massDensityGPerCm3).toBeCloseTo(rho, 5);
  });

  it("rises but for the published steps at 15, 23 and 101 HU and the changes of composition", () => {
    const falls = hu.filter((_, i) => i > 0 && mass[i]! < mass[i - 1]! - 1e-6);
    expect(falls).toEqual([15, 23, 101]);
    const compositionEdges = new Set([-950, -120, -82, -52, -22, 8, 19, 80, 120]);
    hu.forEach((h, i) => {
      if (i > 0 && electrons[i]! < electrons[i - 1]! - 1e-6) {
        expect(h === 15 || h === 23 || h === 101 || compositionEdges.has(h) || h % 100 === 0).toBe(true);
      }
    });
  });

  it("lies near water at 0 HU: 1.8 % heavier, 1.5 % more electrons", () => {
    expect(Math.abs(mass[1000]! - 1)).toBeLessThan(0.02);
    expect(Math.abs(electrons[1000]! - 1)).toBeLessThan(0.016);
  });

  it("agrees with other calibrations for bone within 5 %", () => {
    // DoseCUDA look-up table of a TrueBeam, 6 MV: 1369 HU ↔ 1.74967 g/cm3.
    expect(Math.abs(schneiderTissue(1369).massDensityGPerCm3 / 1.74967 - 1)).toBeLessThan(0.05);
  });
});

describe("relative electron density", () => {
  it("is the mass density for water", () => {
    expect(relativeElectronDensityOf(1, { H: 0.111894, O: 0.888106 })).toBeCloseTo(1, 12);
  });

  it("gives the published electron densities of ICRU tissues within 0.7 %", () => {
    // MCsquare material tables, electrons per cm3 relative to water 3.343e23. Their soft tissue lies 0.57 % below the sum over its
    // own elements, hence the tolerance.
    const soft = relativeElectronDensityOf(1.03, {
      H: 0.10517,
      C: 0.2337,
      N: 0.02506,
      O: 0.63476,
      P: 0.00131,
    });
    const cortical = relativeElectronDensityOf(1.92, {
      H: 0.03421,
      C: 0.15594,
      N: 0.04225,
      O: 0.43763,
      P: 0.10362,
      Ca: 0.22636,
    });
    expect(Math.abs(soft / 1.0178 - 1)).toBeLessThan(0.007);
    expect(Math.abs(cortical / 1.7805 - 1)).toBeLessThan(0.007);
  });
});

describe("densityFromHu", () => {
  const curve: HuCurve = {
    name: "test",
    source: "none",
    points: [
      { hu: -1000.5, massDensityGPerCm3: 0, relativeElectronDensity: 0 },
      { hu: 0.25, massDensityGPerCm3: 1, relativeElectronDensity: 1 },
      { hu: 0.75, massDensityGPerCm3: 1.2, relativeElectronDensity: 1.1 },
      { hu: 1500, massDensityGPerCm3: 2, relativeElectronDensity: 1.8 },
    ],
  };

  it(`is piecewise linear (seed ${SEED})`, () => {
    const nodes = curve.points.map((p) => p.hu);
    const rho = curve.points.map((p) => p.massDensityGPerCm3);
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1200, max: 1700, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const out = densityFromHu(ctOf(values), curve);
          const below = values.filter((v) => v < -1000.5).length;
          const above = values.filter((v) => v > 1500).length;
          expect([out.voxelsBelow, out.voxelsAbove, out.clampedVoxels]).toEqual([
            below,
            above,
            below + above,
          ]);
          values.forEach((v, i) => {
            expect(out.massDensity.values.data[i]).toBeCloseTo(interpolateLinear(nodes, rho, v), 6);
          });
        },
      ),
      { seed: SEED },
    );
  });

  it("counts padding and metal instead of extrapolating silently", () => {
    const out = densityFromHu(ctOf([-2000, -1024, 0, 3071]), SCHNEIDER_HU_CURVE);
    expect([out.voxelsBelow, out.voxelsAbove]).toEqual([2, 1]);
    expect(out.massDensity.values.data[0]).toBeCloseTo(0.00121, 6);
    expect(out.massDensity.values.data[3]).toBeCloseTo(4.54, 5);
    expect([out.massDensity.unit, out.relativeElectronDensity.unit]).toEqual([
      "g/cm3",
      "relative-electron-density",
    ]);
    expect(out.massDensity.frameOfReferenceUid).toBe("1.2.3");
  });

  it("refuses a volume that is not in HU, a value that is not a number and curves that do not increase", () => {
    const gy = { ...ctOf([0]), unit: "Gy" } as Volume;
    expect(() => densityFromHu(gy, curve)).toThrow(/ct\.unit/);
    expect(() => densityFromHu(ctOf([Number.NaN]), curve)).toThrow(/ct values/);
    expect(() => densityFromHu(ctOf([0]), { ...curve, points: curve.points.slice(0, 1) })).toThrow(
      /two points/,
    );
    expect(() => densityFromHu(ctOf([0]), { ...curve, points: [...curve.points].reverse() })).toThrow(
      /points\[1\]\.hu/,
    );
  });
});
