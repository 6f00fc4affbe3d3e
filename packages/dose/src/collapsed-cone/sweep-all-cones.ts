import { type RunControl, yieldToEventLoop } from "@isodose/core";
import type { BeamBox } from "./beam-box.ts";
import { type PolarBin, STATES } from "./collapse-kernel.ts";
import { azimuthDirections } from "./cone-layout.ts";
import type { VoxelEnergy } from "./gather-coarse.ts";
import { type PathDensity, type SourceRange, sweepCone, sweepScratch } from "./sweep-cones.ts";

/** Lines are followed until they carry less than this share of what a mean voxel sends into a cone. */
const NEGLIGIBLE = 0.05;

/** The thread is given away this often, ms. */
const YIELD_MS = 30;

/** Energy that all cones of one kernel leave in a box. */
export interface ConeDeposit {
  /** MeV by voxel. */
  readonly depositMeV: Float32Array;
  /** Voxels visited, over all cones. */
  readonly voxelCones: number;
}

/**
 * Sweep every cone of a kernel over a box.
 * @param source - MeV by [voxel of the list][group] that the kernel spreads
 */
export async function sweepAllCones(
  box: BeamBox,
  matter: PathDensity,
  source: VoxelEnergy,
  groups: number,
  bins: readonly PolarBin[],
  stage: string,
  control: RunControl,
): Promise<ConeDeposit> {
  const depositMeV = new Float32Array(box.size[0] * box.size[1] * box.size[2]);
  const states = new Float32Array(STATES * depositMeV.length);
  const range = rangeOf(source.voxels, box);
  const scratch = sweepScratch();
  let voxelCones = 0;
  let since = performance.now();
  for (let ring = 0; ring < bins.length; ring++) {
    const bin = bins[ring]!;
    const sentMeV = mixStates(source, groups, bin.amplitudes, states);
    const weight = 1 / bin.azimuths;
    const negligible = (NEGLIGIBLE * Math.abs(sentMeV) * weight) / Math.max(1, source.voxels.length);
    for (const u of azimuthDirections(bin.polarRadians, bin.azimuths, ring)) {
      const { lengthsMm } = bin;
      voxelCones += sweepCone(
        box,
        matter,
        u,
        lengthsMm,
        states,
        range,
        weight,
        negligible,
        depositMeV,
        scratch,
      );
      if (performance.now() - since < YIELD_MS) continue;
      await yieldToEventLoop(control.signal);
      since = performance.now();
    }
    control.onProgress?.({ stage, done: ring + 1, total: bins.length });
  }
  return { depositMeV, voxelCones };
}

/** Sₘ = Σ_g A_gm E_g by [voxel][state]; returns the sum over all. */
function mixStates(
  { voxels, energy }: VoxelEnergy,
  groups: number,
  amplitudes: Float64Array,
  states: Float32Array,
): number {
  let sum = 0;
  for (let n = 0; n < voxels.length; n++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    const from = n * groups;
    for (let g = 0, a = 0; g < groups; g++, a += STATES) {
      const e = energy[from + g]!;
      s0 += e * amplitudes[a]!;
      s1 += e * amplitudes[a + 1]!;
      s2 += e * amplitudes[a + 2]!;
    }
    const s = STATES * voxels[n]!;
    states[s] = s0;
    states[s + 1] = s1;
    states[s + 2] = s2;
    sum += s0 + s1 + s2;
  }
  return sum;
}

/** Bounds of the voxels of a list. */
function rangeOf(voxels: Int32Array, box: BeamBox): SourceRange {
  const [nx, ny, nz] = box.size;
  const first: [number, number, number] = [nx - 1, ny - 1, nz - 1];
  const last: [number, number, number] = [0, 0, 0];
  for (const v of voxels) {
    const column = Math.floor(v / nz);
    const j = Math.floor(column / nx);
    const at = [column - nx * j, j, v - nz * column];
    for (let a = 0; a < 3; a++) {
      if (at[a]! < first[a]!) first[a] = at[a]!;
      if (at[a]! > last[a]!) last[a] = at[a]!;
    }
  }
  return { first, last };
}
