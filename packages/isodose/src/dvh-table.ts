import type { DvhCurve } from "@isodose/core";
import { evaluateMetric } from "@isodose/dvh";
import { textTable } from "./text-table.ts";

/** Columns of {@link dvhTable}: what summaries of DVHs usually list. */
export const TABLE_METRICS = [
  "min",
  "mean",
  "max",
  "D98%",
  "D95%",
  "D50%",
  "D2%",
  "D2cc",
  "D0.035cc",
] as const;

/**
 * The curves as a table of text, one structure a line: volume in cc, then the usual doses in Gy; a dash where a structure is too
 * small for a metric.
 */
export function dvhTable(curves: readonly DvhCurve[]): string {
  const head = ["structure", "volume cc", "outside cc", ...TABLE_METRICS.map((metric) => `${metric} Gy`)];
  const rows = curves.map((curve) => [
    curve.structure,
    curve.volumeCc.toFixed(3),
    curve.volumeOutsideDoseGridCc.toFixed(3),
    ...TABLE_METRICS.map((metric) => metricOrDash(curve, metric)),
  ]);
  return `${textTable([head, ...rows])}\nNot for clinical use.\n`;
}

function metricOrDash(curve: DvhCurve, metric: string): string {
  try {
    const value = evaluateMetric(curve, metric);
    return Number.isFinite(value) ? value.toFixed(3) : "–";
  } catch {
    return "–";
  }
}
