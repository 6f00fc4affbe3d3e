import { describe, expect, test } from "vitest";
import { CONSTRAINT_SETS, type ConstraintRow, checkConstraints } from "../../src/index.ts";
import { rampCurve } from "./curves.ts";

const find = (rows: readonly ConstraintRow[], metric: string) =>
  rows.find((row) => row.constraint.metric === metric)!;

/** A cord of 4 cc whose D0.35cc is exactly `doseGy`: D falls by (max − 0) over 4 cc. */
const cordWithD035 = (doseGy: number) => rampCurve("SpinalCord", 4, 0, doseGy / (1 - 0.35 / 4));

describe("verdicts", () => {
  test.each([
    [9.4, "pass"],
    [9.499, "pass"],
    [9.501, "near"],
    [9.999, "near"],
    [10.001, "fail"],
    [12, "fail"],
  ])("D0.35cc of %f Gy against 10 Gy, one fraction: %s", (doseGy, verdict) => {
    const { rows, nearFraction } = checkConstraints({
      curves: [cordWithD035(doseGy)],
      fractions: 1,
      sets: ["tg-101"],
    });
    const row = find(rows, "D0.35cc");
    expect(nearFraction).toBe(0.05);
    expect(row.value).toBeCloseTo(doseGy, 9);
    expect(row.ratio).toBeCloseTo(doseGy / 10, 9);
    expect(row.verdict).toBe(verdict);
  });

  test("the near band is the caller's", () => {
    const read = (nearFraction: number) =>
      find(
        checkConstraints({ curves: [cordWithD035(9.4)], fractions: 1, sets: ["tg-101"], nearFraction }).rows,
        "D0.35cc",
      ).verdict;
    expect(read(0.1)).toBe("near");
    expect(read(0)).toBe("pass");
  });

  test("a volume to be spared: the ratio turns round", () => {
    // 1400 cc, 0 to 42 Gy: less than 21 Gy in exactly 700 cc.
    const check = (volumeCc: number) =>
      find(
        checkConstraints({
          curves: [rampCurve("Liver", volumeCc, 0, 42)],
          fractions: 5,
          sets: ["tg-101"],
        }).rows,
        "CV21Gy[cc]",
      );
    const kept = check(1600);
    expect(kept.value).toBeCloseTo(800, 6);
    expect(kept.ratio).toBeCloseTo(700 / 800, 9);
    expect(kept.verdict).toBe("pass");
    expect(check(1420).verdict).toBe("near");
    expect(check(1380).verdict).toBe("fail");
    const small = check(600);
    expect(small.verdict).toBe("not applicable");
    expect(small.remark).toMatch(/holds 600 cc, less than the 700 cc/);
  });

  test("a structure smaller than the volume that the limit speaks of", () => {
    const { rows, counts } = checkConstraints({
      curves: [rampCurve("Cochlea_L", 0.02, 1, 2)],
      fractions: 1,
      sets: ["tg-101"],
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]!.verdict).toBe("not applicable");
    expect(rows[0]!.value).toBeUndefined();
    expect(rows[0]!.remark).toMatch(/0.035 cc/);
    expect(counts).toEqual({ pass: 0, near: 0, fail: 0, "not applicable": 1 });
  });

  test("a structure wholly outside the dose grid", () => {
    const { rows } = checkConstraints({
      curves: [rampCurve("SpinalCord", 4, 1, 2, 4)],
      fractions: 1,
      sets: ["hytec"],
    });
    expect(new Set(rows.map((row) => row.verdict))).toEqual(new Set(["not applicable"]));
  });

  test("a part outside the dose grid is said", () => {
    const { rows } = checkConstraints({
      curves: [rampCurve("SpinalCord", 4, 1, 2, 1)],
      fractions: 1,
      sets: ["hytec"],
    });
    expect(rows[0]!.remark).toMatch(/1 cc lie outside the dose grid/);
  });

  test("limits in parts of the prescription need it", () => {
    const curves = [rampCurve("Nerve root L", 1, 0, 30)];
    const request = { curves, fractions: 2, sets: ["spine-institution-2025"] } as const;
    const without = checkConstraints(request).rows[0]!;
    expect(without.verdict).toBe("not applicable");
    expect(without.remark).toMatch(/prescriptionGy: missing/);
    // 30 Gy over 1 cc, above 26.4 Gy: 0.12 cc.
    const row = checkConstraints({ ...request, prescriptionGy: 24 }).rows[0]!;
    expect(row.value).toBeCloseTo(0.12, 9);
    expect(row.verdict).toBe("fail");
  });
});

describe("which limits and structures", () => {
  test("fractions without limits: a warning for each table, no interpolation", () => {
    const four = checkConstraints({ curves: [cordWithD035(9)], fractions: 4 });
    expect(new Set(four.rows.map((row) => row.constraint.set))).toEqual(new Set(["hytec"]));
    expect(four.warnings.filter((w) => w.code === "NO_LIMITS_FOR_FRACTIONS").map((w) => w.message)).toEqual([
      expect.stringMatching(/^tg-101 has limits for 1, 3, 5 fractions, none for this course of 4/),
      expect.stringMatching(/^quantec has limits for 1, 3 fractions and 1.8–2 Gy a fraction/),
      expect.stringMatching(/^spine-institution-2025 has limits for 1, 2 fractions/),
    ]);
    const seven = checkConstraints({ curves: [cordWithD035(9)], fractions: 7 });
    expect(seven.rows).toEqual([]);
    expect(seven.warnings).toHaveLength(Object.keys(CONSTRAINT_SETS).length);
  });

  test("conventional limits need 1.8 to 2 Gy a fraction", () => {
    const curves = [rampCurve("SpinalCord", 4, 0, 52)];
    const rows = (fractions: number, prescriptionGy?: number) =>
      checkConstraints({
        curves,
        fractions,
        sets: ["quantec"],
        ...(prescriptionGy === undefined ? {} : { prescriptionGy }),
      }).rows;
    expect(rows(28, 50.4).map((row) => [row.limit, row.verdict])).toEqual([[50, "fail"]]);
    expect(rows(25, 50)).toHaveLength(1);
    expect(rows(28)).toEqual([]);
    expect(rows(10, 30)).toEqual([]);
  });

  test("what stands in for the cord is said; the cord itself comes first", () => {
    const canal = rampCurve("SpinalCanal", 10, 0, 11);
    const sac = rampCurve("ThecalSac", 8, 0, 10);
    const alone = checkConstraints({ curves: [canal, sac], fractions: 1, sets: ["hytec"] });
    expect(new Set(alone.rows.map((row) => row.structure))).toEqual(new Set(["ThecalSac"]));
    expect(alone.rows[0]!.remark).toMatch(/read for the spinal cord, which was not drawn.*over-stated/);
    const cord = checkConstraints({ curves: [canal, sac, cordWithD035(9)], fractions: 1, sets: ["hytec"] });
    expect(new Set(cord.rows.map((row) => row.structure))).toEqual(new Set(["SpinalCord"]));
    expect(cord.rows[0]!.remark).toBeUndefined();
  });

  test("structures without organ, organs without structure", () => {
    const { structuresWithoutOrgan, organsWithoutStructure, rows } = checkConstraints({
      curves: [rampCurve("PTV_L1", 30, 20, 30), rampCurve("OAR7", 4, 0, 8)],
      fractions: 1,
      sets: ["hytec", "spine-institution-2025"],
    });
    expect(structuresWithoutOrgan).toEqual(["PTV_L1", "OAR7"]);
    expect(organsWithoutStructure).toContain("spinal cord");
    expect(rows).toEqual([]);
    const named = checkConstraints({
      curves: [rampCurve("OAR7", 4, 0, 8)],
      fractions: 1,
      sets: ["hytec"],
      organs: { OAR7: "spinal cord" },
    });
    expect(named.rows).toHaveLength(2);
    const none = checkConstraints({
      curves: [cordWithD035(9)],
      fractions: 1,
      sets: ["hytec"],
      organs: { SpinalCord: null },
    });
    expect(none.rows).toEqual([]);
  });

  test("unverified limits are counted", () => {
    const { rows, warnings } = checkConstraints({
      curves: [rampCurve("Lungs", 3000, 0, 20)],
      fractions: 3,
      sets: ["tg-101"],
    });
    expect(rows.map((row) => row.constraint.provenance)).toEqual([
      "unverified default",
      "unverified default",
    ]);
    expect(warnings).toEqual([
      { code: "UNVERIFIED_LIMITS", message: '2 of 2 rows use limits labelled "unverified default"' },
    ]);
  });

  test("a limit of one's own", () => {
    const own = { ...CONSTRAINT_SETS.hytec[0]!, id: "own", limit: 8, metric: "D0.03cc" };
    const { rows } = checkConstraints({
      curves: [cordWithD035(9)],
      fractions: 1,
      sets: [],
      constraints: [own],
    });
    expect(rows.map((row) => [row.constraint.id, row.verdict])).toEqual([["own", "fail"]]);
  });
});

describe("bad input", () => {
  const curves = [cordWithD035(9)];
  test.each([
    ["no curve", { curves: [], fractions: 1 }, /curves: is \[\]; expected at least one DVH curve/],
    ["no fractions", { curves, fractions: 0 }, /fractions: is 0; expected a whole number/],
    ["half a fraction", { curves, fractions: 1.5 }, /fractions: is 1.5/],
    ["unknown set", { curves, fractions: 1, sets: ["tg101"] }, /sets: is "tg101".*did you mean tg-101/],
    [
      "unknown organ",
      { curves, fractions: 1, organs: { SpinalCord: "spinal chord" } },
      /organs.SpinalCord: is "spinal chord".*did you mean spinal cord/,
    ],
    [
      "unknown metric",
      { curves, fractions: 1, constraints: [{ ...CONSTRAINT_SETS.hytec[0], metric: "Dmaximal" }] },
      /metric: is "Dmaximal"/,
    ],
    [
      "limit",
      { curves, fractions: 1, constraints: [{ ...CONSTRAINT_SETS.hytec[0], limit: 0 }] },
      /constraints.limit: is 0/,
    ],
    ["band", { curves, fractions: 1, nearFraction: 1 }, /nearFraction: is 1/],
    ["prescription", { curves, fractions: 1, prescriptionGy: 0 }, /prescriptionGy: is 0/],
  ])("%s", (_, request, message) => {
    expect(() => checkConstraints(request as never)).toThrow(message);
  });
});
