import { assertGrid, createVolume, type Grid, InvalidInputError, type Volume } from "@isodose/core";
import { assertRigidTransform, type RigidTransform } from "@isodose/geometry";
import { paintVolume } from "../paint-volume.ts";
import type { PhantomPart } from "../phantom-part.ts";
import { transformGrid } from "../registration/transform-grid.ts";
import { addRicianNoise } from "./rician-noise.ts";

/** T1-weighted after gadolinium (lesions bright, CSF dark), or T2-weighted (CSF bright). */
export type MrWeighting = "t1-contrast" | "t2";

export interface MrOptions {
  /** Painted in order; LPS of the planning CT, mm. */
  readonly parts: readonly PhantomPart[];
  /** Grid of the MR, in its own frame of reference. */
  readonly grid: Grid;
  readonly weighting: MrWeighting;
  readonly frameOfReferenceUid: string;
  /** How the patient lay otherwise than in the CT: rigid transform from the MR to the CT, LPS. Default: the same. */
  readonly mrToCt?: RigidTransform;
  /** Standard deviation of the noise in each channel, in signal units (CSF on T2: 1000). Default 20. */
  readonly noiseSigma?: number;
  /** Default 1. */
  readonly seed?: number;
}

/**
 * MR of a scene of tissues: every tissue its signal, partial volume where surfaces cross voxels, Rician noise, rounded to whole
 * numbers. No coil profile, no distortion, no chemical shift.
 * @returns unit "mr-signal"
 * @throws InvalidInputError if the grid is not valid, the transform not rigid or the noise negative
 */
export function renderMr(options: MrOptions): Volume {
  const { grid, weighting, frameOfReferenceUid, mrToCt, noiseSigma = 20, seed = 1 } = options;
  assertGrid(grid, "mr.grid");
  if (!(noiseSigma >= 0 && noiseSigma <= 1000))
    throw new InvalidInputError(
      "mr.noiseSigma",
      noiseSigma,
      "a standard deviation from 0 to 1000 signal units",
    );
  if (!(Number.isInteger(seed) && seed >= 0)) throw new InvalidInputError("seed", seed, "a whole number ≥ 0");
  if (mrToCt) assertRigidTransform(mrToCt, "mrToCt");
  // The MR's voxels, where they lie in the CT: the scene stays, the scanner is turned.
  const inCt = mrToCt ? transformGrid(grid, mrToCt) : grid;
  const painted = paintVolume(
    options.parts,
    inCt,
    (tissue) => (weighting === "t2" ? tissue.t2Signal : tissue.t1ContrastSignal),
    "mr-signal",
    frameOfReferenceUid,
  );
  const signal = painted.values.data;
  addRicianNoise(signal, noiseSigma, seed, weighting === "t2" ? 2 : 1);
  for (let n = 0; n < signal.length; n++) signal[n] = Math.round(signal[n]!);
  return createVolume(grid, "mr-signal", frameOfReferenceUid, signal);
}
