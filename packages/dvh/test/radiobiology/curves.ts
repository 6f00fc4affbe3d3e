import type { DvhCurve } from "@isodose/core";

/** A curve through given points, cc against Gy. */
export function curveOf(
  doseGy: readonly number[],
  volumeCcAtLeast: readonly number[],
  rest: Partial<DvhCurve> = {},
): DvhCurve {
  let mean = 0;
  for (let p = 1; p < doseGy.length; p++)
    mean += ((volumeCcAtLeast[p - 1]! - volumeCcAtLeast[p]!) * (doseGy[p]! + doseGy[p - 1]!)) / 2;
  mean += volumeCcAtLeast.at(-1)! * doseGy.at(-1)!;
  return {
    structure: "test",
    volumeCc: volumeCcAtLeast[0]!,
    volumeOutsideDoseGridCc: 0,
    doseGy: Float64Array.from(doseGy),
    volumeCcAtLeast: Float64Array.from(volumeCcAtLeast),
    minGy: doseGy.findLast((_, p) => volumeCcAtLeast[p] === volumeCcAtLeast[0])!,
    maxGy: doseGy.at(-1)!,
    meanGy: mean / volumeCcAtLeast[0]!,
    ...rest,
  };
}

/** All of `cc` at one dose. */
export function uniformCurve(doseGy: number, cc = 10): DvhCurve {
  return curveOf([0, doseGy], [cc, cc]);
}

/** Even spread of dose from low to high: one straight piece. */
export function evenCurve(lowGy: number, highGy: number, cc = 10): DvhCurve {
  return lowGy > 0 ? curveOf([0, lowGy, highGy], [cc, cc, 0]) : curveOf([0, highGy], [cc, 0]);
}

/** Sphere in a linear gradient: D = centre (1 + k s), share of volume above s is (1 − s)² (2 + s) / 4. */
export function sphereCurve(centreGy: number, k: number, points = 4001, cc = 1): DvhCurve {
  const s = Array.from({ length: points }, (_, n) => -1 + (2 * n) / (points - 1));
  return curveOf(
    [0, ...s.map((x) => centreGy * (1 + k * x))],
    [cc, ...s.map((x) => (cc * (1 - x) ** 2 * (2 + x)) / 4)],
  );
}

/** Brute force: the mean of f over a curve, each straight piece in many slices, by its middle. */
export function slowMean(curve: DvhCurve, f: (doseGy: number) => number, slices = 20000): number {
  const { doseGy, volumeCcAtLeast: volumes } = curve;
  const last = doseGy.length - 1;
  let sum = volumes[last]! * f(doseGy[last]!);
  for (let p = 0; p < last; p++) {
    const cc = volumes[p]! - volumes[p + 1]!;
    if (cc === 0) continue;
    let part = 0;
    for (let n = 0; n < slices; n++)
      part += f(doseGy[p]! + ((n + 0.5) / slices) * (doseGy[p + 1]! - doseGy[p]!));
    sum += (cc * part) / slices;
  }
  return sum / volumes[0]!;
}
