import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MACHINES, type Patient, patientFiles, writeStructureSet } from "isodose";
import { describe, it } from "vitest";
import { copyOfBase, expectRefused, slice } from "./support/broken-case.ts";
import { listBelow, smallPatient, smallPlan, writeBelow, writeJson } from "./support/small-case.ts";

function replaceFile(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
  writeFileSync(path, change(readFileSync(path)));
}

/** Where an element of explicit VR little endian stands. */
function elementOffset(bytes: Uint8Array, group: number, element: number, vr: string): number {
  const head = Buffer.from([group & 255, group >> 8, element & 255, element >> 8]);
  const at = Buffer.from(bytes).indexOf(Buffer.concat([head, Buffer.from(vr)]));
  if (at < 0) throw new Error(`no element ${group.toString(16)},${element.toString(16)}`);
  return at;
}

/** Give an element the number of one that nobody reads, next to its own. */
function hideElement(bytes: Uint8Array, group: number, element: number, vr: string): Uint8Array {
  const out = Uint8Array.from(bytes);
  out[elementOffset(out, group, element, vr) + 2]!++;
  return out;
}

/** The same image in another series: the last digits of its own and its series' UID changed. */
function ofAnotherSeries(bytes: Uint8Array): Uint8Array {
  return withOtherUid(withOtherUid(bytes, 0x0008, 0x0018), 0x0020, 0x000e);
}

function withOtherUid(bytes: Uint8Array, group: number, element: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  const at = elementOffset(out, group, element, "UI");
  let last = at + 8 + out[at + 6]! - 1;
  if (out[last] === 0) last--;
  out[last] = out[last] === 0x31 ? 0x32 : 0x31;
  return out;
}

const withStructures = (structures: Patient["structures"]) =>
  writeStructureSet({ ...smallPatient, structures });

describe("images and structures", () => {
  it("a text file among the slices", async () => {
    const path = copyOfBase();
    writeFileSync(join(path, "CT/notes.txt"), "scanned on a Tuesday\n".repeat(20));
    await expectRefused(path, ["CT/notes.txt", "not"]);
  });

  it.each([0, 7, 140, 300, 1200, 4000])("a slice cut off after %i bytes", async (length) => {
    const path = copyOfBase();
    replaceFile(join(path, slice), (bytes) => bytes.subarray(0, length));
    await expectRefused(path, [slice]);
  });

  it.each([0.3, 0.6, 0.97, 0.9999])("a structure set cut off at %f of its length", async (part) => {
    const path = copyOfBase();
    replaceFile(join(path, "RTSTRUCT.dcm"), (bytes) => bytes.subarray(0, Math.floor(part * bytes.length)));
    await expectRefused(path, ["RTSTRUCT.dcm", "bytes", "a complete DICOM file"]);
  });

  it("a missing slice", async () => {
    const path = copyOfBase();
    rmSync(join(path, slice));
    await expectRefused(path, ["CT: ", "gap of 8 mm", "CT.0019.dcm", "CT.0021.dcm", "a slice every 4 mm"]);
  });

  it("a slice twice", async () => {
    const path = copyOfBase();
    cpSync(join(path, slice), join(path, "CT/again.dcm"));
    await expectRefused(path, ["CT.0020.dcm", "again.dcm", "once"]);
  });

  it("two series in one folder", async () => {
    const path = copyOfBase();
    for (const name of listBelow(join(path, "CT"))) {
      const bytes = readFileSync(join(path, "CT", name));
      writeFileSync(join(path, "CT", `b-${name}`), ofAnotherSeries(bytes));
    }
    await expectRefused(path, ["CT: ", "2 series", "one"]);
  });

  it("one slice of another series", async () => {
    const path = copyOfBase();
    replaceFile(join(path, slice), ofAnotherSeries);
    await expectRefused(path, ["CT: ", "2 series"]);
  });

  it("no PixelSpacing", async () => {
    const path = copyOfBase();
    replaceFile(join(path, slice), (bytes) => hideElement(bytes, 0x0028, 0x0030, "DS"));
    await expectRefused(path, [slice, "PixelSpacing"]);
  });

  it("no RescaleSlope", async () => {
    const path = copyOfBase();
    replaceFile(join(path, slice), (bytes) => hideElement(bytes, 0x0028, 0x1053, "DS"));
    await expectRefused(path, [slice, "RescaleSlope"]);
  });

  it("a structure set on another frame of reference", async () => {
    const path = copyOfBase();
    const other = "1.2.826.0.1.3680043.8.498.1";
    const patient: Patient = {
      ...smallPatient,
      ct: { ...smallPatient.ct, frameOfReferenceUid: other },
      structures: smallPatient.structures.map((s) => ({ ...s, frameOfReferenceUid: other })),
    };
    writeBelow(
      path,
      patientFiles(patient).filter((file) => file.name === "RTSTRUCT.dcm"),
    );
    await expectRefused(path, ["RTSTRUCT.dcm", other, smallPatient.ct.frameOfReferenceUid]);
  });

  it("a CT slice for a structure set", async () => {
    const path = copyOfBase();
    cpSync(join(path, slice), join(path, "RTSTRUCT.dcm"));
    await expectRefused(path, ["RTSTRUCT.dcm"]);
  });

  it("a CT folder that is not there, is empty, is a file, or holds no CT", async () => {
    const path = copyOfBase();
    renameSync(join(path, "CT"), join(path, "elsewhere"));
    await expectRefused(path, [join(path, "CT"), "not found", "folder"]);
    mkdirSync(join(path, "CT"));
    await expectRefused(path, [join(path, "CT"), "an empty folder"]);
    cpSync(join(path, "RTSTRUCT.dcm"), join(path, "CT/RTSTRUCT.dcm"));
    await expectRefused(path, [join(path, "CT"), "no CT image"]);
    rmSync(join(path, "CT"), { recursive: true });
    writeFileSync(join(path, "CT"), "a file");
    await expectRefused(path, [join(path, "CT"), "folder"]);
  });

  it("a structure set that is not there", async () => {
    const path = copyOfBase();
    rmSync(join(path, "RTSTRUCT.dcm"));
    await expectRefused(path, [join(path, "RTSTRUCT.dcm"), "not found"]);
  });
});

describe("the plan", () => {
  /** `plan.json` with these keys in place of its own. */
  async function refusedPlan(change: object, parts: readonly string[], ...options: string[]): Promise<void> {
    const path = copyOfBase();
    writeJson(join(path, "plan.json"), { ...smallPlan, ...change });
    await expectRefused(path, [join(path, "plan.json"), ...parts], ...options);
  }
  const { prescription, delivery, dose, patient } = smallPlan;
  const limit = smallPlan.limits[0]!;

  it("a target that is not in the structure set", () =>
    refusedPlan({ target: "PTV_L9" }, ["target", '"PTV_L9"', "PTV_L1", "SpinalCord"]));

  it.each([0, -24, "24", null])("a prescription of %j", (doseGy) =>
    refusedPlan({ prescription: { ...prescription, doseGy } }, [
      "prescription.doseGy",
      JSON.stringify(doseGy),
      "number",
    ]),
  );

  it("no prescription", async () => {
    const path = copyOfBase();
    const { prescription: _left, ...rest } = smallPlan;
    writeJson(join(path, "plan.json"), rest);
    await expectRefused(path, ["plan.json", "prescription: missing", "an object"]);
  });

  it.each([0, 2.5, 100])("%f fractions", (fractions) =>
    refusedPlan({ prescription: { ...prescription, fractions } }, [
      "prescription.fractions",
      `${fractions}`,
      "number",
    ]),
  );

  it.each([0, 101])("a coverage of %i percent", (coveragePercent) =>
    refusedPlan({ prescription: { ...prescription, coveragePercent } }, [
      "prescription.coveragePercent",
      `${coveragePercent}`,
    ]),
  );

  it("an isocentre outside the CT, and one of two numbers", async () => {
    await refusedPlan({ isocenterMm: [0, 0, 500] }, ["isocenterMm", "[0,0,500]", "inside the CT", "mm"]);
    await refusedPlan({ isocenterMm: [0, 0] }, ["isocenterMm", "[0,0]", "3 entries"]);
  });

  it("unknown keys, with the nearest known one", async () => {
    await refusedPlan({ targett: "PTV_L1" }, ["unknown key targett", '"PTV_L1"', "(nearest: target)"]);
    await refusedPlan({ prescription: { ...prescription, dosGy: 24 } }, [
      "unknown key prescription.dosGy",
      "(nearest: doseGy)",
    ]);
    await refusedPlan({ limits: [{ ...limit, maxgy: 17 }] }, [
      "unknown key limits[0].maxgy",
      "(nearest: maxGy)",
    ]);
    await refusedPlan({ dose: { ...dose, spacingmm: 4 } }, [
      "unknown key dose.spacingmm",
      "(nearest: spacingMm)",
    ]);
    await refusedPlan({ patient: { ...patient, structure: "x" } }, [
      "patient.structure",
      "(nearest: structures)",
    ]);
    await refusedPlan({ delivery: { ...delivery, beam: 3 } }, ["delivery.beam", "(nearest: beams)"]);
  });

  it("another format", () =>
    refusedPlan({ format: "isodose-plan/9" }, ["format", "isodose-plan/9", "isodose-plan/1"]));

  it("a plan file that is no JSON, no object, a folder, or not there", async () => {
    const path = copyOfBase();
    const file = join(path, "plan.json");
    writeFileSync(file, '{\n"format": "isodose-plan/1",\n  oops');
    await expectRefused(path, [file, "not JSON", "a JSON file"]);
    writeFileSync(file, "[]");
    await expectRefused(path, [file, "a JSON object"]);
    rmSync(file);
    await expectRefused(path, [file, "not found"]);
    mkdirSync(file);
    await expectRefused(path, [file, "a folder", "a readable file"]);
  });

  it("a structure to spare, or of a limit, that is not there", async () => {
    await refusedPlan({ avoid: ["SpinalCord", "Kidney"] }, ["avoid[1]", '"Kidney"', "SpinalCord"]);
    await refusedPlan({ limits: [{ ...limit, structure: "Kidney" }] }, ["limits[0].structure", '"Kidney"']);
  });

  it.each(["D0.035", "nonsense", "", "V12Gy", "V50%"])("a limit on the metric %j", (metric) =>
    refusedPlan({ limits: [{ ...limit, metric }] }, [
      "limits[0].metric",
      JSON.stringify(metric),
      "a metric in Gy",
    ]),
  );

  it("a limit on more volume than the structure has", () =>
    refusedPlan({ limits: [{ ...limit, metric: "D900cc" }] }, [
      "limits[0].metric",
      '"D900cc"',
      "cc of SpinalCord_PRV2",
    ]));

  it("a target, or a limit's structure, without contours", async () => {
    const path = copyOfBase();
    const empty = (name: string) =>
      smallPatient.structures.map((s) => (s.name === name ? { ...s, contours: [] } : s));
    writeBelow(path, [{ ...withStructures(empty("PTV_L1")), name: "RTSTRUCT.dcm" }]);
    await expectRefused(path, ["target", "PTV_L1", "contours"]);
    writeBelow(path, [{ ...withStructures(empty("SpinalCord_PRV2")), name: "RTSTRUCT.dcm" }]);
    await expectRefused(path, ["limits[0].structure", "SpinalCord_PRV2", "contours"]);
  });

  it("a machine that is not known", () =>
    refusedPlan({ delivery: { ...delivery, machine: "cyberknive" } }, [
      "delivery.machine",
      '"cyberknive"',
      "cyberknife",
      "linac-6fff",
    ]));

  it("a machine file that is not there, no JSON, or wrong in a field", async () => {
    const path = copyOfBase();
    const file = join(path, "machine.json");
    writeJson(join(path, "plan.json"), {
      ...smallPlan,
      delivery: { ...delivery, machine: "./machine.json" },
    });
    await expectRefused(path, [file, "not found"]);
    writeFileSync(file, "{");
    await expectRefused(path, [file, "not JSON"]);
    writeJson(file, { ...MACHINES.cyberknife, sadMm: -800 });
    await expectRefused(path, [file, "machine.sadMm", "-800", "> 0"]);
    writeJson(file, { ...MACHINES.cyberknife, sadmm: 800 });
    await expectRefused(path, [file, "machine.sadmm", "sadMm"]);
  });

  it("a technique or a cone that the machine has not", async () => {
    const fields = [{ gantryDeg: 0 }];
    const cone = { kind: "cone", diameterMm: 15 };
    await refusedPlan(
      { delivery: { machine: "cyberknife", technique: "static", collimator: cone, fields } },
      ["delivery.machine", '"cyberknife"', "linac"],
    );
    await refusedPlan({ delivery: { ...delivery, machine: "linac-6fff" } }, [
      "delivery.machine",
      '"linac-6fff"',
    ]);
    await refusedPlan({ delivery: { machine: "linac-6fff", technique: "vmat", collimator: cone } }, [
      "delivery.technique",
      '"vmat"',
    ]);
    await refusedPlan({ delivery: { ...delivery, collimator: { kind: "cone", diameterMm: 21 } } }, [
      "delivery.collimator.diameterMm",
      "21",
      "20",
    ]);
    await refusedPlan(
      { delivery: { machine: "linac-6fff", technique: "static", collimator: cone, fields: [] } },
      ["delivery.fields", "at least 1 entry"],
    );
  });

  it("no beam that enters through imaged tissue", () =>
    refusedPlan(
      {
        delivery: {
          machine: "linac-6fff",
          technique: "static",
          collimator: { kind: "cone", diameterMm: 15 },
          fields: [{ gantryDeg: 90, couchDeg: 90 }],
        },
      },
      ["delivery", "1 beam", "cutFaces"],
    ));

  it("an HU curve that is not there, wrong, or falling", async () => {
    const path = copyOfBase();
    const file = join(path, "curve.json");
    writeJson(join(path, "plan.json"), { ...smallPlan, patient: { ...patient, huCurve: "curve.json" } });
    await expectRefused(path, [file, "not found"]);
    const curve = {
      format: "isodose-hu-curve/1",
      name: "two points",
      source: "made up",
      points: [
        { hu: -1000, massDensityGPerCm3: 0, relativeElectronDensity: 0 },
        { hu: 0, massDensityGPerCm3: 1, relativeElectronDensity: 1 },
      ],
    };
    writeJson(file, { ...curve, points: [{ ...curve.points[0], hu: "air" }, curve.points[1]] });
    await expectRefused(path, [file, "points[0].hu", '"air"', "a number"]);
    writeJson(file, { ...curve, point: [] });
    await expectRefused(path, [file, "unknown key point", "(nearest: points)"]);
    writeJson(file, { ...curve, points: [...curve.points].reverse() });
    await expectRefused(path, [file, "points"]);
  });

  it("an override of a structure that is not there", () =>
    refusedPlan(
      {
        patient: {
          ...patient,
          overrides: [{ structure: "Cage", massDensityGPerCm3: 4.5, relativeElectronDensity: 3.7 }],
        },
      },
      ["patient.overrides[0].structure", '"Cage"'],
    ));

  it("an override of an unknown material, or of none and half a density", async () => {
    const override = (more: object) => ({
      patient: { ...patient, overrides: [{ structure: "BODY", ...more }] },
    });
    await refusedPlan(override({ material: "titan" }), [
      "patient.overrides[0].material",
      '"titan"',
      "did you mean titanium?",
    ]);
    await refusedPlan(override({}), ["patient.overrides[0].material", "missing", "massDensityGPerCm3"]);
    await refusedPlan(override({ massDensityGPerCm3: 4.5 }), [
      "patient.overrides[0].relativeElectronDensity",
      "missing",
    ]);
    await refusedPlan(override({ material: "titanium", massDensityGPerCm3: -1 }), [
      "massDensityGPerCm3",
      "-1",
    ]);
  });

  it("a phantom of an unknown level or lesion", async () => {
    await refusedPlan({ patient: { phantom: { kind: "spine", level: "C9" } } }, ['"C9"', "C1"]);
    await refusedPlan({ patient: { phantom: { kind: "spine", lesion: "huge" } } }, ['"huge"', "epidural"]);
  });
});
