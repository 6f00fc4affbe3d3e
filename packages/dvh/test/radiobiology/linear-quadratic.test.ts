import { createVolume, isLibraryError } from "@isodose/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../../test/support/evenly.ts";
import {
  bedCurve,
  bedGy,
  bedVolume,
  doseGyFromBed,
  eqd2Curve,
  eqd2Gy,
  eqd2Volume,
  isoeffectiveDoseGy,
  usualTransitionDoseGy,
} from "../../src/radiobiology/index.ts";
import { cubeGrid } from "../shapes.ts";
import { curveOf, evenCurve, slowMean, sphereCurve } from "./curves.ts";

const SEED = 4711;

describe("BED and EQD2", () => {
  // D (1 + D/n / ab), by hand.
  test.each([
    [16, 1, 10, 41.6, 104 / 3],
    [24, 1, 2, 312, 156],
    [24, 2, 10, 52.8, 44],
    [27, 3, 3, 108, 64.8],
    [30, 10, 3, 60, 36],
    [40, 5, 2, 200, 100],
  ])("%d Gy in %d, alpha/beta %d", (doseGy, fractions, alphaBetaGy, bed, eqd2) => {
    expect(bedGy(doseGy, { fractions }, { alphaBetaGy })).toBeCloseTo(bed, 10);
    expect(eqd2Gy(doseGy, { fractions }, { alphaBetaGy })).toBeCloseTo(eqd2, 10);
  });

  test("the HyTEC cord limits for 1 to 5 fractions are one isoeffect: 44.6 Gy in 2 Gy fractions", () => {
    const limits = [12.4, 17, 20.3, 23, 25.3];
    limits.forEach((doseGy, n) => {
      expect(Math.abs(eqd2Gy(doseGy, { fractions: n + 1 }, { alphaBetaGy: 2 }) - 44.6)).toBeLessThan(0.15);
    });
  });

  test("2 Gy fractions are their own EQD2, and isoeffective doses go there and back", () => {
    fc.assert(
      fc.property(
        evenly(0.5, 20),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        evenly(0, 80),
        evenly(0.5, 20),
        fc.boolean(),
        (alphaBetaGy, n, m, doseGy, transitionDoseGy, linear) => {
          const tissue = linear ? { alphaBetaGy, transitionDoseGy } : { alphaBetaGy };
          expect(eqd2Gy(2 * n, { fractions: n }, tissue)).toBeCloseTo(2 * n, 9);
          const other = isoeffectiveDoseGy(doseGy, { fractions: n }, { fractions: m }, tissue);
          expect(isoeffectiveDoseGy(other, { fractions: m }, { fractions: n }, tissue)).toBeCloseTo(
            doseGy,
            8,
          );
          if (m > n) expect(other).toBeGreaterThanOrEqual(doseGy - 1e-9);
          const g = { fractions: n, protractionFactor: 0.4 };
          expect(doseGyFromBed(bedGy(doseGy, g, tissue), g, tissue)).toBeCloseTo(doseGy, 8);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  test("24 Gy in 2 for a tumour of 10 Gy is 27.6 Gy in 3: d = (−10 + √(100 + 4 · 10 · 17.6)) / 2", () => {
    const byHand = (3 * (-10 + Math.sqrt(100 + 4 * 10 * 17.6))) / 2;
    expect(isoeffectiveDoseGy(24, { fractions: 2 }, { fractions: 3 }, { alphaBetaGy: 10 })).toBeCloseTo(
      byHand,
      10,
    );
    expect(byHand).toBeCloseTo(27.53, 2);
  });
});

describe("LQ-L", () => {
  const alphaBetaGy = 3;
  const tissue = { alphaBetaGy, transitionDoseGy: 6 };

  test("is LQ up to the transition dose, its tangent beyond", () => {
    const lq = (d: number): number => d * (1 + d / alphaBetaGy);
    expect(bedGy(18, { fractions: 3 }, tissue)).toBeCloseTo(3 * lq(6), 12);
    expect(bedGy(5, { fractions: 1 }, tissue)).toBeCloseTo(lq(5), 12);
    // Slope of LQ at 6 Gy: 1 + 2 · 6 / 3 = 5.
    expect(bedGy(20, { fractions: 1 }, tissue)).toBeCloseTo(lq(6) + 5 * 14, 12);
    expect(bedGy(20, { fractions: 1 }, tissue)).toBeLessThan(lq(20));
  });

  test("below 2 Gy transition EQD2 of 2 Gy fractions is still the dose", () => {
    expect(eqd2Gy(30, { fractions: 15 }, { alphaBetaGy, transitionDoseGy: 1 })).toBeCloseTo(30, 10);
  });

  test("the usual transition dose says that nobody checked it", () => {
    expect(usualTransitionDoseGy(10)).toMatchObject({ value: 20, provenance: "unverified default" });
  });
});

describe("a whole curve or volume", () => {
  const tissue = { alphaBetaGy: 2 };

  test("the curve keeps its volumes: V(EQD2 of D) is V(D), also between its points", () => {
    const curve = evenCurve(5, 30);
    const mapped = eqd2Curve(curve, { fractions: 5 }, tissue);
    for (const doseGy of [5, 7.3, 18.21, 29.9]) {
      const x = eqd2Gy(doseGy, { fractions: 5 }, tissue);
      const p = mapped.doseGy.findIndex((d) => d >= x);
      const t = (x - mapped.doseGy[p - 1]!) / (mapped.doseGy[p]! - mapped.doseGy[p - 1]!);
      const [a, b] = [mapped.volumeCcAtLeast[p - 1]!, mapped.volumeCcAtLeast[p]!];
      const errorGy = Math.abs(a + t * (b - a) - (10 * (30 - doseGy)) / 25) * (25 / 10);
      expect(errorGy).toBeLessThan(1e-3);
    }
    expect(mapped.maxGy).toBeCloseTo(eqd2Gy(30, { fractions: 5 }, tissue), 12);
    expect(mapped.minGy).toBeCloseTo(eqd2Gy(5, { fractions: 5 }, tissue), 12);
  });

  test("its mean is exact: an even spread from 0 to D has mean BED D/2 + D²/(3 n ab)", () => {
    const mapped = bedCurve(evenCurve(0, 30), { fractions: 3 }, tissue);
    expect(mapped.meanGy).toBeCloseTo(15 + 900 / (3 * 3 * 2), 10);
    const lql = { alphaBetaGy: 2, transitionDoseGy: 4 };
    // 0 to 30 Gy in 3, knee at 12 Gy: 0.4 (6 + 144 / 18) below; above, from BED 12 (1 + 2) with slope 1 + 2 · 4 / 2 = 5.
    const byHand = 0.4 * (6 + 8) + 0.6 * (36 + 5 * 9);
    expect(bedCurve(evenCurve(0, 30), { fractions: 3 }, lql).meanGy).toBeCloseTo(byHand, 10);
    const curve = sphereCurve(15, 0.7, 41);
    const slow = slowMean(curve, (d) => bedGy(d, { fractions: 3 }, lql));
    expect(Math.abs(bedCurve(curve, { fractions: 3 }, lql).meanGy - slow)).toBeLessThan(1e-5);
  });

  test("errors of doses grow with the slope of the map", () => {
    const curve = curveOf([0, 10, 20], [4, 4, 0], {
      errors: {
        samplingErrorCc: Float64Array.of(0, 0.1, 0.2),
        gridErrorCc: Float64Array.of(0, -0.1, 0),
        minErrorGy: 0.1,
        maxErrorGy: 0.2,
        meanErrorGy: 0.1,
        minGridErrorGy: -0.1,
        maxGridErrorGy: 0.3,
        meanGridErrorGy: 0.1,
      },
    });
    const { errors, doseGy } = bedCurve(curve, { fractions: 1 }, tissue);
    // dBED/dD = 1 + 2 D / 2 = 21 at the maximum, 11 at the minimum.
    expect(errors!.maxErrorGy).toBeCloseTo(0.2 * 21, 12);
    expect(errors!.minGridErrorGy).toBeCloseTo(-0.1 * 11, 12);
    expect(errors!.samplingErrorCc).toHaveLength(doseGy.length);
    expect(errors!.samplingErrorCc.at(-1)).toBe(0.2);
  });

  test("every voxel", () => {
    const grid = cubeGrid([0, 0, 0], 4, 2);
    const dose = createVolume(grid, "Gy", "1.2");
    dose.values.data.forEach((_, n) => {
      dose.values.data[n] = n / 8;
    });
    const eqd2 = eqd2Volume(dose, { fractions: 3 }, tissue);
    const bed = bedVolume(dose, { fractions: 3 }, tissue);
    expect(eqd2.frameOfReferenceUid).toBe("1.2");
    eqd2.values.data.forEach((value, n) => {
      expect(value).toBeCloseTo(eqd2Gy(n / 8, { fractions: 3 }, tissue), 4);
      expect(bed.values.data[n]).toBeCloseTo(2 * value, 4);
    });
  });
});

describe("bad input is named", () => {
  const volume = createVolume(cubeGrid([0, 0, 0], 2, 1), "Gy", "");
  const wrong = createVolume(volume.grid, "Gy", "");
  wrong.values.data[1] = -1;
  test.each<[string, () => unknown, string]>([
    ["alpha/beta 0", () => bedGy(10, { fractions: 1 }, { alphaBetaGy: 0 }), "tissue.alphaBetaGy"],
    ["alpha/beta < 0", () => eqd2Volume(volume, { fractions: 1 }, { alphaBetaGy: -3 }), "tissue.alphaBetaGy"],
    ["half a fraction", () => eqd2Gy(10, { fractions: 1.5 }, { alphaBetaGy: 2 }), "schedule.fractions"],
    [
      "no fraction",
      () => bedCurve(evenCurve(1, 2), { fractions: 0 }, { alphaBetaGy: 2 }),
      "schedule.fractions",
    ],
    ["negative dose", () => bedGy(-1, { fractions: 1 }, { alphaBetaGy: 2 }), "doseGy"],
    ["NaN dose", () => bedGy(Number.NaN, { fractions: 1 }, { alphaBetaGy: 2 }), "doseGy"],
    ["negative voxel", () => bedVolume(wrong, { fractions: 1 }, { alphaBetaGy: 2 }), "dose voxel (1, 0, 0)"],
    [
      "a volume in HU",
      () => bedVolume({ ...volume, unit: "HU" }, { fractions: 1 }, { alphaBetaGy: 2 }),
      "dose.unit",
    ],
    [
      "transition dose 0",
      () => bedGy(1, { fractions: 1 }, { alphaBetaGy: 2, transitionDoseGy: 0 }),
      "tissue.transitionDoseGy",
    ],
    [
      "G above n",
      () => bedGy(1, { fractions: 2, protractionFactor: 2.1 }, { alphaBetaGy: 2 }),
      "schedule.protractionFactor",
    ],
    [
      "negative dose in a curve",
      () => eqd2Curve(curveOf([-1, 2], [1, 0]), { fractions: 1 }, { alphaBetaGy: 2 }),
      "test.doseGy[0]",
    ],
  ])("%s", (_, call, field) => {
    try {
      call();
    } catch (error) {
      expect(isLibraryError(error, "InvalidInputError") && error.field).toBe(field);
      expect((error as Error).message).not.toContain("\n");
      return;
    }
    throw new Error("nothing was thrown");
  });
});
