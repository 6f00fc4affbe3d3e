import {
  assertGrid,
  InvalidInputError,
  patientToVoxel,
  type RunControl,
  throwIfCancelled,
  uniformStream,
  type Vec3,
  type Volume,
  voxelToPatient,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import {
  assertRigidTransform,
  type Bounds,
  composeTransforms,
  IDENTITY_TRANSFORM,
  invertTransform,
  type RigidTransform,
  rigidTransform,
  transformPoint,
} from "@isodose/geometry";
import { mutualInformation, sampleFixed } from "./mutual-information.ts";
import { minimizePowell } from "./powell.ts";
import { shrinkVolume } from "./shrink-volume.ts";
import { smoothVolume } from "./smooth-volume.ts";

/** What {@link registerRigid} is to bring together. */
export interface RegistrationOptions {
  /** The image that stays: the planning CT. */
  readonly fixed: Volume;
  /** The image that is moved onto it: an MR. Any unit, any grid, any direction. */
  readonly moving: Volume;
  /**
   * Where the search starts, moving to fixed: a transform, "frame" (as the coordinates say) or "centres" (the middles of the
   * images brought together). Default "frame" if less than half of the smaller image would lie outside, else "centres".
   */
  readonly start?: RigidTransform | "frame" | "centres";
  /**
   * Part of the fixed image to bring to coincide, LPS, mm. Default all that both show; a box around the vertebrae of interest is better,
   * because bowel and skin need not move with them.
   */
  readonly boxMm?: Bounds;
  /** How far off the start may be, mm: the coarse search tries shifts by this and its half in all directions. Default 12. */
  readonly captureMm?: number;
  /** Seed of the points at which the images are compared. Default 1. */
  readonly seed?: number;
}

/** A rigid registration. */
export interface Registration {
  /** From the moving image to the fixed one: p_fixed = R p_moving + t. LPS, mm. */
  readonly transform: RigidTransform;
  /** Normalised mutual information at the end, 1 (none) to 2. */
  readonly normalisedMutualInformation: number;
  /** Part of the compared points of the fixed image that the moving image shows. */
  readonly overlapFraction: number;
  /** Rounds of the optimiser, all resolutions together. */
  readonly iterations: number;
  readonly evaluations: number;
  readonly warnings: readonly Warning[];
}

/** From coarse to fine: voxel, number of compared points, first step and end of the search; mm. */
const LEVELS = [
  { spacingMm: 6, samples: 6_000, stepMm: 4, toleranceMm: 0.3, maxIterations: 6 },
  { spacingMm: 3, samples: 25_000, stepMm: 1.5, toleranceMm: 0.1, maxIterations: 8 },
  { spacingMm: 1.5, samples: 120_000, stepMm: 0.5, toleranceMm: 0.02, maxIterations: 10 },
] as const;
/** A rotation by 1 rad counts as this shift: the distance at which a spine's outline lies from the middle. */
const LEVER_MM = 60;
/** Below this part of overlap a measure of agreement says little. */
const LEAST_OVERLAP = 0.25;
/** Starts of the coarse search that are followed up. */
const FOLLOWED = 3;
/** Distance between the points at which the first overlap is counted, in parts of the image. */
const COUNTED = 16;

/**
 * Bring a moving image onto a fixed one by a rigid motion: normalised mutual information, from coarse to fine, by Powell's method.
 * Nothing is assumed of what the grey values mean, so MR goes onto CT.
 *
 * The same input and seed give the same transform, bit for bit. The measure knows the motion only as well as the images show it:
 * look at the result before you trust it.
 *
 * @returns transform from moving to fixed, LPS
 * @throws InvalidInputError if the images do not overlap, an image is of one grey value, or an option is out of range
 * @throws CancelledError if the signal is aborted
 * @source Studholme, Hill, Hawkes (1999), doi:10.1016/S0031-3203(98)00091-0; Maes et al., IEEE Trans. Med. Imaging 16 (1997) 187,
 * doi:10.1109/42.563664
 */
export async function registerRigid(
  options: RegistrationOptions,
  control: RunControl = {},
): Promise<Registration> {
  const { fixed, moving, boxMm, captureMm = 12, seed = 1 } = options;
  assertGrid(fixed.grid, "fixed.grid");
  assertGrid(moving.grid, "moving.grid");
  if (!(captureMm >= 0 && captureMm <= 100))
    throw new InvalidInputError("captureMm", captureMm, "a length from 0 to 100 mm");
  if (!(Number.isInteger(seed) && seed >= 0)) throw new InvalidInputError("seed", seed, "a whole number ≥ 0");
  throwIfCancelled(control.signal);
  const toFixed = startTransform(options);
  const toMoving = invertTransform(toFixed);
  const wanted = (p: Vec3): boolean => {
    if (boxMm && !p.every((c, a) => c >= boxMm.min[a]! && c <= boxMm.max[a]!)) return false;
    return within(moving, transformPoint(toMoving, p));
  };
  // Rotations turn about the middle of what both images show: shifts and turns then hardly disturb each other.
  const centreMm = middleOfOverlap(fixed, wanted);
  if (!centreMm)
    throw new InvalidInputError("moving", undefined, "an image that overlaps the fixed one at the start");
  const motion = (p: ArrayLike<number>): RigidTransform =>
    composeTransforms(
      toMoving,
      rigidTransform({
        translationMm: [p[0]!, p[1]!, p[2]!],
        rotationDeg: [p[3]!, p[4]!, p[5]!].map((v) => (v / LEVER_MM) * (180 / Math.PI)) as unknown as Vec3,
        centreMm,
      }),
    );

  let best: Float64Array = new Float64Array(6);
  let iterations = 0;
  let evaluations = 0;
  let converged = false;
  let last = { normalisedMutualInformation: 1, overlapFraction: 0 };
  for (const [n, level] of LEVELS.entries()) {
    control.onProgress?.({ stage: "registration", done: n, total: LEVELS.length });
    await yieldToEventLoop(control.signal);
    const coarse = shrinkVolume(fixed, level.spacingMm);
    const samples = sampleFixed(coarse, level.samples, wanted, uniformStream(seed, n));
    const measure = mutualInformation(samples, smoothVolume(shrinkVolume(moving, level.spacingMm)));
    const cost = (p: Float64Array): number => {
      const { normalisedMutualInformation, overlapFraction } = measure(motion(p));
      // Images pushed apart agree in nothing, whatever their last common voxels say.
      return overlapFraction < LEAST_OVERLAP ? 0 : -normalisedMutualInformation;
    };
    const starts = n === 0 ? coarseStarts(cost, captureMm) : [best];
    let value = Number.POSITIVE_INFINITY;
    for (const start of starts) {
      const found = await minimizePowell(cost, start, {
        step: level.stepMm,
        tolerance: level.toleranceMm,
        maxIterations: level.maxIterations,
        afterLine: () => yieldToEventLoop(control.signal),
      });
      iterations += found.iterations;
      evaluations += found.evaluations;
      if (found.value >= value) continue;
      value = found.value;
      best = found.parameters;
      converged = found.converged;
    }
    last = measure(motion(best));
  }
  control.onProgress?.({ stage: "registration", done: LEVELS.length, total: LEVELS.length });
  const warnings: Warning[] = [];
  if (!converged) {
    warnings.push({
      code: "REGISTRATION_NOT_CONVERGED",
      message: `the registration still moved by more than ${LEVELS.at(-1)!.toleranceMm} mm a round when it was stopped`,
    });
  }
  if (last.overlapFraction < 2 * LEAST_OVERLAP) {
    warnings.push({
      code: "REGISTRATION_OVERLAP",
      message: `only ${Math.round(100 * last.overlapFraction)} % of the compared points lie within both images`,
    });
  }
  return { transform: invertTransform(motion(best)), ...last, iterations, evaluations, warnings };
}

function middleOf({ grid }: Volume): Vec3 {
  return voxelToPatient(grid, [(grid.size[0] - 1) / 2, (grid.size[1] - 1) / 2, (grid.size[2] - 1) / 2]);
}

function within({ grid }: Volume, pointMm: Vec3): boolean {
  return patientToVoxel(grid, pointMm).every((c, a) => c >= 0 && c <= grid.size[a]! - 1);
}

function* lattice({ grid }: Volume): Generator<Vec3> {
  const at = (n: number, a: 0 | 1 | 2) => ((n + 0.5) / COUNTED) * (grid.size[a] - 1);
  for (let k = 0; k < COUNTED; k++) {
    for (let j = 0; j < COUNTED; j++) {
      for (let i = 0; i < COUNTED; i++) yield voxelToPatient(grid, [at(i, 0), at(j, 1), at(k, 2)]);
    }
  }
}

function middleOfOverlap(fixed: Volume, wanted: (pointMm: Vec3) => boolean): Vec3 | undefined {
  const sum = [0, 0, 0];
  let count = 0;
  for (const p of lattice(fixed)) {
    if (!wanted(p)) continue;
    for (const a of [0, 1, 2] as const) sum[a]! += p[a];
    count++;
  }
  return count > 0 ? (sum.map((c) => c / count) as unknown as Vec3) : undefined;
}

/** Moving to fixed. */
function startTransform({ fixed, moving, start }: RegistrationOptions): RigidTransform {
  const centres = (): RigidTransform => {
    const [f, m] = [middleOf(fixed), middleOf(moving)];
    return rigidTransform({ translationMm: [f[0] - m[0], f[1] - m[1], f[2] - m[2]] });
  };
  if (start === "frame") return IDENTITY_TRANSFORM;
  if (start === "centres") return centres();
  if (start !== undefined) {
    assertRigidTransform(start, "start");
    return start;
  }
  const part = (a: Volume, b: Volume) => {
    let inside = 0;
    for (const p of lattice(a)) if (within(b, p)) inside++;
    return inside / COUNTED ** 3;
  };
  return Math.max(part(fixed, moving), part(moving, fixed)) >= 0.5 ? IDENTITY_TRANSFORM : centres();
}

/** The best of a lattice of shifts around the start. */
function coarseStarts(cost: (p: Float64Array) => number, captureMm: number): Float64Array[] {
  const shifts = captureMm > 0 ? [-captureMm, -captureMm / 2, 0, captureMm / 2, captureMm] : [0];
  const tried: { readonly p: Float64Array; readonly value: number }[] = [];
  for (const x of shifts) {
    for (const y of shifts) {
      for (const z of shifts) {
        const p = Float64Array.of(x, y, z, 0, 0, 0);
        tried.push({ p, value: cost(p) });
      }
    }
  }
  return tried
    .sort((a, b) => a.value - b.value)
    .slice(0, FOLLOWED)
    .map(({ p }) => p);
}
