import { describe, expect, it } from "vitest";
import { gaussLegendre } from "../src/gauss-legendre.ts";
import {
  addDiscFractions,
  addRectangleFractions,
  kernelGaussians,
  normalDistribution,
} from "../src/index.ts";

const RATES = [0.012, 0.024, 0.048, 0.096, 0.192, 0.384, 0.768, 1.536, 3.072, 6.144, 12.288];
const GAUSSIANS = kernelGaussians(RATES);

/**
 * ∫₀^X ∫₀^Y a e^{−as} / (2πs) dx dy by polar rays to the two far sides: (1 − e^{−a X / cos θ}) / 2π over θ, likewise for Y. Each
 * side in panels that shrink towards the corner and towards the foot of the side.
 */
function cornerReference(a: number, X: number, Y: number): number {
  const sign = Math.sign(X) * Math.sign(Y);
  const side = (near: number, far: number) => {
    const end = Math.atan2(far, near);
    let sum = 0;
    const panels = 400;
    for (let p = 0; p < panels; p++) {
      for (let i = 0; i < PANEL.nodes.length; i++) {
        const theta = (end * (p + PANEL.nodes[i]!)) / panels;
        sum += (PANEL.weights[i]! * end * -Math.expm1((-a * near) / Math.cos(theta))) / panels;
      }
    }
    return sum;
  };
  const [x, y] = [Math.abs(X), Math.abs(Y)];
  return x === 0 || y === 0 ? 0 : (sign * (side(x, y) + side(y, x))) / (2 * Math.PI);
}
const PANEL = gaussLegendre(6);

const rectangleReference = (a: number, [hx, hy]: Pair, [x, y]: Pair): number =>
  cornerReference(a, hx - x, hy - y) +
  cornerReference(a, hx + x, hy - y) +
  cornerReference(a, hx - x, hy + y) +
  cornerReference(a, hx + x, hy + y);
type Pair = readonly [number, number];

function fractions(half: Pair, offset: Pair, sigma = 0): Float64Array {
  const out = new Float64Array(RATES.length);
  addRectangleFractions(GAUSSIANS, half, offset, sigma, 1, out);
  return out;
}

describe("dose of a rectangle from exponential kernels", () => {
  it("is that of the integral over the rectangle, every rate, inside, outside and at the edge", () => {
    for (const half of [
      [2.5, 2.5],
      [5, 15],
      [40, 40],
    ] as const) {
      for (const [u, v] of [
        [0, 0],
        [0.5, 0.5],
        [0.95, 0],
        [1, 0],
        [1, 1],
        [1.2, 0.3],
        [2, 2],
      ] as const) {
        const offset = [u * half[0], v * half[1]] as const;
        const found = fractions(half, offset);
        RATES.forEach((a, j) => {
          expect(
            Math.abs(found[j]! - rectangleReference(a, half, offset)),
            `a ${a}, at ${offset}`,
          ).toBeLessThan(1e-4);
        });
      }
    }
  });

  it("of a wide rectangle is 1 inside, ½ at the edge, ¼ at a corner", () => {
    const half = [3000, 3000] as const;
    for (const f of fractions(half, [0, 0])) expect(f).toBeCloseTo(1, 5);
    for (const f of fractions(half, [3000, 0])) expect(f).toBeCloseTo(0.5, 5);
    for (const f of fractions(half, [3000, 3000])) expect(f).toBeCloseTo(0.25, 5);
  });

  it("adds up: four beamlets give the field that they make up", () => {
    const whole = fractions([5, 5], [1.3, -6], 0.8);
    const sum = new Float64Array(RATES.length);
    for (const cx of [-2.5, 2.5])
      for (const cy of [-2.5, 2.5])
        addRectangleFractions(GAUSSIANS, [2.5, 2.5], [1.3 - cx, -6 - cy], 0.8, 1, sum);
    for (const [j, f] of sum.entries()) expect(f).toBeCloseTo(whole[j]!, 12);
  });

  it("blurs by the source: the mean over a Gaussian of the sharp field", () => {
    const sigma = 1.2;
    const [half, offset] = [
      [5, 5],
      [4.6, 2],
    ] as const;
    const sum = new Float64Array(RATES.length);
    const n = 200;
    // Midpoints of ±6 σ.
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        const dx = ((i + 0.5) / n - 0.5) * 12 * sigma;
        const dy = ((k + 0.5) / n - 0.5) * 12 * sigma;
        const share =
          (144 * sigma ** 2 * Math.exp(-(dx ** 2 + dy ** 2) / (2 * sigma ** 2))) /
          (n * n * 2 * Math.PI * sigma ** 2);
        addRectangleFractions(GAUSSIANS, half, [offset[0] - dx, offset[1] - dy], 0, share, sum);
      }
    }
    for (const [j, f] of fractions(half, offset, sigma).entries())
      expect(Math.abs(f - sum[j]!)).toBeLessThan(1e-3);
  });

  it("far inside is that of a disc of the same area to within what lies beyond both", () => {
    // A long strip is the limit of neither; a square of 200 mm at its centre lies between its inner and outer discs.
    const found = fractions([100, 100], [0, 0]);
    const inner = new Float64Array(RATES.length);
    const outer = new Float64Array(RATES.length);
    addDiscFractions(100, 0, RATES, 1, inner);
    addDiscFractions(100 * Math.SQRT2, 0, RATES, 1, outer);
    found.forEach((f, j) => {
      expect(f).toBeGreaterThanOrEqual(inner[j]! - 2e-5);
      expect(f).toBeLessThanOrEqual(outer[j]! + 2e-5);
    });
  });
});

describe("the normal distribution", () => {
  it("has the values of tables, and its two sides add up to 1", () => {
    // Abramowitz, Stegun, table 26.1.
    for (const [t, p] of [
      [0, 0.5],
      [1, 0.841344746068543],
      [2, 0.97724986805182],
      [3, 0.99865010196837],
      [4, 0.999968328758167],
    ] as const) {
      expect(normalDistribution(t)).toBeCloseTo(p, 13);
      expect(normalDistribution(-t) + normalDistribution(t)).toBeCloseTo(1, 14);
    }
    expect(normalDistribution(-5) / 2.866515719e-7).toBeCloseTo(1, 9);
  });
});
