import { type DvhCurve, InvalidInputError } from "@isodose/core";
import { type CurvePart, partsOfCurve } from "./curve-parts.ts";

/** Mean of (D / scale)^a over one part, closed form; Infinity where it diverges. */
function meanPower({ lowGy, highGy }: CurvePart, a: number, scaleGy: number): number {
  if (lowGy === highGy) return (lowGy / scaleGy) ** a;
  const p = a + 1;
  if (lowGy === 0) return p > 0 ? (highGy / scaleGy) ** a / p : Number.POSITIVE_INFINITY;
  // From the end where the power is largest, so that nothing overflows.
  const end = a > 0 ? highGy : lowGy;
  const t = a > 0 ? Math.log(lowGy / highGy) : Math.log(highGy / lowGy);
  const ratio = p === 0 ? t / Math.expm1(t) : Math.expm1(p * t) / (p * Math.expm1(t));
  return (end / scaleGy) ** a * ratio;
}

/**
 * Generalised equivalent uniform dose.
 *
 *   gEUD = (1/V ∫ D^a dV)^{1/a}
 *
 * integrated exactly over the straight pieces of the curve: a piece from D₁ to D₂ contributes its volume times
 * (D₂^{a+1} − D₁^{a+1}) / ((a + 1)(D₂ − D₁)).
 * @param a - exponent, not 0: 1 the mean, large and positive towards the maximum (organs at risk), negative towards the
 *   minimum (targets)
 * @returns gEUD, Gy; 0 for a < 0 where a part of the structure has no dose
 * @throws InvalidInputError if a is 0 or not finite, or the curve holds no volume
 * @source Niemierko 1999, Med Phys 26:1100 (abstract); equals Kutcher and Burman's effective dose for a = 1/n
 * @example
 * const meanGy = gEudGy(curve, 1);
 */
export function gEudGy(curve: DvhCurve, a: number): number {
  if (!(Number.isFinite(a) && a !== 0)) throw new InvalidInputError("a", a, "a finite exponent other than 0");
  const parts = partsOfCurve(curve);
  const largest = parts[parts.length - 1]!.highGy;
  if (largest === 0) return 0;
  const smallest = parts.find((part) => part.highGy > 0)!;
  const scaleGy = a > 0 ? largest : smallest.lowGy || smallest.highGy;
  let sum = 0;
  for (const part of parts) sum += part.share * meanPower(part, a, scaleGy);
  return sum === Number.POSITIVE_INFINITY ? 0 : scaleGy * sum ** (1 / a);
}
