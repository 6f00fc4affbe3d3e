import {
  assertGrid,
  type DvhCurve,
  InvalidInputError,
  type RunControl,
  type Structure,
  throwIfCancelled,
  type Volume,
} from "@isodose/core";
import { type ContourOptions, planesOfStructure, structureVolumeCc } from "@isodose/geometry";
import { cumulativeHistogram } from "./cumulative-histogram.ts";
import { sampleStructure } from "./sample-structure.ts";

/** What {@link computeDvh} needs. */
export interface DvhRequest extends ContourOptions {
  readonly structure: Structure;
  /** unit "Gy". */
  readonly dose: Volume;
  /**
   * Largest sampling box, mm. Default: half the finest spacing of the dose grid, at most 0.75 mm and at most
   * ∛volume / 32; coarser for huge structures such as the body, so that there are about 3 million boxes at most.
   */
  readonly samplingMm?: number;
  /** Width of a bin, Gy; within a bin the curve is a straight line. Default 0.01 Gy; there are 100 to 4000 bins. */
  readonly binGy?: number;
}

const MAX_BOXES = 3e6;
/** Boxes are three times as long as their rows are high: 3 V / h³ boxes. */
const BOXES_PER_CUBE = 3;
const MIN_BINS = 100;
const MAX_BINS = 4000;

function defaultSamplingMm(volumeMm3: number, dose: Volume): number {
  const fine = Math.min(...dose.grid.spacingMm.map((s) => s / 2), 0.75, Math.cbrt(volumeMm3) / 32);
  return Math.max(fine, Math.cbrt((BOXES_PER_CUBE * volumeMm3) / MAX_BOXES));
}

function assertPositive(field: string, value: number | undefined, unit: string): void {
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
    throw new InvalidInputError(field, value, `a number > 0 ${unit}`);
  }
}

/**
 * Cumulative dose–volume histogram of one structure.
 *
 *   V(D) = |{ x in structure : dose(x) ≥ D }|
 *
 * The structure is its polygons, exactly (even–odd rule), each reaching halfway to the neighbouring planes; dose is the
 * trilinear interpolant of the voxel centres. Between the outermost voxel centres and the edges of the grid the end
 * value is held; beyond the edges dose is unknown, and that volume is reported, not counted. A structure without volume
 * inside the grid gives a curve of zeros, with NaN as its minimum, mean and maximum.
 * @returns the curve; doses in Gy, volumes in cc
 * @throws InvalidInputError if the dose is not in Gy, its grid is not usable, the frames of reference differ, an option is
 *   not > 0, or the structure is drawn in one plane and has no `singlePlaneThicknessMm`
 * @throws CancelledError if `control.signal` has been aborted
 * @example
 * const curve = computeDvh({ structure, dose });
 * const nearMaximumGy = evaluateMetric(curve, "D0.035cc");
 */
export function computeDvh(request: DvhRequest, control: RunControl = {}): DvhCurve {
  const { structure, dose } = request;
  throwIfCancelled(control.signal);
  assertGrid(dose.grid, "dose.grid");
  if (dose.unit !== "Gy") throw new InvalidInputError("dose.unit", dose.unit, '"Gy"');
  assertPositive("samplingMm", request.samplingMm, "mm");
  assertPositive("binGy", request.binGy, "Gy");
  const frames = [structure.frameOfReferenceUid, dose.frameOfReferenceUid];
  if (frames[0] && frames[1] && frames[0] !== frames[1]) {
    throw new InvalidInputError(
      `${structure.name}.frameOfReferenceUid`,
      frames[0],
      `the frame of reference of the dose, ${frames[1]}`,
    );
  }
  const volumeCc = structure.contours.length === 0 ? 0 : structureVolumeCc(structure, request);
  if (!(volumeCc > 0)) return emptyCurve(structure.name, 0);

  const samplingMm = request.samplingMm ?? defaultSamplingMm(1000 * volumeCc, dose);
  const sampled = sampleStructure(planesOfStructure(structure, request), dose, samplingMm);
  control.onProgress?.({ stage: "dvh", done: 1, total: 1 });
  const insideCc = volumeCc * (sampled.insideMm3 / sampled.volumeMm3);
  if (!(insideCc > 0)) return emptyCurve(structure.name, volumeCc);
  const { samples, minGy, maxGy } = sampled;
  const bins = Math.min(MAX_BINS, Math.max(MIN_BINS, Math.ceil((maxGy - minGy) / (request.binGy ?? 0.01))));
  const histogram = cumulativeHistogram(samples, minGy, maxGy, bins);
  const scale = insideCc / histogram.volumeMm3AtLeast[0]!;
  let doseSum = 0;
  let weightSum = 0;
  for (let s = 0; s < samples.count; s++) {
    doseSum += samples.volumeMm3[s]! * samples.doseGy[s]!;
    weightSum += samples.volumeMm3[s]!;
  }
  const outsideCc = volumeCc - insideCc;
  return {
    structure: structure.name,
    volumeCc,
    volumeOutsideDoseGridCc: outsideCc > 1e-9 * volumeCc ? outsideCc : 0,
    doseGy: histogram.doseGy,
    volumeCcAtLeast: histogram.volumeMm3AtLeast.map((mm3) => mm3 * scale),
    minGy,
    maxGy,
    meanGy: doseSum / weightSum,
  };
}

function emptyCurve(structure: string, volumeCc: number): DvhCurve {
  return {
    structure,
    volumeCc,
    volumeOutsideDoseGridCc: volumeCc,
    doseGy: Float64Array.of(0),
    volumeCcAtLeast: Float64Array.of(0),
    minGy: Number.NaN,
    maxGy: Number.NaN,
    meanGy: Number.NaN,
  };
}
