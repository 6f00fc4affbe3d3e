import { InvalidInputError } from "@isodose/core";
import { sphere as ball } from "@isodose/geometry";
import { describe, expect, test } from "vitest";
import { computeDvh, evaluateMetric, icru91Report, planIndices } from "../../src/index.ts";
import { cubeGrid, doseOf, sphere } from "../shapes.ts";

/** Linear along x: the dose of every cap of a ball is known. */
const CENTER_GY = 20;
const GRADIENT = 0.4;
const dose = doseOf(cubeGrid([0, 0, 0], 14, 2), (p) => CENTER_GY + GRADIENT * p[0]);

/** s of the cap that holds a part of a ball: (1 − s)² (2 + s) / 4 = part. */
function capOf(part: number): number {
  let [low, high] = [-1, 1];
  for (let n = 0; n < 60; n++) {
    const s = 0.5 * (low + high);
    if ((1 - s) ** 2 * (2 + s) > 4 * part) low = s;
    else high = s;
  }
  return 0.5 * (low + high);
}

describe("ICRU 91 report", () => {
  for (const radiusMm of [10, 4]) {
    const volumeCc = ((4 / 3) * Math.PI * radiusMm ** 3) / 1000;
    const part = volumeCc >= 2 ? 0.02 : 0.035 / volumeCc;
    test(`near-maximum and near-minimum of ${volumeCc.toFixed(2)} cc are of ${(100 * part).toFixed(1)} %`, () => {
      const report = icru91Report({
        dose,
        ptv: ball([0, 0, 0], radiusMm),
        prescriptionGy: 18,
        fractions: 3,
      });
      const row = (name: string) => report.rows.find((r) => r.role === "PTV" && r.name === name)!;
      const shift = capOf(part) * GRADIENT * radiusMm;
      expect(row("median dose").value).toBeCloseTo(CENTER_GY, 2);
      expect(Math.abs(row("near-maximum dose").value! - CENTER_GY - shift)).toBeLessThan(0.01);
      expect(Math.abs(row("near-minimum dose").value! - CENTER_GY + shift)).toBeLessThan(0.01);
      expect(row("near-maximum dose").samplingError).toBeLessThan(0.06);
      expect(row("near-maximum dose").metric).toBe(volumeCc >= 2 ? "D2%" : "D0.035cc");
      expect(row("near-minimum dose").metric).toBe(volumeCc >= 2 ? "D98%" : "D(V − 0.035 cc)");
      expect(row("near-minimum dose").provenance).toBe(volumeCc >= 2 ? "read" : "unverified default");
      expect(report.warnings.map((w) => w.code)).toContain("NO_CTV_OR_GTV");
    });
  }

  test("PTV, CTV, GTV, plan and organs; a structure too small for 35 mm³ says so", () => {
    const ptv = computeDvh({ structure: sphere([0, 0, 0], 9, 10), dose, name: "PTV" });
    const gtv = computeDvh({ structure: sphere([0, 0, 0], 7, 10), dose, name: "GTV" });
    const cord = computeDvh({ structure: sphere([-8, 0, 0], 4, 10), dose, name: "cord" });
    const nerve = computeDvh({ structure: sphere([-8, 0, 0], 1.5, 10), dose, name: "nerve" });
    const report = icru91Report({
      dose,
      ptv,
      ctv: gtv,
      gtv,
      organs: [
        { region: cord, kind: "serial" },
        { region: nerve },
        { region: cord, metrics: ["V16Gy"], kind: "serial" },
      ],
      prescriptionGy: 18,
      fractions: 1,
    });
    const plan = report.rows.filter((r) => r.role === "plan");
    expect(plan.map((r) => `${r.structure} ${r.name}`)).toEqual([
      "PTV Paddick conformity index",
      "PTV gradient index",
      "GTV Paddick conformity index",
    ]);
    expect(plan[0]!.value).toBeCloseTo(
      planIndices({ dose, targetDvh: ptv, prescriptionGy: 18 }).paddickCi,
      10,
    );
    const organs = report.rows.filter((r) => r.role === "OAR");
    expect(organs.map((r) => `${r.structure} ${r.metric}`)).toEqual([
      "cord D0.035cc",
      "cord D50%",
      "nerve D0.035cc",
      "nerve mean",
      "nerve D50%",
      "cord V16Gy",
    ]);
    expect(organs[0]!.value).toBe(evaluateMetric(cord, "D0.035cc"));
    expect(organs[0]!.provenance).toBe("unverified default");
    expect(organs[2]!.value).toBeNull();
    expect(organs[2]!.reason).toContain("0.035");
    expect(report.warnings.filter((w) => w.code === "ORGAN_LEVELS")).toHaveLength(1);
  });

  test("bad input", () => {
    const request = { dose, ptv: ball([0, 0, 0], 9), prescriptionGy: 18, fractions: 1 };
    for (const wrong of [
      { prescriptionGy: -1 },
      { fractions: 0 },
      { organs: [{ region: ball([0, 0, 0], 3), metrics: ["Dtypo"] }] },
    ])
      expect(() => icru91Report({ ...request, ...wrong })).toThrow(InvalidInputError);
  });
});
