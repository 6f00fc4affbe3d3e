import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PENCIL_CUTOFFS } from "@isodose/dose";
import { expect, it } from "vitest";
import { type PhotonReference, parseReferenceFile, proveCutoffs } from "../../src/index.ts";

const path = join(import.meta.dirname, "../../../../test/golden/reference/photon-co60-circle-8mm-water.json");

it("halves each cut-off and all, and finds no change beyond chance", async () => {
  const text = JSON.parse(readFileSync(path, "utf8")) as { curves: unknown[] };
  // The axis and one profile.
  const file = await parseReferenceFile({ ...text, curves: text.curves.slice(0, 2) }, () =>
    Promise.reject(new Error("this case has no other files")),
  );
  const rows = await proveCutoffs(file as PhotonReference, { histories: 1000 });
  expect(rows).toHaveLength(7);
  for (const row of rows) {
    expect(row.halved).toEqual(row.cutoffs.map((name) => PENCIL_CUTOFFS[name] / 2));
    expect(row.points).toBeGreaterThan(50);
    expect(row.meanSigmaPercent).toBeGreaterThan(0);
    // 1000 photons know the mean to about 1.5 %.
    expect(row.meanSigmaPercent).toBeLessThan(4);
    expect(Math.abs(row.meanPercent)).toBeLessThan(4 * row.meanSigmaPercent);
    expect(Math.abs(row.curvePercent)).toBeLessThan(5 * row.curveSigmaPercent);
  }
  expect(rows.at(-1)!.cutoffs).toHaveLength(6);
}, 60_000);
