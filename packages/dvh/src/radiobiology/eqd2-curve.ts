import { type DvhCurve, type DvhErrors, InvalidInputError } from "@isodose/core";
import { meanOver, partsOfCurve } from "./curve-parts.ts";
import {
  assertSchedule,
  assertTissue,
  bedOf,
  bedSlope,
  type LqTissue,
  referenceBedPerGy,
  type Schedule,
} from "./linear-quadratic.ts";

/** How far a straight piece of the new curve may be from the bent image of the old piece, Gy. */
const CHORD_GY = 1e-3;

/**
 * A DVH in BED: each dose of the curve becomes its BED (`bedGy`), the volumes stay.
 *
 * Straight pieces become parabolas; points are added so that the new straight pieces keep within 1 mGy of them. The mean is
 * that of BED over the old curve, exact. Errors of doses are scaled by the slope of BED at the dose (for the mean: at the
 * maximum).
 * @param curve - total dose of the course
 * @returns the curve, with BED in Gy in place of dose
 * @throws InvalidInputError if the schedule or tissue is out of range, or a dose of the curve is negative
 */
export function bedCurve(curve: DvhCurve, schedule: Schedule, tissue: LqTissue): DvhCurve {
  assertTissue(tissue);
  return mapCurve(curve, schedule, tissue, 1);
}

/**
 * A DVH in EQD2: each dose of the curve becomes its EQD2 (`eqd2Gy`); see {@link bedCurve}.
 * @throws InvalidInputError as {@link bedCurve}
 * @example
 * const inTwoGrayFractions = eqd2Curve(curve, { fractions: 3 }, { alphaBetaGy: 2 });
 */
export function eqd2Curve(curve: DvhCurve, schedule: Schedule, tissue: LqTissue): DvhCurve {
  assertTissue(tissue);
  return mapCurve(curve, schedule, tissue, 1 / referenceBedPerGy(tissue));
}

function mapCurve(curve: DvhCurve, schedule: Schedule, tissue: LqTissue, scale: number): DvhCurve {
  assertSchedule(schedule);
  const { fractions, protractionFactor: g = 1 } = schedule;
  const { alphaBetaGy, transitionDoseGy = Number.POSITIVE_INFINITY } = tissue;
  const map = (doseGy: number): number => scale * bedOf(doseGy, fractions, g, alphaBetaGy, transitionDoseGy);
  const slope = (doseGy: number): number =>
    scale * bedSlope(doseGy, fractions, g, alphaBetaGy, transitionDoseGy);
  const kneeGy = fractions * transitionDoseGy;
  const bend = (2 * scale * g) / (alphaBetaGy * fractions);

  const doses: number[] = [];
  const volumes: number[] = [];
  const sampling: number[] = [];
  const grid: number[] = [];
  const { errors } = curve;
  const old = curve.doseGy;
  const push = (p: number, t: number): void => {
    const q = Math.min(p + 1, old.length - 1);
    const between = (values: Float64Array): number => values[p]! + t * (values[q]! - values[p]!);
    doses.push(map(between(old)));
    volumes.push(between(curve.volumeCcAtLeast));
    if (!errors) return;
    sampling.push(between(errors.samplingErrorCc));
    grid.push(between(errors.gridErrorCc));
  };
  for (let p = 0; p < old.length; p++) {
    if (!(Number.isFinite(old[p]) && old[p]! >= 0))
      throw new InvalidInputError(`${curve.structure}.doseGy[${p}]`, old[p], "a dose ≥ 0 Gy");
    push(p, 0);
    const width = (old[p + 1] ?? 0) - old[p]!;
    if (!(width > 0) || curve.volumeCcAtLeast[p] === curve.volumeCcAtLeast[p + 1]) continue;
    const pieces = Math.max(1, Math.ceil(width * Math.sqrt(bend / (8 * CHORD_GY))));
    const knee = (kneeGy - old[p]!) / width;
    const stops = Array.from({ length: pieces - 1 }, (_, n) => (n + 1) / pieces);
    if (knee > 0 && knee < 1 && !stops.includes(knee)) stops.push(knee);
    for (const t of stops.sort((a, b) => a - b)) push(p, t);
  }
  const { minGy, maxGy } = curve;
  const hasDose = !Number.isNaN(maxGy) && curve.volumeCcAtLeast[0]! > 0;
  const mappedErrors: DvhErrors | undefined = errors && {
    samplingErrorCc: Float64Array.from(sampling),
    gridErrorCc: Float64Array.from(grid),
    minErrorGy: errors.minErrorGy * slope(minGy),
    maxErrorGy: errors.maxErrorGy * slope(maxGy),
    meanErrorGy: errors.meanErrorGy * slope(maxGy),
    minGridErrorGy: errors.minGridErrorGy * slope(minGy),
    maxGridErrorGy: errors.maxGridErrorGy * slope(maxGy),
    meanGridErrorGy: errors.meanGridErrorGy * slope(maxGy),
  };
  return {
    structure: curve.structure,
    volumeCc: curve.volumeCc,
    volumeOutsideDoseGridCc: curve.volumeOutsideDoseGridCc,
    doseGy: Float64Array.from(doses),
    volumeCcAtLeast: Float64Array.from(volumes),
    minGy: map(minGy),
    maxGy: map(maxGy),
    meanGy: hasDose ? meanOfMapped(curve, map, kneeGy) : Number.NaN,
    ...(mappedErrors && { errors: mappedErrors }),
  };
}

/** Mean of a map that is a parabola below the knee and straight above it: exact. */
function meanOfMapped(curve: DvhCurve, map: (doseGy: number) => number, kneeGy: number): number {
  let sum = 0;
  for (const { lowGy, highGy, share } of partsOfCurve(curve)) {
    if (!(lowGy < kneeGy && kneeGy < highGy)) {
      sum += share * meanOver(lowGy, highGy, 1, map);
      continue;
    }
    const below = (kneeGy - lowGy) / (highGy - lowGy);
    sum += share * (below * meanOver(lowGy, kneeGy, 1, map) + (1 - below) * meanOver(kneeGy, highGy, 1, map));
  }
  return sum;
}
