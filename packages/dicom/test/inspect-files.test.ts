import { inspectFiles } from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { rawCtFile, rawCtSeries, rawDoseFile, rawPlanFile, rawStructureFile } from "./support/fixtures.ts";

const codes = (files: Parameters<typeof inspectFiles>[0]): string[] =>
  inspectFiles(files).problems.map(({ code }) => code);

describe("inspectFiles", () => {
  it("lists what is there", () => {
    const found = inspectFiles([...rawCtSeries(), rawStructureFile(), rawDoseFile(), rawPlanFile()]);
    expect(found.problems).toEqual([]);
    expect(found.images).toEqual([
      {
        modality: "CT",
        size: [4, 3, 5],
        spacingMm: [0.75, 1.5, 2.5],
        originMm: [-10, 20, 5],
        direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
        frameOfReferenceUid: "1.2.3.3",
      },
    ]);
    expect(found.structureSets[0]!.structures).toEqual([
      { name: "Rückenmark", number: 7, type: "ORGAN", contours: 2 },
      { name: "PTV_L1", number: 3, type: "PTV", contours: 1 },
    ]);
    expect(found.doses[0]).toMatchObject({
      file: "dose.dcm",
      units: "GY",
      type: "PHYSICAL",
      summationType: "PLAN",
      maxGy: 5.5,
      size: [2, 2, 3],
    });
    expect(found.plans[0]).toMatchObject({
      file: "plan.dcm",
      label: "ARC",
      fractions: 2,
      prescriptionGy: 24,
    });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("lists MR images too", () => {
    const mr = rawCtSeries(() => ({
      "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.4"],
      "00080060": ["CS", "MR"],
      "00281052": undefined,
      "00281053": undefined,
    }));
    expect(inspectFiles(mr)).toMatchObject({ images: [{ modality: "MR", size: [4, 3, 5] }], problems: [] });
  });

  it("collects every problem, not only the first", () => {
    const broken = rawCtSeries((k) => (k === 0 ? { "00281053": undefined } : {}), 7).filter(
      ({ name }) => !/-[35]\./.test(name),
    );
    const notes = { name: "CT/notes.txt", bytes: new Uint8Array(300) };
    const cut = { ...rawDoseFile(), bytes: rawDoseFile().bytes.slice(0, -7) };
    const bad = rawStructureFile({ "30060050": ["DS", "0\\0\\5\\1"] });
    const found = inspectFiles([...broken, notes, cut, bad, rawPlanFile([0, 0.4, 0.3], null)]);
    expect(found.problems.map(({ file, code }) => `${file} ${code}`).sort()).toEqual([
      "CT MISSING_SLICE",
      "CT MISSING_SLICE",
      "CT/notes.txt NOT_DICOM",
      "CT/slice-0.dcm NO_RESCALE",
      "RTSTRUCT.dcm BAD_CONTOUR",
      "RTSTRUCT.dcm BAD_CONTOUR",
      "RTSTRUCT.dcm BAD_CONTOUR",
      "dose.dcm TRUNCATED",
      "plan.dcm METERSET_ORDER",
      "plan.dcm NO_METERSET",
    ]);
    expect(found.images).toEqual([]);
    expect(found.structureSets).toHaveLength(1);
  });

  it("collects several problems of one dose", () => {
    expect(
      codes([
        rawDoseFile({ "30040002": ["CS", "RELATIVE"], "3004000E": undefined, "30040004": ["CS", "ERROR"] }),
      ]),
    ).toEqual(["NOT_GY", "DOSE_TYPE", "NO_DOSE_SCALING"]);
  });

  it("compares frames of reference", () => {
    const moved = rawCtSeries(() => ({ "00200052": ["UI", "1.2.77"] }));
    expect(codes([...moved, rawStructureFile(), rawDoseFile()])).toEqual([
      "FRAME_MISMATCH",
      "FRAME_MISMATCH",
    ]);
    expect(codes([rawStructureFile(), rawDoseFile()])).toEqual([]);
  });

  it("reports two series in one folder, and what it cannot read by name", () => {
    expect(codes(rawCtSeries((k) => ({ "0020000E": ["UI", k === 1 ? "1.2.99" : "1.2.3.2"] })))).toEqual([
      "MIXED_SERIES",
    ]);
    expect(codes([rawCtFile(0, { "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.2.1"] })])).toEqual([
      "UNSUPPORTED_OBJECT",
    ]);
  });

  it("never throws, wherever a file is cut", () => {
    for (const { name, bytes } of [rawStructureFile(), rawDoseFile(), rawPlanFile(), rawCtFile(0)]) {
      for (let length = 0; length < bytes.length; length += 3) {
        const found = inspectFiles([{ name, bytes: bytes.slice(0, length) }]);
        expect(found.problems.length + found.structureSets.length + found.plans.length).toBeGreaterThan(0);
      }
    }
  });

  it("never throws on flipped bytes", () => {
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const whole = [rawStructureFile(), rawDoseFile(), rawPlanFile(), rawCtFile(0)];
    for (let n = 0; n < 1500; n++) {
      const { name, bytes } = whole[n % 4]!;
      const flipped = bytes.slice();
      for (let m = 0; m < 3; m++)
        flipped[Math.floor(132 + random() * (bytes.length - 132))] = Math.floor(random() * 256);
      expect(() => inspectFiles([{ name, bytes: flipped }])).not.toThrow();
    }
  });
});
