import type { DvhCurve } from "@isodose/core";
import { parseMetric, volumeCcAtLeast } from "@isodose/dvh";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom/worker";
import type { ReportLimit } from "./report-input.ts";

/** A point of the plot: Gy, and % of a structure's volume. */
export interface DvhPoint {
  readonly gy: number;
  readonly percent: number;
}

/** A drawn curve. */
export interface DvhLine {
  readonly points: readonly DvhPoint[];
  readonly color: string;
  /** SVG dash pattern; empty: solid. */
  readonly dash: string;
  readonly widthPx: number;
}

/** A limit at its place in the plot. */
export interface LimitMarker extends DvhPoint {
  readonly color: string;
  readonly text: string;
}

/** A number that names a curve where it lies. */
export interface CurveNumber extends DvhPoint {
  readonly color: string;
  readonly number: string;
}

/** A line of the legend. */
export type LegendEntry =
  | { readonly kind: "line"; readonly line: Omit<DvhLine, "points">; readonly text: string }
  | { readonly kind: "number"; readonly color: string; readonly number: string; readonly text: string }
  | { readonly kind: "prescription" | "heading"; readonly text: string }
  | { readonly kind: "limit"; readonly color: string; readonly text: string }
  | { readonly kind: "gap" };

/** What {@link dvhFigure} draws. */
export interface DvhFigure {
  /** Later lines lie on top. */
  readonly lines: readonly DvhLine[];
  readonly prescriptions: readonly { readonly doseGy: number; readonly coveragePercent: number }[];
  readonly limits: readonly LimitMarker[];
  readonly numbers?: readonly CurveNumber[];
  readonly legend: readonly LegendEntry[];
  /** Right end of the dose axis. */
  readonly maxGy: number;
  /** px; default 760 × 420. */
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly legendWidthPx?: number;
}

/** Space around the plot, px. */
export const DVH_MARGINS = { left: 52, bottom: 44, top: 14 } as const;

/** The curve in percent of the structure's volume, thinned evenly in dose to at most so many steps. */
export function plotPoints(curve: DvhCurve, steps = 500): readonly DvhPoint[] {
  const last = curve.doseGy.at(-1)!;
  const percent = (gy: number): number => (100 * volumeCcAtLeast(curve, gy)) / curve.volumeCc;
  const doses = new Set(Array.from({ length: steps + 1 }, (_, n) => (n / steps) * last));
  if (Number.isFinite(curve.minGy)) doses.add(curve.minGy);
  return [...doses].sort((a, b) => a - b).map((gy) => ({ gy, percent: percent(gy) }));
}

/** Is there anything to draw of this curve? */
export function isDrawable(curve: DvhCurve): boolean {
  return curve.volumeCc > 0 && curve.volumeCcAtLeast[0]! > 0;
}

/** Where a limit lies in the plot; undefined where its metric is no point of the curve. */
export function limitMarker(
  limit: Pick<ReportLimit, "structure" | "metric" | "maxGy">,
  volumeCc: number,
  color: string,
): LimitMarker | undefined {
  const metric = parseMetric(limit.metric);
  const percent =
    metric.kind === "dose-to-volume"
      ? metric.volumeUnit === "%"
        ? metric.volume
        : (100 * metric.volume) / volumeCc
      : metric.kind === "max"
        ? 0
        : metric.kind === "min"
          ? 100
          : metric.kind === "median"
            ? 50
            : undefined;
  if (percent === undefined || percent > 100) return undefined;
  return { gy: limit.maxGy, percent, color, text: `${limit.metric} ≤ ${limit.maxGy} Gy` };
}

/**
 * Cumulative DVHs: axes with units, lines, markers, legend.
 * @returns an `<svg>` element as text
 */
export function dvhFigure(figure: DvhFigure): string {
  const { prescriptions, limits } = figure;
  const width = figure.widthPx ?? 760;
  const height = figure.heightPx ?? 420;
  const legendWidth = figure.legendWidthPx ?? 190;
  const document =
    globalThis.document ??
    (parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document);

  const svg = Plot.plot({
    document,
    width,
    height,
    marginLeft: DVH_MARGINS.left,
    marginBottom: DVH_MARGINS.bottom,
    marginTop: DVH_MARGINS.top,
    marginRight: legendWidth,
    style: {
      fontFamily: "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif",
      fontSize: "12px",
      background: "#fff",
    },
    x: { domain: [0, figure.maxGy], label: null, grid: true, nice: false },
    y: { domain: [0, 100], label: null, grid: true },
    marks: [
      Plot.ruleY([0], { stroke: "#444" }),
      Plot.ruleX([0], { stroke: "#444" }),
      ...prescriptions.map(({ doseGy }) =>
        Plot.ruleX([doseGy], { stroke: "#111", strokeDasharray: "3 3", strokeOpacity: 0.7 }),
      ),
      ...figure.lines.map((line) =>
        Plot.line(line.points, {
          x: "gy",
          y: "percent",
          stroke: line.color,
          strokeWidth: line.widthPx,
          strokeDasharray: line.dash || "none",
        }),
      ),
      ...prescriptions.map(({ doseGy, coveragePercent }) =>
        Plot.dot([{ gy: doseGy, percent: coveragePercent }], {
          x: "gy",
          y: "percent",
          r: 6,
          stroke: "#111",
          strokeWidth: 2,
          fill: "#f0e442",
        }),
      ),
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
      ...(figure.numbers ?? []).flatMap((label) => [
        Plot.dot([label], { x: "gy", y: "percent", r: 7.5, fill: "#fff", stroke: label.color }),
        Plot.text([label], { x: "gy", y: "percent", text: "number", fill: label.color, fontWeight: 700 }),
      ]),
    ],
  }) as unknown as Element;

  const create: Create = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    svg.append(element);
  };
  axisTitles(create, width, height, legendWidth);
  const bottom = drawLegend(create, figure.legend, width - legendWidth + 16);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "Cumulative dose–volume histograms");
  // A long legend may outgrow the plot.
  if (bottom > height) {
    svg.setAttribute("viewBox", `0 0 ${width} ${bottom}`);
    svg.setAttribute("height", String(bottom));
  }
  return svg.outerHTML;
}

/** Append an element to the figure. */
type Create = (name: string, attributes: Record<string, string | number>, text?: string) => void;

function axisTitles(create: Create, width: number, height: number, legendWidth: number): void {
  create(
    "text",
    {
      x: (DVH_MARGINS.left + width - legendWidth) / 2,
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
}

/** @returns where the legend ends, px */
function drawLegend(create: Create, legend: readonly LegendEntry[], x: number): number {
  let y = 24;
  for (const entry of legend) {
    if (entry.kind === "gap") {
      y += 8;
      continue;
    }
    if (entry.kind === "line") {
      create("line", {
        x1: x,
        x2: x + 28,
        y1: y - 4,
        y2: y - 4,
        stroke: entry.line.color,
        "stroke-width": entry.line.widthPx,
        "stroke-dasharray": entry.line.dash || "none",
      });
    } else if (entry.kind === "number") {
      create("line", { x1: x, x2: x + 28, y1: y - 4, y2: y - 4, stroke: entry.color, "stroke-width": 2 });
      create("circle", { cx: x + 14, cy: y - 4, r: 7.5, fill: "#fff", stroke: entry.color });
      create(
        "text",
        { x: x + 14, y, "text-anchor": "middle", fill: entry.color, "font-size": 12, "font-weight": 700 },
        entry.number,
      );
    } else if (entry.kind === "prescription") {
      create("circle", { cx: x + 14, cy: y - 4, r: 5.5, fill: "#f0e442", stroke: "#111", "stroke-width": 2 });
    } else if (entry.kind === "limit") {
      create("path", { d: `M${x + 8} ${y - 4}l11 -6v12Z`, fill: entry.color });
    }
    const left = entry.kind === "heading" ? x : x + 35;
    create("text", { x: left, y, "text-anchor": "start", fill: "#222", "font-size": 12 }, entry.text);
    y += 18;
  }
  return y + 6;
}

/** A name cut to a length, with dots where letters are missing. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
