import { type DvhCurve, InvalidInputError } from "@isodose/core";
import { volumeCcAtLeast } from "../dvh-curve.ts";

/** Doses nearer than this part of the highest are one. */
const SAME = 1e-7;

/**
 * The curve of volumes that each have one dose: it falls in steps, as that of a program that counts voxels.
 * @param doseGy - in any order
 * @param cc - the volume of each
 * @param volumeCc - of the structure; what `cc` lacks of it lies outside the dose grid
 */
export function stepCurve(
  structure: string,
  volumeCc: number,
  doseGy: Float64Array,
  cc: Float64Array,
): DvhCurve {
  const order = Array.from(doseGy.keys())
    .filter((n) => cc[n]! > 0)
    .sort((a, b) => doseGy[a]! - doseGy[b]!);
  const highest = order.length > 0 ? doseGy[order.at(-1)!]! : 0;
  const levels: number[] = [];
  const volumes: number[] = [];
  let doseSum = 0;
  let insideCc = 0;
  for (const n of order) {
    const d = doseGy[n]!;
    insideCc += cc[n]!;
    doseSum += d * cc[n]!;
    if (levels.length > 0 && d - levels.at(-1)! <= SAME * highest) volumes[volumes.length - 1]! += cc[n]!;
    else {
      levels.push(d);
      volumes.push(cc[n]!);
    }
  }
  const points: number[] = [];
  const left: number[] = [];
  let rest = insideCc;
  if (!(levels[0] === 0)) {
    points.push(0);
    left.push(insideCc);
  }
  for (const [n, d] of levels.entries()) {
    const next = levels[n + 1] ?? d + 1;
    points.push(d, d + Math.min(0.1 * (next - d), Math.max(1e-12, 0.1 * SAME * highest)));
    left.push(rest, n === levels.length - 1 ? 0 : Math.max(0, rest - volumes[n]!));
    rest -= volumes[n]!;
  }
  const outsideCc = volumeCc - insideCc;
  return {
    structure,
    volumeCc,
    volumeOutsideDoseGridCc: outsideCc > 1e-9 * volumeCc ? outsideCc : 0,
    doseGy: Float64Array.from(points),
    volumeCcAtLeast: Float64Array.from(left),
    minGy: levels[0] ?? Number.NaN,
    maxGy: levels.at(-1) ?? Number.NaN,
    meanGy: insideCc > 0 ? doseSum / insideCc : Number.NaN,
  };
}

/** Bins at most. */
const MOST_BINS = 1e6;

/**
 * The curve as a program shows it that counts volume in bins of fixed width and reads each bin at its lower edge: every dose
 * is lowered by less than a bin.
 * @throws InvalidInputError if there are more than a million bins
 */
export function binnedCurve(curve: DvhCurve, binGy: number): DvhCurve {
  if (!(curve.maxGy >= 0)) return curve;
  const first = Math.floor(curve.minGy / binGy + 1e-9);
  const bins = Math.floor(curve.maxGy / binGy + 1e-9) - first + 1;
  if (bins > MOST_BINS)
    throw new InvalidInputError("binGy", binGy, `a bin wide enough for at most ${MOST_BINS} of them`);
  const doseGy = Float64Array.from({ length: bins }, (_, b) => (first + b) * binGy);
  const at = (b: number) =>
    b === 0 ? curve.volumeCcAtLeast[0]! : b === bins ? 0 : volumeCcAtLeast(curve, (first + b) * binGy);
  const cc = Float64Array.from({ length: bins }, (_, b) => Math.max(0, at(b) - at(b + 1)));
  return stepCurve(curve.structure, curve.volumeCc, doseGy, cc);
}

/** The curve with its volumes in proportion to another volume of the structure. */
export function scaledCurve(curve: DvhCurve, volumeCc: number): DvhCurve {
  const factor = volumeCc / curve.volumeCc;
  return {
    structure: curve.structure,
    volumeCc,
    volumeOutsideDoseGridCc: factor * curve.volumeOutsideDoseGridCc,
    doseGy: curve.doseGy,
    volumeCcAtLeast: curve.volumeCcAtLeast.map((cc) => factor * cc),
    minGy: curve.minGy,
    maxGy: curve.maxGy,
    meanGy: curve.meanGy,
  };
}
