import fc from "fast-check";

/** Numbers spread evenly over a range; fc.double spreads over the bit patterns, so that nearly all are next to 0. */
export function evenly(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1_000_000 }).map((n) => min + ((max - min) * n) / 1_000_000);
}
