import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type DvhReport, type Inspection, type PlanSummary, parsePlan, readRtDose } from "isodose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, type Ran, runChild, runHere, startChild } from "./support/run-isodose.ts";
import {
  listBelow,
  makeFolder,
  smallPatient,
  smallPatientFiles,
  smallPlan,
  writeBelow,
  writeJson,
} from "./support/small-case.ts";

const RESULTS = [
  "dose.nrrd",
  "dvh.csv",
  "dvh.json",
  "report.html",
  "rtdose.dcm",
  "rtplan.dcm",
  "summary.json",
];

const folder = makeFolder();
const planFile = join(folder.path, "plan.json");
const out = join(folder.path, "deep/er/out");
let ran: Ran;
let summary: PlanSummary;

beforeAll(async () => {
  writeBelow(folder.path, smallPatientFiles);
  writeJson(planFile, smallPlan);
  ran = await runChild("plan", planFile, "--out", out, "--json");
  if (ran.code === 0) summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
});
afterAll(folder.remove);

const inOut = (name: string): Uint8Array => new Uint8Array(readFileSync(join(out, name)));

/** Header lines and values of an NRRD file. */
function readNrrd(bytes: Uint8Array): { header: string[]; values: Float32Array } {
  const end = Buffer.from(bytes).indexOf("\n\n");
  const header = new TextDecoder().decode(bytes.subarray(0, end)).split("\n");
  return { header, values: new Float32Array(bytes.slice(end + 2).buffer) };
}

/** The 32-bit RTDOSE's DoseGridScaling, read off the bytes. */
function doseGridScaling(bytes: Uint8Array): number {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0x04, 0x30, 0x0e, 0x00, 0x44, 0x53]));
  const length = bytes[at + 6]! + 256 * bytes[at + 7]!;
  return Number(new TextDecoder().decode(bytes.subarray(at + 8, at + 8 + length)));
}

describe("isodose plan", () => {
  it("exits 0 and writes exactly the results, nothing half", () => {
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(listBelow(out)).toEqual(RESULTS);
  });

  it("--json prints summary.json and nothing else", () => {
    expect(JSON.parse(ran.stdout)).toEqual(summary);
  });

  it("summary.json has the documented keys and types", () => {
    const number = expect.any(Number);
    expect(summary).toMatchObject({
      format: "isodose-summary/1",
      notice: "Not for clinical use",
      engine: "ray-trace",
      // Every core has a worker.
      backend: availableParallelism() > 1 ? "workers" : "wasm",
      seed: 1,
      prescription: { doseGy: 24, fractions: 2, coveragePercent: 95 },
      target: { name: "PTV_L1", coveragePercent: number, paddickCi: number, gradientIndex: number },
      beams: number,
      monitorUnits: number,
      deliveryMinutes: number,
      doseMaxGy: number,
      elapsedSeconds: number,
    });
    const names = smallPatient.structures.map((s) => s.name);
    expect(Object.keys(summary.structures).sort()).toEqual(names.sort());
    for (const row of Object.values(summary.structures)) {
      expect(row.volumeCc).toBeGreaterThan(0);
      expect(row.volumeOutsideDoseGridCc).toBeGreaterThanOrEqual(0);
      for (const key of ["D95%", "D0.035cc", "mean", "max"]) expect(row.metrics[key]).toEqual(number);
    }
    expect(summary.warnings.length).toBeGreaterThan(0);
    for (const warning of summary.warnings) {
      expect(warning.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(warning.message).toMatch(/^[^\n]+$/);
    }
  });

  it("the numbers fit together", () => {
    expect(summary.beams).toBeGreaterThan(5);
    expect(summary.beams).toBeLessThanOrEqual(30);
    expect(summary.structures.SpinalCord_PRV2!.metrics["D0.035cc"]).toBeLessThanOrEqual(17 * (1 + 1e-6));
    expect(summary.doseMaxGy).toBeGreaterThan(24);
    expect(summary.target.coveragePercent).toBeGreaterThan(50);
    expect(summary.target.coveragePercent).toBeLessThanOrEqual(95 + 1e-6);
    expect(summary.structures.BODY!.metrics.max).toBeLessThanOrEqual(summary.doseMaxGy * (1 + 1e-6));
  });

  it("dvh.csv: header, falling volumes, the volume of summary.json at 0 Gy", () => {
    const [header, ...rows] = readFileSync(join(out, "dvh.csv"), "utf8").trimEnd().split("\n");
    expect(header).toBe("structure,doseGy,volumePercent,volumeCc");
    const before = new Map<string, number[]>();
    for (const row of rows) {
      const [name, ...texts] = row.split(",");
      const [doseGy, percent, cc] = texts.map(Number) as [number, number, number];
      const { volumeCc } = summary.structures[name!]!;
      const last = before.get(name!);
      if (last) {
        expect(doseGy).toBeGreaterThanOrEqual(last[0]!);
        expect(cc).toBeLessThanOrEqual(last[1]!);
      } else {
        expect(doseGy).toBe(0);
        expect(Math.abs(cc - volumeCc)).toBeLessThan(1e-6);
      }
      expect(Math.abs(percent - (100 * cc) / volumeCc)).toBeLessThan(1e-3);
      before.set(name!, [doseGy, cc]);
    }
    expect([...before.keys()].sort()).toEqual(Object.keys(summary.structures).sort());
  });

  it("dvh.json holds a curve of every structure", () => {
    const { format, curves } = JSON.parse(readFileSync(join(out, "dvh.json"), "utf8"));
    expect(format).toBe("isodose-dvh/1");
    for (const curve of curves) {
      expect(curve.doseGy.length).toBe(curve.volumeCcAtLeast.length);
      expect(curve.volumeCc).toBe(summary.structures[curve.structure]!.volumeCc);
      expect(curve.maxGy).toBe(summary.structures[curve.structure]!.metrics.max);
    }
    expect(curves.length).toBe(Object.keys(summary.structures).length);
  });

  it("dose.nrrd names its space, and its maximum is that of summary.json", () => {
    const { header, values } = readNrrd(inOut("dose.nrrd"));
    expect(header[0]).toMatch(/^NRRD000\d$/);
    for (const line of [
      "type: float",
      "dimension: 3",
      "space: left-posterior-superior",
      "endian: little",
      "encoding: raw",
      `sizes: ${summary.doseGrid.size.join(" ")}`,
      "unit:=Gy",
    ]) {
      expect(header).toContain(line);
    }
    expect(values.length).toBe(summary.doseGrid.size.reduce((a, b) => a * b));
    expect(values.reduce((most, value) => Math.max(most, value))).toBe(summary.doseMaxGy);
  });

  it("rtdose.dcm is dose.nrrd to half its scaling", () => {
    const { values } = readNrrd(inOut("dose.nrrd"));
    const bytes = inOut("rtdose.dcm");
    const { dose, doseSummationType } = readRtDose({ name: "rtdose.dcm", bytes });
    expect(doseSummationType).toBe("PLAN");
    expect(dose.grid.size).toEqual(summary.doseGrid.size);
    const scalingGy = doseGridScaling(bytes);
    expect(scalingGy).toBeGreaterThan(0);
    // Reading gives float32: half of its last digit comes on top.
    const allowed = (gy: number) => scalingGy / 2 + gy * 2 ** -24;
    let worst = 0;
    dose.values.data.forEach((gy, v) => {
      worst = Math.max(worst, Math.abs(gy - values[v]!) / allowed(gy));
    });
    expect(worst).toBeLessThanOrEqual(1 + 1e-6);
  });

  const python = spawnSync("python3", ["-c", "import pydicom, numpy"]).status === 0;
  it.skipIf(!python)("pydicom reads the same Gy (skipped without python3, pydicom and numpy)", () => {
    const script = `
import sys, json, numpy, pydicom
d = pydicom.dcmread(sys.argv[1])
gy = d.pixel_array.astype(numpy.float64) * float(d.DoseGridScaling)
head, body = open(sys.argv[2], "rb").read().split(b"\\n\\n", 1)
ours = numpy.frombuffer(body, "<f4").reshape(gy.shape).astype(numpy.float64)
print(json.dumps({"worst": float(abs(gy - ours).max()), "scaling": float(d.DoseGridScaling), "max": float(gy.max()),
  "units": d.DoseUnits, "plan": d.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID, "planUid":
  pydicom.dcmread(sys.argv[3]).SOPInstanceUID, "beams": len(pydicom.dcmread(sys.argv[3]).BeamSequence)}))`;
    const files = ["rtdose.dcm", "dose.nrrd", "rtplan.dcm"].map((name) => join(out, name));
    const read = spawnSync("python3", ["-c", script, ...files], { encoding: "utf8" });
    expect(read.stderr).toBe("");
    const found = JSON.parse(read.stdout);
    expect(found.worst).toBeLessThanOrEqual((found.scaling / 2) * (1 + 1e-6));
    expect(found.units).toBe("GY");
    expect(found.plan).toBe(found.planUid);
    expect(found.beams).toBe(summary.beams);
    expect(Math.abs(found.max - summary.doseMaxGy)).toBeLessThan(1e-6 * summary.doseMaxGy);
  });

  it("report.html says what the summary says, without a banner", () => {
    const html = readFileSync(join(out, "report.html"), "utf8");
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain("Not for clinical use");
    expect(html).toContain(summary.doseMaxGy.toFixed(1));
    expect(html).toContain(
      summary.isocenterMm.map((c) => c.toFixed(1).replace("-0.0", "0.0").replace("-", "−")).join(", "),
    );
    expect(html).not.toContain('class="banner"');
    expect(html).not.toMatch(/<script|src="http|href="http/);
  });
});

describe("what other commands make of the results", () => {
  it("dvh reads the metrics of summary.json off rtdose.dcm", async () => {
    const read = await runHere(
      "dvh",
      "--json",
      ...["--dose", join(out, "rtdose.dcm"), "--structures", join(folder.path, "RTSTRUCT.dcm")],
      ...["--metrics", "D95%,D0.035cc,mean,max,V12Gy,V12Gy[cc]"],
    );
    expect(read.stderr).toBe("");
    expect(read.code).toBe(0);
    const report: DvhReport = JSON.parse(read.stdout);
    expect(Object.keys(report.structures).sort()).toEqual(Object.keys(summary.structures).sort());
    for (const [name, row] of Object.entries(report.structures)) {
      const planned = summary.structures[name]!;
      // Contours were written with a few decimals.
      expect(Math.abs(row.volumeCc / planned.volumeCc - 1)).toBeLessThan(1e-6);
      for (const [metric, value] of Object.entries(planned.metrics)) {
        // The same dose within the rounding of the file, sampled anew: both lie within their errors of the exact DVH.
        const errors = row.metricErrors[metric]!.sampling! + planned.metricErrors[metric]!.sampling!;
        expect(Math.abs(row.metrics[metric]! - value!), `${metric} of ${name}`).toBeLessThan(1e-3 + errors);
      }
      const percent = (100 * row.metrics["V12Gy[cc]"]!) / row.volumeCc;
      expect(Math.abs(row.metrics.V12Gy! - percent)).toBeLessThan(1e-9);
    }
  });

  it("dvh without --json prints a table with every structure", async () => {
    const files = ["--dose", join(out, "rtdose.dcm"), "--structures", join(folder.path, "RTSTRUCT.dcm")];
    const { stdout, code } = await runHere("dvh", ...files);
    expect(code).toBe(0);
    for (const name of Object.keys(summary.structures)) expect(stdout).toContain(name);
    expect(stdout).toContain("Not for clinical use");
  });

  it("inspect finds image, structures, dose and plan, and nothing wrong", async () => {
    const { stdout, code } = await runHere("inspect", folder.path, "--json");
    expect(code).toBe(0);
    const found: Inspection = JSON.parse(stdout);
    expect(found.problems).toEqual([]);
    expect(found.images).toHaveLength(1);
    expect(found.images[0]).toMatchObject({
      modality: "CT",
      size: smallPatient.ct.grid.size,
      spacingMm: [4, 4, 4],
    });
    expect(found.structureSets).toHaveLength(1);
    expect(found.doses).toHaveLength(1);
    expect(found.doses[0]).toMatchObject({ units: "GY", summationType: "PLAN" });
    expect(Math.abs(found.doses[0]!.maxGy - summary.doseMaxGy)).toBeLessThan(1e-5);
    expect(found.plans).toHaveLength(1);
    expect(found.plans[0]).toMatchObject({ fractions: 2, prescriptionGy: 24 });
    expect(found.plans[0]!.beams).toHaveLength(summary.beams);
    const perFraction = found.plans[0]!.beams.reduce((sum, beam) => sum + (beam.meterset ?? 0), 0);
    expect(Math.abs((2 * perFraction) / summary.monitorUnits - 1)).toBeLessThan(1e-6);
  });

  it("inspect tells a text file among the slices, and a file that it is given by name", async () => {
    const path = join(folder.path, "mixed");
    mkdirSync(path);
    writeFileSync(join(path, "notes.txt"), "no image");
    const { stdout } = await runHere("inspect", path, join(out, "summary.json"), "--json");
    const { problems }: Inspection = JSON.parse(stdout);
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      [join(path, "notes.txt"), "NOT_DICOM"],
      [join(out, "summary.json"), "NOT_DICOM"],
    ]);
  });
});

describe("options of plan", () => {
  it("the same seed gives the same bytes, another seed another dose", async () => {
    const [again, other] = [join(folder.path, "again"), join(folder.path, "other")];
    await runHere("plan", planFile, "--out", again, "--quiet");
    const quiet = await runHere("plan", planFile, "--out", other, "--quiet", "--seed", "2");
    expect(quiet).toEqual({ code: 0, stdout: "", stderr: "" });
    const bytes = (path: string, name: string) => readFileSync(join(path, name));
    for (const name of RESULTS.filter((n) => n !== "summary.json" && n !== "report.html")) {
      expect(bytes(again, name).equals(bytes(out, name)), name).toBe(true);
    }
    expect(bytes(other, "rtdose.dcm").equals(bytes(out, "rtdose.dcm"))).toBe(false);
    expect(JSON.parse(bytes(other, "summary.json").toString()).seed).toBe(2);
  });

  it("--cut-faces see-air: banner in the report, a warning, and the table of results", async () => {
    const path = join(folder.path, "see-air");
    const { stdout, stderr, code } = await runHere("plan", planFile, "--out", path, "--cut-faces", "see-air");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const seen: PlanSummary = JSON.parse(readFileSync(join(path, "summary.json"), "utf8"));
    const codes = seen.warnings.map((w) => w.code);
    expect(codes).toContain("BEAMS_THROUGH_CUT_FACES");
    expect(codes).not.toContain("BEAMS_LEFT_OUT_AT_CUT_FACES");
    expect(summary.warnings.map((w) => w.code)).toContain("BEAMS_LEFT_OUT_AT_CUT_FACES");
    expect(readFileSync(join(path, "report.html"), "utf8")).toMatch(
      /class="banner"[^>]*>[^<]*see air beyond it/,
    );
    expect(stdout).toContain("warning BEAMS_THROUGH_CUT_FACES");
    expect(stdout).toContain(`${seen.distinctAimPoints} distinct aim points`);
    expect(stdout).toContain("the ten heaviest carry");
    for (const name of Object.keys(seen.structures)) expect(stdout).toContain(name);
    expect(stdout).toContain("Not for clinical use");
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s stops it within 3 s: exit code 130, one line, no file",
    async (signal) => {
      const path = join(folder.path, `stopped-${signal}`);
      const file = join(folder.path, `long-${signal}.json`);
      // Long enough that it cannot be over before the signal comes.
      const dose = { ...smallPlan.dose, spacingMm: 1.5 };
      writeJson(file, { ...smallPlan, dose, delivery: { ...smallPlan.delivery, beams: 150 } });
      // The folder is made once and removed, to see that it can be: from then on the run is on its way.
      const underWay = new Promise<void>((resolve) => {
        const watcher = watch(folder.path, (_event, name) => {
          if (name !== `stopped-${signal}`) return;
          watcher.close();
          resolve();
        });
      });
      const child = startChild("plan", file, "--out", path);
      const end = ended(child);
      await Promise.race([underWay, end]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(child.exitCode).toBeNull();
      const sent = performance.now();
      child.kill(signal);
      const stopped = await end;
      expect(stopped.code).toBe(130);
      expect(performance.now() - sent).toBeLessThan(3000);
      expect(stopped.stderr).toMatch(/^isodose: [a-z -]+ cancelled\n$/);
      expect(stopped.stdout).toBe("");
      expect(existsSync(path)).toBe(false);
    },
  );
});

describe("commands that list", () => {
  it("machines", async () => {
    const { machines } = JSON.parse((await runHere("machines", "--json")).stdout);
    expect(machines.map((m: { id: string }) => m.id)).toEqual(
      expect.arrayContaining(["cyberknife", "linac-6fff"]),
    );
    for (const machine of machines) {
      expect(machine.sadMm).toBeGreaterThan(0);
      expect(machine.label).toMatch(/not FFF|Co-60/);
    }
    expect((await runHere("machines")).stdout).toContain("cyberknife");
  });

  it("engines: each backend is there or says why not", async () => {
    const { engines } = JSON.parse((await runHere("engines", "--json")).stdout);
    const rayTrace = engines.find((e: { id: string }) => e.id === "ray-trace");
    const backends = Object.fromEntries(
      rayTrace.backends.map((b: { id: string; available: boolean; reason: string }) => [b.id, b]),
    );
    expect(Object.keys(backends)).toEqual([
      "auto",
      "reference",
      "wasm",
      "workers",
      "gpu-webgl",
      "gpu-webgpu",
    ]);
    expect(backends.reference.available).toBe(true);
    expect(backends.wasm.available).toBe(true);
    expect(backends.workers.available).toBe(true);
    expect(backends["gpu-webgpu"]).toMatchObject({
      available: false,
      reason: "this version has no such backend",
    });
    expect(backends.auto.reason).toMatch(/^takes w\w+: the fastest that works here/);
    for (const backend of rayTrace.backends) expect(backend.reason).not.toBe("");
    expect((await runHere("engines")).stdout).toContain("ray-trace");
  });

  it.each([[["schema", "plan"]], [["schema", "plan", "--json"]]])("%j is a JSON Schema", async (args) => {
    const schema = JSON.parse((await runHere(...args)).stdout);
    expect(schema.$schema).toContain("json-schema.org");
    expect(schema.required).toEqual(
      expect.arrayContaining(["format", "patient", "target", "prescription", "delivery"]),
    );
    expect(schema.additionalProperties).toBe(false);
  });

  it.each([[["--help"]], [["plan", "--help"]], [["schema", "plan", "--help"]], [["dvh", "-h"]]])(
    "%j says that it is not for clinical use",
    async (args) => {
      const { code, stdout, stderr } = await runHere(...args);
      expect(code).toBe(0);
      expect(stdout).toContain("Usage: ");
      expect(stdout).toContain("Not for clinical use");
      expect(stderr).toBe("");
    },
  );

  it("--version is the package's", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect((await runHere("--version")).stdout).toBe(`${manifest.version}\n`);
  });
});

describe("isodose phantom", () => {
  it("--lesion list names the presets, each of which a plan may name", async () => {
    const { presets } = JSON.parse((await runHere("phantom", "--lesion", "list", "--json")).stdout);
    expect(presets.length).toBeGreaterThan(1);
    for (const { name } of presets) {
      parsePlan({ ...smallPlan, patient: { phantom: { kind: "spine", lesion: name } } });
      expect((await runHere("phantom", "--lesion", "list")).stdout).toContain(name);
    }
  });

  it("writes CT and RTSTRUCT in which inspect finds nothing wrong, with exact volumes", async () => {
    const path = join(folder.path, "phantom");
    const { code, stdout } = await runHere(
      "phantom",
      "--out",
      path,
      "--level",
      "T12",
      "--lesion",
      "epidural",
      "--json",
    );
    expect(code).toBe(0);
    const written = JSON.parse(stdout);
    expect(listBelow(path).filter((name) => name.endsWith(".dcm"))).toHaveLength(written.files);
    expect(existsSync(join(path, "RTSTRUCT.dcm"))).toBe(true);
    const found: Inspection = JSON.parse((await runHere("inspect", path, "--json")).stdout);
    expect(found.problems).toEqual([]);
    const names = written.structures.map((s: { name: string }) => s.name);
    expect(found.structureSets[0]!.structures.map((s) => s.name)).toEqual(names);
    expect(names).toContain("GTV_T12");
    for (const structure of written.structures) expect(structure.exactVolumeCc).toBeGreaterThan(0);
  });
});
