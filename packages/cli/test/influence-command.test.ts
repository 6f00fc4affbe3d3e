import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readInfluence } from "isodose/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, runHere, startChild } from "./support/run-isodose.ts";
import { makeFolder, smallPatientFiles, smallPlan, writeBelow, writeJson } from "./support/small-case.ts";

const folder = makeFolder();
const planFile = join(folder.path, "plan.json");
const inFolder = (name: string) => join(folder.path, name);
const fields = [{ gantryDeg: 0 }, { gantryDeg: 100 }];

beforeAll(() => {
  writeBelow(folder.path, smallPatientFiles);
  writeJson(planFile, {
    ...smallPlan,
    delivery: {
      machine: "linac-6fff",
      technique: "static",
      collimator: { kind: "cone", diameterMm: 15 },
      fields,
    },
    dose: { spacingMm: 6 },
  });
});
afterAll(folder.remove);

describe("isodose influence", () => {
  it("writes beamlets as a matrix, and beside it what its columns are", async () => {
    const out = inFolder("deep/D.npz");
    const ran = await runHere(
      "influence",
      planFile,
      "--out",
      out,
      "--beamlet-mm",
      "10",
      "--threshold-percent",
      "0.5",
    );
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("Not for clinical use");
    expect(readdirSync(inFolder("deep")).sort()).toEqual(["D.json", "D.npz"]);
    const beside = JSON.parse(readFileSync(inFolder("deep/D.json"), "utf8"));
    const matrix = await readInfluence(out);
    expect(beside.shape).toEqual([matrix.rows, matrix.columns]);
    expect(beside.entries).toBe(matrix.data.length);
    expect(beside.thresholdPercent).toBe(0.5);
    expect(new Set(beside.columns.map((c: { gantryDeg: number }) => c.gantryDeg))).toEqual(new Set([0, 100]));
    beside.columns.forEach((column: { entries: number; maximumGyPerMonitorUnit: number }, c: number) => {
      const values = matrix.data.subarray(matrix.indptr[c]!, matrix.indptr[c + 1]!);
      expect(values.length).toBe(column.entries);
      expect(Math.max(...values)).toBeCloseTo(column.maximumGyPerMonitorUnit, 12);
    });
  });

  it("has the fields themselves as columns without --beamlet-mm, and prints JSON alone with --json", async () => {
    const ran = await runHere("influence", planFile, "--out", inFolder("fields.npz"), "--json");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(ran.stdout).columns.map((c: { beam: string }) => c.beam)).toEqual(["F1", "F2"]);
  });

  it.each([
    ["a name that is no .npz", ["--out", "D.npy"], "--out"],
    ["beamlets without size", ["--out", "D.npz", "--beamlet-mm", "0"], "--beamlet-mm"],
    ["a margin without beamlets", ["--out", "D.npz", "--margin-mm", "3"], "--margin-mm"],
    ["a threshold of everything", ["--out", "D.npz", "--threshold-percent", "100"], "--threshold-percent"],
  ])("%s: one line on stderr, code 2, nothing written", async (_name, args, named) => {
    const before = readdirSync(folder.path);
    const placed = args.map((a) => (a.startsWith("D.") ? inFolder(a) : a));
    const ran = await runHere("influence", planFile, ...placed);
    expect(ran.code).toBe(2);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
    expect(ran.stderr).toContain(named);
    expect(readdirSync(folder.path)).toEqual(before);
  });

  it("over its memory: names the option and the bytes, and leaves nothing", async () => {
    mkdirSync(inFolder("tight"));
    const ran = await runHere(
      "influence",
      planFile,
      "--out",
      inFolder("tight/D.npz"),
      "--max-memory",
      "1",
      "--engine",
      "collapsed-cone",
    );
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("--max-memory");
    expect(readdirSync(inFolder("tight"))).toEqual([]);
  });

  it("interrupted: code 130, nothing left", async () => {
    mkdirSync(inFolder("stopped"));
    const child = startChild("influence", planFile, "--out", inFolder("stopped/D.npz"), "--beamlet-mm", "1");
    const stop = setInterval(() => {
      if (readdirSync(inFolder("stopped")).length === 0) return;
      clearInterval(stop);
      child.kill("SIGINT");
    }, 20);
    const ran = await ended(child);
    clearInterval(stop);
    expect(ran.code).toBe(130);
    expect(readdirSync(inFolder("stopped"))).toEqual([]);
  });
});
