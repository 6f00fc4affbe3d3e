import { createVolume, type Volume } from "@isodose/core";
import { chiIndex, distanceToAgreement, doseDifference, type GammaRequest, gammaIndex } from "@isodose/dvh";
import { describe, expect, it } from "vitest";
import { doseVolume } from "./volumes.ts";

const reference = doseVolume({ size: [3, 3, 3] }, ([x]) => 1 + x);
const evaluated = doseVolume({ size: [3, 3, 3] }, ([x]) => 1.1 + x);
const good: GammaRequest = { reference, evaluated, dosePercent: 3, distanceMm: 2 };
const withDose = (value: number) =>
  doseVolume({ size: [3, 3, 3] }, ([x, y, z]) => (x === 1 && y === 2 && z === 0 ? value : 1));
const change = (volume: Volume, changes: Partial<Volume>): Volume => ({ ...volume, ...changes });

const bad: readonly (readonly [string, Partial<GammaRequest>, string])[] = [
  ["zero dose criterion", { dosePercent: 0 }, "dosePercent: is 0; expected a percentage > 0"],
  ["negative dose criterion", { dosePercent: -3 }, "dosePercent: is -3"],
  ["dose criterion not a number", { dosePercent: Number.NaN }, "dosePercent: is NaN"],
  ["zero distance criterion", { distanceMm: 0 }, "distanceMm: is 0; expected a length > 0 mm"],
  ["infinite distance criterion", { distanceMm: Number.POSITIVE_INFINITY }, "distanceMm"],
  ["negative cutoff", { cutoffPercent: -1 }, "cutoffPercent: is -1"],
  ["two cutoffs", { cutoffPercent: 10, cutoffGy: 1 }, "either cutoffGy or cutoffPercent"],
  ["negative cutoff dose", { cutoffGy: -1 }, "cutoffGy: is -1"],
  ["zero normalisation", { normalisationGy: 0 }, "normalisationGy: is 0"],
  ["zero limit", { maxGamma: 0 }, "maxGamma: is 0"],
  [
    "slices out of range",
    { sliceRange: [0, 4] },
    "sliceRange: is [0,4]; expected whole numbers 0 ≤ from < to ≤ 3",
  ],
  ["empty slices", { sliceRange: [2, 2] }, "sliceRange"],
  [
    "NaN dose",
    { reference: withDose(Number.NaN) },
    'reference dose at voxel [1, 2, 0]: is "NaN"; expected a finite number ≥ 0 Gy',
  ],
  ["NaN evaluated dose", { evaluated: withDose(Number.NaN) }, "evaluated dose at voxel [1, 2, 0]"],
  ["infinite dose", { evaluated: withDose(Number.POSITIVE_INFINITY) }, "evaluated dose at voxel [1, 2, 0]"],
  ["negative dose", { reference: withDose(-0.5) }, 'reference dose at voxel [1, 2, 0]: is "-0.5"'],
  [
    "relative dose",
    { evaluated: change(evaluated, { unit: "fraction" }) },
    'evaluated.unit: is "fraction"; expected Gy',
  ],
  [
    "another frame of reference",
    { evaluated: change(evaluated, { frameOfReferenceUid: "9.9" }) },
    'evaluated.frameOfReferenceUid: is "9.9"; expected 1.2.3',
  ],
  [
    "no overlap",
    { evaluated: doseVolume({ size: [3, 3, 3], originMm: [100, 0, 0] }, () => 1) },
    "a grid that overlaps the reference",
  ],
  ["nothing above the cutoff", { cutoffGy: 99 }, "below 99 Gy everywhere"],
  ["no dose at all", { reference: doseVolume({ size: [3, 3, 3] }, () => 0) }, "zero everywhere"],
  [
    "a grid without spacing",
    { evaluated: change(evaluated, { grid: { ...evaluated.grid, spacingMm: [1, 0, 1] } }) },
    "evaluated.grid.spacingMm",
  ],
];

describe("gammaIndex refuses", () => {
  it.each(bad)("%s", async (_, changes, message) => {
    const error = await gammaIndex({ ...good, ...changes }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ tag: "InvalidInputError" });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain("\n");
  });

  it("nothing of the good request", async () => {
    expect((await gammaIndex(good)).evaluatedPoints).toBe(27);
  });
});

describe("the other comparisons refuse the same doses", () => {
  const relative = createVolume(evaluated.grid, "fraction", "1.2.3", evaluated.values.data);

  it("chi", async () => {
    await expect(chiIndex({ ...good, evaluated: relative })).rejects.toThrow("expected Gy");
    await expect(chiIndex({ ...good, distanceMm: 0 })).rejects.toThrow("distanceMm: is 0");
    await expect(chiIndex({ ...good, cutoffGy: 99 })).rejects.toThrow("below 99 Gy everywhere");
  });

  it("distance to agreement", async () => {
    await expect(distanceToAgreement({ reference, evaluated: relative })).rejects.toThrow("expected Gy");
    await expect(distanceToAgreement({ reference, evaluated, cutoffGy: -1 })).rejects.toThrow(
      "cutoffGy: is -1",
    );
  });

  it("dose difference", () => {
    expect(() => doseDifference(reference, relative)).toThrow("expected Gy");
    expect(() => doseDifference(withDose(Number.NaN), evaluated)).toThrow(
      "reference dose at voxel [1, 2, 0]",
    );
  });
});
