import { formatDecimalString } from "@isodose/dicom";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const seed = 20261101;

describe("formatDecimalString", () => {
  it("keeps the exponent of small numbers, which a cut after 16 characters would lose", () => {
    expect(Number(formatDecimalString(1.2345678901234567e-8))).toBeCloseTo(1.2345678901234567e-8, 19);
    expect(formatDecimalString(-1.2345678901234567e-100)).toMatch(/e-100$/);
  });

  it("writes what fits as it is", () => {
    for (const [value, text] of [
      [0, "0"],
      [-0, "0"],
      [1.5, "1.5"],
      [-1024, "-1024"],
      [0.1 + 0.2, "0.3"],
      [1 / 3, "0.33333333333333"],
      [1e22, "1e22"],
    ] as const) {
      expect(formatDecimalString(value)).toBe(text);
    }
  });

  it(`has at most 16 characters of DS and is as near as they allow (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e299, max: 1e299 }), (value) => {
        const text = formatDecimalString(value);
        expect(text.length).toBeLessThanOrEqual(16);
        expect(text).toMatch(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/);
        // Sign, digit, point and "e-308" leave 8 more digits in the worst case.
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(
          Math.abs(value) * 0.6e-8 + Number.MIN_VALUE,
        );
      }),
      { seed, numRuns: 2000 },
    );
  });

  it("keeps millimetres to 1e-9", () => {
    fc.assert(
      fc.property(fc.double({ min: -2000, max: 2000, noNaN: true }), (mm) => {
        expect(Math.abs(Number(formatDecimalString(mm)) - mm)).toBeLessThan(1e-9);
      }),
      { seed },
    );
  });

  it("refuses what is not finite", () => {
    expect(() => formatDecimalString(Number.NaN)).toThrow("finite");
  });
});
