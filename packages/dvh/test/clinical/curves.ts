import type { DvhCurve } from "@isodose/core";

/** A structure whose dose falls evenly from `maxGy` to `minGy`: V(D) is a straight line between them. */
export function rampCurve(
  structure: string,
  volumeCc: number,
  minGy: number,
  maxGy: number,
  volumeOutsideDoseGridCc = 0,
): DvhCurve {
  const insideCc = volumeCc - volumeOutsideDoseGridCc;
  return {
    structure,
    volumeCc,
    volumeOutsideDoseGridCc,
    doseGy: Float64Array.of(0, minGy, maxGy),
    volumeCcAtLeast: Float64Array.of(insideCc, insideCc, 0),
    minGy,
    maxGy,
    meanGy: (minGy + maxGy) / 2,
  };
}
