import { evaluateMetric } from "@isodose/dvh";
import { describe, expect, test } from "vitest";
import * as api from "../src/index.ts";
import { renderDvhPlot, renderReport } from "../src/index.ts";
import { syntheticCase } from "./synthetic-case.ts";

const input = syntheticCase();
const html = renderReport(input);
const text = html
  .replace(/<(style|svg)[\s\S]*?<\/\1>/g, " ")
  .replace(/<[^>]+>/g, " ")
  .replace(/\s+/g, " ");

describe("report.html", () => {
  test("says what it is not for, and shows the banner, the title and the prescription", () => {
    expect(text).toContain("Not for clinical use");
    expect(text).toContain(input.bannerText);
    expect(text).toContain("24 Gy in 2 fractions to 95 % of PTV_L1");
    expect(renderReport({ ...input, bannerText: undefined }).includes('class="banner"')).toBe(false);
  });

  test("names isocenter, coverage with its shortfall, indices, maximum and the cord's dose against its limit", () => {
    expect(text).toContain("12.0, −163.0, 412.0 mm");
    const coverage = input.summary.coveragePercent!;
    expect(text).toContain(`${coverage.toFixed(1)} %`);
    expect(text).toContain(`${(95 - coverage).toFixed(1)} points short of 95 %`);
    expect(text).toContain(`Paddick conformity ${input.summary.paddickCi!.toFixed(2)}`);
    expect(text).toContain(`Gradient index ${input.summary.gradientIndex!.toFixed(2)}`);
    const max = input.dose.values.data.reduce((a, b) => Math.max(a, b), 0);
    expect(text).toContain(`Maximum dose ${max.toFixed(1)} Gy`);
    const cord = input.limits[0]!.valueGy!;
    expect(text).toContain(`SpinalCord_PRV2 D0.035cc ${cord.toFixed(2)} Gy limit 17 Gy: met`);
  });

  test("holds the table of structures, with dashes where a metric does not exist", () => {
    for (const curve of input.dvhCurves.filter((c) => c.volumeCc > 0)) {
      const mean = evaluateMetric(curve, "mean").toFixed(2);
      expect(text).toMatch(new RegExp(`${curve.structure} [\\d.]+ [\\d.]+ ${mean.replace(".", "\\.")} `));
    }
    expect(text).toMatch(/Empty &lt;&amp;&gt; &quot;quoted&quot; 0.00 0.00 – – /);
  });

  test("shows facts, warnings and provenance, with text escaped", () => {
    expect(text).toContain("Distinct aim points 42");
    expect(text).toContain("COVERAGE_SHORTFALL limits win: coverage is below 95 % &lt;b&gt;");
    expect(text).toContain("A synthetic case of formulas.");
  });

  test("is one file: no script, nothing to load", () => {
    expect(/<script|<link|url\(|@import/i.exec(html)).toBeNull();
    const addresses = [...html.matchAll(/(?:href|src)="([^"]{0,40})/g)].map((m) => m[1]!);
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    for (const address of addresses) expect(address).toMatch(/^data:image\/png;base64,/);
    expect(html.match(/<svg/g)).toHaveLength(4);
    expect(/NaN|undefined|Infinity/.exec(html.replace(/base64,[^"]+/g, ""))).toBeNull();
  });

  test("an exceeded limit and a metric that does not exist are said so", () => {
    const limits = [
      { structure: "SpinalCord", metric: "D0.035cc", maxGy: 2, valueGy: 10.2 },
      { structure: "SpinalCord_PRV2", metric: "D0.035cc", maxGy: 17, valueGy: null },
    ];
    const other = renderReport({ ...input, limits });
    expect(other.includes("limit 2 Gy: <b>exceeded</b>")).toBe(true);
    expect(other.includes("limit 17 Gy; not defined here")).toBe(true);
  });

  test("wrong units and an isocenter outside the CT are refused", () => {
    expect(() => renderReport({ ...input, ct: input.dose })).toThrow(/ct.unit/);
    expect(() => renderReport({ ...input, dose: input.ct })).toThrow(/dose.unit/);
    expect(() => renderReport({ ...input, isocenterMm: [0, 0, -4000] })).toThrow(/positionMm/);
  });
});

describe("DVH plot", () => {
  const svg = renderDvhPlot(input.dvhCurves, {
    targetName: "PTV_L1",
    prescription: input.prescription,
    limits: input.limits,
  });

  test("has a curve and a legend entry for every structure with dose, axes and markers", () => {
    for (const name of ["PTV_L1", "SpinalCord", "SpinalCord_PRV2", "BODY", "Kidney_L"])
      expect(svg.includes(`>${name}<`)).toBe(true);
    expect(svg.includes("Empty")).toBe(false);
    expect(svg.match(/aria-label="line"/g)).toHaveLength(5);
    expect(svg.includes(">Dose (Gy)<")).toBe(true);
    expect(svg.includes(">Volume (%)<")).toBe(true);
    expect(svg.includes("24 Gy to 95 %")).toBe(true);
    expect(svg.includes("D0.035cc ≤ 17 Gy")).toBe(true);
  });

  test("the target's curve passes through D50% at 50 %", () => {
    const target = input.dvhCurves.find((c) => c.structure === "PTV_L1")!;
    // Axes: 0 … 1.04 · max Gy from 52 to 760 − 190 px; 100 … 0 % from 14 to 420 − 44 px.
    const maxGy = Math.max(24, ...input.dvhCurves.filter((c) => c.volumeCc > 0).map((c) => c.maxGy));
    const xAt = 52 + ((760 - 190 - 52) * evaluateMetric(target, "D50%")) / (1.04 * maxGy);
    const yAt = (14 + 420 - 44) / 2;
    const paths = [...svg.matchAll(/<path[^>]* d="(M[^"]+)"/g)].map((m) =>
      m[1]!
        .split(/[ML]/)
        .filter(Boolean)
        .map((pair) => pair.split(",").map(Number)),
    );
    const nearest = Math.min(
      ...paths
        .flat()
        .map(([x, y]) => (Math.abs(y! - yAt) < 1.2 ? Math.abs(x! - xAt) : Number.POSITIVE_INFINITY)),
    );
    expect(nearest).toBeLessThan(1.5);
  });
});

test("public names", () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "ISODOSE_LEVELS",
      "MOST_COMPARED_PLANS",
      "planLetter",
      "renderComparison",
      "renderDifference",
      "renderDvhOverlay",
      "renderDvhPlot",
      "renderReport",
      "renderSlice",
      "sharedWarnings",
    ]
  `);
});
