import type { DvhCurve } from "@isodose/core";
import { parseMetric, volumeCcAtLeast } from "@isodose/dvh";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom/worker";
import { sortCurves, structureStyles } from "./palette.ts";
import type { ReportLimit } from "./report-input.ts";

/** How {@link renderDvhPlot} draws. */
export interface DvhPlotOptions {
  readonly targetName?: string;
  /** Marked by a line at `doseGy` and a ring at (doseGy, coveragePercent). */
  readonly prescription?: { readonly doseGy: number; readonly coveragePercent: number };
  /** Marked by a triangle at (maxGy, the metric's volume), its tip towards the doses where the curve may be. */
  readonly limits?: readonly Pick<ReportLimit, "structure" | "metric" | "maxGy">[];
  /** px; default 760 × 420. */
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** At most so many points of a curve are drawn. */
const POINTS = 500;

/** The curve in percent of the structure's volume, thinned evenly in dose. */
function plotPoints(curve: DvhCurve): readonly { readonly gy: number; readonly percent: number }[] {
  const last = curve.doseGy.at(-1)!;
  const percent = (gy: number): number => (100 * volumeCcAtLeast(curve, gy)) / curve.volumeCc;
  const doses = new Set(Array.from({ length: POINTS + 1 }, (_, n) => (n / POINTS) * last));
  if (Number.isFinite(curve.minGy)) doses.add(curve.minGy);
  return [...doses].sort((a, b) => a - b).map((gy) => ({ gy, percent: percent(gy) }));
}

/**
 * Cumulative DVHs as an SVG picture with a legend: dose in Gy against % of the structure's volume.
 * @returns an `<svg>` element as text
 */
export function renderDvhPlot(curves: readonly DvhCurve[], options: DvhPlotOptions = {}): string {
  const drawn = sortCurves(
    curves.filter((curve) => curve.volumeCc > 0 && curve.volumeCcAtLeast[0]! > 0),
    options.targetName ?? "",
  );
  const styles = structureStyles(
    drawn.map((curve) => curve.structure),
    options.targetName ?? "",
  );
  const { prescription } = options;
  const limits = (options.limits ?? []).flatMap((limit) => {
    const curve = drawn.find((c) => c.structure === limit.structure);
    if (!curve) return [];
    const metric = parseMetric(limit.metric);
    const percent =
      metric.kind === "dose-to-volume"
        ? metric.volumeUnit === "%"
          ? metric.volume
          : (100 * metric.volume) / curve.volumeCc
        : metric.kind === "max"
          ? 0
          : metric.kind === "min"
            ? 100
            : metric.kind === "median"
              ? 50
              : undefined;
    return percent === undefined || percent > 100
      ? []
      : [
          {
            gy: limit.maxGy,
            percent,
            color: styles.get(limit.structure)!.plotColor,
            text: `${limit.metric} ≤ ${limit.maxGy} Gy`,
          },
        ];
  });
  const maxGy = Math.max(
    1,
    prescription?.doseGy ?? 0,
    ...limits.map((l) => l.gy),
    ...drawn.map((c) => c.maxGy),
  );
  const width = options.widthPx ?? 760;
  const legendWidth = 190;
  const document =
    globalThis.document ??
    (parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document);

  const svg = Plot.plot({
    document,
    width,
    height: options.heightPx ?? 420,
    marginLeft: 52,
    marginBottom: 44,
    marginTop: 14,
    marginRight: legendWidth,
    style: {
      fontFamily: "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif",
      fontSize: "12px",
      background: "#fff",
    },
    x: { domain: [0, 1.04 * maxGy], label: null, grid: true, nice: false },
    y: { domain: [0, 100], label: null, grid: true },
    marks: [
      Plot.ruleY([0], { stroke: "#444" }),
      Plot.ruleX([0], { stroke: "#444" }),
      ...(prescription
        ? [Plot.ruleX([prescription.doseGy], { stroke: "#111", strokeDasharray: "3 3", strokeOpacity: 0.7 })]
        : []),
      ...drawn.toReversed().map((curve) => {
        const style = styles.get(curve.structure)!;
        return Plot.line(plotPoints(curve), {
          x: "gy",
          y: "percent",
          stroke: style.plotColor,
          strokeWidth: style.strokeWidth,
          strokeDasharray: style.plotDash || "none",
        });
      }),
      ...(prescription
        ? [
            Plot.dot([{ gy: prescription.doseGy, percent: prescription.coveragePercent }], {
              x: "gy",
              y: "percent",
              r: 6,
              stroke: "#111",
              strokeWidth: 2,
              fill: "#f0e442",
            }),
          ]
        : []),
      ...limits.map((limit) =>
        Plot.dot([limit], {
          x: "gy",
          y: "percent",
          r: 6,
          symbol: "triangle",
          rotate: -90,
          fill: limit.color,
          stroke: "#fff",
          strokeWidth: 1,
        }),
      ),
    ],
  }) as unknown as Element;

  const create = (name: string, attributes: Record<string, string | number>, text?: string): Element => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    svg.append(element);
    return element;
  };
  const height = options.heightPx ?? 420;
  create(
    "text",
    {
      x: (52 + width - legendWidth) / 2,
      y: height - 8,
      "text-anchor": "middle",
      fill: "#222",
      "font-size": 13,
    },
    "Dose (Gy)",
  );
  create(
    "text",
    {
      transform: `translate(14 ${height / 2 - 14}) rotate(-90)`,
      "text-anchor": "middle",
      fill: "#222",
      "font-size": 13,
    },
    "Volume (%)",
  );

  const x = width - legendWidth + 16;
  let y = 24;
  for (const curve of drawn) {
    const style = styles.get(curve.structure)!;
    create("line", {
      x1: x,
      x2: x + 28,
      y1: y - 4,
      y2: y - 4,
      stroke: style.plotColor,
      "stroke-width": style.strokeWidth,
      "stroke-dasharray": style.plotDash || "none",
    });
    create(
      "text",
      { x: x + 35, y, "text-anchor": "start", fill: "#222", "font-size": 12 },
      shorten(curve.structure, 20),
    );
    y += 18;
  }
  y += 8;
  if (prescription) {
    create("circle", { cx: x + 14, cy: y - 4, r: 5.5, fill: "#f0e442", stroke: "#111", "stroke-width": 2 });
    create(
      "text",
      { x: x + 35, y, "text-anchor": "start", fill: "#222", "font-size": 12 },
      `${prescription.doseGy} Gy to ${prescription.coveragePercent} %`,
    );
    y += 18;
  }
  for (const limit of limits) {
    create("path", { d: `M${x + 8} ${y - 4}l11 -6v12Z`, fill: limit.color });
    create("text", { x: x + 35, y, "text-anchor": "start", fill: "#222", "font-size": 12 }, limit.text);
    y += 18;
  }
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "Cumulative dose–volume histograms");
  // A long legend may outgrow the plot.
  if (y + 6 > height) {
    svg.setAttribute("viewBox", `0 0 ${width} ${y + 6}`);
    svg.setAttribute("height", String(y + 6));
  }
  return svg.outerHTML;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
