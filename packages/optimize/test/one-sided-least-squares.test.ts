import { uniformStream } from "@isodose/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createState, moveTo, type OneSidedProblem, stepOneSided } from "../src/one-sided-least-squares.ts";

/** A random problem with bounds on both sides of what is reachable. */
function randomProblem(seed: number, groups: number, points: number): OneSidedProblem {
  const uniform = uniformStream(seed, 0);
  const fill = (n: number, f: () => number) => Float64Array.from({ length: n }, f);
  const low = fill(points, () => (uniform() < 0.5 ? uniform() : Number.NEGATIVE_INFINITY));
  return {
    columns: Float32Array.from({ length: groups * points }, () => (uniform() < 0.4 ? uniform() : 0)),
    points,
    low,
    high: low.map((l) => Math.max(l, 0) + 0.7 * uniform()),
    lowGain: fill(points, uniform),
    highGain: fill(points, uniform),
    ridge: 1e-3,
    cap: 0.5,
    capGain: 1,
  };
}

/** Gradient of Φ, from its definition. */
function gradient(problem: OneSidedProblem, y: Float64Array): Float64Array {
  const { columns, points, low, high, lowGain, highGain, ridge, cap, capGain } = problem;
  const out = y.map((value) => ridge * value + capGain * Math.max(0, value - cap));
  for (let p = 0; p < points; p++) {
    let dose = 0;
    for (let j = 0; j < y.length; j++) dose += columns[j * points + p]! * y[j]!;
    const slope = lowGain[p]! * Math.min(0, dose - low[p]!) + highGain[p]! * Math.max(0, dose - high[p]!);
    for (let j = 0; j < y.length; j++) out[j] = out[j]! + columns[j * points + p]! * slope;
  }
  return out;
}

describe("one-sided least squares", () => {
  it("meets the Karush–Kuhn–Tucker conditions of its objective, from any start", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 60 }),
        (seed, groups, points) => {
          const problem = randomProblem(seed, groups, points);
          const state = createState(groups, points);
          const uniform = uniformStream(seed, 1);
          moveTo(state, problem.columns, Float64Array.from({ length: groups }, uniform));
          let steps = 0;
          while (!stepOneSided(problem, state) && steps < 200) steps++;
          expect(steps).toBeLessThan(200);
          const g = gradient(problem, state.y);
          state.y.forEach((value, j) => {
            expect(value).toBeGreaterThanOrEqual(0);
            if (value > 1e-9) expect(Math.abs(g[j]!)).toBeLessThan(1e-5);
            else expect(g[j]!).toBeGreaterThan(-1e-5);
          });
        },
      ),
      { seed: 20, numRuns: 150 },
    );
  });
});
