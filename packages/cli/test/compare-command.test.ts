import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PlanSummary, patientFiles } from "isodose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectOneLine } from "./support/broken-case.ts";
import { ended, type Ran, runChild, runHere, startChild } from "./support/run-isodose.ts";
import {
  listBelow,
  makeFolder,
  smallPatient,
  smallPlan,
  writeBelow,
  writeJson,
} from "./support/small-case.ts";

// Few structures: their DVHs would take most of the time.
const patient = {
  ...smallPatient,
  structures: smallPatient.structures.filter((s) => /^(BODY|PTV|SpinalCord)/.test(s.name)),
};
const folder = makeFolder();
const narrow = join(folder.path, "narrow.json");
const wide = join(folder.path, "wide.json");
const out = join(folder.path, "deep/er/out");
const cone = (diameterMm: number) => ({
  ...smallPlan.delivery,
  collimator: { kind: "cone", diameterMm },
  beams: 12,
});
let ran: Ran;
let html: string;
let plans: PlanSummary[];

beforeAll(async () => {
  writeBelow(folder.path, patientFiles(patient));
  writeJson(narrow, { ...smallPlan, delivery: cone(12.5) });
  writeJson(wide, { ...smallPlan, delivery: cone(25), dose: { ...smallPlan.dose, spacingMm: 5 } });
  ran = await runChild("compare", narrow, wide, "--out", out, "--json", "--seed", "7");
  if (ran.code !== 0) throw new Error(ran.stderr);
  plans = JSON.parse(ran.stdout).plans;
  html = readFileSync(join(out, "compare.html"), "utf8");
});
afterAll(folder.remove);

/** Run `compare`, and see that it fails in one line and writes nothing. */
async function expectRefused(args: readonly string[], parts: readonly string[]): Promise<void> {
  const before = listBelow(folder.path);
  const path = join(folder.path, "refused");
  expectOneLine(await runHere("compare", ...args, "--out", path), parts);
  expect(listBelow(folder.path)).toEqual(before);
}

describe("isodose compare", () => {
  it("exits 0, says nothing on stderr, writes compare.html and nothing else", () => {
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(listBelow(out)).toEqual(["compare.html"]);
  });

  it("--json prints the summaries in the order of the files, as plan writes them, options applied", async () => {
    expect(Object.keys(JSON.parse(ran.stdout))).toEqual(["plans"]);
    expect(plans.map((s) => s.format)).toEqual(["isodose-summary/1", "isodose-summary/1"]);
    expect(plans.map((s) => s.doseGrid.spacingMm[0])).toEqual([4, 5]);
    expect(plans.map((s) => s.seed)).toEqual([7, 7]);
    const alone = await runHere("plan", wide, "--out", join(folder.path, "alone"), "--json", "--seed", "7");
    const { elapsedSeconds: _, ...planned } = JSON.parse(alone.stdout);
    const { elapsedSeconds: __, ...compared } = plans[1]!;
    expect(compared).toEqual(planned);
  });

  it("compare.html says what the summaries say, of both plans, and loads nothing", () => {
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain("Not for clinical use");
    for (const label of ["narrow", "wide"]) expect(html).toContain(label);
    for (const s of plans) expect(html).toContain(s.doseMaxGy.toFixed(2));
    expect(html).toContain("B was computed on voxels of 5 × 5 × 5 mm and is resampled (trilinear)");
    expect(html).not.toMatch(/<script|<link|@import|(?:src|href)="(?!data:)/);
    expect(html.match(/aria-label="Dose difference, /g)).toHaveLength(6);
    expect(html.length).toBeLessThan(1_500_000);
  });

  it("without --json: a table with a column for each plan, and no file without --out", async () => {
    const before = listBelow(folder.path);
    const { stdout, stderr, code } = await runHere("compare", narrow, narrow);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^ +A narrow +B narrow \(2\)$/m);
    expect(stdout).toMatch(/^SpinalCord_PRV2 D0\.035cc ≤ 17 Gy +[\d.]+ kept +[\d.]+ kept$/m);
    const [, first, second] = /^PTV_L1 mean Gy +([\d.]+) +([\d.]+)$/m.exec(stdout)!;
    expect(first).toBe(second);
    expect(stdout).toMatch(/^warning A, B BEAM_DATA/m);
    expect(stdout).toContain("Not for clinical use.");
    expect(stdout).not.toContain("written to");
    expect(listBelow(folder.path)).toEqual(before);
  });
});

describe("isodose compare --engines", () => {
  it("one plan under two engines: a column each, told apart by the engine, with A's monitor units by tissue", async () => {
    const path = join(folder.path, "engines");
    const one = join(folder.path, "one.json");
    writeJson(one, {
      ...smallPlan,
      delivery: { ...cone(25), beams: 2 },
      dose: { ...smallPlan.dose, spacingMm: 6 },
    });
    const args = ["compare", one, "--engines", "ray-trace,collapsed-cone", "--out", path, "--json"];
    const { code, stdout, stderr } = await runHere(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const engines = (JSON.parse(stdout).plans as PlanSummary[]).map((s) => s.engine);
    expect(engines).toEqual(["ray-trace", "collapsed-cone"]);
    const page = readFileSync(join(path, "compare.html"), "utf8");
    expect(page).toContain("one collapsed-cone minus one ray-trace");
    expect(page).toMatch(/B is taken with A's monitor units \(× [01]\.\d+\)/);
    expect(page).toContain("<td>soft tissue</td>");
  });

  it("refuses unknown engines, one twice, and both options", async () => {
    await expectRefused([narrow, "--engines", "ray-trace,magic"], ["--engines", '"magic"']);
    await expectRefused([narrow, "--engines", "ray-trace,ray-trace"], ["--engines", "each word once"]);
    await expectRefused(
      [narrow, "--engines", "ray-trace,monte-carlo", "--engine", "ray-trace"],
      ["--engine", "not both"],
    );
  });
});

describe("what cannot be compared", () => {
  it("one plan, more plans than a figure can show, no plan at all", async () => {
    await expectRefused([narrow], ["plan files", "is 1", "at least two"]);
    await expectRefused(Array(7).fill(narrow), ["plan files", "is 7", "at most 6"]);
    await expectRefused([], ["'plans'"]);
  });

  it("a plan for another patient, named with what differs", async () => {
    const other = join(folder.path, "phantom.json");
    writeJson(other, {
      ...smallPlan,
      patient: { phantom: { kind: "spine", level: "T9", spacingMm: [6, 6, 6] } },
    });
    await expectRefused([narrow, other], [other, "frame of reference", `as in ${narrow}`]);
    const third = join(folder.path, "phantom-2.json");
    writeJson(third, {
      ...smallPlan,
      patient: { phantom: { kind: "spine", level: "T8", spacingMm: [6, 6, 6] } },
    });
    await expectRefused([other, third], [third, "patient.phantom.level", '"T8"', '"T9"']);
  });

  it("a structure set with another cord", async () => {
    const path = join(folder.path, "recontoured");
    const structures = patient.structures.map((s) =>
      s.name === "SpinalCord" ? { ...s, contours: s.contours.slice(5) } : s,
    );
    mkdirSync(path);
    writeBelow(path, patientFiles({ ...patient, structures }));
    const file = join(path, "plan.json");
    writeJson(file, smallPlan);
    await expectRefused([narrow, file], [file, "structure SpinalCord", "cc", `as in ${narrow}`]);
  });

  it("files that are not there or no plans, and options, before anything is computed", async () => {
    await expectRefused([narrow, join(folder.path, "none.json")], ["none.json", "not found"]);
    const broken = join(folder.path, "broken.json");
    writeJson(broken, { ...smallPlan, target: 3 });
    await expectRefused([narrow, broken], [broken, "target"]);
    await expectRefused([narrow, wide, "--workers", "4", "--backend", "wasm"], ["--workers", "4", "wasm"]);
    await expectRefused([narrow, wide, "--engine", "magic"], ["--engine", '"magic"']);
  });

  it("what does not fit its patient names its file", async () => {
    const file = join(folder.path, "no-target.json");
    writeJson(file, { ...smallPlan, target: "PTV_X9" });
    await expectRefused([file, file], [`${file}: target`, "PTV_X9"]);
  });

  it("an output folder that cannot be written", async () => {
    const file = join(folder.path, "file");
    writeFileSync(file, "");
    expectOneLine(await runHere("compare", narrow, wide, "--out", file), [file, "cannot be written"]);
  });

  it("SIGINT stops it within 3 s: exit code 130, one line, no file", async () => {
    const path = join(folder.path, "stopped");
    const long = join(folder.path, "long.json");
    // Long enough that it cannot be over before the signal comes.
    writeJson(long, {
      ...smallPlan,
      dose: { ...smallPlan.dose, spacingMm: 1.5 },
      delivery: { ...cone(20), beams: 150 },
    });
    // The folder is made once and removed, to see that it can be: from then on the run is on its way.
    const underWay = new Promise<void>((resolve) => {
      const watcher = watch(folder.path, (_event, name) => {
        if (name !== "stopped") return;
        watcher.close();
        resolve();
      });
    });
    const child = startChild("compare", long, narrow, "--out", path);
    const end = ended(child);
    await Promise.race([underWay, end]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(child.exitCode).toBeNull();
    const sent = performance.now();
    child.kill("SIGINT");
    const stopped = await end;
    expect(performance.now() - sent).toBeLessThan(3000);
    expect(stopped).toMatchObject({ code: 130, stdout: "" });
    expect(stopped.stderr).toMatch(/^isodose: [a-z -]+ cancelled\n$/);
    expect(existsSync(path)).toBe(false);
  });
});
