import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beamDataOf, parseMachine } from "isodose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "./support/run-isodose.ts";

// Four energies and few photons: a coarse kernel in a second or two.
const SPEC = {
  format: "isodose-commission/1",
  machine: { base: "cyberknife", id: "test-robot", title: "Test robot", label: "made by a test" },
  spectrum: {
    binLowMeV: [0.3, 1, 2, 3.5],
    binHighMeV: [1, 2, 3.5, 6],
    relativeNumber: [0.35, 0.35, 0.2, 0.1],
  },
  sourceFwhmMm: 2,
  collimatorExitMm: 400,
  reference: { diameterMm: 60, depthMm: 15 },
  doseGyPerMonitorUnit: 0.01,
  histories: 8000,
  measured: [{ kind: "output-factors", file: "factors.csv", sigmaPercent: 1 }],
  fit: ["sourceFwhm"],
};
let folder = "";
const at = (name: string) => join(folder, name);
const write = (name: string, content: unknown) => {
  writeFileSync(at(name), typeof content === "string" ? content : JSON.stringify(content));
  return at(name);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isodose-commission-"));
  write("factors.csv", "diameterMm,factor\n5,0.65\n7.5,0.80\n10,0.87\n15,0.94\n30,0.98\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("isodose commission", () => {
  it("writes a machine that plans can name, and its report, and prints what it wrote", async () => {
    const spec = write("robot.json", SPEC);
    const run = await runHere("commission", spec, "--out", at("machine.json"), "--json");
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    const printed = JSON.parse(run.stdout);
    expect(printed.machine).toMatchObject({ id: "test-robot", label: "made by a test" });
    expect(printed.report).toBe(at("machine.report.html"));
    expect(readFileSync(printed.report, "utf8")).toContain("Not for clinical use");
    const machine = parseMachine(JSON.parse(readFileSync(at("machine.json"), "utf8")), "machine.json");
    const [parameter] = printed.fit.parameters;
    expect(parameter.name).toBe("sourceFwhmMm");
    expect(machine.beamModel.sourceFwhmMm).toBeCloseTo(parameter.value, 5);
    const factor = printed.outputFactors.find((o: { diameterMm: number }) => o.diameterMm === 10).factor;
    expect(beamDataOf(machine).cone(10).outputFactor).toBeCloseTo(factor, 5);
  }, 30_000);

  it("gives the same machine for the same seed", async () => {
    const { measured: _, fit: __, ...bare } = SPEC;
    const spec = write("bare.json", bare);
    const made = async (name: string) => {
      const run = await runHere("commission", spec, "--out", at(name), "--quiet", "--seed", "9");
      expect(run.code).toBe(0);
      return readFileSync(at(name), "utf8");
    };
    const first = await made("a.json");
    expect(await made("b.json")).toBe(first);
    expect(JSON.parse(first).beamModel.kernel.pencil.provenance.source).toContain("seed 9");
  }, 60_000);

  const cases: [what: string, spec: () => string, said: string][] = [
    ["a file that is not there", () => at("none.json"), "none.json: not found"],
    ["what is not JSON", () => write("x.json", "{"), "x.json: not JSON"],
    [
      "a misspelt key",
      () => write("k.json", { ...SPEC, sourceFwhm: 2 }),
      "k.json: sourceFwhm: is 2; expected no such key (did you mean sourceFwhmMm?)",
    ],
    [
      "curves that are not there",
      () => write("f.json", { ...SPEC, measured: [{ ...SPEC.measured[0], file: "no.csv" }] }),
      "no.csv: not found",
    ],
    [
      "a text among the numbers",
      () => {
        write("bad.csv", "diameterMm,factor\n5,0.65\n10,good\n");
        return write("b.json", { ...SPEC, measured: [{ ...SPEC.measured[0], file: "bad.csv" }] });
      },
      'bad.csv: factor of point 2: is "good"',
    ],
    ["too few photons", () => write("h.json", { ...SPEC, histories: 10 }), "histories"],
  ];
  it.each(cases)("refuses %s with one line and leaves nothing behind", async (_, spec, said) => {
    const run = await runHere("commission", spec(), "--out", at("never.json"));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(said);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(at("never.json"))).toBe(false);
  });
});

describe("isodose machines", () => {
  it("says which machines plans can deliver with, and why not", async () => {
    const run = await runHere("machines", "--json");
    const { machines } = JSON.parse(run.stdout);
    const reasons = machines.map((m: { id: string; noDelivery?: string }) => [m.id, m.noDelivery]);
    expect(reasons).toEqual([
      ["cyberknife", undefined],
      ["linac-6fff", undefined],
      ["gamma-knife", expect.stringContaining("places no shots")],
    ]);
  });
});
