import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philox4x32, uniformStream } from "../src/index.ts";

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, "0")).join(" ");
const ALL = 0xffffffff;

describe("Philox 4x32-10", () => {
  // Known-answer vectors of Random123 (kat_vectors, philox4x32 10).
  it.each([
    [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [[ALL, ALL, ALL, ALL], [ALL, ALL], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ] as const)("counter %j, key %j gives %s", (counter, key, expected) => {
    const out = new Uint32Array(4);
    philox4x32(counter, key, out);
    expect(hex(out)).toBe(expected);
  });

  it("is a bijection of the counter: different counters never give the same block", () => {
    const seen = new Set<string>();
    const out = new Uint32Array(4);
    for (let i = 0; i < 20000; i++) {
      philox4x32([i, 0, 0, 0], [1, 2], out);
      seen.add(out.join());
    }
    expect(seen.size).toBe(20000);
  });
});

describe("uniform stream", () => {
  it("is the same for the same seed and stream, another for any other", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, stream) => {
        const take = (s: number, t: number) => {
          const next = uniformStream(s, t);
          return Array.from({ length: 9 }, next);
        };
        expect(take(seed, stream)).toEqual(take(seed, stream));
        expect(take(seed, stream)).not.toEqual(take(seed, stream + 1));
        expect(take(seed, stream)).not.toEqual(take(seed + 1, stream));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("stays inside (0, 1) with the mean and variance of a uniform number", () => {
    const next = uniformStream(7, 3);
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = next();
      if (!(u > 0 && u < 1)) expect.unreachable();
      sum += u;
      squares += (u - 0.5) ** 2;
    }
    // 5 standard errors.
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  });
});
