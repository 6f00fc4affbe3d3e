import { describe, expect, it } from "vitest";
import { fitLeastSquares } from "../../src/commission/least-squares.ts";

const free = (name: string, start: number) => ({ name, start, least: -1e9, most: 1e9, step: 1e-3 });

describe("least squares", () => {
  it("gives a straight line its closed-form values, errors and correlation", async () => {
    const x = [0, 1, 2, 3, 4, 5, 6];
    const y = [1.1, 2.9, 5.2, 6.8, 9.1, 11.2, 12.7];
    const sigma = 0.2;
    const fit = await fitLeastSquares([free("a", 0), free("b", 0)], ([a, b]) =>
      Float64Array.from(x, (xi, i) => (y[i]! - a! - b! * xi) / sigma),
    );
    const n = x.length;
    const sx = x.reduce((s, v) => s + v, 0);
    const sxx = x.reduce((s, v) => s + v * v, 0);
    const sy = y.reduce((s, v) => s + v, 0);
    const sxy = x.reduce((s, v, i) => s + v * y[i]!, 0);
    const D = n * sxx - sx * sx;
    expect(fit.values[0]).toBeCloseTo((sxx * sy - sx * sxy) / D, 6);
    expect(fit.values[1]).toBeCloseTo((n * sxy - sx * sy) / D, 6);
    expect(fit.standardErrors[0]).toBeCloseTo(sigma * Math.sqrt(sxx / D), 6);
    expect(fit.standardErrors[1]).toBeCloseTo(sigma * Math.sqrt(n / D), 6);
    expect(fit.correlations[0]![1]).toBeCloseTo(-sx / Math.sqrt(n * sxx), 6);
    expect(fit.converged).toBe(true);
  });

  it("finds a decay from far away", async () => {
    const x = Array.from({ length: 20 }, (_, i) => i / 4);
    const fit = await fitLeastSquares([free("scale", 1), free("rate", 0.1)], ([scale, rate]) =>
      Float64Array.from(x, (t) => (5 * Math.exp(-1.3 * t) - scale! * Math.exp(-rate! * t)) / 0.01),
    );
    expect(fit.values[0]).toBeCloseTo(5, 5);
    expect(fit.values[1]).toBeCloseTo(1.3, 5);
    expect(fit.chiSquare).toBeLessThan(1e-6);
  });

  it("stops at a bound, and gives no error there", async () => {
    const fit = await fitLeastSquares(
      [{ name: "p", start: 0.5, least: 0, most: 1, step: 1e-3 }, free("q", 0)],
      ([p, q]) => Float64Array.of(p! + 2, q! - 3, q! - 4),
    );
    expect(fit.values[0]).toBe(0);
    expect(fit.standardErrors[0]).toBeNaN();
    expect(fit.values[1]).toBeCloseTo(3.5, 6);
    expect(fit.standardErrors[1]).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it("says when two parameters cannot be told apart", async () => {
    const fit = await fitLeastSquares([free("p", 0), free("q", 0)], ([p, q]) =>
      Float64Array.of(p! + q! - 1, 0),
    );
    expect(fit.standardErrors).toEqual([Number.NaN, Number.NaN]);
  });
});
