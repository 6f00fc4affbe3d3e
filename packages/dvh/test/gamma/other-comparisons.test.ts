import { chiIndex, distanceToAgreement, doseDifference, gammaIndex } from "@isodose/dvh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../../test/support/evenly.ts";
import { rotationOf } from "../../../../test/support/rotation.ts";
import { simplexDoseGy } from "../../src/gamma/gamma-by-sampling.ts";
import { doseVolume } from "./volumes.ts";

const direction = rotationOf([Math.cos(0.3), 0, Math.sin(0.3), 0]);
const linear = ([x, y, z]: readonly number[]) => 20 + 0.5 * x! - 0.3 * y! + 0.4 * z!;
const slope = Math.hypot(0.5, 0.3, 0.4);
const inner = { size: [4, 4, 4], originMm: [-1.5, -1.5, -1.5] } as const;
const outer = { size: [14, 14, 14], originMm: [-7.2, -6, -4.5], direction } as const;

describe("doseDifference", () => {
  it("is exact for linear doses on grids of different direction", () => {
    const difference = doseDifference(
      doseVolume(inner, linear),
      doseVolume(outer, (p) => linear(p) + 0.75),
    );
    expect(difference.unit).toBe("Gy");
    for (const value of difference.values.data) expect(value).toBeCloseTo(0.75, 5);
  });

  it("is NaN where there is no evaluated dose", () => {
    const reference = doseVolume({ size: [5, 1, 1] }, () => 1);
    const evaluated = doseVolume({ size: [3, 1, 1] }, () => 3);
    expect(Array.from(doseDifference(reference, evaluated).values.data)).toEqual([
      2,
      2,
      2,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe("chiIndex", () => {
  it("is gamma, with a sign, for linear doses", async () => {
    for (const offset of [0.6, -0.6]) {
      const request = {
        reference: doseVolume(inner, linear),
        evaluated: doseVolume(outer, (p) => linear(p) + offset),
        dosePercent: 2,
        distanceMm: 1,
        normalisationGy: 20,
      };
      const { chi, passPercent, meanChi } = await chiIndex(request);
      const { gamma } = await gammaIndex(request);
      const exact = offset / Math.hypot(0.4, slope);
      for (const [n, value] of chi.values.data.entries()) {
        expect(value).toBeCloseTo(exact, 4);
        expect(gamma.values.data[n]).toBeCloseTo(Math.abs(exact), 4);
      }
      expect(chi.unit).toBe("chi");
      expect(meanChi).toBeCloseTo(exact, 4);
      expect(passPercent).toBe(100);
    }
  });

  it("uses the reference's slope, one-sided at its ends", async () => {
    const reference = doseVolume({ size: [3, 1, 1], spacingMm: [2, 1, 1] }, [1, 2, 7]);
    const evaluated = doseVolume({ size: [3, 1, 1], spacingMm: [2, 1, 1] }, [2, 3, 8]);
    const { chi } = await chiIndex({
      reference,
      evaluated,
      dosePercent: 10,
      distanceMm: 2,
      normalisationGy: 10,
      cutoffPercent: 0,
    });
    const expected = [0.5, 1.5, 2.5].map((gyPerMm) => 1 / Math.hypot(1, 2 * gyPerMm));
    for (const [n, value] of expected.entries()) expect(chi.values.data[n]).toBeCloseTo(value, 6);
  });

  it("fails points beyond its limit, on both sides", async () => {
    const reference = doseVolume({ size: [4, 1, 1] }, () => 10);
    const evaluated = doseVolume({ size: [4, 1, 1] }, [10.2, 9.8, 10.21, 9.79]);
    const result = await chiIndex({ reference, evaluated, dosePercent: 2, distanceMm: 1 });
    expect(result.passedPoints).toBe(2);
    expect(result.passPercent).toBe(50);
    expect(result.maxAbsoluteChi).toBeCloseTo(1.05, 4);
  });
});

describe("distanceToAgreement", () => {
  it("is difference over slope for linear doses", async () => {
    const reference = doseVolume(inner, linear);
    const evaluated = doseVolume(outer, (p) => linear(p) + 0.6);
    const { distanceMm, evaluatedPoints } = await distanceToAgreement({ reference, evaluated });
    expect(evaluatedPoints).toBe(64);
    for (const value of distanceMm.values.data) expect(value).toBeCloseTo(0.6 / slope, 4);
  });

  it("is 0 for the same dose, and in a flat part of it", async () => {
    const reference = doseVolume(
      { size: [4, 4, 4], originMm: [0.3, 0.4, 0.1], spacingMm: [0.5, 0.5, 0.5] },
      () => 3,
    );
    const flat = doseVolume({ size: [4, 4, 4] }, () => 3);
    const { distanceMm } = await distanceToAgreement({ reference, evaluated: flat });
    expect(Math.max(...distanceMm.values.data)).toBe(0);
  });

  it("is the distance to a flat part's edge from outside, in 3D and 2D", async () => {
    for (const nz of [1, 4]) {
      const reference = doseVolume({ size: [3, 1, 1], originMm: [0, 1, 0] }, () => 5);
      const evaluated = doseVolume({ size: [7, 4, nz] }, ([x]) => (x >= 4 ? 5 : 1));
      const { distanceMm } = await distanceToAgreement({ reference, evaluated });
      for (const [i, value] of distanceMm.values.data.entries()) expect(value).toBeCloseTo(4 - i, 6);
    }
  });

  it("is Infinity, and counted, where the evaluated dose never gets there", async () => {
    const reference = doseVolume({ size: [3, 1, 1] }, [1, 2, 9]);
    const evaluated = doseVolume({ size: [3, 1, 1] }, [1, 2, 3]);
    const result = await distanceToAgreement({ reference, evaluated });
    expect(Array.from(result.distanceMm.values.data)).toEqual([0, 0, Number.POSITIVE_INFINITY]);
    expect(result.withoutAgreement).toBe(1);
  });

  it("agrees with a walk along many lines through random doses", async () => {
    const doses = fc.array(evenly(1, 9), { minLength: 27, maxLength: 27 });
    await fc.assert(
      fc.asyncProperty(
        doses,
        evenly(3, 7),
        evenly(0, 2),
        evenly(0, 2),
        evenly(0, 2),
        async (values, doseGy, x, y, z) => {
          const evaluated = doseVolume({ size: [3, 3, 3] }, values);
          const reference = doseVolume({ size: [1, 1, 1], originMm: [x, y, z] }, () => doseGy);
          const { distanceMm } = await distanceToAgreement({ reference, evaluated });
          const exact = distanceMm.values.data[0]!;
          const level = reference.values.data[0]!;
          // Between two neighbours of a fine lattice with doses on both sides of the level, the level lies between them.
          const steps = 16;
          const at = (i: number, j: number, k: number) =>
            simplexDoseGy(evaluated, i / steps, j / steps, k / steps);
          let sampled = Number.POSITIVE_INFINITY;
          for (let k = 0; k <= 2 * steps; k++) {
            for (let j = 0; j <= 2 * steps; j++) {
              for (let i = 0; i < 2 * steps; i++) {
                const from = at(i, j, k) - level;
                const to = at(i + 1, j, k) - level;
                if (from * to > 0) continue;
                const t = from === to ? 0 : from / (from - to);
                sampled = Math.min(sampled, Math.hypot((i + t) / steps - x, j / steps - y, k / steps - z));
              }
            }
          }
          expect(exact).toBeLessThan(sampled + 1e-6);
          if (exact < Number.POSITIVE_INFINITY && sampled < Number.POSITIVE_INFINITY)
            expect(sampled - exact).toBeLessThan(0.25);
        },
      ),
      { seed: 20260107, numRuns: 25 },
    );
  });
});
