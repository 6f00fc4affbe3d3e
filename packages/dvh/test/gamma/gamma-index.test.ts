import { type PatientPoint, patientToVoxel, type Vec3, voxelToPatient } from "@isodose/core";
import { gammaIndex } from "@isodose/dvh";
import { describe, expect, it } from "vitest";
import { rotationOf } from "../../../../test/support/rotation.ts";
import { gammaBySampling } from "../../src/gamma/gamma-by-sampling.ts";
import { gammaOfGaussian } from "../../src/gamma/gamma-test-vectors.ts";
import { doseVolume, type GridPlace } from "./volumes.ts";

/** A dose with bumps, steep and flat parts, on a scale of some voxels. */
const bumpy = ([x, y, z]: PatientPoint) =>
  10 +
  3 * Math.sin(0.9 * x + 0.3 * y) +
  2 * Math.cos(0.8 * y - 0.5 * z) +
  4 * Math.exp(-0.3 * (x * x + y * y + z * z));

const turned = rotationOf([Math.cos(0.4), 0.6 * Math.sin(0.4), 0, 0.8 * Math.sin(0.4)]);

/** Evaluated grids that differ in shape, spacing and direction, all around the middle of the reference. */
const evaluatedGrids: readonly (readonly [string, GridPlace])[] = [
  ["the same grid", { size: [7, 7, 7], originMm: [-3, -3, -3] }],
  ["another spacing", { size: [9, 6, 8], spacingMm: [0.8, 1.3, 0.9], originMm: [-3.1, -3.2, -3] }],
  [
    "a turned grid",
    {
      size: [8, 8, 8],
      spacingMm: [1, 1.1, 0.9],
      originMm: voxelToPatient(
        { size: [1, 1, 1], spacingMm: [1, 1, 1], originMm: [0, 0, 0], direction: turned },
        [-3.5, -3.9, -3.2],
      ),
      direction: turned,
    },
  ],
  ["one slice", { size: [8, 8, 1], spacingMm: [0.9, 1, 2], originMm: [-3, -3.3, 0.2] }],
  ["one sagittal slice", { size: [1, 8, 8], spacingMm: [2, 1, 0.9], originMm: [-0.2, -3.3, -3.1] }],
  ["one line", { size: [1, 9, 1], spacingMm: [2, 0.9, 2], originMm: [0.3, -3.6, -0.1] }],
  ["one voxel", { size: [1, 1, 1], spacingMm: [2, 2, 2], originMm: [0.2, 0.1, -0.3] }],
];

describe("gammaIndex against sampling", () => {
  it.each(evaluatedGrids)("%s", async (_, place) => {
    const reference = doseVolume(
      { size: [2, 2, 2], spacingMm: [0.8, 0.8, 0.8], originMm: [-0.35, -0.3, -0.4] },
      (p) => 1.1 * bumpy(p) + 1.5,
    );
    const evaluated = doseVolume(place, bumpy);
    for (const local of [false, true]) {
      const { gamma, criteria, evaluatedPoints } = await gammaIndex({
        reference,
        evaluated,
        dosePercent: 10,
        distanceMm: 1,
        cutoffPercent: 0,
        local,
      });
      expect(evaluatedPoints).toBe(8);
      let largest = 0;
      for (let n = 0; n < 8; n++) {
        const point = voxelToPatient(reference.grid, [n & 1, (n >> 1) & 1, n >> 2]);
        const doseGy = reference.values.data[n]!;
        const criterionGy = 0.1 * (local ? doseGy : criteria.normalisationGy);
        const sampled = gammaBySampling(evaluated, point, doseGy, criterionGy, 1, 6);
        const exact = gamma.values.data[n]!;
        largest = Math.max(largest, exact);
        expect(exact).toBeLessThan(sampled + 1e-6);
        // Half a step of 1/6 along the slope, at most 3 criteria per mm: (1 + 3²) / 12².
        expect(sampled ** 2 - exact ** 2).toBeLessThan(0.07);
      }
      expect(largest).toBeGreaterThan(0.3);
    }
  });

  it("agrees to 1e-3 where it is sampled finely", async () => {
    const reference = doseVolume(
      { size: [2, 2, 2], spacingMm: [0.7, 0.6, 0.5], originMm: [-0.3, -0.3, -0.2] },
      (p) => bumpy(p) + 0.5,
    );
    const evaluated = doseVolume({ size: [3, 3, 3], originMm: [-1.2, -1.1, -0.9] }, bumpy);
    const { gamma } = await gammaIndex({ reference, evaluated, dosePercent: 5, distanceMm: 2 });
    for (let n = 0; n < 8; n++) {
      const point = voxelToPatient(reference.grid, [n & 1, (n >> 1) & 1, n >> 2]);
      const criterionGy = 0.05 * Math.max(...reference.values.data);
      const sampled = gammaBySampling(evaluated, point, reference.values.data[n]!, criterionGy, 2, 60);
      expect(gamma.values.data[n]).toBeGreaterThan(0.1);
      expect(gamma.values.data[n]).toBeLessThan(sampled + 1e-6);
      expect(gamma.values.data[n]).toBeGreaterThan(sampled - 1e-3);
    }
  });

  it("finds a far minimum, block by block, that a small radius would miss", async () => {
    const reference = doseVolume({ size: [1, 1, 1], originMm: [4, 5, 6] }, () => 20);
    const evaluated = doseVolume({ size: [40, 40, 40] }, ([x, y, z]) =>
      x === 31 && y === 5 && z === 7 ? 20 : 1,
    );
    const { gamma } = await gammaIndex({ reference, evaluated, dosePercent: 1, distanceMm: 1 });
    const exact = gammaBySampling(evaluated, [4, 5, 6], 20, 0.2, 1, 1);
    expect(exact).toBeCloseTo(Math.hypot(27, 1), 6);
    // Linear between voxels, the dose meets 20 Gy almost at the voxel: up to ΔD/19 Gy of a step nearer.
    expect(gamma.values.data[0]).toBeLessThanOrEqual(exact);
    expect(gamma.values.data[0]).toBeGreaterThan(exact - 0.3);
  });
});

describe("closed forms", () => {
  it("3D Gaussian shifted along an oblique line, to 1e-3", async () => {
    const gaussian = { peakGy: 20, sigmaMm: 15, criterionGy: 0.6, distanceMm: 1 };
    const centre: PatientPoint = [7, 5, -3];
    const shift: Vec3 = [1.5, -1.2, 1.8];
    const doseAt = (p: PatientPoint, c: Vec3) =>
      gaussian.peakGy *
      Math.exp(-((p[0] - c[0]) ** 2 + (p[1] - c[1]) ** 2 + (p[2] - c[2]) ** 2) / (2 * gaussian.sigmaMm ** 2));
    const moved: Vec3 = [centre[0] + shift[0], centre[1] + shift[1], centre[2] + shift[2]];
    const reference = doseVolume(
      { size: [3, 3, 3], spacingMm: [0.8, 0.8, 0.8], originMm: [-0.8, -0.8, -0.8] },
      (p) => doseAt(p, centre),
    );
    const evaluated = doseVolume(
      { size: [81, 81, 81], spacingMm: [0.1, 0.1, 0.1], originMm: [-4, -4, -4] },
      (p) => doseAt(p, moved),
    );
    const { gamma } = await gammaIndex({
      reference,
      evaluated,
      dosePercent: 3,
      distanceMm: 1,
      normalisationGy: 20,
    });
    let largest = 0;
    for (let n = 0; n < 27; n++) {
      const p = voxelToPatient(reference.grid, [n % 3, Math.floor(n / 3) % 3, Math.floor(n / 9)]);
      const radius = Math.hypot(p[0] - moved[0], p[1] - moved[1], p[2] - moved[2]);
      const exact = gammaOfGaussian(gaussian, radius, reference.values.data[n]!);
      largest = Math.max(largest, exact);
      expect(Math.abs(gamma.values.data[n]! - exact)).toBeLessThan(1e-3);
    }
    expect(largest).toBeGreaterThan(0.15);
  });

  it("single voxel of a 3D evaluated dose: the steepest slope is along the face diagonal of its cells", async () => {
    const reference = doseVolume({ size: [5, 5, 5] }, () => 10);
    const evaluated = doseVolume({ size: [5, 5, 5] }, ([x, y, z]) =>
      x === 2 && y === 2 && z === 2 ? 10.2 : 10,
    );
    const { gamma } = await gammaIndex({
      reference,
      evaluated,
      dosePercent: 2,
      distanceMm: 1,
      normalisationGy: 10,
    });
    // r = 1 and slopes (1, −1, 0) per mm: 1 / √(1 + 2).
    expect(gamma.values.get(2, 2, 2)).toBeCloseTo(1 / Math.sqrt(3), 6);
    expect(gamma.values.get(2, 2, 1)).toBe(0);
  });
});

describe("choices", () => {
  const reference = doseVolume({ size: [11, 1, 1] }, ([x]) => x);
  const evaluated = doseVolume({ size: [11, 1, 1] }, ([x]) => 1.02 * x);

  it("evaluates what reaches the cutoff, relative or absolute, and no more", async () => {
    const relative = await gammaIndex({
      reference,
      evaluated,
      dosePercent: 3,
      distanceMm: 1,
      cutoffPercent: 30,
    });
    expect(Array.from(relative.gamma.values.data, Number.isNaN)).toEqual(
      Array.from({ length: 11 }, (_, i) => i < 3),
    );
    const absolute = await gammaIndex({ reference, evaluated, dosePercent: 3, distanceMm: 1, cutoffGy: 7 });
    expect(absolute.evaluatedPoints).toBe(4);
    const byDefault = await gammaIndex({ reference, evaluated, dosePercent: 3, distanceMm: 1 });
    expect(byDefault.evaluatedPoints).toBe(10);
  });

  it("counts an offset of exactly the criterion as passed", async () => {
    const flat = doseVolume({ size: [3, 3, 3] }, () => 7.7);
    for (const percent of [1, 2, 3, 5]) {
      const offset = doseVolume({ size: [3, 3, 3] }, () => 7.7 * (1 + percent / 100));
      const { passPercent, maxGamma } = await gammaIndex({
        reference: flat,
        evaluated: offset,
        dosePercent: percent,
        distanceMm: 1,
      });
      expect(maxGamma).toBeCloseTo(1, 5);
      expect(passPercent).toBe(100);
      const beyond = doseVolume({ size: [3, 3, 3] }, () => 7.7 * (1 + (percent * 1.001) / 100));
      const failing = await gammaIndex({
        reference: flat,
        evaluated: beyond,
        dosePercent: percent,
        distanceMm: 1,
      });
      expect(failing.passPercent).toBe(0);
    }
  });

  it("stops at maxGamma without changing what is below", async () => {
    const far = doseVolume({ size: [11, 1, 1] }, ([x]) => 1.2 * x);
    const request = { reference, evaluated: far, dosePercent: 3, distanceMm: 0.5 };
    const whole = await gammaIndex(request);
    const limited = await gammaIndex({ ...request, maxGamma: 2 });
    expect(whole.maxGamma).toBeGreaterThan(2.5);
    expect(Array.from(limited.gamma.values.data.slice(1))).toEqual(
      Array.from(whole.gamma.values.data.slice(1), (g) => Math.min(g, 2)),
    );
    expect(limited.passPercent).toBe(whole.passPercent);
  });

  it("counts the bins of the histogram by hand", async () => {
    const apart = doseVolume({ size: [4, 1, 1], spacingMm: [1000, 1, 1] }, [10, 10.113, 10.193, 15]);
    const { histogram, meanGamma } = await gammaIndex({
      reference: doseVolume({ size: [4, 1, 1], spacingMm: [1000, 1, 1] }, [10, 10, 10, 10]),
      evaluated: apart,
      dosePercent: 1,
      distanceMm: 1,
    });
    const filled = Array.from(histogram.counts).flatMap((count, n) =>
      count > 0 ? [[histogram.from[n], count]] : [],
    );
    expect(filled).toEqual([
      [0, 1],
      [1.1, 1],
      [1.9, 1],
      [2, 1],
    ]);
    // The dose rises by 4.807 Gy over 1000 mm: a slope of 0.048 criteria per mm.
    expect(meanGamma).toBeCloseTo((0 + 1.13 + 1.93 + 50 / Math.hypot(1, (4.807 / 1000) * 10)) / 4, 4);
  });

  it("reports reference points outside the evaluated grid, and passes none of them", async () => {
    const short = doseVolume({ size: [6, 1, 1] }, ([x]) => x);
    const result = await gammaIndex({ reference, evaluated: short, dosePercent: 3, distanceMm: 1 });
    expect(result.evaluatedPoints).toBe(5);
    expect(result.outsidePoints).toBe(5);
    expect(result.passedPoints).toBe(5);
    expect(result.warnings.map(({ code }) => code)).toEqual(["GAMMA_POINTS_OUTSIDE"]);
    expect(result.warnings[0]!.message).toContain("5 points");
    expect(result.gamma.values.get(0, 0, 8)).toBeNaN();
  });

  it("puts the map on the reference grid", async () => {
    const { gamma } = await gammaIndex({ reference, evaluated, dosePercent: 3, distanceMm: 1 });
    expect(gamma.grid).toEqual(reference.grid);
    expect(gamma.unit).toBe("gamma");
    expect(patientToVoxel(gamma.grid, [3, 0, 0])).toEqual([3, 0, 0]);
  });
});
