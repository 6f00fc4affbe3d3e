import { InvalidInputError } from "@isodose/core";
import { sphere as ball, rasterizeOccupancy } from "@isodose/geometry";
import { describe, expect, test } from "vitest";
import { doseFallOff, doseSpillByShell } from "../../src/index.ts";
import { cubeGrid, doseOf, sphere } from "../shapes.ts";

const CENTER = [0.21, -0.37, 0.11] as const;
const R = 8;
const RX = 20;
const radius = (p: readonly number[]) => Math.hypot(...p.map((c, a) => c - CENTER[a]!));
const ballCc = (r: number) => ((4 / 3) * Math.PI * r ** 3) / 1000;
/** Linear fall along the radius: its grid error is only that of the curvature of its isodoses. */
const doseAt = (r: number) => RX - 1.2 * (r - R);
const dose = doseOf(cubeGrid([0, 0, 0], 21, 1), (p) => Math.max(0, doseAt(radius(p))));
const shellsMm = [0, 2, 5, 10];
/** Mean of the linear fall over a shell. */
const meanOf = (a: number, b: number) => doseAt((0.75 * (b ** 4 - a ** 4)) / (b ** 3 - a ** 3));

describe("dose spill by shell, radial dose about a sphere", () => {
  for (const [name, target, part] of [
    ["solid", ball(CENTER, R), 0.005],
    // 64 slices: their steps are not a sphere's.
    ["contours", sphere(CENTER, R, 64), 0.01],
    ["occupancy", rasterizeOccupancy(sphere(CENTER, R, 64), cubeGrid([0, 0, 0], 10, 0.5)), 0.01],
  ] as const)
    test(`${name}: volumes, levels, minimum, mean and maximum`, () => {
      const levelsPercent = [100, 80, 50];
      const { shells, warnings } = doseSpillByShell({
        dose,
        target,
        prescriptionGy: RX,
        shellsMm,
        levelsPercent,
      });
      expect(warnings).toEqual([]);
      expect(shells).toHaveLength(3);
      for (const shell of shells) {
        const [a, b] = [R + shell.fromMm, R + shell.toMm];
        const cc = ballCc(b) - ballCc(a);
        expect(Math.abs(shell.volumeCc / cc - 1)).toBeLessThan(part);
        expect(Math.abs(shell.meanGy - meanOf(a, b))).toBeLessThan(0.08);
        expect(Math.abs(shell.maxGy - doseAt(a))).toBeLessThan(0.25);
        expect(Math.abs(shell.minGy - doseAt(b))).toBeLessThan(0.25);
        for (const { levelPercent, levelGy, volumeCc, percentOfShell } of shell.levels) {
          expect(levelGy).toBeCloseTo((levelPercent / 100) * RX, 10);
          const r = R + (RX - levelGy) / 1.2;
          const wanted = ballCc(Math.min(b, Math.max(a, r))) - ballCc(a);
          expect(Math.abs(volumeCc - wanted)).toBeLessThan(0.015 * cc);
          expect(percentOfShell).toBeCloseTo((100 * volumeCc) / shell.volumeCc, 10);
        }
      }
    });

  test("the prescription isodose on the surface spills next to nothing", () => {
    const { shells } = doseSpillByShell({
      dose,
      target: ball(CENTER, R),
      prescriptionGy: RX,
      shellsMm: [-4, 0, 2],
      levelsPercent: [100],
    });
    expect(shells[0]!.levels[0]!.percentOfShell).toBeGreaterThan(98);
    expect(shells[1]!.levels[0]!.percentOfShell).toBeLessThan(1);
  });

  test("what lies outside the dose grid is said", () => {
    const { shells, warnings } = doseSpillByShell({ dose, target: ball(CENTER, R), prescriptionGy: RX });
    expect(warnings.map((w) => w.code)).toEqual(["OUTSIDE_DOSE_GRID"]);
    const far = shells.at(-1)!;
    expect(far.volumeOutsideDoseGridCc).toBeGreaterThan(0);
    const cc = ballCc(R + 30) - ballCc(R + 20);
    expect(Math.abs((far.volumeCc + far.volumeOutsideDoseGridCc) / cc - 1)).toBeLessThan(0.01);
  });

  test("bad input", () => {
    const request = { dose, target: ball(CENTER, R), prescriptionGy: RX };
    for (const wrong of [
      { prescriptionGy: Number.NaN },
      { shellsMm: [3] },
      { shellsMm: [3, 2] },
      { levelsPercent: [0] },
      { target: { ...sphere(CENTER, R, 8), contours: [] } },
      {
        target: { ...sphere(CENTER, R, 8), frameOfReferenceUid: "1.2" },
        dose: { ...dose, frameOfReferenceUid: "1.3" },
      },
    ])
      expect(() => doseSpillByShell({ ...request, ...wrong })).toThrow(InvalidInputError);
  });
});

describe("dose fall-off", () => {
  test("mean, minimum and maximum follow the radial dose, inside and outside", () => {
    const curve = doseFallOff({ dose, target: ball(CENTER, R), toMm: 10, binMm: 1 });
    expect(curve.distanceMm[0]).toBe(-R + 0.5);
    expect(curve.distanceMm.at(-1)).toBe(9.5);
    for (const [n, d] of curve.distanceMm.entries()) {
      const [a, b] = [R + d - 0.5, R + d + 0.5];
      expect(Math.abs(curve.volumeCc[n]! - ballCc(b) + ballCc(a))).toBeLessThan(0.01 * ballCc(b) + 5e-4);
      // At the tip of the cone in the middle the voxels cannot follow.
      if (d < -6) continue;
      expect(Math.abs(curve.meanGy[n]! - meanOf(a, b))).toBeLessThan(0.1);
      expect(Math.abs(curve.maxGy[n]! - doseAt(a))).toBeLessThan(0.2);
      expect(Math.abs(curve.minGy[n]! - doseAt(b))).toBeLessThan(0.2);
    }
  });

  test("bins end on the surface; bad input", () => {
    const request = { dose, target: ball(CENTER, R) };
    const curve = doseFallOff({ ...request, fromMm: -1, toMm: 2.1, binMm: 0.7 });
    expect(Array.from(curve.distanceMm, (d) => Math.round(100 * d) / 100)).toEqual([
      -1.05, -0.35, 0.35, 1.05, 1.75,
    ]);
    for (const wrong of [{ binMm: 0 }, { fromMm: 5, toMm: 5 }, { binMm: 1e-4 }, { toMm: Number.NaN }])
      expect(() => doseFallOff({ ...request, ...wrong })).toThrow(InvalidInputError);
  });
});
