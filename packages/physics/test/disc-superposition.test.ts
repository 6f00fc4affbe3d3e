import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { scaledBesselI1 } from "../src/disc-superposition.ts";
import { discFractionReference } from "../src/disc-superposition-reference.ts";
import { addBlurredDiscFractions, addDiscFractions } from "../src/index.ts";

const SEED = 11;
const RATES = Array.from({ length: 11 }, (_, j) => 0.012 * 2 ** j);

function disc(radiusMm: number, offAxisMm: number): Float64Array {
  const out = new Float64Array(RATES.length);
  addDiscFractions(radiusMm, offAxisMm, RATES, 1, out);
  return out;
}

function blurred(radiusMm: number, sigmaMm: number, offAxisMm: number, rates = RATES): Float64Array {
  const out = new Float64Array(rates.length);
  addBlurredDiscFractions(radiusMm, sigmaMm, offAxisMm, rates, 1, out);
  return out;
}

/** ∫ f(r) 2πr dr by Simpson's rule over panels that meet at the edge of the disc. */
function planeIntegral(f: (r: number) => number, edgeMm: number, reachMm: number): number {
  let sum = 0;
  for (const [low, high] of [
    [0, edgeMm],
    [edgeMm, edgeMm + 2],
    [edgeMm + 2, reachMm],
  ] as const) {
    const n = 400;
    const h = (high - low) / n;
    for (let i = 0; i <= n; i++) {
      const r = low + i * h;
      sum += (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * (h / 3) * 2 * Math.PI * r * f(r);
    }
  }
  return sum;
}

describe("disc superposition", () => {
  it("agrees with the sum over circles about the point, at and near the edge too, within 1e-7", () => {
    for (const R of [1.5, 2.5, 30, 56]) {
      for (const away of [-1, -0.9, -0.1, -1e-2, -1e-4, -1e-8, 0, 1e-8, 1e-4, 1e-2, 0.1, 1, 3]) {
        const r = R * (1 + away);
        const fast = disc(R, r);
        RATES.forEach((a, j) => {
          expect(Math.abs(fast[j]! - discFractionReference(R, r, a)), `R ${R} r ${r} a ${a}`).toBeLessThan(
            1e-7,
          );
        });
      }
    }
  });

  it("is the same for rates in pairs a, 3/2 a as for each rate alone, within 1e-12", () => {
    const pairs = Array.from({ length: 20 }, (_, j) => 0.012 * (j % 2 ? 1.5 : 1) * 2 ** Math.floor(j / 2));
    for (const [R, r] of [
      [2.5, 0],
      [2.5, 2.4],
      [30, 31],
    ] as const) {
      const together = new Float64Array(pairs.length);
      addDiscFractions(R, r, pairs, 1, together);
      pairs.forEach((a, j) => {
        const alone = new Float64Array(1);
        addDiscFractions(R, r, [a], 1, alone);
        expect(Math.abs(together[j]! - alone[0]!), `R ${R} r ${r} a ${a}`).toBeLessThan(1e-12);
      });
    }
  });

  it(`is 1 − e^(−aR) on the axis (seed ${SEED})`, () => {
    fc.assert(
      fc.property(evenly(0.1, 100), (R) => {
        const fast = disc(R, 0);
        RATES.forEach((a, j) => {
          expect(fast[j]).toBeCloseTo(1 - Math.exp(-a * R), 12);
        });
      }),
      { seed: SEED },
    );
  });

  it("gives back the whole dose: its integral over the plane is the area of the disc", () => {
    const R = 5;
    for (const j of [5, 8]) {
      const integral = planeIntegral((r) => disc(R, r)[j]!, R, R + 25 / RATES[j]!);
      expect(Math.abs(integral / (Math.PI * R * R) - 1)).toBeLessThan(1e-4);
    }
  });

  it("is 1 far inside a disc much wider than 1/a, 0 far outside, near ½ on its edge", () => {
    const a = RATES[9]!;
    expect(disc(200, 50)[9]).toBeCloseTo(1, 9);
    expect(Math.abs(disc(200, 260)[9]!)).toBeLessThan(1e-9);
    // On the edge ½ less the curvature term 1/(2π a R) · …: within 1/(a R).
    expect(Math.abs(disc(200, 200)[9]! - 0.5)).toBeLessThan(1 / (a * 200));
  });

  it(`never falls when the disc grows (seed ${SEED})`, () => {
    const length = evenly(0.5, 60);
    fc.assert(
      fc.property(length, length, evenly(0.01, 10), (R, r, more) => {
        const small = disc(R, r);
        const large = disc(R + more, r);
        RATES.forEach((_, j) => {
          expect(large[j]! - small[j]!).toBeGreaterThan(-1e-8);
        });
      }),
      { seed: SEED },
    );
  });
});

describe("blurred disc", () => {
  it("has the closed form of a blurred disc's fluence on the axis: 1 − e^(−R²/2σ²)", () => {
    for (const [R, sigma] of [
      [2.5, 0.977],
      [4.7, 2.69],
      [30, 1],
      [1.5, 0.24],
    ] as const) {
      // a = 1000/mm: a kernel so narrow that dose is fluence.
      expect(blurred(R, sigma, 0, [1000])[0]).toBeCloseTo(1 - Math.exp((-R * R) / (2 * sigma * sigma)), 5);
    }
  });

  it("conserves the fluence: its integral over the plane stays the area of the disc", () => {
    const integral = planeIntegral((r) => blurred(2.5, 0.977, r)[8]!, 2.5, 2.5 + 20);
    expect(Math.abs(integral / (Math.PI * 2.5 ** 2) - 1)).toBeLessThan(1e-4);
  });

  it("is the convolution of the sharp disc with a Gaussian, summed over the plane", () => {
    const [R, sigma, r] = [4, 0.8, 3.7];
    const sums = new Float64Array(RATES.length);
    const n = 160;
    const h = (12 * sigma) / n;
    let total = 0;
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        const x = (i + 0.5 - n / 2) * h;
        const y = (k + 0.5 - n / 2) * h;
        const weight = Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
        total += weight;
        addDiscFractions(R, Math.hypot(r + x, y), RATES, weight, sums);
      }
    }
    const fast = blurred(R, sigma, r);
    RATES.forEach((_, j) => {
      expect(Math.abs(fast[j]! - sums[j]! / total)).toBeLessThan(2e-4);
    });
  });

  it("tends to the sharp disc as the spot shrinks", () => {
    RATES.forEach((_, j) => {
      expect(blurred(5, 1e-4, 3)[j]).toBeCloseTo(disc(5, 3)[j]!, 4);
      expect(blurred(5, 0, 3)[j]).toBe(disc(5, 3)[j]);
    });
  });

  it("uses a scaled Bessel function that agrees with tabulated values", () => {
    // Abramowitz, Stegun, table 9.8: e^(−x) I₁(x).
    for (const [x, value] of [
      [0.5, 0.1564208],
      [1, 0.2079104],
      [5, 0.1639722],
      [10, 0.1212627],
    ] as const) {
      expect(Math.abs(scaledBesselI1(x) - value)).toBeLessThan(1e-6);
    }
  });
});
