import { type DvhCurve, InvalidInputError, UnsupportedError } from "@isodose/core";
import { sphere as ball, structureVolumeCc } from "@isodose/geometry";
import { describe, expect, test } from "vitest";
import {
  computeDvh,
  computeRecipe,
  type DvhExplanation,
  evaluateMetric,
  explainDvhDifference,
  VOXEL_COUNT_SETTINGS,
  volumeCcAtLeast,
} from "../../src/index.ts";
import { box, circle, cubeGrid, doseOf, slabMiddles, sphere, structureOf } from "../shapes.ts";

const CENTER = [0.2, -0.3, 0.1] as const;
const linear = (spacingMm: number) =>
  doseOf(cubeGrid([0, 0, 0], 16, spacingMm), (p) => 20 + 0.5 * (p[2] - CENTER[2]));
const METRICS = ["D98%", "D95%", "D50%", "D2%", "D0.035cc", "V20Gy", "V22Gy[cc]", "min", "mean", "max"];

function metricOf(explanation: DvhExplanation, metric: string) {
  return explanation.metrics.find((m) => m.metric === metric)!;
}

/** In both orders the changes and what is unexplained are the whole difference. */
function expectAdditive(explanation: DvhExplanation): void {
  for (const { contributions, total, unexplained, valueA, valueB } of explanation.metrics) {
    expect(total).toBe(valueB! - valueA!);
    const sum = contributions.reduce((s, c) => s + c.change, 0);
    const reverse = contributions.reduce((s, c) => s + c.changeInReverseOrder, 0);
    expect(sum + unexplained!).toBeCloseTo(total!, 10);
    expect(reverse + unexplained!).toBeCloseTo(total!, 10);
    const interactions = contributions.reduce((s, c) => s + c.interaction, 0);
    expect(interactions).toBeCloseTo(0, 10);
  }
}

describe("explainDvhDifference", () => {
  const dose = linear(2);
  const structure = sphere(CENTER, 10, 20);

  test("end slices alone: the volume changes by half a spacing of the two end planes", () => {
    const ends = slabMiddles(CENTER[2] - 10, CENTER[2] + 10, 20);
    const radiusAt = (z: number) => Math.sqrt(100 - (z - CENTER[2]) ** 2);
    // What the drawn polygons of the end planes hold, half a mm thick each.
    const lost = [ends[0]!, ends.at(-1)!].reduce(
      (cc, z) => cc + (Math.PI * radiusAt(z) ** 2 * 0.5) / 1000,
      0,
    );
    const found = explainDvhDifference(
      { structure, dose, endSlices: "half" },
      { endSlices: "none" },
      { metrics: METRICS },
    );
    expect(found.order).toEqual(["end slices"]);
    const volume = metricOf(found, "volume");
    expect(volume.total).toBeCloseTo(-lost, 8);
    expect(volume.contributions).toHaveLength(1);
    expect(volume.contributions[0]).toMatchObject({ settingA: "half", settingB: "none", interaction: 0 });
    // What was cut off is the hot end and the cold end, along the gradient.
    expect(metricOf(found, "max").total).toBeCloseTo(-0.25, 3);
    expect(metricOf(found, "min").total).toBeCloseTo(0.25, 3);
    expect(Math.abs(metricOf(found, "mean").total!)).toBeLessThan(1e-3);
    expectAdditive(found);
  });

  test("binning alone: every dose falls by less than a bin, the mean by about half of one", () => {
    for (const binGy of [0.1, 0.5]) {
      const found = explainDvhDifference({ structure, dose }, { binGy }, { metrics: METRICS });
      expect(found.order).toEqual(["binning"]);
      for (const { unit, total, metric } of found.metrics) {
        if (unit !== "Gy") continue;
        expect(total, metric).toBeLessThanOrEqual(1e-6);
        expect(total, metric).toBeGreaterThan(-binGy - 1e-6);
      }
      expect(Math.abs(metricOf(found, "mean").total! + binGy / 2)).toBeLessThan(0.05 * binGy);
      // The volume at an edge of a bin is exact.
      expect(metricOf(found, "V20Gy").total).toBeCloseTo(0, 3);
      expect(metricOf(found, "volume").total).toBe(0);
    }
  });

  test("grid, interpolation and ends together: additive in both orders, and a linear dose has no grid part", () => {
    const found = explainDvhDifference(
      { structure, dose },
      { dose: linear(1), endSlices: "none", interpolation: "nearest", binGy: 0.1 },
      { metrics: METRICS },
    );
    expect(found.order).toEqual(["end slices", "dose grid", "interpolation", "binning"]);
    expectAdditive(found);
    // The interpolant of a linear dose is exact on either grid; nearest voxels are not.
    for (const metric of ["D95%", "D50%", "D2%", "mean"]) {
      const part = metricOf(found, metric).contributions.find((c) => c.cause === "dose grid")!;
      expect(Math.abs(part.change), metric).toBeLessThan(0.01);
    }
    const nearest = metricOf(found, "V22Gy[cc]").contributions.find((c) => c.cause === "interpolation")!;
    expect(Math.abs(nearest.change)).toBeGreaterThan(1e-3);
    expect(found.warnings).toEqual([]);
  });

  test("a coarser grid in a Gaussian: the loss of its peak is told as the dose grid's", () => {
    const gaussian = (spacingMm: number) =>
      doseOf(
        cubeGrid([0.5, 0.5, 0.5], 8, spacingMm),
        (p) => 40 * Math.exp(-(p[0] ** 2 + p[1] ** 2 + p[2] ** 2) / 50),
      );
    const target = sphere([0, 0, 0], 4, 20);
    const found = explainDvhDifference({ structure: target, dose: gaussian(1) }, { dose: gaussian(4) });
    expect(found.order).toEqual(["dose grid"]);
    const part = metricOf(found, "mean").contributions[0]!;
    expect(part.change).toBeLessThan(-1);
    expect(part.settingB).toBe("5 × 5 × 5 voxels of 4 × 4 × 4 mm");
    expectAdditive(found);
  });

  test("an imported curve: its volume is told apart, and what is left is unexplained", () => {
    const ours = computeDvh({ structure, dose, endSlices: "none" });
    // Another program: 4 % more volume, and 0.3 Gy more everywhere.
    const { errors: _, ...bare } = ours;
    const curve: DvhCurve = {
      ...bare,
      volumeCc: 1.04 * ours.volumeCc,
      volumeCcAtLeast: ours.volumeCcAtLeast.map((cc) => 1.04 * cc),
      doseGy: ours.doseGy.map((d) => (d === 0 ? 0 : d + 0.3)),
      minGy: ours.minGy + 0.3,
      maxGy: ours.maxGy + 0.3,
      meanGy: ours.meanGy + 0.3,
    };
    const found = explainDvhDifference(
      { structure, dose },
      { curve, settings: { endSlices: "none" } },
      { metrics: METRICS },
    );
    expect(found.order).toEqual(["end slices", "structure volume"]);
    expectAdditive(found);
    for (const metric of ["D95%", "D2%", "min", "mean", "max"])
      expect(metricOf(found, metric).unexplained, metric).toBeCloseTo(0.3, 3);
    const volume = metricOf(found, "volume");
    expect(volume.unexplained).toBeCloseTo(0, 10);
    expect(volume.contributions[1]!.change).toBeCloseTo(0.04 * ours.volumeCc, 8);
    // A percent volume does not care about the scale, a volume in cc does.
    expect(metricOf(found, "D95%").contributions[1]!.change).toBeCloseTo(0, 8);
    expect(metricOf(found, "V22Gy[cc]").contributions[1]!.change).toBeCloseTo(
      0.04 * volumeCcAtLeast(ours, 22),
      3,
    );
    expect(found.warnings.map((w) => w.code)).toContain("UNEXPLAINED");
  });

  test("a structure of another volume; a metric that does not exist on the way", () => {
    const found = explainDvhDifference(
      { structure: sphere(CENTER, 6, 12), dose },
      { structure: sphere(CENTER, 1.5, 6) },
      { metrics: ["D0.035cc", "D50%"] },
    );
    expect(found.order).toEqual(["structure"]);
    expect(metricOf(found, "D0.035cc").valueB).toBeNull();
    expect(metricOf(found, "D0.035cc").total).toBeNull();
    expect(found.warnings.map((w) => w.code)).toEqual(["NO_METRIC"]);
    expect(Math.abs(metricOf(found, "D50%").total!)).toBeLessThan(0.02);
  });

  test("nothing differs: nothing to explain; bad input", () => {
    const found = explainDvhDifference({ structure, dose }, { interpolation: "trilinear", gaps: "slab" });
    expect(found.order).toEqual([]);
    expect(found.metrics.every((m) => m.total === 0 && m.unexplained === 0)).toBe(true);
    expect(() => explainDvhDifference({ structure, dose }, {}, { metrics: ["Dtypo"] })).toThrow(
      InvalidInputError,
    );
    expect(() => explainDvhDifference({ structure, dose }, { binGy: 0 })).toThrow(InvalidInputError);
    expect(() => explainDvhDifference({ structure, dose }, {}, { metrics: ["V50%"] })).toThrow(
      InvalidInputError,
    );
    expect(() => computeRecipe({ structure: ball(CENTER, 3), dose, sampling: "voxel-count" })).toThrow(
      UnsupportedError,
    );
    const aborted = AbortSignal.abort();
    expect(() => explainDvhDifference({ structure, dose }, {}, {}, { signal: aborted })).toThrow("cancelled");
  });
});

describe("recipes of simple programs", () => {
  test("counting voxels of a box on half voxels is exact: each centre stands for its voxel", () => {
    const grid = cubeGrid([0, 0, 0], 8, 1);
    const dose = doseOf(grid, (p) => 10 + p[0]);
    const structure = box([-3.5, -2.5, -2], [3.5, 2.5, 2], 4);
    const curve = computeRecipe({ structure, dose, ...VOXEL_COUNT_SETTINGS });
    expect(curve.volumeCc).toBeCloseTo(0.14, 12);
    // Seven columns of voxels, 7 to 13 Gy, of 0.02 cc each.
    for (let d = 7; d <= 13; d++) expect(volumeCcAtLeast(curve, d)).toBeCloseTo(0.02 * (14 - d), 6);
    expect(curve.meanGy).toBeCloseTo(10, 6);
    expect([curve.minGy, curve.maxGy]).toEqual([7, 13]);
  });

  test("counting a sphere: 81, 97 … pixels a slice, each slice one spacing thick", () => {
    const dose = doseOf(cubeGrid([0, 0, 0], 16, 2), () => 5);
    const zs = slabMiddles(-10, 10, 10);
    const structure = structureOf(
      "sphere",
      zs.map((z) => circle(0, 0, z, Math.sqrt(100 - z ** 2), 720)),
    );
    let pixels = 0;
    for (const z of zs)
      for (let i = -8; i <= 8; i++)
        for (let j = -8; j <= 8; j++) if (4 * (i * i + j * j) < 100 - z * z) pixels++;
    const curve = computeRecipe({ structure, dose, sampling: "voxel-count" });
    expect(curve.volumeCc).toBeCloseTo((pixels * 8) / 1000, 10);
    expect(evaluateMetric(curve, "D95%")).toBeCloseTo(5, 6);
  });

  test("dose between voxel planes: nearest takes one of them, else it is linear along the normal", () => {
    const grid = cubeGrid([0, 0, 0], 10, 2);
    const dose = doseOf(grid, (p) => 20 + p[2]);
    const structure = box([-3, -3, -0.4], [3, 3, 1.6], 2);
    // Planes at 0.1 and 1.1 mm: voxel planes are at 0 and 2 mm.
    const trilinear = computeRecipe({ structure, dose, sampling: "voxel-count" });
    expect([trilinear.minGy, trilinear.maxGy].map((d) => Math.round(d * 1e4) / 1e4)).toEqual([20.1, 21.1]);
    const nearest = computeRecipe({ structure, dose, sampling: "voxel-count", interpolation: "nearest" });
    expect([nearest.minGy, nearest.maxGy]).toEqual([20, 22]);
  });

  test("nearest voxels with exact fractions keep the volume, and the mean of a symmetric dose", () => {
    const dose = linear(2);
    const structure = sphere(CENTER, 9, 18);
    const curve = computeRecipe({ structure, dose, interpolation: "nearest", endSlices: "half" });
    expect(curve.volumeCc).toBe(structureVolumeCc(structure, { endSlices: "half" }));
    expect(curve.volumeOutsideDoseGridCc).toBe(0);
    expect(volumeCcAtLeast(curve, 0)).toBeCloseTo(curve.volumeCc, 8);
    expect(Math.abs(curve.meanGy - 20)).toBeLessThan(0.02);
    const solid = computeRecipe({ structure: ball(CENTER, 9), dose, interpolation: "nearest" });
    expect(Math.abs(solid.volumeCc / ((4 / 3) * Math.PI * 0.729) - 1)).toBeLessThan(2e-3);
    const outside = computeRecipe({ structure: ball([17, 0, 0], 5), dose, interpolation: "nearest" });
    // The grid ends at x = 17: half of the ball.
    expect(Math.abs(outside.volumeOutsideDoseGridCc / outside.volumeCc - 0.5)).toBeLessThan(2e-3);
  });

  test("a voxel count against the exact DVH, by its parts", () => {
    const found = explainDvhDifference(
      { structure: sphere(CENTER, 7, 7), dose: linear(1) },
      VOXEL_COUNT_SETTINGS,
      {
        metrics: METRICS,
      },
    );
    expect(found.order).toEqual(
      ["end slices", "interpolation", "sampling", "binning"].filter((c) => found.order.includes(c as never)),
    );
    expect(found.order).toContain("sampling");
    expectAdditive(found);
  });
});
