import { InvalidInputError, type RunControl, type Volume, type Warning } from "@isodose/core";
import type { ContourOptions } from "@isodose/geometry";
import { assertDose } from "../check-dose.ts";
import type { DvhRegion } from "../dvh-region.ts";
import { type DistanceShell, deepestMm, distanceShells } from "./distance-shells.ts";

/** What {@link doseSpillByShell} needs. */
export interface DoseSpillRequest extends ContourOptions {
  /** unit "Gy". */
  readonly dose: Volume;
  readonly target: DvhRegion;
  /** Gy, > 0. */
  readonly prescriptionGy: number;
  /** Distances from the target's surface that divide the shells, mm, increasing. Default 0, 2, 5, 10, 20, 30. */
  readonly shellsMm?: readonly number[];
  /** Levels, % of the prescription. Default 100, 80, 50, 25, 10. */
  readonly levelsPercent?: readonly number[];
}

/** The volume of a shell that receives at least a level. */
export interface SpillLevel {
  readonly levelPercent: number;
  readonly levelGy: number;
  readonly volumeCc: number;
  /** Of the shell inside the dose grid; null if there is none. */
  readonly percentOfShell: number | null;
}

/** Dose in one shell. */
export interface SpillShell extends Omit<DistanceShell, "volumeCcAtLeast"> {
  readonly levels: readonly SpillLevel[];
}

/** What {@link doseSpillByShell} finds. */
export interface DoseSpill {
  readonly shells: readonly SpillShell[];
  /** `OUTSIDE_DOSE_GRID`: a part of a shell lies outside the dose grid. */
  readonly warnings: readonly Warning[];
}

const SHELLS_MM = [0, 2, 5, 10, 20, 30];
const LEVELS_PERCENT = [100, 80, 50, 25, 10];

/**
 * Dose that spills from a target, by shells of equal distance from its surface: volume at each level, lowest, mean and
 * highest dose.
 *
 *   shell = { p : from ≤ d(p) < to },   d the distance from the surface, negative inside
 *
 * Dose is the trilinear interpolant; the surface is found within voxels of `voxelMm`, good to about a tenth of them.
 * @throws InvalidInputError if the dose is not in Gy, the prescription or a level is not > 0, the distances do not increase, or
 *   the target is empty
 * @throws CancelledError if `control.signal` has been aborted
 */
export function doseSpillByShell(request: DoseSpillRequest, control: RunControl = {}): DoseSpill {
  const { dose, target, prescriptionGy, shellsMm = SHELLS_MM, levelsPercent = LEVELS_PERCENT } = request;
  checkRegionAndDose(dose, target);
  if (!(Number.isFinite(prescriptionGy) && prescriptionGy > 0))
    throw new InvalidInputError("prescriptionGy", prescriptionGy, "a dose > 0 Gy");
  if (
    shellsMm.length < 2 ||
    !shellsMm.every((d, n) => Number.isFinite(d) && (n === 0 || d > shellsMm[n - 1]!))
  )
    throw new InvalidInputError("shellsMm", shellsMm, "at least two increasing distances, mm");
  const wrong = levelsPercent.find((level) => !(Number.isFinite(level) && level > 0));
  if (wrong !== undefined) throw new InvalidInputError("levelsPercent", wrong, "a level > 0 %");
  const levelsGy = levelsPercent.map((level) => (level / 100) * prescriptionGy);
  const found = distanceShells(dose, target, shellsMm, levelsGy, request, control);
  const shells = found.map(({ volumeCcAtLeast, ...shell }) => ({
    ...shell,
    levels: volumeCcAtLeast.map((volumeCc, n) => ({
      levelPercent: levelsPercent[n]!,
      levelGy: levelsGy[n]!,
      volumeCc,
      percentOfShell: shell.volumeCc > 0 ? (100 * volumeCc) / shell.volumeCc : null,
    })),
  }));
  return { shells, warnings: outsideWarnings(found) };
}

/** What {@link doseFallOff} needs. */
export interface DoseFallOffRequest extends ContourOptions {
  /** unit "Gy". */
  readonly dose: Volume;
  readonly target: DvhRegion;
  /** Width of a bin of distance, mm, > 0. Default 1. */
  readonly binMm?: number;
  /** Where the curve begins, mm; negative inside. Default: the deepest point of the target. */
  readonly fromMm?: number;
  /** Where it ends, mm. Default 30. */
  readonly toMm?: number;
}

/** Dose against the distance from a target's surface: one entry per bin. */
export interface DoseFallOff {
  /** Middle of the bin, mm; negative inside the target. */
  readonly distanceMm: Float64Array;
  readonly binMm: number;
  /** Lowest, mean and highest dose in the bin, Gy; NaN where it lies outside the dose grid. */
  readonly minGy: Float64Array;
  readonly meanGy: Float64Array;
  readonly maxGy: Float64Array;
  /** Volume of the bin inside the dose grid, cc. */
  readonly volumeCc: Float64Array;
  /** As {@link DoseSpill}. */
  readonly warnings: readonly Warning[];
}

/** Bins at most. */
const MOST_BINS = 2000;

/**
 * Dose fall-off: mean, lowest and highest dose against the distance from the target's surface, inside and outside. Bins
 * end at whole multiples of `binMm`, so that one edge is the surface.
 * @throws InvalidInputError if the dose is not in Gy, the bin is not > 0, `toMm` is not > `fromMm`, or the target is empty
 * @throws CancelledError if `control.signal` has been aborted
 */
export function doseFallOff(request: DoseFallOffRequest, control: RunControl = {}): DoseFallOff {
  const { dose, target, binMm = 1, toMm = 30 } = request;
  checkRegionAndDose(dose, target);
  if (!(Number.isFinite(binMm) && binMm > 0)) throw new InvalidInputError("binMm", binMm, "a length > 0 mm");
  if (!Number.isFinite(toMm)) throw new InvalidInputError("toMm", toMm, "a finite distance, mm");
  const fromMm = request.fromMm ?? -deepestMm(dose, target, request);
  if (!(Number.isFinite(fromMm) && fromMm < toMm))
    throw new InvalidInputError("fromMm", fromMm, `a distance < toMm, ${toMm} mm`);
  const first = Math.floor(fromMm / binMm + 1e-9);
  const last = Math.ceil(toMm / binMm - 1e-9);
  if (last - first > MOST_BINS)
    throw new InvalidInputError("binMm", binMm, `a bin wide enough for at most ${MOST_BINS} of them`);
  const edges = Array.from({ length: last - first + 1 }, (_, n) => (first + n) * binMm);
  const shells = distanceShells(dose, target, edges, [], request, control);
  return {
    distanceMm: Float64Array.from(shells, (s) => 0.5 * (s.fromMm + s.toMm)),
    binMm,
    minGy: Float64Array.from(shells, (s) => s.minGy),
    meanGy: Float64Array.from(shells, (s) => s.meanGy),
    maxGy: Float64Array.from(shells, (s) => s.maxGy),
    volumeCc: Float64Array.from(shells, (s) => s.volumeCc),
    warnings: outsideWarnings(shells),
  };
}

function checkRegionAndDose(dose: Volume, target: DvhRegion): void {
  assertDose(dose);
  const frame = "frameOfReferenceUid" in target ? target.frameOfReferenceUid : "";
  if (frame && dose.frameOfReferenceUid && frame !== dose.frameOfReferenceUid)
    throw new InvalidInputError(
      "target.frameOfReferenceUid",
      frame,
      `the frame of reference of the dose, ${dose.frameOfReferenceUid}`,
    );
}

function outsideWarnings(shells: readonly DistanceShell[]): Warning[] {
  const outside = shells.filter((shell) => shell.volumeOutsideDoseGridCc > 0);
  if (outside.length === 0) return [];
  const cc = outside.reduce((sum, shell) => sum + shell.volumeOutsideDoseGridCc, 0);
  return [
    {
      code: "OUTSIDE_DOSE_GRID",
      message: `${cc.toFixed(3)} cc from ${outside[0]!.fromMm} to ${outside.at(-1)!.toMm} mm of the target lie outside the dose grid: the dose there is unknown`,
    },
  ];
}
