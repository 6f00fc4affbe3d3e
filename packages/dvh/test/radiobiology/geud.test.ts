import fc from "fast-check";
import { expect, test } from "vitest";
import { evenly } from "../../../../test/support/evenly.ts";
import { gEudGy } from "../../src/radiobiology/index.ts";
import { curveOf, evenCurve, slowMean, sphereCurve, uniformCurve } from "./curves.ts";

const SEED = 31;

test("sphere in a linear gradient: mean of (1 + k s)^a over 3/4 (1 − s²)", () => {
  const k = 0.6;
  const curve = sphereCurve(20, k);
  expect(gEudGy(curve, 1)).toBeCloseTo(20, 5);
  expect(gEudGy(curve, 2)).toBeCloseTo(20 * Math.sqrt(1 + k ** 2 / 5), 5);
  // a = 4: 1 + 6 k² ⟨s²⟩ + k⁴ ⟨s⁴⟩, ⟨s²⟩ = 1/5, ⟨s⁴⟩ = 3/35.
  expect(gEudGy(curve, 4)).toBeCloseTo(20 * (1 + (6 * k ** 2) / 5 + (3 * k ** 4) / 35) ** 0.25, 5);
  // a = −1: 3/4 ∫ (1 − s²) / (1 + k s) ds = 3/4 [2/k² + (1 − 1/k²) ln((1 + k) / (1 − k)) / k].
  const inverse = 0.75 * (2 / k ** 2 + ((1 - 1 / k ** 2) * Math.log((1 + k) / (1 - k))) / k);
  expect(gEudGy(curve, -1)).toBeCloseTo(20 / inverse, 5);
});

test("an even spread of dose: (D₂^{a+1} − D₁^{a+1}) / ((a + 1)(D₂ − D₁)), logarithm at a = −1", () => {
  const curve = evenCurve(10, 30);
  expect(gEudGy(curve, 3)).toBeCloseTo(((30 ** 4 - 10 ** 4) / (4 * 20)) ** (1 / 3), 10);
  expect(gEudGy(curve, -1)).toBeCloseTo(20 / Math.log(3), 10);
  expect(gEudGy(curve, -1 + 1e-12)).toBeCloseTo(20 / Math.log(3), 8);
  expect(gEudGy(evenCurve(0, 30), 2)).toBeCloseTo(30 / Math.sqrt(3), 10);
  expect(gEudGy(evenCurve(0, 30), -0.5)).toBeCloseTo(30 / 4, 10);
});

test("a uniform dose is its gEUD; a part without dose takes it to 0 for a < 0", () => {
  for (const a of [-400, -1, 0.1, 1, 20, 400]) expect(gEudGy(uniformCurve(23), a)).toBeCloseTo(23, 9);
  expect(gEudGy(evenCurve(0, 30), -1)).toBe(0);
  expect(gEudGy(curveOf([0, 0.0001, 30], [5, 4, 4]), -10)).toBe(0);
  expect(gEudGy(uniformCurve(0), 2)).toBe(0);
});

test("rises with a, lies between minimum and maximum, scales with dose, and equals brute force", () => {
  const exponent = fc.oneof(evenly(-30, -0.05), evenly(0.05, 30));
  fc.assert(
    fc.property(
      fc.array(evenly(1, 20), { minLength: 2, maxLength: 6 }),
      evenly(0.5, 3),
      exponent,
      (steps, f, a) => {
        const doses = [0];
        for (const step of steps) doses.push(doses.at(-1)! + step);
        const volumes = doses.map((_, n) => (n < 2 ? 8 : (8 * (doses.length - 1 - n)) / (doses.length - 2)));
        const curve = curveOf(doses, volumes);
        const scaled = curveOf(
          doses.map((d) => f * d),
          volumes,
        );
        const eud = gEudGy(curve, a);
        expect(eud).toBeGreaterThan(doses[1]! - 1e-9);
        expect(eud).toBeLessThan(doses.at(-1)! + 1e-9);
        expect(gEudGy(curve, a + (a < 0 ? -0.5 : 0.5)) > eud).toBe(a > 0);
        expect(Math.abs(gEudGy(scaled, a) / (f * eud) - 1)).toBeLessThan(1e-9);
        const slow = slowMean(curve, (d) => (d / eud) ** a, 2000) ** (1 / a);
        expect(Math.abs(slow - 1)).toBeLessThan(1e-3);
      },
    ),
    { seed: SEED, numRuns: 150 },
  );
});

test("a → ±∞ goes to the extremes without overflow", () => {
  expect(gEudGy(evenCurve(10, 30), 1e5)).toBeCloseTo(30, 2);
  expect(gEudGy(evenCurve(10, 30), -1e5)).toBeCloseTo(10, 2);
});

test("bad input is named", () => {
  expect(() => gEudGy(evenCurve(1, 2), 0)).toThrow(/^a: is 0; expected a finite exponent other than 0$/);
  expect(() => gEudGy(evenCurve(1, 2), Number.NaN)).toThrow(/^a: /);
  expect(() => gEudGy(curveOf([0], [0], { maxGy: Number.NaN }), 1)).toThrow(/test DVH/);
  expect(() => gEudGy(curveOf([0, 2, 1], [3, 2, 0]), 1)).toThrow(/test\.doseGy\[2\]/);
  expect(() => gEudGy(curveOf([0, 1, 2], [3, 4, 0]), 1)).toThrow(/test\.volumeCcAtLeast\[1\]/);
  expect(() => gEudGy(curveOf([-3, 1], [3, 0]), 1)).toThrow(/test\.doseGy\[0\]: is -3/);
});
