import { AXIAL_DIRECTION, type Medium, type PhotonField, voxelCount } from "@isodose/core";
import { energySpectrumOf, MATERIALS, MOHAN_6_MV } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import {
  fieldDoseOfPencil,
  monteCarloPencilInSlabs,
  prepareMonteCarlo,
  runBatch,
  type Slab,
} from "../src/index.ts";

const slab = (material: keyof typeof MATERIALS, thicknessMm: number): Slab => ({
  material: MATERIALS[material],
  densityGPerCm3: MATERIALS[material].densityGPerCm3,
  thicknessMm,
});
const VOXEL_MM = 2;
const ACROSS = 36;

/** The slabs in voxels, z from 0. */
function voxels(slabs: readonly Slab[]): Medium {
  const deep = slabs.reduce((sum, s) => sum + s.thicknessMm, 0) / VOXEL_MM;
  const first = (-(ACROSS - 1) / 2) * VOXEL_MM;
  const grid = {
    size: [ACROSS, ACROSS, deep] as const,
    spacingMm: [VOXEL_MM, VOXEL_MM, VOXEL_MM] as const,
    originMm: [first, first, VOXEL_MM / 2] as unknown as Medium["grid"]["originMm"],
    direction: AXIAL_DIRECTION,
  };
  const materialIndex = new Uint8Array(voxelCount(grid));
  const densityGPerCm3 = new Float32Array(voxelCount(grid));
  const layerAt = slabs.flatMap((s, i) => new Array<number>(s.thicknessMm / VOXEL_MM).fill(i));
  for (let c = 0; c < materialIndex.length; c++) {
    materialIndex[c] = layerAt[Math.floor(c / ACROSS ** 2)]!;
    densityGPerCm3[c] = slabs[materialIndex[c]!]!.densityGPerCm3;
  }
  return { grid, materialIndex, densityGPerCm3, materials: slabs.map((s) => s.material) };
}

const HALF_VOXELS = 3;
/** Gray times gram, of 1 MeV. */
const GY_G_PER_MEV = 1.602176634e-10;

/**
 * Two ways to the same dose: particles in voxels, and one pencil superposed over the field. They share cross sections and little else:
 * other geometry, other variance reduction, other scoring, and steps and cut-offs of their own.
 */
describe.each([
  ["lung", [slab("water", 20), slab("lung", 50), slab("water", 20)], 16],
  ["titanium", [slab("water", 20), slab("titanium", 6), slab("water", 24)], 16],
  ["bone", [slab("water", 20), slab("cortical-bone", 16), slab("water", 24)], 30],
] as const)("slabs of water and %s", (_, slabs, widthMm) => {
  it("have the same dose in voxels as by superposition of a pencil", async () => {
    const medium = voxels(slabs);
    const depth = medium.grid.size[2] * VOXEL_MM;
    const spectrum = energySpectrumOf(MOHAN_6_MV);
    const field: PhotonField = {
      spectrum,
      isocenterMm: [0, 0, 30] as unknown as PhotonField["isocenterMm"],
      directionToSource: [0, 0, -1],
      sourceDistanceMm: 1000,
      sourceSigmaMm: 0,
      shape: { kind: "rectangle", widthMm, heightMm: widthMm, widthAxis: [1, 0, 0], heightAxis: [0, 1, 0] },
    };
    const batches = 20;
    const prepared = prepareMonteCarlo({ medium, fields: [field], histories: 40_000, batches, seed: 21 });
    const scores = Array.from({ length: batches }, (_unused, b) => runBatch(prepared, b).score);
    const pencil = await monteCarloPencilInSlabs({
      slabs,
      spectrum,
      sourceToSurfaceMm: 970,
      sourceToReferenceMm: 1000,
      depthEdgesMm: Array.from({ length: depth / VOXEL_MM + 1 }, (__, i) => i * VOXEL_MM),
      lastRingMm: 60,
      histories: 8000,
      seed: 10,
      cutoffs: { electronMeV: 0.1, stepEnergyFraction: 0.1, stepGPerCm2: 0.1 },
    });
    // Means over 6 × 6 × 2 voxels about the axis, which lie inside the field; their errors from the batches.
    const bins = Math.floor(medium.grid.size[2] / 2);
    let chi = 0;
    let ratio = 0;
    const ratioOfBatches = new Float64Array(batches);
    for (let bin = 0; bin < bins; bin++) {
      const ofBatches = new Float64Array(batches);
      let expected = 0;
      let ownError = 0;
      const n = 2 * (2 * HALF_VOXELS) ** 2;
      for (let k = 2 * bin; k < 2 * bin + 2; k++) {
        for (let j = -HALF_VOXELS; j < HALF_VOXELS; j++) {
          for (let i = -HALF_VOXELS; i < HALF_VOXELS; i++) {
            const c = i + ACROSS / 2 + ACROSS * (j + ACROSS / 2 + ACROSS * k);
            const grams = medium.densityGPerCm3[c]! * (VOXEL_MM / 10) ** 3;
            for (let b = 0; b < batches; b++) ofBatches[b]! += (scores[b]![c]! * GY_G_PER_MEV) / grams / n;
            const point = fieldDoseOfPencil(
              pencil,
              { kind: "rectangle", widthMm, heightMm: widthMm },
              {
                depthMm: [k * VOXEL_MM, (k + 1) * VOXEL_MM],
                offAxisMm: (i + 0.5) * VOXEL_MM,
                offAxisHeightMm: (j + 0.5) * VOXEL_MM,
              },
            );
            expected += point.doseGyCm2 / n;
            ownError += point.sigmaGyCm2 / n;
          }
        }
      }
      const mean = ofBatches.reduce((sum, d) => sum + d, 0) / batches;
      const variance = ofBatches.reduce((sum, d) => sum + (d - mean) ** 2, 0) / batches / (batches - 1);
      chi += (mean - expected) ** 2 / (variance + ownError ** 2) / bins;
      ratio += mean / expected / bins;
      for (let b = 0; b < batches; b++) ratioOfBatches[b]! += ofBatches[b]! / expected / bins;
    }
    const sigma = Math.sqrt(
      ratioOfBatches.reduce((sum, r) => sum + (r - ratio) ** 2, 0) / batches / (batches - 1),
    );
    // Bins in depth share tracks: χ² of a good result scatters widely about 1.
    expect(chi).toBeLessThan(3);
    // The pencil's own error of the mean is 0.3 %.
    expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.hypot(sigma, 0.003));
  }, 120_000);
});
