import {
  AXIAL_DIRECTION,
  createVolume,
  InvalidInputError,
  type RunControl,
  type Volume,
} from "@isodose/core";
import { gammaIndex } from "@isodose/dvh";
import type { ComputedVolume } from "./reference-engine.ts";
import type { FileVolume, PhotonReference } from "./reference-file.ts";

/** How one computed volume compares with its reference. */
export interface VolumeScore {
  readonly name: string;
  /** Voxels above the cutoff and dense enough. */
  readonly points: number;
  readonly passPercent: number;
  readonly wantedPercent: number;
  readonly meanGamma: number;
  readonly criteria: string;
  readonly pass: boolean;
}

const FRAME = "reference-case";

/**
 * Gamma of one volume by the criteria that the file states; voxels that are not dense enough are left out, of the maximum too.
 * @throws InvalidInputError if no voxel is left
 */
export async function scoreVolume(
  file: PhotonReference,
  volume: FileVolume,
  computed: ComputedVolume,
  control: RunControl = {},
): Promise<VolumeScore> {
  const { compare } = volume;
  const isDense = densityMask(file, volume);
  let maximum = 0;
  volume.values.forEach((dose, v) => {
    if (isDense(v)) maximum = Math.max(maximum, dose);
  });
  if (!(maximum > 0)) throw new InvalidInputError(volume.name, maximum, "a dose > 0 in a voxel that counts");
  const { gamma } = await gammaIndex(
    {
      reference: doseVolume(volume, volume.values, maximum),
      evaluated: doseVolume(volume, computed.values, maximum),
      dosePercent: compare.dosePercent,
      distanceMm: compare.distanceMm,
      local: compare.local,
      cutoffPercent: compare.cutoffPercent,
      normalisationGy: 1,
      maxGamma: 5,
    },
    control,
  );
  let points = 0;
  let passed = 0;
  let sum = 0;
  gamma.values.data.forEach((g, v) => {
    if (Number.isNaN(g) || !isDense(v)) return;
    points++;
    sum += g;
    if (g <= 1 + 1e-5) passed++;
  });
  if (points === 0)
    throw new InvalidInputError(volume.name, 0, "voxels above the cutoff that are dense enough");
  const passPercent = (100 * passed) / points;
  return {
    name: volume.name,
    points,
    passPercent,
    wantedPercent: compare.passPercent,
    meanGamma: sum / points,
    criteria: `gamma ${compare.dosePercent} % ${compare.local ? "local" : "global"} / ${compare.distanceMm} mm from ${compare.cutoffPercent} % up`,
    pass: passPercent >= compare.passPercent,
  };
}

/** In units of the reference's maximum: doses per photon are tiny. */
function doseVolume(volume: FileVolume, values: Float32Array, maximum: number): Volume {
  const grid = {
    size: volume.size,
    spacingMm: volume.spacingMm,
    originMm: volume.originMm,
    direction: AXIAL_DIRECTION,
  };
  return createVolume(
    grid,
    "Gy",
    FRAME,
    values.map((dose) => dose / maximum),
  );
}

function densityMask({ phantom }: PhotonReference, volume: FileVolume): (voxel: number) => boolean {
  const { minDensityGPerCm3 } = volume.compare;
  if (minDensityGPerCm3 <= 0 || phantom.kind !== "voxels") return () => true;
  const same = (["size", "spacingMm", "originMm"] as const).every((key) =>
    phantom[key].every((x, n) => Math.abs(x - volume[key][n]!) < 1e-6),
  );
  if (same) return (voxel) => phantom.densityGPerCm3[voxel]! >= minDensityGPerCm3;
  const [nx, ny] = volume.size;
  return (voxel) => {
    const index = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))];
    const at = index.map((i, n) =>
      Math.round(
        (volume.originMm[n]! + i * volume.spacingMm[n]! - phantom.originMm[n]!) / phantom.spacingMm[n]!,
      ),
    );
    if (at.some((i, n) => i < 0 || i >= phantom.size[n]!)) return false;
    const [px, py] = phantom.size;
    return phantom.densityGPerCm3[at[0]! + px * (at[1]! + py * at[2]!)]! >= minDensityGPerCm3;
  };
}
