import { describe, expect, test } from "vitest";
import {
  classOfSins,
  describeEscc,
  ESCC_GRADES,
  esccGrade,
  fractureRiskFactors,
  type SinsComponents,
  sinsLocation,
  sinsScore,
  survivalClasses,
} from "../../src/index.ts";

const least: SinsComponents = {
  location: "rigid",
  pain: "none",
  boneLesion: "blastic",
  alignment: "normal",
  collapse: "none",
  posterolateral: "none",
};
const most: SinsComponents = {
  location: "junctional",
  pain: "mechanical",
  boneLesion: "lytic",
  alignment: "subluxation",
  collapse: "over 50 %",
  posterolateral: "bilateral",
};

describe("SINS", () => {
  test("goes from 0 to 18", () => {
    expect(sinsScore(least)).toMatchObject({ total: 0, class: "stable" });
    expect(sinsScore(most)).toMatchObject({ total: 18, class: "unstable" });
    expect(Object.values(sinsScore(most).points).reduce((a, b) => a + b)).toBe(18);
  });

  test.each([
    [6, "stable"],
    [7, "potentially unstable"],
    [12, "potentially unstable"],
    [13, "unstable"],
  ])("%i is %s", (total, name) => {
    expect(classOfSins(total)).toBe(name);
  });

  test("a worked case: lytic T12 with movement pain, under half collapsed, one side behind", () => {
    const score = sinsScore({
      location: sinsLocation("T12"),
      pain: "mechanical",
      boneLesion: "lytic",
      alignment: "normal",
      collapse: "under 50 %",
      posterolateral: "unilateral",
    });
    expect(score.total).toBe(3 + 3 + 2 + 0 + 2 + 1);
    expect(score.meaning).toMatch(/surgical opinion/);
  });

  test("every level has its place", () => {
    const levels = [
      ...Array.from({ length: 8 }, (_, i) => `C${i}`),
      ...Array.from({ length: 12 }, (_, i) => `T${i + 1}`),
      ...Array.from({ length: 5 }, (_, i) => `L${i + 1}`),
      ...Array.from({ length: 5 }, (_, i) => `S${i + 1}`),
    ];
    const at = (place: string) => levels.filter((level) => sinsLocation(level) === place).join(" ");
    expect(at("junctional")).toBe("C0 C1 C2 C7 T1 T2 T11 T12 L1 L5 S1");
    expect(at("mobile")).toBe("C3 C4 C5 C6 L2 L3 L4");
    expect(at("semirigid")).toBe("T3 T4 T5 T6 T7 T8 T9 T10");
    expect(at("rigid")).toBe("S2 S3 S4 S5");
  });

  test("bad input", () => {
    expect(() => sinsScore({ ...least, pain: "some" as never })).toThrow(
      /sins.pain: is "some"; expected one of mechanical, occasional not mechanical, none/,
    );
    expect(() => sinsScore({ ...least, location: undefined as never })).toThrow(/sins.location: missing/);
    expect(() => sinsScore({ ...least, pain: "toString" as never })).toThrow(/sins.pain/);
    expect(() => sinsLocation("L6")).toThrow(/level: is "L6"/);
    expect(() => classOfSins(19)).toThrow(/from 0 to 18/);
  });
});

describe("ESCC", () => {
  test("from findings to grade and back", () => {
    const seen = {
      epidural: true,
      thecalSacDeformed: true,
      cordTouched: true,
      cordCompressed: true,
    } as const;
    expect([
      esccGrade({ epidural: false }),
      esccGrade({ epidural: true }),
      esccGrade({ epidural: true, thecalSacDeformed: true }),
      esccGrade({ ...seen, cordCompressed: false }),
      esccGrade({ ...seen, csfVisible: true }),
      esccGrade({ ...seen, csfVisible: false }),
    ]).toEqual(ESCC_GRADES);
    expect(ESCC_GRADES.filter((grade) => describeEscc(grade).highGrade)).toEqual(["2", "3"]);
  });

  test("contradictions", () => {
    expect(() => esccGrade({ epidural: false, thecalSacDeformed: true })).toThrow(/findings.epidural/);
    expect(() => esccGrade({ epidural: true, cordTouched: true })).toThrow(/findings.thecalSacDeformed/);
    expect(() =>
      esccGrade({ epidural: true, thecalSacDeformed: true, cordTouched: true, cordCompressed: true }),
    ).toThrow(/findings.csfVisible: missing/);
    expect(() => describeEscc("4" as never)).toThrow(/esccGrade: is "4"/);
  });
});

describe("vertebral fracture", () => {
  test.each([
    [8, "at most 19 Gy"],
    [19, "at most 19 Gy"],
    [19.5, "between 19 and 20 Gy"],
    [20, "20 to 23 Gy"],
    [23.9, "20 to 23 Gy"],
    [24, "at least 24 Gy"],
  ])("%f Gy a fraction: %s", (dosePerFractionGy, group) => {
    expect(fractureRiskFactors({ dosePerFractionGy }).doseGroup).toBe(group);
  });

  test("what is known is counted, what is not known is said", () => {
    const bare = fractureRiskFactors({ dosePerFractionGy: 12 });
    expect(bare.present).toBe(0);
    expect(bare.unknown).toBe(bare.factors.length - 2);
    const full = fractureRiskFactors({
      dosePerFractionGy: 24,
      boneLesion: "lytic",
      alignment: "deformity",
      baselineFracture: true,
      bodyInvolvedPercent: 60,
      atOrBelowT10: true,
      ageYears: 60,
      baselinePain: true,
      primary: "lung",
      esccGrade: "2",
      singleFraction: true,
      ptvV15Cc: 43,
    });
    expect(full.present).toBe(full.factors.length);
    expect(full.unknown).toBe(0);
    for (const factor of full.factors) expect(factor.source).not.toBe("");
  });

  test("bad input", () => {
    expect(() => fractureRiskFactors({ dosePerFractionGy: 0 })).toThrow(/dosePerFractionGy: is 0/);
    expect(() => fractureRiskFactors({ dosePerFractionGy: 12, bodyInvolvedPercent: 120 })).toThrow(
      /0 to 100/,
    );
  });
});

describe("survival classes", () => {
  const classes = (input: Parameters<typeof survivalClasses>[0]) =>
    survivalClasses(input).classes.map((c) => c.class ?? c.missing[0]);
  test.each([
    [{ karnofsky: 80, monthsSinceDiagnosis: 31, systemicDiseaseControlled: true }, [1, 1]],
    [{ karnofsky: 70, monthsSinceDiagnosis: 31, ageYears: 53 }, [2, 3]],
    [{ karnofsky: 90, monthsSinceDiagnosis: 30, ageYears: 69, systemicDiseaseControlled: false }, [2, 2]],
    [{ karnofsky: 60, monthsSinceDiagnosis: 30, ageYears: 70, visceralMetastases: false }, [3, 2]],
    [{ karnofsky: 60, monthsSinceDiagnosis: 30, ageYears: 70, visceralMetastases: true }, [3, 3]],
    [{ karnofsky: 80 }, ["monthsSinceDiagnosis", "systemicDiseaseControlled"]],
    [{ karnofsky: 60, monthsSinceDiagnosis: 3 }, ["ageYears", "ageYears"]],
  ])("%o", (input, expected) => {
    expect(classes(input)).toEqual(expected);
  });

  test("bad input", () => {
    expect(() => survivalClasses({ karnofsky: 110 })).toThrow(/karnofsky: is 110/);
  });
});
