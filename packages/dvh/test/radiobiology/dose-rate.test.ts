import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../../test/support/evenly.ts";
import {
  bedGy,
  incompleteRepairFactor,
  P32_HALF_LIFE_DAYS,
  plaqueSchedule,
  protractionFactor,
} from "../../src/radiobiology/index.ts";

const SEED = 808;

/** The double integral, by the midpoint rule. */
function slowFactor(exposureHours: number, halfLifeHours: number, repairHalfTimeHours: number): number {
  const lambda = Math.LN2 / halfLifeHours;
  const mu = Math.LN2 / repairHalfTimeHours;
  const steps = 40000;
  const dt = exposureHours / steps;
  let unrepaired = 0;
  let pairs = 0;
  let dose = 0;
  for (let n = 0; n < steps; n++) {
    const share = Math.exp(-lambda * (n + 0.5) * dt) * dt;
    pairs += share * (unrepaired + share / 2);
    unrepaired = (unrepaired + share) * Math.exp(-mu * dt);
    dose += share;
  }
  return (2 * pairs) / dose ** 2;
}

describe("Lea–Catcheside factor", () => {
  test("equals the double integral", () => {
    fc.assert(
      fc.property(evenly(-2, 3), evenly(-1, 3), evenly(-1, 1.5), (t, h, r) => {
        const [exposure, halfLife, repair] = [10 ** t, 10 ** h, 10 ** r];
        const exact = protractionFactor({
          exposureHours: exposure,
          halfLifeHours: halfLife,
          repairHalfTimeHours: repair,
        });
        // The step of the slow sum must be short beside all three times.
        fc.pre(exposure < 100 * Math.min(halfLife, repair));
        expect(Math.abs(exact / slowFactor(exposure, halfLife, repair) - 1)).toBeLessThan(1e-4);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test("instant: 1; long at a constant rate: 2 / μT, to 0; left to decay: λ / (λ + μ)", () => {
    const repairHalfTimeHours = 1.5;
    expect(protractionFactor({ exposureHours: 1e-9, repairHalfTimeHours })).toBeCloseTo(1, 8);
    const muT = (Math.LN2 / repairHalfTimeHours) * 1e6;
    expect(protractionFactor({ exposureHours: 1e6, repairHalfTimeHours }) * (muT / 2)).toBeCloseTo(1, 5);
    const left = 1.5 / (1.5 + 60);
    const exposure = { halfLifeHours: 60, repairHalfTimeHours };
    expect(protractionFactor({ ...exposure, exposureHours: Number.POSITIVE_INFINITY })).toBeCloseTo(left, 12);
    expect(protractionFactor({ ...exposure, exposureHours: 1e5 })).toBeCloseTo(left, 10);
  });

  test("at a constant rate 2 (μT − 1 + e^−μT) / (μT)², through all branches", () => {
    for (const muT of [1e-4, 0.01, 0.4, 0.999, 1.001, 3, 20, 300]) {
      const repairHalfTimeHours = 2;
      const exposureHours = (muT * repairHalfTimeHours) / Math.LN2;
      const exact =
        muT < 0.05
          ? 1 - muT / 3 + muT ** 2 / 12 - muT ** 3 / 60 + muT ** 4 / 360
          : (2 * (muT - 1 + Math.exp(-muT))) / muT ** 2;
      expect(protractionFactor({ exposureHours, repairHalfTimeHours })).toBeCloseTo(exact, 11);
    }
  });

  test("is smooth where decay and repair are equally fast", () => {
    // λ = μ: G = 2 λ² / (1 − e^−x)² · ∫ t e^−2λt dt = (1 − e^−2x (1 + 2x)) / (2 (1 − e^−x)²), x = λT.
    for (const x of [0.7, 3]) {
      const exact = (1 - Math.exp(-2 * x) * (1 + 2 * x)) / (2 * (1 - Math.exp(-x)) ** 2);
      for (const shift of [0, 1e-9, 1e-6, 1e-4])
        expect(
          protractionFactor({
            exposureHours: (x * 5) / Math.LN2,
            halfLifeHours: 5,
            repairHalfTimeHours: 5 * (1 + shift),
          }),
        ).toBeCloseTo(exact, shift > 1e-5 ? 3 : 5);
    }
  });

  test("keeps its digits there: (E(x) − E(y)) / (y − x) = ∫₀¹ u e^−xu E((y − x) u) du, by Simpson's rule", () => {
    const mean = (x: number): number => (x === 0 ? 1 : -Math.expm1(-x) / x);
    for (const lambdaT of [0.6, 2, 10])
      for (const shift of [0, 3e-4, 9e-4, 1.1e-3, -8e-4]) {
        const x = 2 * lambdaT;
        const h = x * shift;
        const f = (u: number): number => u * Math.exp(-x * u) * mean(h * u);
        const n = 8000;
        let sum = f(0) + f(1);
        for (let s = 1; s < n; s++) sum += (s % 2 === 1 ? 4 : 2) * f(s / n);
        const slow = (2 * (sum / (3 * n))) / mean(lambdaT) ** 2;
        const mu = lambdaT + h;
        const fast = protractionFactor({
          exposureHours: 1,
          halfLifeHours: Math.LN2 / lambdaT,
          repairHalfTimeHours: Math.LN2 / mu,
        });
        expect(Math.abs(fast / slow - 1)).toBeLessThan(1e-11);
      }
  });

  test("falls with a longer exposure and with faster repair, always between 0 and 1", () => {
    fc.assert(
      fc.property(evenly(0.01, 200), evenly(0.1, 500), evenly(0.1, 20), (exposureHours, halfLifeHours, r) => {
        const at = (t: number, repairHalfTimeHours: number): number =>
          protractionFactor({ exposureHours: t, halfLifeHours, repairHalfTimeHours });
        const g = at(exposureHours, r);
        expect(g).toBeGreaterThan(0);
        expect(g).toBeLessThan(1);
        // After many half-lives nothing changes any more.
        expect(at(exposureHours * 1.1, r)).toBeLessThan(
          g * (exposureHours > 10 * halfLifeHours ? 1 + 1e-12 : 1),
        );
        expect(at(exposureHours, r / 1.1)).toBeLessThan(g);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test("a P-32 plaque of 24 minutes is nearly instant; its BED between the linear term and a single fraction", () => {
    const schedule = plaqueSchedule({
      exposureHours: 0.4,
      halfLifeHours: 24 * P32_HALF_LIFE_DAYS.value,
      repairHalfTimeHours: 1.6,
    });
    // 1 − μT/3 + (μT)²/12 for a source that hardly decays.
    const muT = (Math.LN2 / 1.6) * 0.4;
    expect(schedule.protractionFactor).toBeCloseTo(1 - muT / 3 + muT ** 2 / 12, 3);
    const bed = bedGy(10, schedule, { alphaBetaGy: 2 });
    expect(bed).toBeLessThan(60);
    expect(bed).toBeCloseTo(10 * (1 + schedule.protractionFactor! * 5), 10);
  });

  test("bad input is named", () => {
    expect(() => protractionFactor({ exposureHours: 0, repairHalfTimeHours: 1 })).toThrow(
      /exposureHours: is 0/,
    );
    expect(() => protractionFactor({ exposureHours: 1, repairHalfTimeHours: 0 })).toThrow(
      /repairHalfTimeHours/,
    );
    expect(() =>
      protractionFactor({ exposureHours: Number.POSITIVE_INFINITY, repairHalfTimeHours: 1 }),
    ).toThrow(/exposureHours/);
    expect(() => protractionFactor({ exposureHours: 1, halfLifeHours: -1, repairHalfTimeHours: 1 })).toThrow(
      /halfLifeHours/,
    );
  });
});

describe("incomplete repair between fractions", () => {
  test("far apart 1, together n, and Thames's closed form between", () => {
    const at = (fractions: number, intervalHours: number): number =>
      incompleteRepairFactor({ fractions, intervalHours, repairHalfTimeHours: 2 });
    expect(at(5, 1000)).toBeCloseTo(1, 12);
    expect(at(5, 1e-12)).toBeCloseTo(5, 9);
    expect(at(1, 1)).toBe(1);
    const phi = 0.5 ** (6 / 2);
    const n = 10;
    const h = (2 / n) * (phi / (1 - phi)) * (n - (1 - phi ** n) / (1 - phi));
    expect(at(10, 6)).toBeCloseTo(1 + h, 12);
    expect(() => at(2.5, 1)).toThrow(/fractions: is 2.5/);
  });

  test("without any pause the schedule is a single dose", () => {
    const protractionFactor = incompleteRepairFactor({
      fractions: 4,
      intervalHours: 1e-12,
      repairHalfTimeHours: 2,
    });
    expect(bedGy(16, { fractions: 4, protractionFactor }, { alphaBetaGy: 3 })).toBeCloseTo(
      bedGy(16, { fractions: 1 }, { alphaBetaGy: 3 }),
      8,
    );
  });
});
