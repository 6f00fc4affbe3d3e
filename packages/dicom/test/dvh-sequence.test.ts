import { createVolume, type DvhCurve, type Grid } from "@isodose/core";
import { readRtDose, writeRtDose } from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { makePatient, makePlan, makeStructure, polygon, rawDoseFile } from "./support/fixtures.ts";
import type { RawDataSet } from "./support/raw-dicom.ts";

const grid: Grid = {
  size: [8, 6, 5],
  spacingMm: [1.5, 1.25, 2],
  originMm: [-6, -4, 10],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};
const contour = polygon(10, 0, 0, 1, 0, 0, 1);
const patient = makePatient(grid, () => 0, [
  makeStructure("PTV", 7, [contour]),
  makeStructure("cord", 4, [contour]),
]);
const dose = createVolume(grid, "Gy", patient.ct.frameOfReferenceUid);

/** V(D) = V0 (1 − (D/Dmax)²), on 4001 points. */
function curve(structure: string, volumeCc: number, maxGy: number): DvhCurve {
  const doseGy = Float64Array.from({ length: 4001 }, (_, n) => (n / 4000) * maxGy);
  return {
    structure,
    volumeCc,
    volumeOutsideDoseGridCc: 0,
    doseGy,
    volumeCcAtLeast: doseGy.map((d) => volumeCc * (1 - (d / maxGy) ** 2)),
    minGy: 0,
    maxGy,
    meanGy: (2 / 3) * maxGy,
  };
}

describe("the DVH Sequence of an RTDOSE", () => {
  it("gives the curves back by ROI number", () => {
    const dvhs = [curve("cord", 0.0123, 17), curve("PTV", 49.771, 38)];
    const file = writeRtDose({ dose, plan: makePlan(1), patient, dvhs });
    const read = readRtDose(file);
    expect(read.warnings).toEqual([]);
    expect(read.dvhs.map((d) => d.roiNumbers)).toEqual([[4], [7]]);
    for (const [n, { curve: found }] of read.dvhs.entries()) {
      const { volumeCc, maxGy } = dvhs[n]!;
      expect(found.volumeCc).toBeCloseTo(volumeCc, 9);
      expect(found.maxGy).toBeCloseTo(maxGy, 9);
      expect(found.meanGy).toBeCloseTo((2 / 3) * maxGy, 9);
      for (let m = 0; m < found.doseGy.length; m += 50) {
        const exact = volumeCc * Math.max(0, 1 - (found.doseGy[m]! / maxGy) ** 2);
        // A point of 4001 is interpolated: ≤ V0 / 8 · 2 / 4000².
        expect(Math.abs(found.volumeCcAtLeast[m]! - exact)).toBeLessThan(2e-8 * volumeCc);
      }
    }
  });

  it("leaves out structures without dose, and is absent without curves", () => {
    const empty = { ...curve("PTV", 1, 1), volumeCcAtLeast: Float64Array.of(0), doseGy: Float64Array.of(0) };
    const file = writeRtDose({ dose, plan: makePlan(1), patient, dvhs: [empty, curve("cord", 1, 2)] });
    expect(readRtDose(file).dvhs.map((d) => d.roiNumbers)).toEqual([[4]]);
    expect(readRtDose(writeRtDose({ dose, plan: makePlan(1), patient })).dvhs).toEqual([]);
  });

  it("knows the later of two structures of one name by its number", () => {
    const twice = makePatient(grid, () => 0, [
      makeStructure("PTV", 7, [contour]),
      makeStructure("PTV", 9, [contour]),
    ]);
    const dvhs = [curve("PTV", 1, 2), curve("PTV #9", 1, 2)];
    const read = readRtDose(writeRtDose({ dose, plan: makePlan(1), patient: twice, dvhs }));
    expect(read.dvhs.map((d) => d.roiNumbers)).toEqual([[7], [9]]);
  });

  it("refuses to write a curve of no structure", () => {
    expect(() => writeRtDose({ dose, plan: makePlan(1), patient, dvhs: [curve("liver", 1, 2)] })).toThrow(
      'dvhs: is "liver"; expected curves of the patient\'s own structures',
    );
  });

  const item = (overrides: RawDataSet = {}): RawDataSet => ({
    "30040001": ["CS", "DIFFERENTIAL"],
    "30040002": ["CS", "GY"],
    "30040052": ["DS", "2"],
    "30040054": ["CS", "CM3"],
    "30040056": ["IS", "3"],
    "30040058": ["DS", "1\\3\\1\\2\\0.5\\1"],
    "30040060": ["SQ", [{ "30040062": ["CS", "INCLUDED"], "30060084": ["IS", "5"] }]],
    ...overrides,
  });

  it("adds up a differential histogram of another program", () => {
    const { dvhs } = readRtDose(rawDoseFile({ "30040050": ["SQ", [item()]] }));
    expect(Array.from(dvhs[0]!.curve.doseGy)).toEqual([0, 2, 4, 5]);
    expect(Array.from(dvhs[0]!.curve.volumeCcAtLeast)).toEqual([6, 3, 1, 0]);
    expect(dvhs[0]!.curve.meanGy).toBeCloseTo((3 * 1 + 2 * 3 + 1 * 4.5) / 6, 12);
  });

  it.each([
    ["percent volumes", { "30040054": ["CS", "PERCENT"] }, "PERCENT"],
    ["relative doses", { "30040002": ["CS", "RELATIVE"] }, "RELATIVE"],
    ["too few values", { "30040056": ["IS", "4"] }, "6 values for 4 bins"],
    ["a rising curve", { "30040001": ["CS", "CUMULATIVE"], "30040058": ["DS", "1\\1\\1\\2\\1\\3"] }, "rises"],
    [
      "an excluded ROI",
      { "30040060": ["SQ", [{ "30040062": ["CS", "EXCLUDED"], "30060084": ["IS", "5"] }]] },
      "excludes",
    ],
  ] as const)("leaves out %s with a warning, and keeps the dose", (_, overrides, says) => {
    const items = [item(overrides as unknown as RawDataSet), item()];
    const read = readRtDose(rawDoseFile({ "30040050": ["SQ", items] }));
    expect(read.dvhs).toHaveLength(1);
    expect(read.warnings).toEqual([{ code: "BAD_DVH", message: expect.stringContaining(says) }]);
    expect(read.dose.values.data[3]).toBe(1.5);
  });
});
