import {
  type Grid,
  type Medium,
  type PhotonField,
  type RunControl,
  voxelCount,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import { packedKernels, photonCoefficients } from "@isodose/physics";
import { addToTarget } from "./add-to-target.ts";
import { sampleMatter } from "./beam-box.ts";
import { beamFrameOf, indexOfBeam } from "./beam-frame.ts";
import { boxDose, clearVacuum, largestAtSides } from "./box-dose.ts";
import { layOutBoxes } from "./box-layout.ts";
import type { CollapsedConeOptions } from "./collapsed-cone-request.ts";
import { primaryCones } from "./cone-layout.ts";
import { groupCoefficients } from "./energy-groups.ts";
import { gatherCoarse } from "./gather-coarse.ts";
import { electronRatio, stoppingRatio } from "./path-factors.ts";
import { releasedEnergy } from "./released-energy.ts";
import { sharpenAcross } from "./sharpen-edges.ts";
import { spectrumCones } from "./spectrum-cones.ts";
import { sweepAllCones } from "./sweep-all-cones.ts";

/** Dose of an opening, without leakage. */
export interface OpenFieldDose {
  /** Gy for 1 photon/cm², one number per voxel of the grid. */
  readonly dose: Float32Array;
  /** Largest dose of all, and at sides where the boxes are cropped. */
  readonly mostGy: number;
  readonly atSidesGy: number;
  readonly releasedMeV: number;
  readonly depositedMeV: number;
  readonly spacingMm: number;
  readonly depthSpacingMm: number;
  readonly voxelCones: number;
  readonly warnings: readonly Warning[];
}

/** Dose of the opening of a field; everything is checked. Throws InvalidInputError if the beam misses, CancelledError. */
export async function openFieldDose(
  medium: Medium,
  field: PhotonField,
  grid: Grid,
  options: CollapsedConeOptions,
  groupCount: number,
  control: RunControl,
): Promise<OpenFieldDose> {
  const frame = beamFrameOf(field, medium.grid);
  const index = indexOfBeam(frame, medium.grid);
  const warnings: Warning[] = [];
  const { near, far, ratio, nearCropped, farCropped } = layOutBoxes(
    medium,
    frame,
    index,
    grid,
    options,
    warnings,
  );
  const rings = primaryCones(frame.widthMm, near.spacingMm[0]);
  const cones = spectrumCones(packedKernels(), field.spectrum, groupCount, rings);
  const { groups } = cones;
  await yieldToEventLoop(control.signal);

  const coefficients = groupCoefficients(groups, medium.materials, photonCoefficients);
  const released = releasedEnergy(medium, field, frame, index, near, groups, coefficients);
  const { voxels } = released;
  await yieldToEventLoop(control.signal);

  const nearMatter = sampleMatter(medium, index, near, Float64Array.from(medium.materials, stoppingRatio));
  const charged = { voxels, energy: released.primary };
  const primary = await sweepAllCones(
    near,
    nearMatter,
    charged,
    groups.count,
    cones.primary,
    "primary",
    control,
  );
  const farMatter = sampleMatter(medium, index, far, Float64Array.from(medium.materials, electronRatio));
  const rest = gatherCoarse(near, far, ratio, { voxels, energy: released.scatter }, groups.count);
  const scatter = await sweepAllCones(far, farMatter, rest, groups.count, cones.scatter, "scatter", control);

  const nearDose = boxDose(near, nearMatter, primary.depositMeV);
  const farDose = boxDose(far, farMatter, scatter.depositMeV);
  sharpenAcross(near, nearDose);
  const dose = new Float32Array(voxelCount(grid));
  const reached = new Int32Array(2 * grid.size[1] * grid.size[2]);
  // The far box holds the near one.
  addToTarget(frame, grid, far, farDose, true, dose, reached);
  addToTarget(frame, grid, near, nearDose, false, dose);
  clearVacuum(medium, grid, dose, reached);

  return {
    dose,
    mostGy: Math.max(largest(nearDose), largest(farDose)),
    atSidesGy:
      largestAtSides(near, nearMatter, nearDose, nearCropped) +
      largestAtSides(far, farMatter, farDose, farCropped),
    releasedMeV: sum(released.primary) + sum(released.scatter),
    depositedMeV: sum(primary.depositMeV) + sum(scatter.depositMeV),
    spacingMm: near.spacingMm[0],
    depthSpacingMm: near.spacingMm[2],
    voxelCones: primary.voxelCones + scatter.voxelCones,
    warnings,
  };
}

function largest(values: Float32Array): number {
  let most = 0;
  for (let n = 0; n < values.length; n++) if (values[n]! > most) most = values[n]!;
  return most;
}

function sum(values: Float32Array): number {
  let total = 0;
  for (let n = 0; n < values.length; n++) total += values[n]!;
  return total;
}
