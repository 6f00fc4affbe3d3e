import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PlanResult, runPlan } from "isodose";
import { readPlanInput } from "isodose/node";
import { beforeAll, describe, expect, it } from "vitest";

const data = process.env.ISODOSE_DATA ?? "";
const there = existsSync(join(data, "RTSTRUCT.dcm")) && existsSync(join(data, "manifest.json"));
const why = there ? "" : " (skipped: ISODOSE_DATA names no folder with CT, RTSTRUCT.dcm and manifest.json)";

describe.skipIf(!there)(`the lumbar plan on a real CT${why}`, () => {
  let result: PlanResult;
  let rois: readonly { name: string; polygon_volume_cc_xor: number }[];

  beforeAll(async () => {
    const example = readFileSync(
      new URL("../../../examples/plans/lumbar-cyberknife.json", import.meta.url),
      "utf8",
    );
    const folder = mkdtempSync(join(tmpdir(), "isodose-test-"));
    try {
      const file = join(folder, "plan.json");
      const patient = { ct: join(data, "CT"), structures: join(data, "RTSTRUCT.dcm") };
      writeFileSync(file, JSON.stringify({ ...JSON.parse(example), patient }));
      const { plan, ...input } = await readPlanInput(file);
      result = await runPlan(plan, input);
      rois = JSON.parse(readFileSync(join(data, "manifest.json"), "utf8")).rois;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 300_000);

  it("every structure has its volume to 0.5 %", () => {
    expect(rois.length).toBeGreaterThan(5);
    for (const { name, polygon_volume_cc_xor: cc } of rois) {
      const row = result.summary.structures[name];
      expect(row, name).toBeDefined();
      expect(Math.abs(row!.volumeCc / cc - 1), name).toBeLessThan(0.005);
    }
  });

  it("the cord's limit is kept: D0.035cc of SpinalCord_PRV2 at most 17 Gy", () => {
    expect(result.summary.structures.SpinalCord_PRV2!.metrics["D0.035cc"]).toBeLessThanOrEqual(
      17 * (1 + 1e-6),
    );
  });

  it("at least 85 % of the target receive the prescription", () => {
    expect(result.summary.target.coveragePercent).toBeGreaterThanOrEqual(85);
  });

  it("beams aim at many points, and no few of them carry the plan", () => {
    expect(result.summary.distinctAimPoints).toBeGreaterThan(40);
    expect(result.summary.tenHeaviestSharePercent).toBeLessThan(40);
    expect(result.summary.beams).toBeLessThanOrEqual(120);
  });
});
