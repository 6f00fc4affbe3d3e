import {
  assertGrid,
  createVolume,
  type Grid,
  InvalidInputError,
  patientToVoxel,
  type RunControl,
  throwIfCancelled,
  type Vec3,
  type Volume,
  voxelToPatient,
  voxelVolumeMm3,
  type Warning,
} from "@isodose/core";
import {
  assertRigidTransform,
  IDENTITY_TRANSFORM,
  invertTransform,
  type RigidTransform,
  transformPoint,
} from "@isodose/geometry";
import { interpolateVoxels } from "../dose-interpolation.ts";
import { assertDoseVolume } from "./eqd2-volume.ts";
import {
  assertSchedule,
  assertTissue,
  bedOf,
  type LqTissue,
  referenceBedPerGy,
  type Schedule,
} from "./linear-quadratic.ts";
import { assertNotNegative, type ModelParameter } from "./model-parameter.ts";

/** One course of treatment, or one fraction of it, with its own dose. */
export interface DoseCourse {
  /** What warnings call it. */
  readonly name: string;
  /** Total physical dose of the course, unit "Gy", on any grid. */
  readonly dose: Volume;
  /** How it was given: `{ fractions: 5 }`, or `plaqueSchedule(…)` for a source left in place. */
  readonly schedule: Schedule;
  /** Rigid motion from the patient space of this dose to that of the sum, LPS, mm. Default: the same space. */
  readonly registration?: RigidTransform;
  /** Part of the earlier effect that the tissue has recovered from, 0 to 1. Default 0: nothing. */
  readonly recoveryFactor?: number;
  /** Time between the end of this course and the latest one, months; only for the warning about early recovery. */
  readonly intervalMonths?: number;
}

/** What {@link sumEqd2} needs. */
export interface Eqd2SumRequest {
  readonly courses: readonly DoseCourse[];
  /** Grid of the sum, in its patient space. */
  readonly grid: Grid;
  /** One tissue for all courses: EQD2 of different α/β do not add. */
  readonly tissue: LqTissue;
  /** Of the sum. Default: that of the first course that has one and no registration. */
  readonly frameOfReferenceUid?: string;
}

/** What one course adds. */
export interface CourseContribution {
  readonly name: string;
  /** Highest EQD2 that this course alone adds to a voxel of the sum, after recovery, Gy. */
  readonly maxEqd2Gy: number;
  /** Part of the grid of the sum that lies outside the dose grid of this course, cc: counted as 0. */
  readonly outsideCc: number;
}

/** Result of {@link sumEqd2}. */
export interface Eqd2Sum {
  /** Summed EQD2, Gy. */
  readonly eqd2: Volume;
  /** Share of the courses whose dose grid holds the voxel, 0 to 1: below 1 the sum may be too low. */
  readonly coverage: Volume;
  readonly courses: readonly CourseContribution[];
  readonly warnings: readonly Warning[];
}

/** When recovery of the cord has been seen to begin. */
export const CORD_RECOVERY_ONSET_MONTHS: ModelParameter = {
  value: 6,
  source: "Kirkpatrick et al. 2010, QUANTEC spinal cord, Int J Radiat Oncol Biol Phys 76:S42, abstract",
  provenance: "read",
};

/**
 * Recovery of the monkey cord two years after 44 Gy in 2.2 Gy fractions, at least: the median effective dose of one course is
 * 76.1 Gy, of both together ≥ 110 Gy, so at most 76.1 − (110 − 44) = 10.1 of 44 Gy were remembered. No advice for patients.
 */
export const MONKEY_CORD_RECOVERY_2_YEARS: ModelParameter = {
  value: 1 - (76.1 - (110 - 44)) / 44,
  source: "from the doses in the abstract of Ang et al. 1993, Int J Radiat Oncol Biol Phys 25:459",
  provenance: "computed",
};

/**
 * Add courses of any modality as EQD2.
 *
 *   EQD2(x) = Σ_c (1 − recovery_c) · EQD2_c(D_c(T_c⁻¹ x))
 *
 * D_c is the trilinear interpolant of the dose of the course, T_c its registration. Between the outermost voxel centres and the
 * edges of a dose grid the end value is held; beyond them the course adds 0, and a warning states the volume.
 * @throws InvalidInputError if there is no course, a dose is not in Gy or negative, its frame of reference differs and it has no
 *   registration, a registration is not rigid, or a recovery factor is not between 0 and 1
 * @throws CancelledError if `control.signal` has been aborted
 * @example
 * const { eqd2 } = sumEqd2({
 *   courses: [
 *     { name: "2019", dose: earlier, schedule: { fractions: 10 }, registration, recoveryFactor: 0.25, intervalMonths: 30 },
 *     { name: "SBRT", dose, schedule: { fractions: 3 } },
 *   ],
 *   grid: dose.grid,
 *   tissue: { alphaBetaGy: 2 },
 * });
 */
export function sumEqd2(request: Eqd2SumRequest, control: RunControl = {}): Eqd2Sum {
  const { courses, grid, tissue } = request;
  assertGrid(grid);
  assertTissue(tissue);
  if (courses.length === 0) throw new InvalidInputError("courses", courses, "at least one course");
  const frame =
    request.frameOfReferenceUid ??
    courses.find((c) => !c.registration && c.dose.frameOfReferenceUid)?.dose.frameOfReferenceUid ??
    "";
  courses.forEach((course, n) => {
    assertCourse(course, `courses[${n}]`, frame);
  });

  const eqd2 = createVolume(grid, "Gy", frame);
  const coverage = createVolume(grid, "fraction", frame);
  const sum = eqd2.values.data;
  const contributions: CourseContribution[] = [];
  const warnings: Warning[] = [];
  const scale = 1 / referenceBedPerGy(tissue);
  courses.forEach((course, n) => {
    throwIfCancelled(control.signal);
    const share = resample(course, grid, tissue, scale, sum, coverage.values.data);
    const outsideCc = (share.outside * voxelVolumeMm3(grid)) / 1000;
    contributions.push({ name: course.name, maxEqd2Gy: share.maximum, outsideCc });
    warnings.push(...courseWarnings(course, outsideCc));
    control.onProgress?.({ stage: "dose sum", done: n + 1, total: courses.length });
  });
  const covered = coverage.values.data;
  for (let v = 0; v < covered.length; v++) covered[v]! /= courses.length;
  return { eqd2, coverage, courses: contributions, warnings };
}

function assertCourse(course: DoseCourse, field: string, frame: string): void {
  assertDoseVolume(course.dose, `${field}.dose`);
  assertSchedule(course.schedule, `${field}.schedule`);
  const { registration, recoveryFactor = 0, intervalMonths, dose } = course;
  if (registration) assertRigidTransform(registration, `${field}.registration`);
  else if (frame && dose.frameOfReferenceUid && dose.frameOfReferenceUid !== frame)
    throw new InvalidInputError(
      `${field}.dose.frameOfReferenceUid`,
      dose.frameOfReferenceUid,
      `that of the sum, ${frame}, or a registration`,
    );
  if (!(recoveryFactor >= 0 && recoveryFactor <= 1))
    throw new InvalidInputError(`${field}.recoveryFactor`, recoveryFactor, "0 (nothing) to 1 (everything)");
  if (intervalMonths !== undefined) assertNotNegative(`${field}.intervalMonths`, intervalMonths, "months");
}

function courseWarnings(course: DoseCourse, outsideCc: number): Warning[] {
  const { name, recoveryFactor = 0, intervalMonths } = course;
  const warnings: Warning[] = [];
  if (outsideCc > 0)
    warnings.push({
      code: "COURSE_OUTSIDE_DOSE_GRID",
      message: `${name}: its dose grid does not hold ${outsideCc.toPrecision(3)} cc of the sum; counted as 0 Gy there`,
    });
  if (recoveryFactor > 0 && intervalMonths === undefined)
    warnings.push({
      code: "RECOVERY_WITHOUT_INTERVAL",
      message: `${name}: recovery of ${(100 * recoveryFactor).toPrecision(3)} % without an interval in months`,
    });
  const onset = CORD_RECOVERY_ONSET_MONTHS;
  if (recoveryFactor > 0 && intervalMonths !== undefined && intervalMonths < onset.value)
    warnings.push({
      code: "RECOVERY_EARLY",
      message: `${name}: recovery after ${intervalMonths} months; of the cord it is seen from about ${onset.value} months on (${onset.source})`,
    });
  return warnings;
}

/** Add one course to `sum` in place, and 1 to `covered` where its dose grid holds the voxel. */
function resample(
  course: DoseCourse,
  grid: Grid,
  tissue: LqTissue,
  scale: number,
  sum: Float32Array,
  covered: Float32Array,
): { readonly outside: number; readonly maximum: number } {
  const { dose, schedule, registration = IDENTITY_TRANSFORM, recoveryFactor = 0 } = course;
  const { fractions, protractionFactor: g = 1 } = schedule;
  const { alphaBetaGy, transitionDoseGy = Number.POSITIVE_INFINITY } = tissue;
  const factor = scale * (1 - recoveryFactor);
  const back = invertTransform(registration);
  const at = (i: number, j: number, k: number): Vec3 =>
    patientToVoxel(dose.grid, transformPoint(back, voxelToPatient(grid, [i, j, k])));
  // Voxel of the sum → voxel of the course is affine: its origin and its three steps.
  const origin = at(0, 0, 0);
  const stepI = at(1, 0, 0).map((x, a) => x - origin[a]!);
  const stepJ = at(0, 1, 0).map((x, a) => x - origin[a]!);
  const stepK = at(0, 0, 1).map((x, a) => x - origin[a]!);
  const [nx, ny, nz] = dose.grid.size;
  const data = dose.values.data;
  const value = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  let outside = 0;
  let maximum = 0;
  let v = 0;
  for (let k = 0; k < grid.size[2]; k++) {
    for (let j = 0; j < grid.size[1]; j++) {
      const x0 = origin[0] + j * stepJ[0]! + k * stepK[0]!;
      const y0 = origin[1] + j * stepJ[1]! + k * stepK[1]!;
      const z0 = origin[2] + j * stepJ[2]! + k * stepK[2]!;
      for (let i = 0; i < grid.size[0]; i++, v++) {
        const x = x0 + i * stepI[0]!;
        const y = y0 + i * stepI[1]!;
        const z = z0 + i * stepI[2]!;
        if (!inside(x, nx) || !inside(y, ny) || !inside(z, nz)) {
          outside++;
          continue;
        }
        interpolateVoxels(data, nx, ny, nz, x, y, z, value);
        const share = factor * bedOf(value.value, fractions, g, alphaBetaGy, transitionDoseGy);
        sum[v]! += share;
        covered[v]! += 1;
        if (share > maximum) maximum = share;
      }
    }
  }
  return { outside, maximum };
}

/** Within the edges of the grid, half a voxel beyond its outermost centres; a hair for rounding. */
function inside(x: number, n: number): boolean {
  return x >= -0.5 - 1e-9 && x <= n - 0.5 + 1e-9;
}
