import { type Grid, type PatientPoint, patientToVoxel } from "@isodose/core";
import { type PhotonScene, pointOfSample } from "./photon-scene.ts";
import type { ComputedCurve } from "./reference-engine.ts";
import type { FileCurve } from "./reference-file.ts";

/** Points of a mean over a bin in depth, and over an interval or ring around the axis. */
const LATERAL_POINTS = 5;
const RING_POINTS = 24;
/** Distance of the points that stand for a depth bin, as a part of the voxel. */
const DEPTH_STEP_VOXELS = 0.5;

/**
 * The curve of a dose on a grid: the mean over each sample's region of the dose, linear between the centres of voxels of one material
 * (dose to medium jumps where the material changes). Beyond the outermost voxel centres the dose continues in a straight line along the
 * axes (a surface bin lies there).
 *
 * @param dose - x fastest, the unit of the result; `sigma` is one standard error per voxel, and the errors of the voxels that a sample
 *   draws on are added as if they were one; `material` is the material of each voxel
 */
export function sampleVolume(
  grid: Grid,
  dose: {
    readonly values: Float32Array;
    readonly sigma?: Float32Array | undefined;
    readonly material: Uint8Array;
  },
  scene: PhotonScene,
  curve: FileCurve,
): ComputedCurve {
  const { values, sigma, material } = dose;
  const n = curve.samples.length;
  const out = { values: new Float64Array(n), sigmas: new Float64Array(n) };
  const dz = Math.min(...grid.spacingMm);
  curve.samples.forEach((sample, i) => {
    const { depthLowMm, depthHighMm, offAxisLowMm, offAxisHighMm } = sample;
    const depths = pointsOf(
      depthLowMm,
      depthHighMm,
      Math.max(1, Math.ceil((depthHighMm - depthLowMm) / (DEPTH_STEP_VOXELS * dz))),
    );
    const offAxis = pointsOf(offAxisLowMm, offAxisHighMm, offAxisHighMm > offAxisLowMm ? LATERAL_POINTS : 1);
    let sum = 0;
    let error = 0;
    let weights = 0;
    for (const depth of depths) {
      for (const r of offAxis) {
        const turns = curve.lateral === "ring" && r > 0 ? RING_POINTS : 1;
        const weight = curve.lateral === "ring" && offAxisHighMm > offAxisLowMm ? r : 1;
        for (let t = 0; t < turns; t++) {
          const angle = (2 * Math.PI * t) / turns;
          const at = pointOfSample(scene, depth, r * Math.cos(angle), r * Math.sin(angle));
          sum += (weight / turns) * interpolate(grid, values, material, at);
          if (sigma) error += (weight / turns) * interpolate(grid, sigma, material, at);
        }
        weights += weight;
      }
    }
    out.values[i] = sum / weights;
    out.sigmas[i] = error / weights;
  });
  return out;
}

function pointsOf(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * (high - low));
}

/** Trilinear over voxels of the material at the point, and linear beyond the outermost centres by half a voxel. */
function interpolate(
  grid: Grid,
  values: Float32Array,
  material: Uint8Array,
  atMm: readonly number[],
): number {
  const index = patientToVoxel(grid, atMm as unknown as PatientPoint);
  const strides = [1, grid.size[0], grid.size[0] * grid.size[1]];
  const base: number[] = [];
  const part: number[] = [];
  let nearest = 0;
  for (let a = 0; a < 3; a++) {
    const last = grid.size[a]! - 1;
    const low = Math.min(Math.max(Math.floor(index[a]!), 0), Math.max(0, last - 1));
    base.push(low);
    part.push(last === 0 ? 0 : Math.min(Math.max(index[a]! - low, -0.5), 1.5));
    nearest += Math.min(Math.max(Math.round(index[a]!), 0), last) * strides[a]!;
  }
  let sum = 0;
  let weights = 0;
  for (let corner = 0; corner < 8; corner++) {
    let weight = 1;
    let voxel = 0;
    for (let a = 0; a < 3; a++) {
      const up = (corner >> a) & 1;
      weight *= up ? part[a]! : 1 - part[a]!;
      voxel += Math.min(base[a]! + up, grid.size[a]! - 1) * strides[a]!;
    }
    if (weight === 0 || material[voxel] !== material[nearest]) continue;
    sum += weight * values[voxel]!;
    weights += weight;
  }
  return Math.abs(weights) > 1e-6 ? sum / weights : values[nearest]!;
}
