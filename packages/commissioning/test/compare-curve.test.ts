import { describe, expect, it } from "vitest";
import { circleTolerance, compareCurve, type ReferenceCurve } from "../src/index.ts";

/** A ramp: 100 inside 10 mm, falling by 20 per mm to 0 at 15 mm. */
const ramp: ReferenceCurve = {
  name: "ramp",
  along: "off-axis",
  samples: Array.from({ length: 21 }, (_, r) => ({
    positionMm: r,
    depthLowMm: 99,
    depthHighMm: 101,
    offAxisMm: r,
    dose: Math.max(0, Math.min(100, 100 - 20 * (r - 10))),
    sigma: 0,
  })),
};
const tolerance = { dosePercent: 1, sigmas: 2, distanceMm: 0.2 };
const shifted = (mm: number) =>
  ramp.samples.map((s) => Math.max(0, Math.min(100, 100 - 20 * (s.offAxisMm - mm - 10))));

describe("compareCurve", () => {
  it("passes a curve against itself", () => {
    const same = compareCurve(
      ramp,
      ramp.samples.map((s) => s.dose),
      tolerance,
    );
    expect(same).toMatchObject({ points: 21, passed: 21, passPercent: 100, worstPercent: 0, worstMm: 0 });
  });

  it("passes a shift below the distance and measures it, fails one above", () => {
    const near = compareCurve(ramp, shifted(0.15), tolerance);
    expect(near.passed).toBe(21);
    expect(near.worstMm).toBeCloseTo(0.15, 9);
    // Off by 3 % of the axis: the five points on the ramp fail by dose, and 0.15 mm by a distance of 0.1 mm.
    expect(compareCurve(ramp, shifted(0.15), { ...tolerance, distanceMm: 0.1 }).passed).toBe(16);
  });

  it("takes dose deviations relative to the axis and gives the worst with its sign", () => {
    const flat = compareCurve(
      ramp,
      ramp.samples.map((s) => s.dose - (s.offAxisMm === 3 ? 1.5 : 0.5)),
      tolerance,
    );
    expect(flat.worstPercent).toBeCloseTo(-1.5, 9);
    expect(flat.worstAtMm).toBe(3);
  });

  it("widens to two standard errors", () => {
    const noisy = { ...ramp, samples: ramp.samples.map((s) => ({ ...s, sigma: 2 })) };
    const off = ramp.samples.map((s) => s.dose + 3.9);
    expect(compareCurve(noisy, off, { ...tolerance, distanceMm: 0 }).passed).toBe(21);
    expect(compareCurve(ramp, off, { ...tolerance, distanceMm: 0 }).passed).toBe(0);
  });

  it("refuses doses that do not fit the curve", () => {
    expect(() => compareCurve(ramp, [1, 2], tolerance)).toThrow(/computed doses/);
    expect(() =>
      compareCurve(
        ramp,
        ramp.samples.map(() => Number.NaN),
        tolerance,
      ),
    ).toThrow(/finite/);
  });
});

it("allows 0.2 mm for fields up to 10 mm and 0.3 mm above", () => {
  expect(circleTolerance({ diameterMm: 10 }).distanceMm).toBe(0.2);
  expect(circleTolerance({ diameterMm: 20 }).distanceMm).toBe(0.3);
});
