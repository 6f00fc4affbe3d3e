import { InvalidInputError } from "@isodose/core";

const MAX_LENGTH = 16;

/**
 * A number as a DICOM Decimal String: at most 16 characters, with as many significant digits as fit.
 *
 * The nearest number that 16 characters can say is not always the number itself: what depends on it (such as pixels on
 * DoseGridScaling) must be computed with `Number(formatDecimalString(x))`.
 * @throws InvalidInputError if the value is not finite, or 1e300 and above, where rounding could leave the range of numbers
 * @example formatDecimalString(1 / 3) // "0.33333333333333"
 */
export function formatDecimalString(value: number): string {
  if (!(Math.abs(value) < 1e300))
    throw new InvalidInputError("decimal string", value, "a finite number below 1e300");
  for (let digits = 17; digits > 1; digits--) {
    const rounded = Number(value.toPrecision(digits));
    const plain = String(rounded).replace("e+", "e");
    if (plain.length <= MAX_LENGTH) return plain;
    const scientific = rounded.toExponential().replace("e+", "e");
    if (scientific.length <= MAX_LENGTH) return scientific;
  }
  return Number(value.toPrecision(1)).toExponential().replace("e+", "e");
}

/** Several numbers, one string each. */
export function formatDecimalStrings(values: Iterable<number>): string[] {
  return Array.from(values, formatDecimalString);
}
