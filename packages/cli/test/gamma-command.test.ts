import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AXIAL_DIRECTION, createVolume, readNrrd, type Vec3, writeNrrd } from "isodose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runChild, runHere } from "./support/run-isodose.ts";

// Doses linear in x, 0.5 Gy/mm: gamma is |δ| / √(ΔD² + (0.5 Gy/mm · DTA)²) wherever the search stays inside.
const SLOPE = 0.5;
const OFFSET = 0.4;
let folder = "";
const file = (name: string) => join(folder, name);

function writeLinearDose(name: string, offsetGy: number, originMm: Vec3, size: Vec3, frame: string): void {
  const data = Float32Array.from(
    { length: size[0] * size[1] * size[2] },
    (_, n) => 10 + offsetGy + SLOPE * (originMm[0] + (n % size[0])),
  );
  const grid = { size, spacingMm: [1, 1, 1], originMm, direction: AXIAL_DIRECTION } as const;
  writeFileSync(file(name), writeNrrd(createVolume(grid, "Gy", frame, data)));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isodose-gamma-cli-"));
  writeLinearDose("a.nrrd", 0, [0, 0, 0], [12, 6, 5], "1.2.3");
  writeLinearDose("b.nrrd", OFFSET, [-5.3, -4.2, -4.1], [24, 15, 14], "1.2.3");
  writeLinearDose("other.nrrd", 0, [0, 0, 0], [12, 6, 5], "1.2.4");
  writeLinearDose("silent.nrrd", OFFSET, [-5.3, -4.2, -4.1], [24, 15, 14], "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const criteria = ["--dose-percent", "3", "--distance-mm", "2"];
const pair = () => ["--reference", file("a.nrrd"), "--evaluated", file("b.nrrd")];

describe("isodose gamma", () => {
  it("gives the closed form of linear doses on two grids, and writes the map", async () => {
    const out = file("map.nrrd");
    const ran = await runHere("gamma", ...pair(), ...criteria, "--json", "--out", out, "--workers", "2");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const expected = OFFSET / Math.hypot(0.03 * 15.5, SLOPE * 2);
    const report = JSON.parse(ran.stdout);
    expect(report).toMatchObject({ passPercent: 100, evaluatedPoints: 360, outsidePoints: 0, warnings: [] });
    expect(report.meanGamma).toBeCloseTo(expected, 5);
    expect(report.maxGamma).toBeCloseTo(expected, 5);
    const { volume } = readNrrd({ name: out, bytes: new Uint8Array(readFileSync(out)) }, "Gy");
    expect(volume.unit).toBe("gamma");
    for (const gamma of volume.values.data) expect(gamma).toBeCloseTo(expected, 5);
    rmSync(out);
  });

  it("local criteria follow the dose at each point", async () => {
    const ran = await runHere("gamma", ...pair(), ...criteria, "--local", "--json", "--workers", "1");
    const report = JSON.parse(ran.stdout);
    expect(report.maxGamma).toBeCloseTo(OFFSET / Math.hypot(0.03 * 10, SLOPE * 2), 5);
  });

  it("prints a table as a process of its own, and ends", async () => {
    const ran = await runChild("gamma", ...pair(), ...criteria);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("gamma 3 % of 15.500 Gy (global) / 2 mm, from 1.550 Gy up");
    expect(ran.stdout).toContain("100.00");
    expect(ran.stdout).toContain("Not for clinical use");
  });

  it("warns where a file names no frame of reference", async () => {
    const args = ["--reference", file("a.nrrd"), "--evaluated", file("silent.nrrd"), ...criteria, "--json"];
    const report = JSON.parse((await runHere("gamma", ...args, "--workers", "1")).stdout);
    expect(report.warnings).toEqual([
      { code: "NO_FRAME_OF_REFERENCE", message: expect.stringContaining("silent.nrrd") },
    ]);
  });

  it.each([
    ["zero criteria", () => [...pair(), "--dose-percent", "0", "--distance-mm", "1"], "--dose-percent"],
    ["a negative distance", () => [...pair(), "--dose-percent", "2", "--distance-mm", "-1"], "--distance-mm"],
    ["a cutoff over 100 %", () => [...pair(), ...criteria, "--cutoff-percent", "101"], "--cutoff-percent"],
    [
      "a missing file",
      () => ["--reference", file("no.nrrd"), "--evaluated", file("b.nrrd"), ...criteria],
      "no.nrrd",
    ],
    [
      "another frame of reference",
      () => ["--reference", file("a.nrrd"), "--evaluated", file("other.nrrd"), ...criteria],
      "other.nrrd: frame of reference",
    ],
    ["no criteria", pair, "--dose-percent"],
  ])("refuses %s in one line, with nothing written", async (_, args, names) => {
    const before = readdirSync(folder);
    const ran = await runHere("gamma", ...args(), "--out", file("never.nrrd"));
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toMatch(/^isodose: [^\n]+\n$/);
    expect(ran.stderr).toContain(names);
    expect(readdirSync(folder)).toEqual(before);
  });
});
