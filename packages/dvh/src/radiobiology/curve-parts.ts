import { type DvhCurve, InvalidInputError } from "@isodose/core";

/** A part of a structure over which the differential DVH is constant; a point mass where both doses are equal. */
export interface CurvePart {
  readonly lowGy: number;
  readonly highGy: number;
  /** Share of the volume of the curve, > 0; all shares add up to 1. */
  readonly share: number;
}

/**
 * The parts of a piecewise straight cumulative curve, from low to high dose. What is left at the last point sits there.
 * @throws InvalidInputError if the curve holds no volume, a dose is negative, doses do not rise or volumes rise
 */
export function partsOfCurve(curve: DvhCurve): CurvePart[] {
  const { doseGy, volumeCcAtLeast: volumes, structure } = curve;
  const n = doseGy.length;
  if (n !== volumes.length)
    throw new InvalidInputError(`${structure}.volumeCcAtLeast length`, volumes.length, `${n}, one per dose`);
  const total = volumes[0]!;
  if (n === 0 || !(total > 0) || Number.isNaN(curve.maxGy))
    throw new InvalidInputError(`${structure} DVH`, total ?? 0, "a volume > 0 cc inside the dose grid");
  const parts: CurvePart[] = [];
  const add = (lowGy: number, highGy: number, cc: number): void => {
    if (cc > 0) parts.push({ lowGy, highGy, share: cc / total });
  };
  for (let p = 0; p < n; p++) {
    const dose = doseGy[p]!;
    if (!(Number.isFinite(dose) && dose >= 0))
      throw new InvalidInputError(`${structure}.doseGy[${p}]`, dose, "a dose ≥ 0 Gy");
    if (p === 0) continue;
    const fall = volumes[p - 1]! - volumes[p]!;
    if (!(dose >= doseGy[p - 1]!))
      throw new InvalidInputError(`${structure}.doseGy[${p}]`, dose, `at least ${doseGy[p - 1]}: doses rise`);
    if (!(fall >= -1e-9 * total))
      throw new InvalidInputError(
        `${structure}.volumeCcAtLeast[${p}]`,
        volumes[p],
        `at most ${volumes[p - 1]}: volumes fall`,
      );
    add(doseGy[p - 1]!, dose, fall);
  }
  add(doseGy[n - 1]!, doseGy[n - 1]!, volumes[n - 1]!);
  return parts;
}

/** Nodes and weights of the six-point Gauss–Legendre rule on 0..1. */
const NODES = [0.033765242898423975, 0.16939530676686776, 0.3806904069584015];
const WEIGHTS = [0.08566224618958514, 0.18038078652406925, 0.23395696728634555];

/** Mean of a smooth f over low..high in `pieces` equal pieces, six points each. */
export function meanOver(
  lowGy: number,
  highGy: number,
  pieces: number,
  f: (doseGy: number) => number,
): number {
  if (lowGy === highGy) return f(lowGy);
  const width = (highGy - lowGy) / pieces;
  let sum = 0;
  for (let p = 0; p < pieces; p++) {
    const start = lowGy + p * width;
    for (let q = 0; q < 3; q++)
      sum += WEIGHTS[q]! * (f(start + NODES[q]! * width) + f(start + (1 - NODES[q]!) * width));
  }
  return sum / pieces;
}
