import { describe, expect, test } from "vitest";
import { CLINICAL_SOURCES, CONSTRAINT_SETS, metricUnit, ORGAN_ALIASES } from "../../src/index.ts";

const all = Object.values(CONSTRAINT_SETS).flat();
const sources = Object.values(CLINICAL_SOURCES) as readonly string[];
const tg101 = (organ: string, metric: string, fractions: number) =>
  CONSTRAINT_SETS["tg-101"].find((c) => c.organ === organ && c.metric === metric && c.fractions === fractions)
    ?.limit;

describe("every row of the tables", () => {
  test.each(all.map((c) => [c.id, c] as const))("%s", (_, c) => {
    expect(metricUnit(c.metric)).toBe(c.unit);
    expect(c.limit).toBeGreaterThan(0);
    expect(Object.keys(ORGAN_ALIASES)).toContain(c.organ);
    expect(sources).toContain(c.source);
    expect(["read", "computed", "unverified default"]).toContain(c.provenance);
    if (/was not seen in an opened source/.test(c.source)) expect(c.provenance).toBe("unverified default");
    expect(c.fractions === "conventional" || (Number.isInteger(c.fractions) && c.fractions >= 1)).toBe(true);
    expect(c.endpoint).not.toBe("");
    if (/^CV/.test(c.metric)) expect(c.comparison).toBe("at least");
    else expect(c.comparison).toBe("at most");
  });

  test("ids are unique", () => {
    expect(new Set(all.map((c) => c.id)).size).toBe(all.length);
  });
});

// A second transcription, of one fraction: limits of a phase I trial, Radiat Oncol 6 (2011) 146, PMC3247184, Table 1.
test.each([
  ["spinal cord", "D0.35cc", 10],
  ["spinal cord", "D1.2cc", 7],
  ["spinal cord", "D0.035cc", 14],
  ["skin", "D10cc", 23],
  ["skin", "D0.035cc", 26],
  ["stomach", "D10cc", 11.2],
  ["duodenum", "D5cc", 11.2],
  ["duodenum", "D10cc", 9],
  ["jejunum and ileum", "D5cc", 11.9],
  ["jejunum and ileum", "D0.035cc", 15.4],
  ["colon", "D20cc", 14.3],
  ["colon", "D0.035cc", 18.4],
])("TG-101, 1 fraction, %s %s: the trial's table has %f Gy too", (organ, metric, limitGy) => {
  expect(tg101(organ, metric, 1)).toBe(limitGy);
});

// A third transcription, of five fractions: a hospital's list, scribd.com/document/606198716.
test.each([
  ["brachial plexus", "D3cc", 27, 30.5],
  ["brainstem", "D0.5cc", 23, 31],
  ["small bronchus", "D0.5cc", 21, 33],
  ["cauda equina", "D5cc", 30, 32],
  ["colon", "D20cc", 25, 38],
  ["duodenum", "D5cc", 18, 32],
  ["duodenum", "D10cc", 12.5, 32],
  ["oesophagus", "D5cc", 19.5, 35],
  ["great vessels", "D10cc", 47, 53],
  ["heart", "D15cc", 32, 38],
  ["jejunum and ileum", "D5cc", 19.5, 35],
  ["optic pathway", "D0.2cc", 23, 25],
  ["rectum", "D20cc", 25, 38],
  ["rib", "D1cc", 35, 43],
  ["sacral plexus", "D5cc", 30, 32],
  ["skin", "D10cc", 36.5, 39.5],
  ["spinal cord", "D0.35cc", 23, 30],
])(
  "TG-101, 5 fractions, %s %s: the hospital's list has %f Gy and %f Gy too",
  (organ, metric, limitGy, pointGy) => {
    expect(tg101(organ, metric, 5)).toBe(limitGy);
    expect(tg101(organ, "D0.035cc", 5)).toBe(pointGy);
  },
);

test("limits of TG-101 rise with the number of fractions, the dose per fraction falls", () => {
  const serial = CONSTRAINT_SETS["tg-101"].filter((c) => c.comparison === "at most");
  const keys = new Set(serial.map((c) => `${c.organ}|${c.metric}`));
  for (const key of keys) {
    const [organ, metric] = key.split("|") as [string, string];
    const limits = [1, 3, 5].flatMap((n) => {
      const limit = tg101(organ, metric, n);
      return limit === undefined ? [] : [{ n, limit }];
    });
    for (let i = 1; i < limits.length; i++) {
      expect(limits[i]!.limit, key).toBeGreaterThan(limits[i - 1]!.limit);
      expect(limits[i]!.limit / limits[i]!.n, key).toBeLessThan(limits[i - 1]!.limit / limits[i - 1]!.n);
    }
  }
  expect(keys.size).toBeGreaterThan(35);
});

test("critical volumes: less dose where more is to be spared", () => {
  for (const fractions of [1, 3, 5]) {
    const lungs = CONSTRAINT_SETS["tg-101"].filter((c) => c.organ === "lungs" && c.fractions === fractions);
    const doseGy = (cc: number) =>
      Number(/^CV([\d.]+)Gy/.exec(lungs.find((c) => c.limit === cc)!.metric)![1]);
    expect(doseGy(1500)).toBeLessThan(doseGy(1000));
  }
});

test("HyTEC limits of 1 to 5 fractions are one iso-effect: EQD2 = 44.6 Gy with α/β = 2 Gy", () => {
  const lower = CONSTRAINT_SETS.hytec.filter((c) => c.limit !== 14);
  expect(lower.map((c) => c.fractions)).toEqual([1, 2, 3, 4, 5]);
  for (const { limit: D, fractions } of lower) {
    const d = D / (fractions as number);
    const eqd2 = (D * (d + 2)) / (2 + 2);
    expect(Math.abs(eqd2 - 44.6)).toBeLessThan(0.2);
  }
});

test("the institution's two-fraction limits of cord PRV, cauda and oesophagus follow from those for one with α/β = 2 Gy, within 0.3 Gy", () => {
  const doses = (organ: string, fractions: number) =>
    CONSTRAINT_SETS["spine-institution-2025"]
      .filter((c) => c.organ === organ && c.fractions === fractions)
      .map((c) => Number(/^V([\d.]+)Gy/.exec(c.metric)![1]));
  for (const organ of ["spinal cord PRV", "cauda equina", "oesophagus"]) {
    const one = doses(organ, 1);
    const two = doses(organ, 2);
    expect(two).toHaveLength(one.length);
    for (const [i, D] of one.entries()) {
      // 2 d (1 + d/2) = D (1 + D/2), with 2 d the dose in two fractions.
      const bed = D * (1 + D / 2);
      const total = 2 * (-1 + Math.sqrt(1 + bed));
      expect(Math.abs(two[i]! - total)).toBeLessThan(0.3);
    }
  }
});
