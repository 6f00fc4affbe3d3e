import {
  AXIAL_DIRECTION,
  createVolume,
  type Direction,
  type Grid,
  type PatientPoint,
  type Vec3,
  type Volume,
  voxelCount,
  voxelToPatient,
} from "@isodose/core";
import type { GammaRequest } from "./gamma-request.ts";

/** A gamma comparison whose answer is known in closed form, for checking any implementation. */
export interface GammaTestVector {
  readonly name: string;
  /** How the expected numbers follow. */
  readonly derivation: string;
  /** Ready for {@link gammaIndex}. */
  readonly request: GammaRequest;
  readonly expected: readonly ExpectedGamma[];
  /** Allowed difference in gamma. */
  readonly tolerance: number;
}

/** The gamma expected at one reference voxel. */
export interface ExpectedGamma {
  readonly voxel: Vec3;
  readonly gamma: number;
}

const FRAME_UID = "2.25.1";
const TOLERANCE = 1e-3;

/** A rotation in whole thirds that mixes all axes. */
const OBLIQUE: Direction = [2 / 3, -1 / 3, 2 / 3, 2 / 3, 2 / 3, -1 / 3, -1 / 3, 2 / 3, 2 / 3];

/**
 * Gamma comparisons with exact answers: constant offset, single voxel, linear doses (1D, 2D, 3D, other grids and directions,
 * global and local), an edge, a shifted Gaussian. The same data stand in `@isodose/dvh/test-vectors/gamma.json` for programs in
 * other languages. Doses are linear between voxels or sampled so finely that any linear interpolation agrees within the tolerance.
 */
export function gammaTestVectors(): readonly GammaTestVector[] {
  return [
    constantOffset(),
    referenceVoxel(),
    evaluatedVoxel(),
    shiftedRamp(),
    edge(),
    shiftedGaussian(),
    linearDose(
      "linear dose in 2D, other spacing",
      slice(9, 2, [0, 0, 0]),
      slice(33, 0.7, [-3, -2.5, 0]),
      false,
    ),
    linearDose(
      "linear dose, a slice against a volume",
      slice(5, 2, [3, 3, 5]),
      cube(12, 1.3, [0, 0, 0]),
      false,
    ),
    linearDose(
      "linear dose in 3D, other grid and direction",
      obliqueCube(),
      cube(14, 1.5, [-9, -9, -8]),
      false,
    ),
    linearDose("linear dose in 3D, local criterion", obliqueCube(), cube(14, 1.5, [-9, -9, -8]), true),
    linearDose(
      "linear dose in 3D, evaluated grid oblique",
      cube(4, 1.1, [-2, -1, -2]),
      obliqueCube(14, 1.5, [-9.75, -9.75, -9.75]),
      false,
    ),
  ];
}

function constantOffset(): GammaTestVector {
  const grid = cube(4, 1, [0, 0, 0]);
  const request = compare(
    volumeOf(grid, () => 10),
    volumeOf(grid, () => 10.3),
    2,
    1,
    10,
  );
  return {
    name: "constant offset",
    derivation: "Same dose everywhere: gamma = 0.3 Gy / (2 % of 10 Gy)",
    request,
    expected: voxelsOf(grid).map((voxel) => ({ voxel, gamma: 1.5 })),
    tolerance: TOLERANCE,
  };
}

function referenceVoxel(): GammaTestVector {
  const grid = cube(5, 1, [0, 0, 0]);
  const isIt = ([i, j, k]: Vec3) => i === 2 && j === 2 && k === 2;
  const request = compare(
    volumeOf(grid, (_, voxel) => (isIt(voxel) ? 10.5 : 10)),
    volumeOf(grid, () => 10),
    2,
    1,
    10,
  );
  return {
    name: "single voxel of the reference",
    derivation:
      "The evaluated dose is 10 Gy everywhere: gamma = 0.5 Gy / (2 % of 10 Gy) in the voxel, 0 elsewhere",
    request,
    expected: voxelsOf(grid).map((voxel) => ({ voxel, gamma: isIt(voxel) ? 2.5 : 0 })),
    tolerance: TOLERANCE,
  };
}

function evaluatedVoxel(): GammaTestVector {
  const grid = line(11, 2, 0);
  const request = compare(
    volumeOf(grid, () => 10),
    volumeOf(grid, (_, [i]) => (i === 5 ? 10.4 : 10)),
    2,
    1,
    10,
  );
  return {
    name: "single voxel of the evaluated line",
    derivation:
      "From the voxel the dose falls linearly over one spacing h = 2 mm: gamma = r / √(1 + (r DTA/h)²) with r = 0.4 Gy / 0.2 Gy; 0 elsewhere",
    request,
    expected: voxelsOf(grid).map((voxel) => ({ voxel, gamma: voxel[0] === 5 ? 2 / Math.SQRT2 : 0 })),
    tolerance: TOLERANCE,
  };
}

function shiftedRamp(): GammaTestVector {
  const slope = 0.25;
  const reference = volumeOf(line(21, 1, 0), ([x]) => 5 + slope * x);
  const evaluated = volumeOf(line(81, 0.5, -10), ([x]) => 5 + slope * (x - 1.6));
  return {
    name: "shifted ramp",
    derivation:
      "D = 5 + g x against 5 + g (x − s): gamma = g s / √(ΔD² + g² DTA²), g = 0.25 Gy/mm, s = 1.6 mm",
    request: compare(reference, evaluated, 3, 2, 10),
    expected: voxelsOf(reference.grid).map((voxel) => ({
      voxel,
      gamma: (slope * 1.6) / Math.hypot(0.3, slope * 2),
    })),
    tolerance: TOLERANCE,
  };
}

function edge(): GammaTestVector {
  const reference = volumeOf(line(5, 1, 0), () => 10);
  const evaluated = volumeOf(line(12, 1, -2), ([x]) => (x > 5.5 ? 10 : 2));
  const steep = 8 / 0.3;
  return {
    name: "edge",
    derivation:
      "The evaluated dose rises from 2 to 10 Gy between x = 5 and 6 mm, the reference is 10 Gy: in units of DTA = 1 mm and ΔD = 0.3 Gy " +
      "the distance from x to the line with slope K = 8/0.3 through (6, 0): gamma = (6 − x) K / √(1 + K²)",
    request: compare(reference, evaluated, 3, 1, 10),
    expected: voxelsOf(reference.grid).map((voxel) => ({
      voxel,
      gamma: ((6 - voxel[0]) * steep) / Math.hypot(1, steep),
    })),
    tolerance: TOLERANCE,
  };
}

function shiftedGaussian(): GammaTestVector {
  const gaussian = { peakGy: 20, sigmaMm: 10, criterionGy: 0.4, distanceMm: 1 };
  const shiftMm = 0.8;
  const doseGy = (x: number) => gaussian.peakGy * Math.exp(-0.5 * (x / gaussian.sigmaMm) ** 2);
  const reference = volumeOf(line(31, 1, -15), ([x]) => doseGy(x));
  const evaluated = volumeOf(line(721, 0.05, -18), ([x]) => doseGy(x - shiftMm));
  return {
    name: "shifted Gaussian",
    derivation:
      "20 Gy exp(−x²/(2 · 10² mm²)) against the same shifted by 0.8 mm, sampled every 0.05 mm: " +
      "minimum over the continuous Gaussian, found by Newton's method; linear interpolation is within 2e-4 of it",
    request: compare(reference, evaluated, 2, 1, 20),
    expected: voxelsOf(reference.grid).map((voxel) => {
      const x = voxel[0] - 15;
      return { voxel, gamma: gammaOfGaussian(gaussian, Math.abs(x - shiftMm), doseGy(x)) };
    }),
    tolerance: TOLERANCE,
  };
}

/** A radial Gaussian dose and criteria. */
export interface GaussianCase {
  readonly peakGy: number;
  readonly sigmaMm: number;
  readonly criterionGy: number;
  readonly distanceMm: number;
}

/**
 * Gamma against a Gaussian in any number of dimensions. Of all points with one dose, on a sphere around the centre, the nearest
 * lies on the ray through the reference point; so one number is left to find, the distance t from the centre:
 *
 *   γ² = min over t of (t − radius)² / DTA² + (peak exp(−t² / 2σ²) − dose)² / ΔD²
 *
 * Bracketed by a scan, then Newton's method with bisection.
 * @param radiusMm - distance of the reference point from the centre of the evaluated Gaussian
 * @param doseGy - reference dose
 */
export function gammaOfGaussian(
  { peakGy, sigmaMm, criterionGy, distanceMm }: GaussianCase,
  radiusMm: number,
  doseGy: number,
): number {
  const squared = (t: number) => {
    const r = (peakGy * Math.exp(-0.5 * (t / sigmaMm) ** 2) - doseGy) / criterionGy;
    return ((t - radiusMm) / distanceMm) ** 2 + r * r;
  };
  const slope = (t: number) => {
    const dose = peakGy * Math.exp(-0.5 * (t / sigmaMm) ** 2);
    return (t - radiusMm) / distanceMm ** 2 - ((dose - doseGy) * dose * t) / (criterionGy * sigmaMm) ** 2;
  };
  const reach = distanceMm * Math.sqrt(squared(radiusMm));
  const steps = 4000;
  let best = radiusMm;
  for (let n = -steps; n <= steps; n++) {
    const t = radiusMm + (reach * n) / steps;
    if (squared(t) < squared(best)) best = t;
  }
  let low = best - reach / steps;
  let high = best + reach / steps;
  for (let n = 0; n < 100 && slope(low) < 0 && slope(high) > 0; n++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
    best = middle;
  }
  return Math.sqrt(squared(best));
}

/** 10 Gy + g · x against the same plus 0.5 Gy, 2 % of 10 Gy and 1.5 mm; only points whose nearest point lies inside are expected. */
function linearDose(name: string, referenceGrid: Grid, evaluatedGrid: Grid, local: boolean): GammaTestVector {
  const flat = evaluatedGrid.size[2] === 1;
  const slope: Vec3 = flat ? [0.15, -0.2, 0] : [0.15, -0.2, 0.1];
  const doseGy = (p: PatientPoint) => 10 + slope[0] * p[0] + slope[1] * p[1] + slope[2] * p[2];
  const reference = volumeOf(referenceGrid, doseGy);
  const evaluated = volumeOf(evaluatedGrid, (p) => doseGy(p) + 0.5);
  const steepness = Math.hypot(...slope);
  return {
    name,
    derivation:
      `D = 10 + g · x Gy, evaluated 0.5 Gy higher, g = (${slope.join(", ")}) Gy/mm: ` +
      `gamma = 0.5 / √(ΔD² + |g|² DTA²), ΔD = 2 % of ${local ? "the dose at the point" : "10 Gy"}, DTA = 1.5 mm`,
    request: { ...compare(reference, evaluated, 2, 1.5, 10), local },
    expected: voxelsOf(referenceGrid).map((voxel) => {
      const [i, j, k] = voxel;
      const criterionGy = 0.02 * (local ? reference.values.get(k, j, i) : 10);
      return { voxel, gamma: 0.5 / Math.hypot(criterionGy, steepness * 1.5) };
    }),
    tolerance: TOLERANCE,
  };
}

function compare(
  reference: Volume,
  evaluated: Volume,
  dosePercent: number,
  distanceMm: number,
  normalisationGy: number,
): GammaRequest {
  return { reference, evaluated, dosePercent, distanceMm, normalisationGy, cutoffPercent: 0, local: false };
}

function line(n: number, spacingMm: number, startMm: number): Grid {
  return gridOf([n, 1, 1], spacingMm, [startMm, 0, 0], AXIAL_DIRECTION);
}

function slice(n: number, spacingMm: number, originMm: Vec3): Grid {
  return gridOf([n, n, 1], spacingMm, originMm, AXIAL_DIRECTION);
}

function cube(n: number, spacingMm: number, originMm: Vec3): Grid {
  return gridOf([n, n, n], spacingMm, originMm, AXIAL_DIRECTION);
}

function obliqueCube(n = 4, spacingMm = 1.1, originMm: Vec3 = [-2, -1, -2]): Grid {
  return gridOf([n, n, n], spacingMm, originMm, OBLIQUE);
}

function gridOf(size: Vec3, spacingMm: number, originMm: Vec3, direction: Direction): Grid {
  return {
    size,
    spacingMm: [spacingMm, spacingMm, spacingMm],
    originMm: originMm as PatientPoint,
    direction,
  };
}

function voxelsOf({ size: [nx, ny, nz] }: Grid): Vec3[] {
  return Array.from(
    { length: nx * ny * nz },
    (_, n): Vec3 => [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))],
  );
}

function volumeOf(grid: Grid, doseGy: (pointMm: PatientPoint, voxel: Vec3) => number): Volume {
  const data = new Float32Array(voxelCount(grid));
  for (const [n, voxel] of voxelsOf(grid).entries()) data[n] = doseGy(voxelToPatient(grid, voxel), voxel);
  return createVolume(grid, "Gy", FRAME_UID, data);
}
