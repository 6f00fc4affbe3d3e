import { readFileSync } from "node:fs";
import { rayTraceEngine } from "@isodose/dose";
import { describe, expect, it } from "vitest";
import {
  type PhotonReference,
  parseReferenceFile,
  rayTraceReference,
  validateReferences,
} from "../../src/index.ts";

const folder = new URL("../../../../test/golden/reference/", import.meta.url);

async function read(
  change: (json: Record<string, never>) => object = (json) => json,
): Promise<PhotonReference> {
  const json = JSON.parse(readFileSync(new URL("photon-6mv-circle-20mm-water.json", folder), "utf8"));
  const file = await parseReferenceFile({ ...json, ...change(json) }, async () => new Uint8Array());
  if (file.particle !== "photon") throw new Error("a photon case");
  return file;
}

describe("rayTraceReference", () => {
  it("simulates the kernel of a spectrum that is not built in, once for all cases", async () => {
    // The same photons in other bins: what is built in does not fit by name or number, the dose does.
    const halves = await read(({ spectrum }) => {
      const { binLowMeV, binHighMeV, relativeNumber } = spectrum as Record<string, number[]>;
      const split = (of: (i: number) => [number, number]) => binLowMeV!.flatMap((_, i) => of(i));
      const middle = (i: number) => (binLowMeV![i]! + binHighMeV![i]!) / 2;
      return {
        spectrum: {
          name: "halves",
          binLowMeV: split((i) => [binLowMeV![i]!, middle(i)]),
          binHighMeV: split((i) => [middle(i), binHighMeV![i]!]),
          relativeNumber: split((i) => [relativeNumber![i]! / 2, relativeNumber![i]! / 2]),
        },
      };
    });
    const engine = rayTraceReference(rayTraceEngine);
    const run = { files: [halves], seed: 3, effort: 0.001 };
    const first = await engine.compute(halves, { ...run });
    expect(first.settings).toContain("halves");
    const before = performance.now();
    const again = await engine.compute(halves, { ...run });
    expect(performance.now() - before).toBeLessThan(1000);
    expect(again.curves).toEqual(first.curves);
    const builtIn = await rayTraceReference(rayTraceEngine).compute(await read(), run);
    for (const [c, curve] of halves.curves.entries()) {
      const [found, wanted] = [first.curves[c]!, builtIn.curves[c]!];
      if (typeof found === "string" || typeof wanted === "string") throw new Error("a curve of dose");
      const middle = curve.along === "depth" ? 40 : 0;
      expect(Math.abs(found.values[middle]! / wanted.values[middle]! - 1), curve.name).toBeLessThan(0.05);
    }
  });

  it("says why it does not compare a case", async () => {
    const { reasonAgainst } = rayTraceReference(rayTraceEngine);
    expect(reasonAgainst(await read())).toBeUndefined();
    expect(reasonAgainst(await read(() => ({ field: { kind: "circle", diameterMm: 120 } })))).toMatch(
      /100 mm/,
    );
    const hard = { name: "hard", binLowMeV: [20], binHighMeV: [25], relativeNumber: [1] };
    expect(reasonAgainst(await read(() => ({ spectrum: hard })))).toMatch(/25 MeV/);
  });

  it("compares rectangles in water, too", async () => {
    const square = await read(() => ({ field: { kind: "rectangle", widthMm: 20, heightMm: 20 } }));
    const report = await validateReferences([square], [rayTraceReference(rayTraceEngine)]);
    const axis = report.cases[0]!.curves.find((curve) => curve.name === "central-axis")!;
    // A square of the circle's width has a little more scatter: some tenths to one percent.
    expect(axis.meanPercent).toBeGreaterThan(0.1);
    expect(axis.meanPercent).toBeLessThan(2);
  });
});
