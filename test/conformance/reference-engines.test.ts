import { fileURLToPath } from "node:url";
import { readReferenceFolder } from "@isodose/cli";
import {
  ENGINE_TOLERANCES,
  REFERENCE_ENGINES,
  type ReferenceFile,
  validateReferences,
} from "@isodose/commissioning";
import { beforeAll, describe, expect, it } from "vitest";

/** Cases quick enough for every test run, by engine; `npm run validate` runs all of them. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  "collapsed-cone": [
    "photon-6mv-circle-5mm-water",
    "photon-6mv-circle-20mm-lung-slab",
    "photon-6mv-circle-10mm-bone-slab",
    "photon-co60-circle-8mm-water",
  ],
  "ray-trace": [
    ...[5, 10, 20, 40, 60].map((mm) => `photon-6mv-circle-${mm}mm-water`),
    ...[8, 16].map((mm) => `photon-co60-circle-${mm}mm-water`),
    ...[650, 1000].map((mm) => `own-6mv-circle-40mm-${mm}mm-water`),
  ],
};

let files: readonly ReferenceFile[] = [];
beforeAll(async () => {
  files = await readReferenceFolder(fileURLToPath(new URL("../golden/reference/", import.meta.url)));
});

describe("the repository's reference cases", () => {
  it("are the photon cases, read without a warning but for scalars that are no numbers", () => {
    expect(files.length).toBe(14);
    expect(files.every((file) => file.particle === "photon")).toBe(true);
    expect(
      files.flatMap((file) => file.warnings.map((w) => w.code)).filter((c) => c !== "SCALAR_NOT_A_NUMBER"),
    ).toEqual([]);
  });

  it("each have an engine that applies", () => {
    const engines = Object.values(REFERENCE_ENGINES).map((make) => make());
    for (const file of files)
      expect(
        engines.some((engine) => engine.reasonAgainst(file) === undefined),
        file.id,
      ).toBe(true);
  });
});

describe.each(Object.keys(QUICK))("%s", (engine) => {
  it.each(QUICK[engine]!)("passes %s", async (id) => {
    const chosen = files.filter((file) => file.id === id);
    const report = await validateReferences(chosen, [REFERENCE_ENGINES[engine]!()], { named: true });
    expect(report.cases.flatMap((one) => one.failures)).toEqual([]);
    expect(report.cases.length).toBe(1);
    expect(report.cases[0]!.points + report.cases[0]!.volumes.length).toBeGreaterThan(0);
  });
});

describe("monte-carlo with few histories", () => {
  // Its own standard error is then 3 to 6 %: 3 combined standard errors pass 99.7 % of the points if it is right, but they are correlated along a curve.
  const tolerance = {
    ...ENGINE_TOLERANCES["monte-carlo"]!,
    pointTolerance: () => ({ dosePercent: 0.5, of: "local" as const, distanceMm: 0, sigmas: 3 }),
    casePassPercent: 90,
    overallPassPercent: 90,
    meanPercent: 3,
    reducedChiSquare: 2.5,
    ownSigmaPercent: undefined,
    outputFactorPercent: () => 5,
  };
  it.each(["photon-co60-circle-16mm-water"])("agrees with %s within its own standard error", async (id) => {
    const chosen = files.filter((file) => file.id === id);
    const report = await validateReferences(chosen, [REFERENCE_ENGINES["monte-carlo"]!()], {
      effort: 0.004,
      tolerances: { "monte-carlo": tolerance },
    });
    expect(report.cases[0]!.failures).toEqual([]);
    expect(report.cases[0]!.curves.every((curve) => curve.ownSigmaPercent > 0)).toBe(true);
  });
});
