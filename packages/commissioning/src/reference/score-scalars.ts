import type { ScalarScore } from "./output-factors.ts";
import { photonScene } from "./photon-scene.ts";
import type { ComputedVolume } from "./reference-engine.ts";
import type { FileVolume, PhotonReference } from "./reference-file.ts";

/** Allowed beside the volume's own criterion: standard errors of both (a maximum is chosen for its noise). */
const NOISE_SIGMAS = 3;
/** Voxels as near to the isocenter as the nearest within this, mm. */
const EQUALLY_NEAR_MM = 1e-3;

/** Voxels whose mean a number is, by its name. */
const MEANS: Readonly<
  Record<string, (file: PhotonReference, volume: FileVolume, values: Float32Array) => number[]>
> = {
  maxDose_Gy_cm2: (_file, _volume, values) => [indexOfMaximum(values)],
  isocentreVoxelsMean_Gy_cm2: (file, volume) => voxelsAtIsocenter(file, volume),
};

/** Why other numbers are not compared, where more is known than that the format does not define them. */
const REASONS: Readonly<Record<string, string>> = {
  meanRelSigma_where_dose_gt_50pct: "is the reference's own standard error",
  voxels_gt_50pct: "hangs on the noise of the maximum",
};

/**
 * The numbers of a case that follow from its first volume; of the others it is said that they were not compared.
 *
 * `maxDose_Gy_cm2`: the largest dose; `isocentreVoxelsMean_Gy_cm2`: the mean of the voxels nearest to the isocenter. Both within the dose
 * criterion of the volume (a percentage of the maximum) and 3 standard errors of both.
 */
export function scoreScalars(
  file: PhotonReference,
  volumes: readonly (ComputedVolume | string)[],
): { scalars: ScalarScore[]; notCompared: { what: string; why: string }[] } {
  const scalars: ScalarScore[] = [];
  const notCompared: { what: string; why: string }[] = [];
  const volume = file.volumes[0];
  const computed = volumes[0];
  for (const { name, value: expected } of file.scalars) {
    const isComputed = volume !== undefined && computed !== undefined && typeof computed !== "string";
    const own = isComputed ? (MEANS[name]?.(file, volume, computed.values) ?? []) : [];
    const theirs = isComputed ? (MEANS[name]?.(file, volume, volume.values) ?? []) : [];
    if (!isComputed || own.length === 0 || theirs.length === 0) {
      notCompared.push({
        what: `scalar ${name}`,
        why: REASONS[name] ?? "the file does not say what it is measured over, or no volume was computed",
      });
      continue;
    }
    const value = meanOf(computed.values, own);
    const ownSigma = computed.sigma ? errorOfMean(own, (v) => computed.sigma![v]!) : 0;
    const theirSigma = errorOfMean(theirs, (v) => (volume.relativeSigma?.[v] ?? 0) * volume.values[v]!);
    const maximum = volume.values[indexOfMaximum(volume.values)]!;
    const allowed =
      (volume.compare.dosePercent / 100) * maximum + NOISE_SIGMAS * Math.hypot(ownSigma, theirSigma);
    scalars.push({ name, value, expected, pass: Math.abs(value - expected) <= allowed });
  }
  return { scalars, notCompared };
}

function voxelsAtIsocenter(file: PhotonReference, { size, spacingMm, originMm }: FileVolume): number[] {
  const { isocenterMm } = photonScene(file).field;
  const distances = new Map<number, number>();
  const around = [0, 1, 2].map((a) => {
    const index = (isocenterMm[a]! - originMm[a]!) / spacingMm[a]!;
    return [Math.floor(index), Math.ceil(index)].filter((i) => i >= 0 && i < size[a]!);
  });
  for (const k of around[2]!) {
    for (const j of around[1]!) {
      for (const i of around[0]!) {
        const at = [i, j, k].map((n, a) => originMm[a]! + n * spacingMm[a]! - isocenterMm[a]!);
        distances.set(i + size[0] * (j + size[1] * k), Math.hypot(...at));
      }
    }
  }
  const least = Math.min(...distances.values());
  return [...distances].filter(([, d]) => d - least <= EQUALLY_NEAR_MM).map(([voxel]) => voxel);
}

function indexOfMaximum(values: Float32Array): number {
  let at = 0;
  for (let v = 1; v < values.length; v++) if (values[v]! > values[at]!) at = v;
  return at;
}

function meanOf(values: Float32Array, voxels: readonly number[]): number {
  return voxels.reduce((sum, v) => sum + values[v]!, 0) / voxels.length;
}

function errorOfMean(voxels: readonly number[], sigma: (voxel: number) => number): number {
  return Math.sqrt(voxels.reduce((sum, v) => sum + sigma(v) ** 2, 0)) / voxels.length;
}
