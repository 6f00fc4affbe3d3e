import { createVolume, type PatientPoint, type Volume } from "@isodose/core";
import { computeDvh, doseMaximum, planIndices } from "@isodose/dvh";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { differenceLevelsGy, differenceScaleGy } from "../src/difference-scale.ts";
import {
  type ComparedPlan,
  type ComparisonInput,
  renderComparison,
  renderDifference,
  renderDvhOverlay,
  sharedWarnings,
} from "../src/index.ts";
import { ISOCENTER, syntheticCase, volumeOf } from "./synthetic-case.ts";

const input = syntheticCase();
const weakened: Volume = scaled(input.dose, 0.75);

function scaled(dose: Volume, factor: number): Volume {
  return createVolume(
    dose.grid,
    "Gy",
    dose.frameOfReferenceUid,
    dose.values.data.map((gy) => gy * factor),
  );
}

function plan(label: string, dose: Volume, engine: string): ComparedPlan {
  const dvhCurves = input.structures.map((structure) => computeDvh({ structure, dose }));
  const targetDvh = dvhCurves.find((c) => c.structure === input.targetName)!;
  return {
    label,
    targetName: input.targetName,
    prescription: input.prescription,
    dvhCurves,
    summary: planIndices({ dose, targetDvh, prescriptionGy: input.prescription.doseGy }),
    doseMax: doseMaximum(dose),
    limits: input.limits,
    facts: [
      { label: "engine", value: engine },
      { label: "dose grid", value: "110 × 80 × 50, 2.5 mm" },
    ],
    warnings: [...input.warnings, { code: engine.toUpperCase(), message: "one of a kind" }],
  };
}

const A = plan("cone <15>", input.dose, "one");
const B = plan("cone & 20", weakened, "two");
const CORD: PatientPoint = [ISOCENTER[0], ISOCENTER[1] + 26, ISOCENTER[2] - 4];

/** The second dose minus the first. */
function comparison(second: Volume, plans: readonly ComparedPlan[] = [A, B]): ComparisonInput {
  const data = second.values.data.map((gy, v) => gy - input.dose.values.data[v]!);
  return {
    title: "Two plans",
    ct: input.ct,
    dose: input.dose,
    structures: input.structures,
    plans,
    engineNotes: ["one: good in water", "two: good <everywhere>"],
    differences: [
      {
        plan: 1,
        difference: createVolume(second.grid, "Gy", second.frameOfReferenceUid, data),
        gridNote: "Both on one grid.",
        byTissue: [
          {
            tissue: "lung",
            volumeCc: 12.34,
            meanPercent: -5.678,
            rmsPercent: 6.5,
            low5Percent: -9.1,
            high95Percent: 1.2,
          },
        ],
        monitorUnitFactor: 1.0321,
        points: [
          { text: "centroid of PTV_L1", positionMm: ISOCENTER },
          { text: "hottest point of SpinalCord", positionMm: CORD },
        ],
      },
    ],
  };
}

const html = renderComparison(comparison(weakened));
const text = html
  .replace(/<(style|svg)[\s\S]*?<\/\1>/g, " ")
  .replace(/<[^>]+>/g, " ")
  .replace(/\s+/g, " ");

describe("compare.html", () => {
  test("says in which tissue doses differ, on which monitor units, and what each engine can do", () => {
    expect(text).toContain("B is taken with A's monitor units (× 1.0321)");
    expect(text).toContain("lung 12.3 −5.68 6.50 −9.10 1.20");
    expect(text).toContain("two: good &lt;everywhere&gt;");
  });

  test("is one well-formed file: no script, nothing to load, all tags closed", () => {
    expect(/<script|<link|url\(|@import/i.exec(html)).toBeNull();
    for (const [, address] of html.matchAll(/(?:href|src)="([^"]{0,40})/g))
      expect(address).toMatch(/^data:image\/png;base64,/);
    expect(/NaN|undefined|Infinity/.exec(html.replace(/base64,[^"]+/g, ""))).toBeNull();
    const open: string[] = [];
    for (const [, close, name, self] of html
      .replace(/<style>[\s\S]*?<\/style>/, "")
      .matchAll(/<(\/?)([a-z][\w-]*)(?:\s[^<>]*?)?(\/?)>/gi)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!self && name !== "meta" && name !== "br") open.push(name!);
    }
    expect(open).toEqual([]);
    expect(html.length).toBeLessThan(1_500_000);
  });

  test("names both plans, escaped, and what it is not for", () => {
    expect(text).toContain("Not for clinical use");
    expect(text).toContain("A cone &lt;15&gt; · B cone &amp; 20");
    expect(text).toContain("B − A: cone &amp; 20 minus cone &lt;15&gt;");
  });

  test("holds the numbers of both plans side by side, and the difference of each metric", () => {
    expect(text).toContain(
      `Maximum dose (Gy; % of prescription) ${A.doseMax.doseGy.toFixed(2)}; ${((100 * A.doseMax.doseGy) / 24).toFixed(0)} % ${B.doseMax.doseGy.toFixed(2)};`,
    );
    const { document } = parseHTML(html);
    const row = [...document.querySelectorAll("tr.target td")].map((td) => td.textContent);
    const [a, b] = [A, B].map((p) => p.dvhCurves.find((c) => c.structure === "PTV_L1")!.meanGy);
    expect(row[0]).toBe("1PTV_L1");
    expect(row.slice(2, 5)).toEqual([a!.toFixed(2), b!.toFixed(2), `−${(a! - b!).toFixed(2)}`]);
  });

  test("rows that differ stand out, and those that do not do not", () => {
    const { document } = parseHTML(html);
    const differs = [...document.querySelectorAll("table.words tr.differs td:first-child")];
    expect(differs.map((td) => td.textContent)).toEqual(["engine"]);
  });

  test("says once what warns of both plans", () => {
    expect(text).toContain("A, B COVERAGE_SHORTFALL");
    expect(text).toContain("A ONE one of a kind");
    expect(text).toContain("B TWO one of a kind");
    expect(sharedWarnings([A, B])).toHaveLength(3);
  });

  test("has six maps, three through each point, on one scale that holds the largest difference", () => {
    expect(html.match(/aria-label="Dose difference, /g)).toHaveLength(6);
    expect(text).toContain("Through the centroid of PTV_L1, at LPS 12.0, −163.0, 412.0 mm");
    expect(text).toContain("Through the hottest point of SpinalCord, at LPS 12.0, −137.0, 408.0 mm");
    // A quarter of a maximum of 26 to 28 Gy.
    expect(0.25 * A.doseMax.doseGy).toBeGreaterThan(6);
    expect(html).toContain(">B − A (Gy)<");
    expect(html).toContain(">−8<");
    expect(html).toContain(">+8<");
  });

  test("a dose minus itself: no line anywhere, and it says so", () => {
    const same = renderComparison(comparison(input.dose, [A, { ...A, label: "again" }]));
    expect(same).toContain("No difference in any of these slices.");
    expect(same).not.toContain('class="difference"');
    expect(same).toContain("All voxels: 0 to 0 Gy.");
  });

  test("one plan, equal labels, seven plans and wrong units are refused", () => {
    const of = (plans: readonly ComparedPlan[]) => () => renderComparison({ ...comparison(weakened), plans });
    expect(of([A])).toThrow(/^plans: is 1; expected 2 to 6/);
    expect(of([A, A])).toThrow(/^label: is "cone <15>"/);
    expect(of([A, B, A, B, A, B, A])).toThrow(/^plans: is 7; expected 2 to 6/);
    expect(() => renderComparison({ ...comparison(weakened), ct: input.dose })).toThrow(/ct\.unit/);
    expect(() => renderComparison({ ...comparison(weakened), dose: input.ct })).toThrow(/dose\.unit/);
  });
});

describe("DVH overlay", () => {
  const svg = renderDvhOverlay([A, B]);

  test("a plan is a dash pattern, a structure a colour and a number", () => {
    const lines = [...svg.matchAll(/<g [^>]*aria-label="line"[^>]*>/g)].map(([tag]) => tag);
    expect(lines).toHaveLength(10);
    const dashes = lines.map((tag) => /stroke-dasharray="([^"]*)"/.exec(tag)?.[1] ?? "solid");
    expect(new Set(dashes)).toEqual(new Set(["solid", "8 4"]));
    expect(dashes.filter((dash) => dash === "8 4")).toHaveLength(5);
    const colors = lines.map((tag) => /stroke="([^"]*)"/.exec(tag)?.[1]);
    expect(new Set(colors).size).toBe(5);
    // Once in the legend, once on a curve; some are ticks of the axis as well.
    for (const number of "12345") expect(svg.split(`>${number}</text>`).length - 1).toBeGreaterThanOrEqual(2);
    for (const label of [
      "A: cone &lt;15&gt;",
      "B: cone &amp; 20",
      "Dose (Gy)",
      "Volume (%)",
      "24 Gy to 95 %",
    ])
      expect(svg).toContain(`>${label}<`);
  });

  test("draws the structures that it is given, and not more than have colours", () => {
    expect(renderDvhOverlay([A, B], { structures: ["SpinalCord"] }).match(/aria-label="line"/g)).toHaveLength(
      2,
    );
    const structures = Array.from({ length: 11 }, (_, n) => `S${n}`);
    expect(() => renderDvhOverlay([A], { structures })).toThrow(/^structures: is 11; expected at most 10/);
    expect(() => renderDvhOverlay([])).toThrow(/^plans: is 0/);
  });
});

describe("a map of a difference", () => {
  const CENTER: PatientPoint = [0, 0, 0];
  const grid = {
    size: [41, 41, 41],
    spacingMm: [2, 2, 2],
    originMm: [-40, -40, -40],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  } as const;
  const ct = volumeOf(grid, "HU", () => 0);
  // More on the left side of the patient (x > 0), less on the right, 0.1 Gy/mm.
  const slope = volumeOf(grid, "Gy", ([x]) => 0.1 * x);
  const shared = { ct, structures: [], scaleGy: 4, axis: "axial", positionMm: 0, pointMm: CENTER } as const;
  const points = (svg: string, gy: number) =>
    [...svg.matchAll(new RegExp(`data-gy="${gy}" d="([^"]+)"`, "g"))]
      .flatMap((m) => m[1]!.split(/[MLZ]/).filter(Boolean))
      .map((pair) => pair.split(" ").map(Number) as [number, number]);

  test("has its lines where the difference has their value, dashed where it is negative", () => {
    const svg = renderDifference({ ...shared, difference: slope, widthPx: 820 });
    // 82 mm across on 820 px: x mm is at 10 (x + 41) px.
    for (const gy of [-2, -0.8, 0.8, 2]) {
      const found = points(svg, gy);
      expect(found.length).toBeGreaterThan(2);
      for (const [x] of found) expect(Math.abs(x - 10 * (10 * gy + 41))).toBeLessThan(0.2);
    }
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
    for (const label of ["+2 Gy", "−2 Gy", "+0.8 Gy", "−0.8 Gy"]) expect(svg).toContain(`>${label}<`);
  });

  test("is not coloured where the difference is unknown or zero", () => {
    const unknown = volumeOf(grid, "Gy", () => Number.NaN);
    const zero = volumeOf(grid, "Gy", () => 0);
    const image = (difference: Volume) =>
      /base64,[^"]+/.exec(renderDifference({ ...shared, difference }))![0];
    expect(image(unknown)).toBe(image(zero));
    expect(image(slope)).not.toBe(image(zero));
    expect(renderDifference({ ...shared, difference: unknown })).not.toContain('class="difference"');
  });

  test("needs a scale", () => {
    expect(() => renderDifference({ ...shared, difference: slope, scaleGy: 0 })).toThrow(/^scaleGy: is 0/);
  });

  test.each([
    [0, 1],
    [0.9, 1],
    [1, 1],
    [1.01, 1.2],
    [12.62, 15],
    [0.0007, 0.0008],
    [85, 100],
  ])("a scale for %d Gy ends at %d Gy", (largest, end) => {
    expect(differenceScaleGy(largest)).toBeCloseTo(end, 9);
    expect(Math.max(...differenceLevelsGy(end))).toBeLessThan(end);
  });
});
