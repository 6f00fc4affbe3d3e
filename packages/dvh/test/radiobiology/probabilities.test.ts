import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../../test/support/evenly.ts";
import {
  BURMAN_CORD,
  bedGy,
  cordMyelopathyRisk,
  eqd2Gy,
  lkbNtcp,
  logisticTcp,
  poissonTcp,
  SCHULTHEISS_CORD,
  schultheissNtcp,
} from "../../src/radiobiology/index.ts";
import { normalDistribution } from "../../src/radiobiology/normal-distribution.ts";
import { curveOf, evenCurve, slowMean, sphereCurve, uniformCurve } from "./curves.ts";

const SEED = 1999;

test("normal distribution: known quantiles, symmetry, tails", () => {
  expect(normalDistribution(0)).toBe(0.5);
  expect(normalDistribution(1.959963984540054)).toBeCloseTo(0.975, 14);
  expect(normalDistribution(-1)).toBeCloseTo(0.15865525393145705, 15);
  expect(normalDistribution(-6) / 9.865876450376981e-10).toBeCloseTo(1, 12);
  expect(normalDistribution(-10) / 7.619853024160527e-24).toBeCloseTo(1, 12);
  for (const t of [0.3, 2.8284, 2.8285, 5]) {
    expect(normalDistribution(t) + normalDistribution(-t)).toBeCloseTo(1, 14);
    // Its slope is the density.
    const slope = (normalDistribution(t + 1e-4) - normalDistribution(t - 1e-4)) / 2e-4;
    expect(slope).toBeCloseTo(Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI), 8);
  }
});

describe("Poisson TCP", () => {
  const parameters = { alphaPerGy: 0.3, alphaBetaGy: 10, clonogensPerCc: 1e6 };
  const schedule = { fractions: 3 };

  test("uniform dose: exp(−ρ V e^−α BED); no dose: 0; much dose: 1", () => {
    const tcp = poissonTcp(uniformCurve(27, 4), { schedule, parameters });
    const survivors = 4e6 * Math.exp(-0.3 * bedGy(27, schedule, { alphaBetaGy: 10 }));
    expect(tcp.survivingClonogens / survivors).toBeCloseTo(1, 12);
    expect(tcp.probability).toBeCloseTo(Math.exp(-survivors), 12);
    expect(tcp.doseGy).toBeCloseTo(27, 9);
    expect(tcp.label).toBeUndefined();
    expect(poissonTcp(uniformCurve(0), { schedule, parameters }).probability).toBe(0);
    expect(poissonTcp(uniformCurve(200), { schedule, parameters }).probability).toBe(1);
  });

  test("an even spread from D₁ to D₂ with a large α/β: survivors ρV (e^−αD₁ − e^−αD₂) / (α (D₂ − D₁))", () => {
    const linear = { alphaPerGy: 0.4, alphaBetaGy: 1e12, clonogensPerCc: 1e6 };
    const { survivingClonogens } = poissonTcp(evenCurve(20, 60, 5), { schedule, parameters: linear });
    const exact = (5e6 * (Math.exp(-8) - Math.exp(-24))) / (0.4 * 40);
    expect(survivingClonogens / exact).toBeCloseTo(1, 8);
  });

  test("a coarse curve equals brute force", () => {
    const curve = curveOf([0, 12, 20, 50], [3, 3, 1, 0]);
    const slow = 3e6 * slowMean(curve, (d) => Math.exp(-0.3 * bedGy(d, schedule, { alphaBetaGy: 10 })));
    expect(poissonTcp(curve, { schedule, parameters }).survivingClonogens / slow).toBeCloseTo(1, 6);
  });

  test("more dose helps, a cold spot hurts", () => {
    fc.assert(
      fc.property(evenly(15, 40), evenly(0.05, 0.5), (centreGy, k) => {
        const tcp = (centre: number, spread: number): number =>
          -poissonTcp(sphereCurve(centre, spread, 201), { schedule, parameters }).survivingClonogens;
        expect(tcp(centreGy * 1.02, k)).toBeGreaterThan(tcp(centreGy, k));
        expect(tcp(centreGy, k)).toBeLessThan(tcp(centreGy, 0.5 * k));
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  test("defaults are labelled, and part outside the dose grid is told", () => {
    const outside = { ...uniformCurve(27, 4), volumeCc: 5, volumeOutsideDoseGridCc: 1 };
    const result = poissonTcp(outside, { schedule });
    expect(result.label).toBe("unverified default");
    expect(result.parameters.alphaPerGy!.provenance).toBe("unverified default");
    expect(result.warnings.map((w) => w.code)).toEqual(["OUTSIDE_DOSE_GRID"]);
    expect(result.warnings[0]!.message).toContain("1.00 of 5.00 cc");
  });

  test("bad parameters are named", () => {
    const bad = { ...parameters, alphaPerGy: -0.1 };
    expect(() => poissonTcp(uniformCurve(1), { schedule, parameters: bad })).toThrow(
      /parameters\.alphaPerGy: is -0\.1/,
    );
    expect(() => poissonTcp(uniformCurve(1), { schedule: { fractions: 0 }, parameters })).toThrow(
      /fractions/,
    );
    const empty = { ...uniformCurve(1), volumeCcAtLeast: new Float64Array(2), maxGy: Number.NaN };
    expect(() => poissonTcp(empty, { schedule, parameters })).toThrow(/test DVH/);
  });
});

describe("logistic TCP", () => {
  const parameters = { d50Gy: 50, gamma50: 2, alphaBetaGy: 10 };

  test("uniform dose: one half at D50, normalised slope γ50 there, 0 and 1 at the ends", () => {
    const at = (doseGy: number): number =>
      logisticTcp(uniformCurve(doseGy), { schedule: "eqd2", parameters }).probability;
    expect(at(50)).toBeCloseTo(0.5, 12);
    expect(((at(50.005) - at(49.995)) / 0.01) * 50).toBeCloseTo(2, 5);
    expect(at(0)).toBe(0);
    expect(at(5000)).toBeCloseTo(1, 12);
    expect(at(40)).toBeCloseTo(1 / (1 + (50 / 40) ** 8), 12);
    expect(logisticTcp(uniformCurve(41), { schedule: "eqd2", parameters }).doseGy).toBeCloseTo(41, 9);
  });

  test("converts to EQD2 by the schedule", () => {
    const schedule = { fractions: 5 };
    const eqd2 = eqd2Gy(35, schedule, { alphaBetaGy: 10 });
    expect(logisticTcp(uniformCurve(35), { schedule, parameters }).probability).toBeCloseTo(
      1 / (1 + (50 / eqd2) ** 8),
      10,
    );
  });

  test("over the volume: the product of the parts", () => {
    const log = (d: number): number => -Math.log1p((50 / d) ** 8);
    for (const curve of [
      evenCurve(30, 45),
      evenCurve(40, 70),
      evenCurve(60, 62),
      curveOf([0, 30, 50, 80], [4, 3.9, 2, 0.5]),
    ]) {
      const slow = slowMean(curve, log, 200000);
      const { probability } = logisticTcp(curve, { schedule: "eqd2", parameters });
      expect(Math.abs(Math.log(probability) / slow - 1)).toBeLessThan(1e-5);
    }
  });

  test("bad input is named", () => {
    expect(() =>
      logisticTcp(uniformCurve(1), { schedule: "eqd2", parameters: { ...parameters, gamma50: 0 } }),
    ).toThrow(/parameters\.gamma50: is 0/);
    expect(() =>
      logisticTcp(uniformCurve(1), { schedule: "eqd2", parameters: {} as typeof parameters }),
    ).toThrow(/parameters\.d50Gy: missing/);
    expect(() => logisticTcp(uniformCurve(1), { schedule: "EQD2" as "eqd2", parameters })).toThrow(
      /schedule/,
    );
  });
});

describe("LKB NTCP", () => {
  test("one half at TD50; Φ(1) one m above; n = 1 looks at the mean only", () => {
    const parameters = { td50Gy: 40, n: 0.2, m: 0.15, alphaBetaGy: 3 };
    const at = (doseGy: number): number =>
      lkbNtcp(uniformCurve(doseGy), { schedule: "eqd2", parameters }).probability;
    expect(at(40)).toBeCloseTo(0.5, 12);
    expect(at(46)).toBeCloseTo(0.8413447460685429, 10);
    const parallel = { ...parameters, n: 1 };
    const spread = lkbNtcp(evenCurve(20, 60), { schedule: "eqd2", parameters: parallel });
    expect(spread.doseGy).toBeCloseTo(40, 10);
    expect(spread.probability).toBeCloseTo(0.5, 10);
    expect(spread.label).toBeUndefined();
    expect(spread.parameters.td50Gy).toEqual({
      value: 40,
      source: "given by the caller",
      provenance: "given",
    });
  });

  test("bad input is named", () => {
    const parameters = { td50Gy: 40, n: 0, m: 0.15, alphaBetaGy: 3 };
    expect(() => lkbNtcp(uniformCurve(1), { schedule: "eqd2", parameters })).toThrow(/parameters\.n: is 0/);
  });
});

describe("cord myelopathy", () => {
  const conventional = { fractions: 25 };

  test("Schultheiss reproduces the published 0.03 % at 45, 0.2 % at 50, 5 % at 59.3, 50 % at 69.4 Gy", () => {
    const at = (eqd2: number): number => schultheissNtcp(eqd2, { schedule: "eqd2" }).probability;
    expect(SCHULTHEISS_CORD.k.value).toBeCloseTo(18.72, 2);
    expect(Math.round(at(45) * 1e4) / 1e4).toBe(0.0003);
    expect(Math.round(at(50) * 1e3) / 1e3).toBe(0.002);
    expect(at(50)).toBeCloseTo(0.0022, 4);
    expect(at(59.3)).toBeCloseTo(0.05, 12);
    expect(at(69.4)).toBeCloseTo(0.5, 12);
    expect(at(0)).toBe(0);
  });

  test("is the default, carries no unverified label, and looks at the maximum", () => {
    const risk = cordMyelopathyRisk(evenCurve(10, 50), { schedule: conventional });
    expect(risk.doseGy).toBeCloseTo(50, 10);
    expect(risk.probability).toBeCloseTo(0.0022, 4);
    expect(risk.label).toBeUndefined();
    expect(risk.warnings).toEqual([]);
    expect(risk.parameters.td50Gy!.source).toContain("Schultheiss");
  });

  test("Burman's LKB says 35 times more at 50 Gy, and is labelled", () => {
    const burman = cordMyelopathyRisk(uniformCurve(50), { schedule: conventional, model: "lkb-burman" });
    // Φ((50 − 66.5) / (0.175 · 66.5)) = Φ(−1.418).
    expect(burman.probability).toBeCloseTo(0.078, 3);
    expect(burman.label).toBe("unverified default");
    expect(BURMAN_CORD.td50Gy.provenance).toBe("unverified default");
  });

  test("a fraction of radiosurgery gets a warning", () => {
    const risk = cordMyelopathyRisk(uniformCurve(12.4), { schedule: { fractions: 1 } });
    expect(risk.doseGy).toBeCloseTo((12.4 * (1 + 12.4 / 0.87)) / (1 + 2 / 0.87), 9);
    expect(risk.warnings.map((w) => w.code)).toEqual(["FIT_STRETCHED"]);
  });

  test("rises with dose and falls with more fractions", () => {
    fc.assert(
      fc.property(evenly(5, 60), fc.integer({ min: 1, max: 30 }), (doseGy, fractions) => {
        const at = (d: number, n: number): number =>
          schultheissNtcp(d, { schedule: { fractions: n } }).probability;
        const p = at(doseGy, fractions);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(at(1.01 * doseGy, fractions)).toBeGreaterThanOrEqual(p);
        expect(at(doseGy, fractions + 1)).toBeLessThanOrEqual(p);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test("bad input is named", () => {
    expect(() => schultheissNtcp(-1, { schedule: "eqd2" })).toThrow(/doseGy: is -1/);
    const empty = curveOf([0], [0], { maxGy: Number.NaN });
    expect(() => cordMyelopathyRisk(empty, { schedule: conventional })).toThrow(/test DVH/);
    expect(() =>
      cordMyelopathyRisk(uniformCurve(1), { schedule: conventional, model: "lkb" as "lkb-burman" }),
    ).toThrow(/model: is "lkb"/);
  });
});
