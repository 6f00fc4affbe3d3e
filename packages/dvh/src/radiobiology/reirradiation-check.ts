import { InvalidInputError, type Warning } from "@isodose/core";
import { ALPHA_BETA_GY, eqd2Gy, type Schedule } from "./linear-quadratic.ts";
import { assertNotNegative, type ModelParameter } from "./model-parameter.ts";

const HYTEC = "Sahgal et al. 2021, HyTEC spinal cord, Int J Radiat Oncol Biol Phys 110:124, abstract";

/** Limits for spine SBRT after earlier radiation; doses are point maxima of the thecal sac in EQD2 with α/β = 2 Gy. */
export const HYTEC_REIRRADIATION_LIMITS = {
  cumulativeEqd2Gy: { value: 70, source: HYTEC, provenance: "read" },
  sbrtEqd2Gy: { value: 25, source: HYTEC, provenance: "read" },
  sbrtShare: { value: 0.5, source: HYTEC, provenance: "read" },
  intervalMonths: { value: 5, source: HYTEC, provenance: "read" },
} as const satisfies Record<string, ModelParameter>;

/** Point maximum of the thecal sac in one course. */
export interface ThecalCourse {
  /** Total dose, Gy, ≥ 0. */
  readonly thecalMaxGy: number;
  readonly schedule: Schedule;
}

/** One limit, checked. */
export interface ReirradiationLimit {
  readonly name: string;
  readonly value: number;
  readonly unit: "Gy" | "" | "months";
  readonly limit: ModelParameter;
  readonly rule: "at most" | "at least";
  readonly passed: boolean;
}

/** Result of {@link reirradiationCheck}. */
export interface ReirradiationCheck {
  readonly passed: boolean;
  readonly limits: readonly ReirradiationLimit[];
  readonly warnings: readonly Warning[];
}

/** Float noise at a limit is no failure. */
const SLACK = 1e-9;

/**
 * Check spine SBRT after earlier radiation against HyTEC: cumulative thecal EQD2 (α/β = 2) ≤ 70 Gy, of the SBRT ≤ 25 Gy, their
 * ratio ≤ 0.5, interval ≥ 5 months. For research and teaching.
 * @param options.earlier - all earlier courses
 * @param options.sbrt - the course to check
 * @param options.intervalMonths - since the end of the last earlier course, months, ≥ 0
 * @param options.cumulativeEqd2Gy - highest EQD2 (α/β = 2, no recovery) of the sum, Gy, where one has been made with `sumEqd2`.
 *   Default: the sum of the maxima, which is never lower
 * @throws InvalidInputError if there is no earlier course, a number is negative, or fractions are not a whole number ≥ 1
 * @source Sahgal et al. 2021, Int J Radiat Oncol Biol Phys 110:124
 */
export function reirradiationCheck(options: {
  readonly earlier: readonly ThecalCourse[];
  readonly sbrt: ThecalCourse;
  readonly intervalMonths: number;
  readonly cumulativeEqd2Gy?: number;
}): ReirradiationCheck {
  const { earlier, sbrt, intervalMonths } = options;
  if (earlier.length === 0) throw new InvalidInputError("earlier", earlier, "at least one earlier course");
  assertNotNegative("intervalMonths", intervalMonths, "months");
  const tissue = { alphaBetaGy: ALPHA_BETA_GY.cord.value };
  const toEqd2 = (course: ThecalCourse): number => eqd2Gy(course.thecalMaxGy, course.schedule, tissue);
  const sbrtEqd2Gy = toEqd2(sbrt);
  const sumOfMaximaGy = earlier.reduce((sum, course) => sum + toEqd2(course), sbrtEqd2Gy);
  const cumulativeGy = options.cumulativeEqd2Gy ?? sumOfMaximaGy;
  assertNotNegative("cumulativeEqd2Gy", cumulativeGy, "Gy");
  const share = cumulativeGy > 0 ? sbrtEqd2Gy / cumulativeGy : 0;
  const most = (name: string, value: number, unit: "Gy" | "", limit: ModelParameter): ReirradiationLimit => ({
    name,
    value,
    unit,
    limit,
    rule: "at most",
    passed: value <= limit.value * (1 + SLACK),
  });
  const bounds = HYTEC_REIRRADIATION_LIMITS;
  const limits: ReirradiationLimit[] = [
    most("cumulative thecal EQD2 maximum", cumulativeGy, "Gy", bounds.cumulativeEqd2Gy),
    most("thecal EQD2 maximum of the SBRT", sbrtEqd2Gy, "Gy", bounds.sbrtEqd2Gy),
    most("SBRT / cumulative thecal EQD2", share, "", bounds.sbrtShare),
    {
      name: "interval",
      value: intervalMonths,
      unit: "months",
      limit: bounds.intervalMonths,
      rule: "at least",
      passed: intervalMonths >= bounds.intervalMonths.value * (1 - SLACK),
    },
  ];
  const warnings: Warning[] = [];
  if (options.cumulativeEqd2Gy === undefined)
    warnings.push({
      code: "SUM_OF_MAXIMA",
      message: "cumulative EQD2 is the sum of the maxima of the courses, which may lie at different points",
    });
  else if (cumulativeGy > sumOfMaximaGy * (1 + 1e-6))
    warnings.push({
      code: "SUM_ABOVE_MAXIMA",
      message: `cumulative EQD2 ${cumulativeGy.toPrecision(4)} Gy is above the sum of the maxima, ${sumOfMaximaGy.toPrecision(4)} Gy: one of them is wrong`,
    });
  return { passed: limits.every((limit) => limit.passed), limits, warnings };
}
