import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { interpolateLinear, intervalIndex, nearestName } from "../src/index.ts";

const nodes = fc
  .uniqueArray(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 12 })
  .map((list) => list.sort((a, b) => a - b));

describe("linear interpolation", () => {
  it("reproduces any straight line between the ends, the end values beyond", () => {
    fc.assert(
      fc.property(
        nodes,
        fc.integer(),
        fc.integer({ min: -50, max: 50 }),
        evenly(-200, 200),
        (xs, a, b, x) => {
          const values = xs.map((node) => a + b * node);
          const held = Math.min(Math.max(x, xs[0]!), xs.at(-1)!);
          expect(interpolateLinear(xs, values, x)).toBeCloseTo(a + b * held, 5);
        },
      ),
      { seed: 7 },
    );
  });

  it("finds the interval that holds x", () => {
    fc.assert(
      fc.property(nodes, evenly(-200, 200), (xs, x) => {
        const i = intervalIndex(xs, x);
        if (x < xs[0]!) expect(i).toBe(0);
        else if (x >= xs.at(-1)!) expect(i).toBe(xs.length - 2);
        else expect(xs[i]! <= x && x < xs[i + 1]!).toBe(true);
      }),
      { seed: 8 },
    );
  });
});

describe("nearest name", () => {
  it("finds what was meant, and nothing where nothing is near", () => {
    const keys = ["prescription", "delivery", "target", "avoid"];
    expect(nearestName("perscription", keys)).toBe("prescription");
    expect(nearestName("Target", keys)).toBe("target");
    expect(nearestName("targets", keys)).toBe("target");
    expect(nearestName("xyzzy", keys)).toBeUndefined();
    expect(nearestName("target", [])).toBeUndefined();
    expect(nearestName("", keys)).toBeUndefined();
  });
});
