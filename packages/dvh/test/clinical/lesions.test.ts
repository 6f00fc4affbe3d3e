import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CLINICAL_NOTICE,
  type ClinicalLesion,
  classifyHistology,
  nomsSummary,
  suggestPrescriptions,
  whoGrade,
} from "../../src/index.ts";

const metastasis = (
  histology: string,
  organ: string,
  more: Partial<ClinicalLesion> = {},
): ClinicalLesion => ({
  malignancy: "malignant",
  histology,
  source: `metastasis of ${organ}`,
  location: "vertebral-body",
  ...more,
});
const primary = (histology: string, more: Partial<ClinicalLesion> = {}): ClinicalLesion => ({
  malignancy: "benign",
  histology,
  source: "primary",
  ...more,
});
const kidney = metastasis("clear cell carcinoma", "kidney");

describe("histology", () => {
  test.each([
    ["clear cell carcinoma", "metastasis of kidney", "renal cell", "radioresistant"],
    ["adenocarcinoma", "metastasis of lung", "non-small cell lung", "radioresistant"],
    ["small cell carcinoma", "metastasis of lung", "small cell lung", "radiosensitive"],
    ["non-small cell carcinoma", "metastasis of lung", "non-small cell lung", "radioresistant"],
    ["adenocarcinoma", "metastasis of breast", "breast", "radiosensitive"],
    ["melanoma", "metastasis of skin", "melanoma", "radioresistant"],
    ["multiple myeloma", "primary", "myeloma", "radiosensitive"],
    ["Ewing sarcoma", "primary", "sarcoma", "radiosensitive"],
    ["osteosarcoma", "primary", "sarcoma", "radioresistant"],
    ["myxopapillary ependymoma", "primary", "myxopapillary ependymoma", "unknown"],
    ["adenocarcinoma", "metastasis of unknown", "unknown", "unknown"],
  ])("%s, %s: %s, %s", (histology, source, group, radiosensitivity) => {
    expect(classifyHistology({ histology, source })).toMatchObject({ group, radiosensitivity });
  });
});

describe("WHO grade", () => {
  test("none for metastases and for bone", () => {
    expect(whoGrade({ ...kidney, grade: 3 })).toMatchObject({
      applicable: false,
      reason: expect.stringMatching(/^not applicable/),
    });
    expect(whoGrade(primary("chordoma", { malignancy: "malignant" }))).toMatchObject({ applicable: false });
  });

  test("of a tumour of the cord", () => {
    const glioma = whoGrade(
      primary("astrocytoma", { malignancy: "malignant", grade: 4, location: "intramedullary" }),
    );
    expect(glioma).toMatchObject({ applicable: true, grade: 4, warnings: [] });
    expect(whoGrade(primary("schwannoma", { location: "nerve-root" }))).not.toHaveProperty("grade");
    const old = whoGrade(primary("myxopapillary ependymoma", { grade: 1 }));
    expect(old.warnings.map((w) => w.code)).toEqual(["WHO_GRADE_UNUSUAL"]);
  });
});

describe("NOMS", () => {
  test("four parts, each with what was given and a reference", () => {
    const summary = nomsSummary({
      lesion: { ...kidney, bilskyGrade: "2" },
      myelopathy: false,
      sins: {
        location: "junctional",
        pain: "mechanical",
        boneLesion: "lytic",
        alignment: "normal",
        collapse: "none",
        posterolateral: "none",
      },
      patient: { karnofsky: 80, systemicDiseaseControlled: true },
    });
    expect(summary.notice).toBe(CLINICAL_NOTICE);
    expect(summary.neurologic.finding).toBe(
      "ESCC grade 2: cord compressed, CSF visible around it; no myelopathy",
    );
    expect(summary.oncologic.radiosensitivity).toBe("radioresistant");
    expect(summary.oncologic.considerations.map((c) => c.text).join(" ")).toMatch(/operated first/);
    expect(summary.mechanical.finding).toBe("SINS 8 of 18: potentially unstable");
    expect(summary.systemic.considerations.map((c) => c.text)).toContain(
      "Balagamwala 2018: class 1, median survival 26.7 months in that series",
    );
    for (const part of [summary.neurologic, summary.oncologic, summary.mechanical, summary.systemic]) {
      for (const { source, text } of part.considerations) {
        expect(source).not.toBe("");
        expect(text).not.toMatch(/\b(should|must|recommend)/i);
      }
    }
  });

  test("nothing given, nothing claimed", () => {
    const summary = nomsSummary({ lesion: kidney });
    expect(summary.neurologic).toEqual({
      finding: "epidural grade not given; myelopathy not stated",
      considerations: [],
    });
    expect(summary.mechanical).toEqual({ finding: "SINS not given", considerations: [] });
    expect(nomsSummary({ lesion: primary("schwannoma") }).warnings.map((w) => w.code)).toEqual([
      "NOMS_FOR_METASTASES",
      "HISTOLOGY_UNKNOWN",
    ]);
  });
});

describe("prescriptions", () => {
  const schedules = (...args: Parameters<typeof suggestPrescriptions>) =>
    suggestPrescriptions(...args).suggestions.map((s) => `${s.doseGy}/${s.fractions}`);

  test("by histology", () => {
    expect(schedules(kidney)[0]).toBe("24/1");
    expect(schedules(metastasis("adenocarcinoma", "lung"))[0]).toBe("24/2");
    expect(schedules(metastasis("lymphoma", "lymph nodes"))[0]).toBe("30/10");
    expect(schedules(metastasis("adenocarcinoma", "lung"))).not.toContain("30/10");
    expect(schedules(metastasis("lymphoma", "lymph nodes"))).not.toContain("35/5");
  });

  test("by number of lesions", () => {
    const lung = metastasis("adenocarcinoma", "lung");
    expect(schedules(lung, { lesionCount: 5 })).toContain("24/1");
    expect(schedules(lung, { lesionCount: 6 })).not.toContain("24/1");
    expect(schedules(lung, { lesionCount: 3 })).toContain("18/1");
    expect(schedules(lung, { lesionCount: 4 })).not.toContain("18/1");
    expect(suggestPrescriptions(lung, { lesionCount: 6 }).suggestions[0]!.cautions.join(" ")).toMatch(
      /6 lesions/,
    );
  });

  test("after earlier radiation: other schedules, and what HyTEC leaves", () => {
    const again = (thecalSacEqd2Gy: number, intervalMonths: number) =>
      suggestPrescriptions(kidney, { earlierRadiation: { thecalSacEqd2Gy, intervalMonths } }).suggestions;
    expect(again(40, 12).map((s) => `${s.doseGy}/${s.fractions}`)).toEqual(["24/3", "25/5", "24/2"]);
    expect(again(40, 12)[0]!.cautions.join("; ")).toMatch(/25 Gy EQD2 \(α\/β 2\) are left/);
    expect(again(55, 12)[0]!.cautions.join("; ")).toMatch(/15 Gy EQD2 \(α\/β 2\) are left/);
    expect(again(75, 12)[0]!.cautions.join("; ")).toMatch(/nothing is left/);
    expect(again(40, 4)[0]!.cautions.join("; ")).toMatch(/4 months is below the 5 months/);
    expect(again(40, 5)[0]!.cautions.join("; ")).not.toMatch(/below the 5 months/);
  });

  test("cord compression is a caution", () => {
    const cautions = suggestPrescriptions({ ...kidney, bilskyGrade: "3" }).suggestions[0]!.cautions.join(
      "; ",
    );
    expect(cautions).toMatch(/ESCC grade 3/);
  });

  test("benign, and by grade", () => {
    expect(schedules(primary("schwannoma", { location: "nerve-root" }))).toEqual(["12/1", "20/5", "18/2"]);
    const glioma = (grade: 1 | 2 | 3 | 4) =>
      schedules(primary("astrocytoma", { malignancy: "malignant", grade, location: "intramedullary" }));
    expect(glioma(2)).toEqual(["50.4/28"]);
    expect(glioma(4)).toEqual(["54/30"]);
  });

  test("never silent: no preset says so, unknown histology says so", () => {
    const none = suggestPrescriptions(primary("osteoid osteoma", { location: "lamina" }));
    expect(none.suggestions).toEqual([]);
    expect(none.warnings.map((w) => w.code)).toEqual(["HISTOLOGY_UNKNOWN", "NO_PRESET"]);
    const unknown = suggestPrescriptions(metastasis("carcinoma", "unknown primary"));
    expect(unknown.suggestions.length).toBeGreaterThan(0);
    expect(unknown.warnings.map((w) => w.code)).toEqual(["HISTOLOGY_UNKNOWN"]);
  });

  test("whatever the lesion: each suggestion is backed, read ones come first, no schedule twice", () => {
    const lesion = fc.record({
      malignancy: fc.constant("malignant" as const),
      histology: fc.constantFrom(
        "adenocarcinoma",
        "melanoma",
        "lymphoma",
        "chordoma",
        "ependymoma",
        "odd one",
      ),
      source: fc.constantFrom("metastasis of lung", "metastasis of breast", "primary"),
      bilskyGrade: fc.constantFrom("0" as const, "1c" as const, "2" as const),
    });
    const seed = 20261123;
    fc.assert(
      fc.property(lesion, fc.integer({ min: 1, max: 9 }), fc.boolean(), (l, lesionCount, earlier) => {
        const result = suggestPrescriptions(l, {
          lesionCount,
          ...(earlier ? { earlierRadiation: {} } : {}),
        });
        const { suggestions, warnings } = result;
        expect(result.notice).toBe(CLINICAL_NOTICE);
        expect(suggestions.length + warnings.length).toBeGreaterThan(0);
        const backed = suggestions.map((s) => s.provenance !== "unverified default");
        expect(backed).toEqual([...backed].sort((a, b) => Number(b) - Number(a)));
        expect(new Set(suggestions.map((s) => `${s.doseGy}/${s.fractions}`)).size).toBe(suggestions.length);
        for (const s of suggestions) {
          expect(s.why).not.toBe("");
          expect(s.source).not.toBe("");
          const [low, high] = s.doseRangeGy ?? [s.doseGy, s.doseGy];
          expect(s.doseGy >= low && s.doseGy <= high).toBe(true);
          if (earlier) expect(s.cautions.join(" ")).toMatch(/thecal sac/);
        }
      }),
      { seed, verbose: 1 },
    );
  });

  test.each([
    [{ ...kidney, malignancy: "odd" }, {}, /lesion.malignancy: is "odd"/],
    [{ ...kidney, malignancy: "benign" }, {}, /malignant for a metastasis/],
    [{ ...kidney, source: "somewhere" }, {}, /lesion.source: is "somewhere"/],
    [{ ...kidney, histology: " " }, {}, /lesion.histology/],
    [{ ...kidney, grade: 5 }, {}, /lesion.grade: is 5/],
    [{ ...kidney, bilskyGrade: "4" }, {}, /lesion.bilskyGrade: is "4"/],
    [kidney, { lesionCount: 0 }, /lesionCount: is 0/],
    [kidney, { earlierRadiation: { intervalMonths: -1 } }, /earlierRadiation.intervalMonths: is -1/],
  ])("bad input %#", (lesion, options, message) => {
    expect(() => suggestPrescriptions(lesion as never, options)).toThrow(message);
  });
});
