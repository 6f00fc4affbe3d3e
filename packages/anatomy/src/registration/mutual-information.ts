import { InvalidInputError, patientToVoxel, type Vec3, type Volume, voxelToPatient } from "@isodose/core";
import { type RigidTransform, transformPoint } from "@isodose/geometry";
import { sampleLinear } from "./sample-linear.ts";

/** Bins of the joint histogram along each image. */
const BINS = 40;
/** Grey values beyond these parts of all values are counted in the outermost bins: metal and single bright voxels. */
const LOW_PART = 0.005;
const HIGH_PART = 0.995;

/** Points of the fixed image at which both images are compared, and what the fixed image shows there. */
export interface FixedSamples {
  readonly count: number;
  /** LPS, mm: x, y, z one after the other. */
  readonly pointsMm: Float64Array;
  /** Place in the histogram, 0 … BINS − 1, fractional. */
  readonly bins: Float32Array;
}

/** Linear map of grey values to 0 … BINS − 1. */
interface GreyScale {
  readonly low: number;
  readonly perUnit: number;
}

function greyScale(volume: Volume, field: string): GreyScale {
  const data = volume.values.data;
  const stride = Math.max(1, Math.floor(data.length / 200_000));
  const some = new Float32Array(Math.ceil(data.length / stride));
  for (let n = 0; n < some.length; n++) some[n] = data[n * stride]!;
  some.sort();
  const low = some[Math.floor(LOW_PART * (some.length - 1))]!;
  const high = some[Math.ceil(HIGH_PART * (some.length - 1))]!;
  if (!(high > low))
    throw new InvalidInputError(field, `${low} almost everywhere`, "an image with more than one grey value");
  return { low, perUnit: (BINS - 1) / (high - low) };
}

function toBin(value: number, { low, perUnit }: GreyScale): number {
  const bin = (value - low) * perUnit;
  return Math.max(0, Math.min(BINS - 1, bin));
}

/**
 * Random points of the fixed image, anywhere within voxels: points on voxel centres alone would favour transforms that
 * bring the two grids to coincide.
 * @param wanted - true for a point (LPS, mm) that may be used
 * @param uniform - random numbers in (0, 1)
 */
export function sampleFixed(
  fixed: Volume,
  count: number,
  wanted: (pointMm: Vec3) => boolean,
  uniform: () => number,
): FixedSamples {
  const scale = greyScale(fixed, "fixed");
  const [nx, ny, nz] = fixed.grid.size;
  const pointsMm = new Float64Array(3 * count);
  const bins = new Float32Array(count);
  let found = 0;
  for (let tries = 0; found < count && tries < 30 * count; tries++) {
    const i = uniform() * (nx - 1);
    const j = uniform() * (ny - 1);
    const k = uniform() * (nz - 1);
    const p = voxelToPatient(fixed.grid, [i, j, k]);
    if (!wanted(p)) continue;
    pointsMm.set(p, 3 * found);
    bins[found++] = toBin(sampleLinear(fixed, i, j, k, 0), scale);
  }
  return { count: found, pointsMm, bins };
}

/** What {@link mutualInformation} measures at one transform. */
export interface Overlap {
  /** (H(F) + H(M)) / H(F, M): 1 for images that say nothing of each other, 2 for the same image. */
  readonly normalisedMutualInformation: number;
  /** Part of the samples that fall within the moving image. */
  readonly overlapFraction: number;
}

/**
 * Normalised mutual information of the samples of a fixed image and a moving one under a transform.
 *
 *   NMI = (H(F) + H(M)) / H(F, M),   H = −Σ p ln p
 *
 * The joint histogram has 40 × 40 bins; each sample is shared linearly between its neighbouring bins in both images, and the moving image
 * is interpolated linearly, so that the measure is continuous in the transform.
 *
 * @source Studholme, Hill, Hawkes, Pattern Recognition 32 (1999) 71, doi:10.1016/S0031-3203(98)00091-0
 * @returns a function of the transform from the fixed to the moving image
 */
export function mutualInformation(
  samples: FixedSamples,
  moving: Volume,
): (fixedToMoving: RigidTransform) => Overlap {
  const scale = greyScale(moving, "moving");
  const joint = new Float64Array(BINS * BINS);
  const ofFixed = new Float64Array(BINS);
  const ofMoving = new Float64Array(BINS);
  const { grid } = moving;
  const [nx, ny, nz] = grid.size;
  const data = moving.values.data;
  const strideK = nx * ny;
  const { count, pointsMm, bins } = samples;

  return (transform) => {
    // Fixed LPS to moving voxel index is affine: its columns are found from four points.
    const o = patientToVoxel(grid, transformPoint(transform, [0, 0, 0]));
    const columns = [
      patientToVoxel(grid, transformPoint(transform, [1, 0, 0])),
      patientToVoxel(grid, transformPoint(transform, [0, 1, 0])),
      patientToVoxel(grid, transformPoint(transform, [0, 0, 1])),
    ] as const;
    const [ix, iy, iz] = columns.map((c) => c[0] - o[0]) as [number, number, number];
    const [jx, jy, jz] = columns.map((c) => c[1] - o[1]) as [number, number, number];
    const [kx, ky, kz] = columns.map((c) => c[2] - o[2]) as [number, number, number];
    const [oi, oj, ok] = o;
    joint.fill(0);
    let inside = 0;
    for (let n = 0; n < count; n++) {
      const x = pointsMm[3 * n]!;
      const y = pointsMm[3 * n + 1]!;
      const z = pointsMm[3 * n + 2]!;
      const i = oi + ix * x + iy * y + iz * z;
      const j = oj + jx * x + jy * y + jz * z;
      const k = ok + kx * x + ky * y + kz * z;
      if (!(i >= 0 && j >= 0 && k >= 0 && i < nx - 1 && j < ny - 1 && k < nz - 1)) continue;
      inside++;
      const i0 = i | 0;
      const j0 = j | 0;
      const k0 = k | 0;
      const a = i - i0;
      const b = j - j0;
      const c = k - k0;
      const at = i0 + nx * j0 + strideK * k0;
      const v00 = data[at]! + a * (data[at + 1]! - data[at]!);
      const v10 = data[at + nx]! + a * (data[at + nx + 1]! - data[at + nx]!);
      const up = at + strideK;
      const v01 = data[up]! + a * (data[up + 1]! - data[up]!);
      const v11 = data[up + nx]! + a * (data[up + nx + 1]! - data[up + nx]!);
      const low = v00 + b * (v10 - v00);
      let m = (low + c * (v01 + b * (v11 - v01) - low) - scale.low) * scale.perUnit;
      m = Math.max(0, Math.min(BINS - 1, m));
      const f = bins[n]!;
      const f0 = f >= BINS - 1 ? BINS - 2 : f | 0;
      const m0 = m >= BINS - 1 ? BINS - 2 : m | 0;
      const p = f - f0;
      const q = m - m0;
      const bin = BINS * f0 + m0;
      joint[bin]! += (1 - p) * (1 - q);
      joint[bin + 1]! += (1 - p) * q;
      joint[bin + BINS]! += p * (1 - q);
      joint[bin + BINS + 1]! += p * q;
    }
    const overlapFraction = count > 0 ? inside / count : 0;
    if (inside === 0) return { normalisedMutualInformation: 1, overlapFraction };
    ofFixed.fill(0);
    ofMoving.fill(0);
    let hJoint = 0;
    for (let f = 0; f < BINS; f++) {
      for (let m = 0; m < BINS; m++) {
        const p = joint[BINS * f + m]! / inside;
        if (p <= 0) continue;
        ofFixed[f]! += p;
        ofMoving[m]! += p;
        hJoint -= p * Math.log(p);
      }
    }
    let hSum = 0;
    for (let n = 0; n < BINS; n++) {
      if (ofFixed[n]! > 0) hSum -= ofFixed[n]! * Math.log(ofFixed[n]!);
      if (ofMoving[n]! > 0) hSum -= ofMoving[n]! * Math.log(ofMoving[n]!);
    }
    return { normalisedMutualInformation: hJoint > 0 ? hSum / hJoint : 1, overlapFraction };
  };
}
