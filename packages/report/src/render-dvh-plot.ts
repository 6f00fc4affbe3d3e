import type { DvhCurve } from "@isodose/core";
import {
  dvhFigure,
  isDrawable,
  type LegendEntry,
  type LimitMarker,
  limitMarker,
  plotPoints,
  shorten,
} from "./dvh-figure.ts";
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

/**
 * Cumulative DVHs as an SVG picture with a legend: dose in Gy against % of the structure's volume.
 * @returns an `<svg>` element as text
 */
export function renderDvhPlot(curves: readonly DvhCurve[], options: DvhPlotOptions = {}): string {
  const targetName = options.targetName ?? "";
  const drawn = sortCurves(curves.filter(isDrawable), targetName);
  const styles = structureStyles(
    drawn.map((curve) => curve.structure),
    targetName,
  );
  const { prescription } = options;
  const limits = (options.limits ?? []).flatMap((limit): readonly LimitMarker[] => {
    const curve = drawn.find((c) => c.structure === limit.structure);
    if (!curve) return [];
    const marker = limitMarker(limit, curve.volumeCc, styles.get(limit.structure)!.plotColor);
    return marker ? [marker] : [];
  });
  const lines = drawn.map((curve) => {
    const { plotColor: color, plotDash: dash, strokeWidth: widthPx } = styles.get(curve.structure)!;
    return { points: plotPoints(curve), color, dash, widthPx };
  });
  const legend: LegendEntry[] = drawn.map((curve, n) => ({
    kind: "line",
    line: lines[n]!,
    text: shorten(curve.structure, 20),
  }));
  legend.push({ kind: "gap" });
  if (prescription) {
    const text = `${prescription.doseGy} Gy to ${prescription.coveragePercent} %`;
    legend.push({ kind: "prescription", text });
  }
  legend.push(...limits.map(({ color, text }) => ({ kind: "limit", color, text }) as const));
  const highestGy = Math.max(
    1,
    prescription?.doseGy ?? 0,
    ...limits.map((l) => l.gy),
    ...drawn.map((c) => c.maxGy),
  );
  return dvhFigure({
    lines: lines.toReversed(),
    prescriptions: prescription ? [prescription] : [],
    limits,
    legend,
    maxGy: 1.04 * highestGy,
    ...(options.widthPx !== undefined && { widthPx: options.widthPx }),
    ...(options.heightPx !== undefined && { heightPx: options.heightPx }),
  });
}
