import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { PENCIL_KERNEL_6MV_MOHAN, readStructureSet, structureVolumeCc } from "isodose";
import { afterAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "isodose-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function runExample(name: string, ...args: string[]): Promise<string> {
  const script = join(ROOT, "examples", name);
  const { stdout } = await run(process.execPath, ["--conditions=@isodose/source", script, ...args], {
    cwd: ROOT,
  });
  return stdout;
}

/** The number before a unit, in the first line that matches. */
function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}

describe("examples", () => {
  it.each([
    "library-plan.ts",
    "linac-arcs.ts",
    "dvh-of-any-dose.ts",
    "beams-by-hand.ts",
    "three-patients.ts",
  ])("%s is short and says what it is not", (name) => {
    const text = readFileSync(join(ROOT, "examples", name), "utf8");
    expect(text.split("\n").length).toBeLessThan(60);
    expect(text).toMatch(/console\.log\((isodose\.)?NOT_FOR_CLINICAL_USE\);/);
  });

  it("library-plan.ts plans the phantom and keeps the cord's limit", async () => {
    const out = await runExample("library-plan.ts");
    expect(numberIn(out, /D0\.035cc ([\d.]+) Gy/)).toBeLessThanOrEqual(17);
    expect(numberIn(out, /PTV_L1: ([\d.]+) %/)).toBeGreaterThan(50);
    expect(out).toContain("Not for clinical use");
  });

  it("linac-arcs.ts delivers non-coplanar arcs that cover the target as prescribed", async () => {
    const out = await runExample("linac-arcs.ts");
    expect(numberIn(out, /GTV_L1: ([\d.]+) %/)).toBeCloseTo(90, 0);
    expect(out).toMatch(/couch 20, gantry/);
    expect(out).toMatch(/couch 340, gantry/);
  });

  it("dvh-of-any-dose.ts reads an even dose of 2 Gy in 1000 cc", async () => {
    const out = await runExample("dvh-of-any-dose.ts");
    expect(out).toContain("BODY: 1000.00 cc, D95% 2.000 Gy, mean 2.000 Gy, max 2.000 Gy");
  });

  it("beams-by-hand.ts has twice the dose of one beam where two cross", async () => {
    const doses = [...(await runExample("beams-by-hand.ts")).matchAll(/mm deep: ([\d.]+) Gy/g)].map((m) =>
      Number(m[1]),
    );
    expect(doses).toHaveLength(4);
    // Away from the crossing there is one beam, falling by inverse square and attenuation; at 100 mm there are two.
    const [at20, at60, at100, at140] = doses as [number, number, number, number];
    const perMm = Math.log(at20 / at60) / 40;
    expect(perMm).toBeGreaterThan(PENCIL_KERNEL_6MV_MOHAN.attenuationPerMm);
    // The oblique beam crosses 100 / cos 30° mm of water.
    const straight = Math.sqrt(at60 * at140);
    const oblique = straight * Math.exp(-(100 / Math.cos(Math.PI / 6) - 100) * (perMm - 2 / 800));
    // 4 %: the other beam's tails reach 60 and 140 mm, and the fall is not quite exponential.
    expect(Math.abs(at100 / (straight + oblique) - 1)).toBeLessThan(0.04);
  });

  it("three-patients.ts writes three patients whose structures and pictures are what it says", async () => {
    const out = await runExample("three-patients.ts", folder, "3");
    const structuresOf = (name: string) =>
      readStructureSet({ name, bytes: readFileSync(join(folder, name, "RTSTRUCT.dcm")) }).structures;
    const cases = {
      "thoracic-metastasis": ["GTV_T6", "PTV_T6", "SpinalCord", "Lung_L"],
      "cervical-meningioma": ["GTV_C5", "PTV_C5", "SpinalCord", "Trachea"],
      "lumbar-after-surgery": ["GTV_L2", "PTV_L2", "GTV_L4", "PTV_L4", "CaudaEquina", "Hardware"],
    };
    for (const [name, expected] of Object.entries(cases)) {
      expect(structuresOf(name).map((s) => s.name)).toEqual(expect.arrayContaining(expected));
      const picture = readFileSync(join(folder, name, "picture.svg"), "utf8");
      expect(picture.match(/>Axial</g)).toHaveLength(2);
      expect(picture.match(/>Sagittal</g)).toHaveLength(2);
      expect(picture).toContain(`data-name="${expected[0]}"`);
      for (const series of ["CT", "MR_T1", "MR_T2"])
        expect(readdirSync(join(folder, name, series)).length).toBeGreaterThan(10);
    }
    const hardware = structuresOf("lumbar-after-surgery").find((s) => s.name === "Hardware")!;
    // Four screws of some 45 mm and 6.5 mm across, and two rods of some 70 mm and 5.5 mm.
    expect(structureVolumeCc(hardware)).toBeGreaterThan(5);
    expect(structureVolumeCc(hardware)).toBeLessThan(15);
    // The cord is long and smooth: slices of 4 mm measure it to 2 %.
    const cords = [...out.matchAll(/'SpinalCord' *│ *([\d.]+) *│ *([\d.]+)/g)];
    expect(cords).toHaveLength(3);
    for (const [, exact, drawn] of cords)
      expect(Math.abs(Number(drawn) / Number(exact) - 1)).toBeLessThan(0.02);
    expect(out).toContain("Not for clinical use");
  });
});
