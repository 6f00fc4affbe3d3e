import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readReferenceFolder } from "../src/index.ts";
import { runHere } from "./support/run-isodose.ts";

const GOLDEN = fileURLToPath(new URL("../../../test/golden/reference/", import.meta.url));
const NAME = "photon-6mv-circle-20mm-water.json";
let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);

/** A folder with one case, changed by `edit`. */
function folderWith(edit: (json: Record<string, unknown>) => void = () => {}): string {
  const made = mkdtempSync(at("case-"));
  const json = JSON.parse(readFileSync(join(GOLDEN, NAME), "utf8"));
  edit(json);
  writeFileSync(join(made, NAME), JSON.stringify(json));
  return made;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isodose-validate-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("isodose validate", () => {
  it("prints one JSON object and leaves with 0 where the case passes", async () => {
    const run = await runHere("validate", "--reference", folderWith(), "--engine", "ray-trace", "--json");
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    const { cases } = JSON.parse(run.stdout);
    expect(cases).toHaveLength(1);
    expect(cases[0]).toMatchObject({ id: "photon-6mv-circle-20mm-water", engine: "ray-trace", pass: true });
    expect(cases[0].curves[0]).toMatchObject({ name: "central-axis", points: 85 });
    for (const key of ["passPercent", "worstPercent", "worstMm"])
      expect(Number.isFinite(cases[0].curves[0][key]), key).toBe(true);
  });

  it("computes another diameter from the file alone: a field that is not in it does not pass", async () => {
    const wrong = folderWith((json) => {
      (json.field as { diameterMm: number }).diameterMm = 23;
    });
    const run = await runHere("validate", "--reference", wrong, "--engine", "ray-trace", "--json");
    expect(run.code).toBe(3);
    expect(JSON.parse(run.stdout).cases[0].pass).toBe(false);
  });

  it("leaves with 3 where nothing was compared", async () => {
    const proton = folderWith((json) => {
      json.particle = "proton";
    });
    const all = await runHere("validate", "--reference", proton, "--engine", "ray-trace");
    expect(all.code).toBe(3);
    expect(all.stdout).toContain("skipped photon-6mv-circle-20mm-water, ray-trace");
  });

  it("writes a table and pictures into --out", async () => {
    const out = at("out");
    const run = await runHere("validate", "--reference", folderWith(), "--engine", "ray-trace", "--out", out);
    expect(run.code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["photon-6mv-circle-20mm-water.svg", "validation.json"]);
    expect(readFileSync(join(out, "photon-6mv-circle-20mm-water.svg"), "utf8")).toContain("<polyline");
    expect(JSON.parse(readFileSync(join(out, "validation.json"), "utf8")).pass).toBe(true);
  });

  it.each<[string, (json: Record<string, unknown>) => void, RegExp]>([
    [
      "an unknown particle",
      (json) => Object.assign(json, { particle: "muon" }),
      /particle: is "muon"; expected one of photon, proton, beta/,
    ],
    [
      "a misspelt key",
      (json) => {
        json.fild = json.field;
        delete json.field;
      },
      /fild: .*field may be meant/,
    ],
    [
      "an unknown material",
      (json) => {
        (json.phantom as { layers: unknown[] }).layers = [{ material: "gold", thicknessMm: 10 }];
      },
      /material: is "gold"/,
    ],
  ])("names %s with the file, on one line, and leaves with 2", async (_, edit, message) => {
    const run = await runHere("validate", "--reference", folderWith(edit), "--json");
    expect(run.code).toBe(2);
    expect(run.stdout).toBe("");
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toContain(NAME);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
  });

  it("names an engine that there is not, a folder without cases, a volume that is missing", async () => {
    const engine = await runHere("validate", "--reference", GOLDEN, "--engine", "ray-trase");
    expect(engine).toMatchObject({ code: 2, stdout: "" });
    expect(engine.stderr).toContain("ray-trace?");
    const empty = mkdtempSync(at("empty-"));
    expect((await runHere("validate", "--reference", empty)).stderr).toContain("no reference case");
    expect((await runHere("validate", "--reference", at("nowhere"))).code).toBe(2);
    writeFileSync(join(empty, "spine.json"), readFileSync(join(GOLDEN, "photon-6mv-spine-g250.json")));
    const missing = await runHere("validate", "--reference", empty);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("photon-6mv-spine.material.u8: not found");
  });
});

describe("volumes beside a case", () => {
  it("may be packed; the unpacked file comes first", async () => {
    const golden = await readReferenceFolder(GOLDEN);
    const spine = golden.find((file) => file.id === "photon-6mv-spine-g250")!;
    expect(spine.volumes[0]!.values.length).toBe(576000);
    // The largest dose stands in the file as a scalar.
    const maximum = spine.volumes[0]!.values.reduce((a, b) => Math.max(a, b), 0);
    expect(maximum).toBeCloseTo(spine.scalars.find((s) => s.name === "maxDose_Gy_cm2")!.value, 15);
  });

  it("that are no gzip are named", async () => {
    const made = mkdtempSync(at("packed-"));
    writeFileSync(join(made, "spine.json"), readFileSync(join(GOLDEN, "photon-6mv-spine-g250.json")));
    writeFileSync(join(made, "photon-6mv-spine.material.u8.gz"), "not packed");
    await expect(readReferenceFolder(made)).rejects.toThrow(/material\.u8\.gz: not gzip/);
    writeFileSync(join(made, "photon-6mv-spine.material.u8.gz"), gzipSync(new Uint8Array(3)));
    await expect(readReferenceFolder(made)).rejects.toThrow(/3 bytes/);
  });
});
