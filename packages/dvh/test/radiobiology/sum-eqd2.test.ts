import { createVolume, type PatientPoint, patientToVoxel, type Vec3, voxelToPatient } from "@isodose/core";
import { invertTransform, rigidTransform, transformPoint } from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../../test/support/evenly.ts";
import { interpolateDoseGy } from "../../src/dose-interpolation.ts";
import {
  eqd2Gy,
  MONKEY_CORD_RECOVERY_2_YEARS,
  plaqueSchedule,
  reirradiationCheck,
  sumEqd2,
} from "../../src/radiobiology/index.ts";
import { cubeGrid, doseOf } from "../shapes.ts";

const SEED = 77;
const tissue = { alphaBetaGy: 2 };
const grid = cubeGrid([0, 0, 0], 10, 2);
const constant = (doseGy: number, frame = "1.1", size = 10) =>
  doseOf(cubeGrid([0, 0, 0], size, 2), () => doseGy, frame);

describe("sum of courses in EQD2", () => {
  test("fractions of different size, a plaque and an earlier course with recovery", () => {
    const plaque = plaqueSchedule({ exposureHours: 0.4, halfLifeHours: 343, repairHalfTimeHours: 1.6 });
    const { eqd2, coverage, courses, warnings } = sumEqd2({
      grid,
      tissue,
      courses: [
        { name: "first", dose: constant(8), schedule: { fractions: 1 } },
        { name: "second", dose: constant(5), schedule: { fractions: 1 } },
        { name: "plaque", dose: constant(10), schedule: plaque },
        {
          name: "2019",
          dose: constant(30),
          schedule: { fractions: 10 },
          recoveryFactor: 0.25,
          intervalMonths: 30,
        },
      ],
    });
    // By hand: BED / 2 for α/β = 2; 8 (1 + 4), 5 (1 + 2.5), 10 (1 + 5 G), 0.75 · 30 (1 + 1.5).
    const exact = (40 + 17.5 + 10 * (1 + 5 * plaque.protractionFactor!) + 0.75 * 75) / 2;
    for (const value of eqd2.values.data) expect(value).toBeCloseTo(exact, 4);
    for (const value of coverage.values.data) expect(value).toBe(1);
    expect(eqd2.unit).toBe("Gy");
    expect(eqd2.frameOfReferenceUid).toBe("1.1");
    expect(courses[3]!.maxEqd2Gy).toBeCloseTo((0.75 * 75) / 2, 4);
    expect(warnings).toEqual([]);
  });

  test("fractions of one dose add to the course: three courses of one fraction are one of three", () => {
    const third = { name: "a third", dose: constant(9), schedule: { fractions: 1 } };
    const split = sumEqd2({ grid, tissue, courses: [third, third, third] });
    expect(split.eqd2.values.data[5]).toBeCloseTo(eqd2Gy(27, { fractions: 3 }, tissue), 4);
  });

  test("an earlier linear field comes through any registration exactly, and what it misses is told", () => {
    fc.assert(
      fc.property(
        fc.tuple(evenly(-30, 30), evenly(-30, 30), evenly(-30, 30)),
        fc.tuple(evenly(-4, 4), evenly(-4, 4), evenly(-4, 4)),
        (rotationDeg, translationMm) => {
          const registration = rigidTransform({ rotationDeg, translationMm, centreMm: [3, -2, 1] });
          const field = (p: Vec3): number => 20 + 0.3 * p[0] - 0.2 * p[1] + 0.1 * p[2];
          const earlier = doseOf(cubeGrid([1, 0, 2], 14, 2), field, "9.9");
          const { eqd2, courses, coverage, warnings } = sumEqd2({
            grid,
            tissue,
            frameOfReferenceUid: "1.1",
            courses: [{ name: "2019", dose: earlier, schedule: { fractions: 5 }, registration }],
          });
          let outside = 0;
          let n = 0;
          for (let k = 0; k < 11; k++)
            for (let j = 0; j < 11; j++)
              for (let i = 0; i < 11; i++, n++) {
                const here = voxelToPatient(grid, [i, j, k]);
                const there = transformPoint(invertTransform(registration), here);
                const doseGy = interpolateDoseGy(earlier, there);
                if (doseGy === undefined) outside++;
                expect(coverage.values.data[n]).toBe(doseGy === undefined ? 0 : 1);
                const exact = doseGy === undefined ? 0 : eqd2Gy(doseGy, { fractions: 5 }, tissue);
                expect(Math.abs(eqd2.values.data[n]! - exact)).toBeLessThan(1e-3);
                const [x, y, z] = patientToVoxel(earlier.grid, there);
                const inner = Math.min(x, y, z) >= 0 && Math.max(x, y, z) <= 14;
                if (inner) expect(Math.abs(doseGy! - field(there))).toBeLessThan(1e-5);
              }
          expect(courses[0]!.outsideCc).toBeCloseTo((outside * 8) / 1000, 9);
          expect(warnings.map((w) => w.code)).toEqual(outside > 0 ? ["COURSE_OUTSIDE_DOSE_GRID"] : []);
        },
      ),
      { seed: SEED, numRuns: 15 },
    );
  });

  test("the registration takes the earlier patient to the present one: a hot point lands where it is moved to", () => {
    const at: PatientPoint = [4, 0, -2];
    const earlier = doseOf(cubeGrid([0, 0, 0], 20, 2), (p) =>
      Math.hypot(p[0] - at[0], p[1] - at[1], p[2] - at[2]) < 0.1 ? 10 : 0,
    );
    const registration = rigidTransform({ rotationDeg: [0, 0, 90], translationMm: [2, 0, 4] });
    const [x, y, z] = transformPoint(registration, at);
    expect([x, y, z].map(Math.round)).toEqual([2, 4, 2]);
    const { eqd2 } = sumEqd2({
      grid,
      tissue,
      courses: [{ name: "2019", dose: earlier, schedule: { fractions: 1 }, registration }],
    });
    const [i, j, k] = patientToVoxel(grid, [2, 4, 2]);
    expect(eqd2.values.data[i + 11 * (j + 11 * k)]).toBeCloseTo(30, 4);
    expect(eqd2.values.data.reduce((a, b) => a + b, 0)).toBeCloseTo(30, 4);
  });

  test("a course whose grid is too small: its part is left out, with the volume in the warning", () => {
    const { courses, warnings, eqd2, coverage } = sumEqd2({
      grid,
      tissue,
      courses: [
        { name: "SBRT", dose: constant(6), schedule: { fractions: 3 } },
        { name: "small", dose: constant(6, "1.1", 4), schedule: { fractions: 3 } },
      ],
    });
    // 11³ voxels of 8 mm³, 5³ of them inside.
    expect(courses[1]!.outsideCc).toBeCloseTo(((11 ** 3 - 5 ** 3) * 8) / 1000, 12);
    expect(warnings[0]).toMatchObject({ code: "COURSE_OUTSIDE_DOSE_GRID" });
    expect(warnings[0]!.message).toContain("small: its dose grid does not hold 9.65 cc");
    expect(coverage.values.data[0]).toBe(0.5);
    expect(eqd2.values.data[0]).toBeCloseTo(6, 5);
  });

  test("recovery: none by default, early or undated recovery warned of", () => {
    const course = { name: "2019", dose: constant(10), schedule: { fractions: 5 } };
    const codes = (extra: object): string[] =>
      sumEqd2({ grid, tissue, courses: [{ ...course, ...extra }] }).warnings.map((w) => w.code);
    expect(codes({ intervalMonths: 1 })).toEqual([]);
    expect(codes({ recoveryFactor: 0.5, intervalMonths: 3 })).toEqual(["RECOVERY_EARLY"]);
    expect(codes({ recoveryFactor: 0.5 })).toEqual(["RECOVERY_WITHOUT_INTERVAL"]);
    expect(codes({ recoveryFactor: 0.5, intervalMonths: 24 })).toEqual([]);
    const none = sumEqd2({ grid, tissue, courses: [{ ...course, recoveryFactor: 1, intervalMonths: 24 }] });
    expect(Math.max(...none.eqd2.values.data)).toBe(0);
    // 10.1 of 44 Gy remembered.
    expect(MONKEY_CORD_RECOVERY_2_YEARS.value).toBeCloseTo(0.77, 2);
  });

  test("bad input is named", () => {
    const course = { name: "a", dose: constant(10), schedule: { fractions: 5 } };
    const bad = (extra: object) => () =>
      sumEqd2({ grid, tissue, courses: [course, { ...course, ...extra }] });
    expect(() => sumEqd2({ grid, tissue, courses: [] })).toThrow(/courses/);
    expect(() => sumEqd2({ grid, tissue: { alphaBetaGy: 0 }, courses: [course] })).toThrow(
      /tissue\.alphaBetaGy/,
    );
    expect(bad({ dose: constant(1, "2.2") })).toThrow(/courses\[1\]\.dose\.frameOfReferenceUid: is "2\.2"/);
    expect(bad({ recoveryFactor: 1.2 })).toThrow(/courses\[1\]\.recoveryFactor: is 1\.2/);
    expect(bad({ schedule: { fractions: 2.5 } })).toThrow(/courses\[1\]\.schedule\.fractions: is 2\.5/);
    expect(bad({ intervalMonths: -1 })).toThrow(/courses\[1\]\.intervalMonths/);
    expect(bad({ registration: [1, 2, 3] })).toThrow(/courses\[1\]\.registration/);
    expect(bad({ dose: createVolume(grid, "HU", "1.1") })).toThrow(/courses\[1\]\.dose\.unit/);
    expect(bad({ dose: constant(Number.NaN) })).toThrow(/courses\[1\]\.dose voxel \(0, 0, 0\)/);
    const controller = new AbortController();
    controller.abort();
    expect(() => sumEqd2({ grid, tissue, courses: [course] }, { signal: controller.signal })).toThrow(
      /cancelled/,
    );
  });
});

describe("re-irradiation after HyTEC", () => {
  const check = (earlierGy: number, sbrtGy: number, intervalMonths: number) =>
    reirradiationCheck({
      earlier: [{ thecalMaxGy: earlierGy, schedule: { fractions: 10 } }],
      sbrt: { thecalMaxGy: sbrtGy, schedule: { fractions: 2 } },
      intervalMonths,
    });
  const failed = (result: ReturnType<typeof check>): string[] =>
    result.limits.filter((limit) => !limit.passed).map((limit) => limit.name);

  test("30 Gy in 10 before, 12 Gy in 2 now: 37.5 + 24 = 61.5 Gy, passes", () => {
    const result = check(30, 12, 8);
    expect(result.limits.map((limit) => limit.value)).toEqual(
      [61.5, 24, 24 / 61.5, 8].map((x) => expect.closeTo(x, 10)),
    );
    expect(result.passed).toBe(true);
    expect(result.limits.every((limit) => limit.limit.provenance === "read")).toBe(true);
    expect(result.warnings.map((w) => w.code)).toEqual(["SUM_OF_MAXIMA"]);
  });

  test("each limit fails by itself, and holds at its own value", () => {
    expect(failed(check(30, 12, 4.9))).toEqual(["interval"]);
    expect(check(30, 12, 5).passed).toBe(true);
    // 14 Gy in 2: BED 14 (1 + 3.5) = 63, EQD2 31.5 of 69.
    expect(failed(check(30, 14, 8))).toEqual(["thecal EQD2 maximum of the SBRT"]);
    // 40 Gy in 10: EQD2 60.
    expect(failed(check(40, 12, 8))).toEqual(["cumulative thecal EQD2 maximum"]);
    // 20 Gy in 10: EQD2 20.
    expect(failed(check(20, 12, 8))).toEqual(["SBRT / cumulative thecal EQD2"]);
    const edge = reirradiationCheck({
      earlier: [{ thecalMaxGy: 45, schedule: { fractions: 1, protractionFactor: 0 } }],
      sbrt: { thecalMaxGy: 50, schedule: { fractions: 1, protractionFactor: 0 } },
      intervalMonths: 5,
    });
    // Without a quadratic term EQD2 is half the dose: 22.5 + 25 = 47.5.
    expect(edge.limits[1]).toMatchObject({ passed: true, value: expect.closeTo(25, 10) });
  });

  test("a summed dose distribution takes the place of the sum of maxima", () => {
    const options = {
      earlier: [{ thecalMaxGy: 40, schedule: { fractions: 10 } }],
      sbrt: { thecalMaxGy: 12, schedule: { fractions: 2 } },
      intervalMonths: 8,
    };
    const apart = reirradiationCheck({ ...options, cumulativeEqd2Gy: 66 });
    expect(apart.passed).toBe(true);
    expect(apart.warnings).toEqual([]);
    const wrong = reirradiationCheck({ ...options, cumulativeEqd2Gy: 99 });
    expect(wrong.warnings.map((w) => w.code)).toEqual(["SUM_ABOVE_MAXIMA"]);
  });

  test("bad input is named", () => {
    const sbrt = { thecalMaxGy: 12, schedule: { fractions: 2 } };
    expect(() => reirradiationCheck({ earlier: [], sbrt, intervalMonths: 5 })).toThrow(/earlier/);
    expect(() => reirradiationCheck({ earlier: [sbrt], sbrt, intervalMonths: -5 })).toThrow(/intervalMonths/);
    expect(() =>
      reirradiationCheck({ earlier: [sbrt], sbrt: { ...sbrt, thecalMaxGy: -1 }, intervalMonths: 5 }),
    ).toThrow(/doseGy: is -1/);
  });
});
