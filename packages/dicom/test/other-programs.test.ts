import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createVolume, type Grid } from "@isodose/core";
import {
  mrSeriesUids,
  type NamedBytes,
  readCtSeries,
  readRtDose,
  writeCtSeries,
  writeMrSeries,
  writeRadiograph,
  writeRtDose,
  writeRtPlan,
  writeSpatialRegistration,
  writeStructureSet,
} from "@isodose/dicom";
import { rigidTransform } from "@isodose/geometry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  makeMr,
  makePatient,
  makePlan,
  makeRadiograph,
  makeStructure,
  polygon,
  rotation,
} from "./support/fixtures.ts";

const runs = (command: string, ...args: string[]): boolean => {
  const { error, status } = spawnSync(command, args, { stdio: "ignore" });
  return error === undefined && status !== null;
};
const hasValidators = runs("dciodvfy") && runs("dcmdump", "--version") && runs("dcmcrle", "--version");
const hasConverters = runs("dcmconv", "--version") && runs("dcmcrle", "--version");
const hasPydicom = spawnSync("python3", ["-c", "import pydicom, numpy"], { stdio: "ignore" }).status === 0;
const dcmcheck = fileURLToPath(new URL("../../../test/dcmcheck.sh", import.meta.url));

const ctGrid: Grid = {
  size: [16, 12, 4],
  spacingMm: [1.5, 1.25, 2],
  originMm: [-6, -4, 10],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};
const doseGrid: Grid = {
  size: [7, 5, 3],
  spacingMm: [2, 2.5, 3],
  originMm: [-5.123456789, 1, 9],
  direction: rotation(0.3, -0.2, 0.1),
};
const square = (z: number, half: number) => ({
  ...polygon(z, -half, -half, half, -half, half, half, -half, half),
  type: "CLOSEDPLANAR_XOR" as const,
});
const patient = makePatient(ctGrid, (n) => (n % 3000) - 1000, [
  makeStructure("PTV", 1, [square(10, 4), square(10, 2), square(12, 4), polygon(13, 0, 0, 1, 0, 0, 1)]),
  makeStructure("Größe ✓ 山", 2, [polygon(10, 0, 0, 1, 0, 0, 1)], "ORGAN"),
  makeStructure("empty", 3, [], ""),
]);
const doseGy = Float32Array.from({ length: 105 }, (_, n) => 33.7 * Math.sin(n) ** 2);
const dose = createVolume(doseGrid, "Gy", patient.ct.frameOfReferenceUid, doseGy);
const plan = makePlan(120);
const ptvDvh = {
  structure: "PTV",
  volumeCc: 0.2,
  volumeOutsideDoseGridCc: 0,
  doseGy: Float64Array.of(0, 10, 33.7),
  volumeCcAtLeast: Float64Array.of(0.2, 0.15, 0),
  minGy: 0,
  maxGy: 33.7,
  meanGy: 17,
};
const mr = { mr: makeMr(), patient, seriesDescription: "T1 with contrast", contrastAgent: "Gadolinium" };
const files: NamedBytes[] = [
  ...writeCtSeries(patient),
  ...writeCtSeries(makePatient(ctGrid, (n) => -20000 + n)).map((f) => ({ ...f, name: `signed.${f.name}` })),
  writeStructureSet(patient),
  writeRtDose({ dose, plan, patient, dvhs: [ptvDvh] }),
  writeRtPlan({ plan, patient }),
  ...writeMrSeries(mr),
  ...writeCtSeries(patient, { seriesDescription: "CT myelogram", seriesNumber: 2, filePrefix: "CTM" }),
  writeRadiograph({ radiograph: makeRadiograph("FFDL"), patient }),
  writeSpatialRegistration({
    transform: rigidTransform({ rotationDeg: [1, -7, 30], translationMm: [-12.345678901, 0.1, 400] }),
    fixed: {
      frameOfReferenceUid: patient.ct.frameOfReferenceUid,
      seriesInstanceUid: patient.references.ctSeriesInstanceUid,
      sopInstanceUids: patient.references.ctSopInstanceUids,
      modality: "CT",
    },
    moving: { frameOfReferenceUid: mr.mr.frameOfReferenceUid, ...mrSeriesUids(mr), modality: "MR" },
    patient,
  }),
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isodose-dicom-"));
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasValidators)(
  "dcmcheck (skipped without dciodvfy and dcmdump: apt install dicom3tools dcmtk)",
  () => {
    it("finds no error in what is written", () => {
      const { status, stdout } = spawnSync(
        "bash",
        [dcmcheck, ...files.map(({ name }) => join(folder, name))],
        { encoding: "utf8" },
      );
      expect(stdout.split("\n").filter((line) => line !== "" && !line.includes(": ok "))).toEqual([]);
      expect(stdout.trim().split("\n").length).toBe(files.length);
      expect(status).toBe(0);
    });
  },
);

describe.skipIf(!hasConverters)(
  "files of dcmtk (skipped without dcmconv and dcmcrle: apt install dcmtk)",
  () => {
    const convert = (name: string, command: string, ...options: string[]): NamedBytes => {
      const out = join(folder, `converted-${name}`);
      expect(spawnSync(command, [...options, join(folder, name), out]).status).toBe(0);
      const bytes = new Uint8Array(spawnSync("cat", [out], { maxBuffer: 1 << 26 }).stdout);
      return { name, bytes };
    };
    const ctNames = files.map(({ name }) => name).filter((name) => name.startsWith("CT."));

    it.each([
      ["big endian", "dcmconv", ["+tb"]],
      ["implicit", "dcmconv", ["+ti"]],
      ["sequences without lengths", "dcmconv", ["+te", "-e"]],
      ["no meta information", "dcmconv", ["-F", "+ti"]],
      ["RLE", "dcmcrle", []],
    ] as const)("read the same: %s", (_, command, options) => {
      expect(readCtSeries(ctNames.map((name) => convert(name, command, ...options))).ct).toEqual(patient.ct);
      const read = readRtDose(convert("rtdose.dcm", command, ...options)).dose.values.data;
      expect(read).toEqual(readRtDose(writeRtDose({ dose, plan, patient })).dose.values.data);
    });
  },
);

describe.skipIf(!hasPydicom)("pydicom (skipped without python3 with pydicom and numpy)", () => {
  const python = (script: string, name: string): unknown => {
    const { stdout, stderr } = spawnSync("python3", ["-c", script, join(folder, name)], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  };

  it("reads the dose back to the same Gy", () => {
    const script =
      "import sys, json, pydicom\nd = pydicom.dcmread(sys.argv[1])\nprint(json.dumps([float(d.DoseGridScaling), (d.pixel_array.astype('float64') * float(d.DoseGridScaling)).ravel().tolist()]))";
    const [scaling, values] = python(script, "rtdose.dcm") as [number, number[]];
    expect(values.length).toBe(doseGy.length);
    for (const [n, value] of values.entries())
      expect(Math.abs(value - doseGy[n]!)).toBeLessThanOrEqual(scaling / 2 + 1e-15);
  });

  it("reads names, contours and metersets", () => {
    const names =
      "import sys, json, pydicom\nd = pydicom.dcmread(sys.argv[1])\nprint(json.dumps([[r.ROIName for r in d.StructureSetROISequence], [float(x) for x in d.ROIContourSequence[1].ContourSequence[0].ContourData]]))";
    expect(python(names, "RTSTRUCT.dcm")).toEqual([
      ["PTV", "Größe ✓ 山", "empty"],
      [0, 0, 10, 1, 0, 10, 0, 1, 10],
    ]);
    const metersets =
      "import sys, json, pydicom\nd = pydicom.dcmread(sys.argv[1])\nprint(json.dumps([sum(float(b.BeamMeterset) for b in d.FractionGroupSequence[0].ReferencedBeamSequence), len(d.BeamSequence), str(d.PatientName)]))";
    const [sum, beams, name] = python(metersets, "rtplan.dcm") as [number, number, string];
    expect(sum).toBeCloseTo(plan.monitorUnits.reduce((a, b) => a + b, 0) / 3, 3);
    expect([beams, name]).toEqual([120, "TEST^Päris"]);
  });
});
