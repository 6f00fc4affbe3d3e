import { isSameGrid, type RunControl } from "@isodose/core";
import { type MonteCarloDose, type MonteCarloQuantity, monteCarloDose } from "@isodose/dose";
import { photonScene } from "./photon-scene.ts";
import type { ComputedCurve, ComputedReference, ComputedVolume, ReferenceRun } from "./reference-engine.ts";
import type { FileCurve, FileVolume, PhotonReference, ReferenceQuantity } from "./reference-file.ts";
import { sampleVolume } from "./sample-volume.ts";
import { slabMedium, voxelMedium } from "./slab-medium.ts";

/** Root mean square of the own standard error over voxels above half of the maximum: curves ask for more than gamma does, %. */
const WANTED_FOR_CURVES_PERCENT = 0.5;
const WANTED_FOR_VOLUMES_PERCENT = 1;
const MOST_HISTORIES = 4e7;
/** Voxels that hold slabs which a beam meets askew, mm, and how far they reach. */
const SLAB_VOXEL_MM = 2;
const SLAB_HALF_WIDTH_MM = 100;

/** Curves and volumes of a case on voxels: one run of the engine for each quantity that is asked for. */
export async function monteCarloVoxels(file: PhotonReference, run: ReferenceRun): Promise<ComputedReference> {
  const scene = photonScene(file);
  const built =
    file.phantom.kind === "voxels"
      ? { medium: voxelMedium(file.phantom, file.materials), warnings: [] }
      : slabMedium(file.phantom, file.materials, {
          lateralSpacingMm: SLAB_VOXEL_MM,
          depthSpacingMm: SLAB_VOXEL_MM,
          halfWidthMm: SLAB_HALF_WIDTH_MM,
          depthMm: Number.POSITIVE_INFINITY,
        });
  const { medium } = built;
  const control: RunControl = run.signal ? { signal: run.signal } : {};
  const runs = new Map<MonteCarloQuantity, MonteCarloDose>();
  const wanted = file.curves.length > 0 ? WANTED_FOR_CURVES_PERCENT : WANTED_FOR_VOLUMES_PERCENT;
  for (const { quantity } of [...file.curves, ...file.volumes]) {
    const scored = scoredQuantity(quantity);
    if (scored === undefined || runs.has(scored)) continue;
    runs.set(
      scored,
      await monteCarloDose(
        {
          medium,
          fields: [scene.field],
          quantity: scored,
          seed: run.seed,
          targetUncertaintyPercent: wanted / Math.sqrt(run.effort),
          histories: Math.max(1e5, run.effort * MOST_HISTORIES),
        },
        control,
      ),
    );
  }
  const found = (quantity: ReferenceQuantity): MonteCarloDose | undefined => {
    const scored = scoredQuantity(quantity);
    return scored && runs.get(scored);
  };
  const curve = (one: FileCurve): ComputedCurve | string => {
    const dose = found(one.quantity);
    if (!dose) return `gives no ${one.quantity}`;
    const values = dose.dose.values.data;
    const sigma = dose.sigma.values.data;
    return sampleVolume(medium.grid, { values, sigma, material: medium.materialIndex }, scene, one);
  };
  const volume = (one: FileVolume): ComputedVolume | string => {
    const dose = found(one.quantity);
    if (!dose) return `gives no ${one.quantity}`;
    const grid = { ...medium.grid, size: one.size, spacingMm: one.spacingMm, originMm: one.originMm };
    if (!isSameGrid(medium.grid, grid)) return "scores on the voxels of the phantom, the volume has others";
    return { values: dose.dose.values.data, sigma: dose.sigma.values.data };
  };
  return {
    curves: file.curves.map(curve),
    volumes: file.volumes.map(volume),
    warnings: built.warnings,
    settings: [...runs]
      .map(
        ([quantity, { histories }]) =>
          `${(histories / 1e6).toFixed(2)} million histories in voxels (${quantity})`,
      )
      .join("; "),
  };
}

/** Dose to water in water is dose to the medium there. */
function scoredQuantity(quantity: ReferenceQuantity): MonteCarloQuantity | undefined {
  if (quantity === "dose-to-medium" || quantity === "dose-to-water-in-medium") return quantity;
  return quantity === "dose-to-water" ? "dose-to-water-in-medium" : undefined;
}
