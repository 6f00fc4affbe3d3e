import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runHere } from "./support/run-isodose.ts";
import { makeFolder, writeJson } from "./support/small-case.ts";

const folder = makeFolder();
afterAll(folder.remove);

/** Two lesions at once, hardware and a laminectomy, in few voxels. */
const spec = {
  kind: "spine",
  lesions: [
    {
      level: "L2",
      location: "vertebral-body",
      diametersMm: [18, 16, 14],
      bilskyGrade: "1b",
      malignancy: "malignant",
      histology: "renal cell carcinoma",
      source: "metastasis",
    },
    {
      level: "L3",
      location: "paraspinal",
      side: "right",
      diametersMm: [14, 16, 18],
      malignancy: "malignant",
      histology: "renal cell carcinoma",
      source: "metastasis",
    },
  ],
  hardware: { levels: ["L1", "L4"] },
  laminectomy: { levels: ["L2"] },
  spacingMm: [4, 4, 4],
};

describe("isodose phantom", () => {
  it("writes a phantom file's lesions as CT, MR, myelogram and radiographs, and inspect finds nothing wrong", async () => {
    const file = join(folder.path, "phantom.json");
    const out = join(folder.path, "out");
    writeJson(file, spec);
    const ran = await runHere(
      "phantom",
      "--spec",
      file,
      "--out",
      out,
      "--modality",
      "ct,mr,myelogram,drr",
      "--json",
    );
    expect(ran.stderr).toBe("");
    const written = JSON.parse(ran.stdout) as {
      lesions: object[];
      structures: { name: string; exactVolumeCc: number }[];
    };
    expect(written.lesions).toHaveLength(2);
    const names = written.structures.map((s) => s.name);
    for (const name of ["GTV_L2", "PTV_L2", "GTV_L3", "PTV_L3", "SpinalCanal", "BODY"])
      expect(names).toContain(name);
    // An ellipsoid, where the bone's surface does not cut it: 4/3 π abc.
    const gtv = written.structures.find((s) => s.name === "GTV_L3")!;
    expect(gtv.exactVolumeCc).toBeLessThanOrEqual(((Math.PI / 6) * 14 * 16 * 18) / 1000 + 1e-3);
    expect(gtv.exactVolumeCc).toBeGreaterThan(0.5);
    for (const name of ["CT", "MR_T1", "MR_T2", "MYELOGRAM", "DRR"]) {
      expect(readdirSync(join(out, name)).length).toBeGreaterThan(3);
    }
    const inspected = JSON.parse((await runHere("inspect", out, "--json")).stdout) as {
      images: { modality: string; frameOfReferenceUid: string }[];
      problems: object[];
    };
    expect(inspected.problems).toEqual([]);
    expect(inspected.images.map((i) => i.modality).sort()).toEqual(["CT", "CT", "MR", "MR"]);
    expect(new Set(inspected.images.map((i) => i.frameOfReferenceUid)).size).toBe(1);
  });

  it("refuses to mix a phantom with the slices of another", async () => {
    const out = join(folder.path, "mixed");
    const long = join(folder.path, "long.json");
    writeJson(long, { kind: "spine", level: "L1", spacingMm: [6, 6, 4] });
    const short = join(folder.path, "short.json");
    writeJson(short, { kind: "spine", level: "L1", spacingMm: [6, 6, 8] });
    expect((await runHere("phantom", "--spec", long, "--out", out)).code).toBe(0);
    const before = readdirSync(join(out, "CT"));
    const ran = await runHere("phantom", "--spec", short, "--out", out);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(
      /^isodose: .*CT\.\d+\.dcm: is there already, of another series; expected an empty folder\n$/,
    );
    expect(readdirSync(join(out, "CT"))).toEqual(before);
  });

  it.each([
    [{ ...spec, lesions: [{ ...spec.lesions[0], diametersMm: [180, 16, 14] }] }, "diametersMm"],
    [{ ...spec, lesions: [{ ...spec.lesions[0], level: "L9" }] }, "L9"],
    [{ ...spec, lesions: [{ ...spec.lesions[0], bilskyGrade: "4" }] }, "bilskyGrade"],
    [{ ...spec, hardwear: { levels: ["L1"] } }, "hardwear"],
    [{ ...spec, hardware: { levels: ["C2"] } }, "C2"],
    [{ ...spec, spacingMm: [4, -4, 4] }, "spacingMm"],
  ])("impossible anatomy: one line, nothing written (%#)", async (bad, part) => {
    const file = join(folder.path, "bad.json");
    const out = join(folder.path, "none");
    writeJson(file, bad);
    const ran = await runHere("phantom", "--spec", file, "--out", out);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^isodose: [^\n]*bad\.json[^\n]*expected [^\n]*\n$/);
    expect(ran.stderr).toContain(part);
    expect(existsSync(out)).toBe(false);
  });
});
