import { type DvhCurve, InvalidInputError } from "@isodose/core";
import {
  type CurveNumber,
  DVH_MARGINS,
  type DvhLine,
  dvhFigure,
  isDrawable,
  type LegendEntry,
  type LimitMarker,
  limitMarker,
  plotPoints,
  shorten,
} from "./dvh-figure.ts";
import { planLetter, sortCurves, structureStyles } from "./palette.ts";
import type { ReportLimit } from "./report-input.ts";

/** One plan of {@link renderDvhOverlay}. */
export interface DvhOverlayPlan {
  /** Stands in the legend behind the plan's letter. */
  readonly label: string;
  readonly dvhCurves: readonly DvhCurve[];
  /** The first plan's is drawn black and thick. */
  readonly targetName?: string;
  readonly prescription?: { readonly doseGy: number; readonly coveragePercent: number };
  readonly limits?: readonly Pick<ReportLimit, "structure" | "metric" | "maxGy">[];
}

/** How {@link renderDvhOverlay} draws. */
export interface DvhOverlayOptions {
  /**
   * Structures to draw, at most 10; default: targets, those with limits, cord and cauda, then those with the highest mean dose,
   * 8 in all.
   */
  readonly structures?: readonly string[];
  /** px; default 1000 × 480. */
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** One dash pattern a plan: solid first. */
const PLAN_DASHES = ["", "8 4", "2 3", "10 3 2 3", "14 4 2 3 2 3", "5 9"] as const;
/** As many plans can be told apart in one figure. */
export const MOST_COMPARED_PLANS = PLAN_DASHES.length;
/** As many structures have a colour of their own. */
const MOST_STRUCTURES = 10;
const DEFAULT_STRUCTURES = 8;
/** Steps of a drawn curve: many share a figure. */
const STEPS = 250;
/** Numbers stand at least so far from each other, px. */
const BETWEEN_NUMBERS_PX = 20;

/**
 * DVHs of several plans in one figure: a plan is a dash pattern, a structure a colour and a number on its curves, so that
 * nothing is told by colour alone.
 * @param plans - 1 to 6, in the order of their letters A, B, …
 * @returns an `<svg>` element as text
 * @throws InvalidInputError for more plans or structures than can be told apart
 */
export function renderDvhOverlay(plans: readonly DvhOverlayPlan[], options: DvhOverlayOptions = {}): string {
  if (plans.length < 1 || plans.length > MOST_COMPARED_PLANS)
    throw new InvalidInputError("plans", plans.length, `1 to ${MOST_COMPARED_PLANS} plans in one figure`);
  const targetName = plans[0]!.targetName ?? "";
  const names = options.structures ?? overlayStructures(plans);
  if (names.length > MOST_STRUCTURES)
    throw new InvalidInputError("structures", names.length, `at most ${MOST_STRUCTURES} structures`);
  const styles = structureStyles(names, targetName);
  const curveOf = (plan: DvhOverlayPlan, name: string): DvhCurve | undefined =>
    plan.dvhCurves.find((curve) => curve.structure === name && isDrawable(curve));

  const lines: (DvhLine & { readonly name: string })[] = [];
  for (const name of names.toReversed()) {
    const { plotColor: color, strokeWidth: widthPx } = styles.get(name)!;
    for (const [p, plan] of plans.entries()) {
      const curve = curveOf(plan, name);
      if (curve)
        lines.push({ name, points: plotPoints(curve, STEPS), color, dash: PLAN_DASHES[p]!, widthPx });
    }
  }
  const limits = new Map<string, LimitMarker>();
  const prescriptions = new Map<string, { readonly doseGy: number; readonly coveragePercent: number }>();
  for (const plan of plans) {
    const { prescription } = plan;
    if (prescription)
      prescriptions.set(`${prescription.doseGy} Gy to ${prescription.coveragePercent} %`, prescription);
    for (const limit of plan.limits ?? []) {
      const curve = curveOf(plan, limit.structure);
      const style = styles.get(limit.structure);
      const marker = curve && style && limitMarker(limit, curve.volumeCc, style.plotColor);
      if (marker) limits.set(`${limit.structure} ${marker.text}`, marker);
    }
  }
  const maxGy =
    1.04 *
    Math.max(
      1,
      ...[...prescriptions.values()].map((p) => p.doseGy),
      ...[...limits.values()].map((l) => l.gy),
      ...lines.map((line) => line.points.at(-1)!.gy),
    );
  const widthPx = options.widthPx ?? 1000;
  const heightPx = options.heightPx ?? 480;
  const legendWidthPx = 230;
  const size = { widthPx: widthPx - DVH_MARGINS.left - legendWidthPx, heightPx, maxGy };
  const legend: LegendEntry[] = [
    ...plans.map(({ label }, p) => ({
      kind: "line" as const,
      line: { color: "#111", dash: PLAN_DASHES[p]!, widthPx: 2 },
      text: shorten(`${planLetter(p)}: ${label}`, 28),
    })),
    { kind: "gap" },
    ...names.map((name, n) => ({
      kind: "number" as const,
      color: styles.get(name)!.plotColor,
      number: String(n + 1),
      text: shorten(name, 28),
    })),
    { kind: "gap" },
    ...[...prescriptions.keys()].map((text) => ({ kind: "prescription" as const, text })),
    ...[...limits.values()].map(({ color, text }) => ({ kind: "limit" as const, color, text })),
  ];
  return dvhFigure({
    lines,
    prescriptions: [...prescriptions.values()],
    limits: [...limits.values()],
    numbers: curveNumbers(names, lines, size),
    legend,
    maxGy,
    widthPx,
    heightPx,
    legendWidthPx,
  });
}

/** Targets, structures with limits, cord and cauda, then those with the highest mean dose: 8, each group in that order. */
export function overlayStructures(plans: readonly DvhOverlayPlan[]): readonly string[] {
  const byMean = plans[0]!.dvhCurves.filter(isDrawable).sort((a, b) => b.meanGy - a.meanGy);
  const sorted = sortCurves(byMean, plans[0]!.targetName ?? "").map((curve) => curve.structure);
  const targets = new Set(plans.map((plan) => plan.targetName));
  const limited = new Set(plans.flatMap((plan) => (plan.limits ?? []).map((limit) => limit.structure)));
  const chosen = [
    ...sorted.filter((name) => targets.has(name)),
    ...sorted.filter((name) => limited.has(name)),
    ...sorted,
  ];
  return [...new Set(chosen)].slice(0, DEFAULT_STRUCTURES);
}

/** A number on each structure's first curve, where it is farthest from the other curves and numbers. */
function curveNumbers(
  names: readonly string[],
  lines: readonly (DvhLine & { readonly name: string })[],
  size: { readonly widthPx: number; readonly heightPx: number; readonly maxGy: number },
): readonly CurveNumber[] {
  const { widthPx, heightPx, maxGy } = size;
  const high = heightPx - DVH_MARGINS.top - DVH_MARGINS.bottom;
  const px = ({ gy, percent }: { readonly gy: number; readonly percent: number }) =>
    [(gy / maxGy) * widthPx, (1 - percent / 100) * high] as const;
  const taken: (readonly [number, number])[] = [];
  const numbers: CurveNumber[] = [];
  for (const [n, name] of names.entries()) {
    const own = lines.find((line) => line.name === name);
    if (!own) continue;
    const others = lines.filter((line) => line.name !== name).flatMap((line) => line.points.map(px));
    const free = own.points.filter((point) => {
      const [x, y] = px(point);
      return (
        point.percent > 8 &&
        point.percent < 95 &&
        taken.every(([a, b]) => Math.hypot(x - a, y - b) >= BETWEEN_NUMBERS_PX)
      );
    });
    let best = free[0] ?? own.points[0]!;
    let most = -1;
    for (const point of free) {
      const [x, y] = px(point);
      let room = 60;
      for (const [a, b] of others) room = Math.min(room, Math.hypot(x - a, y - b));
      for (const [a, b] of taken) room = Math.min(room, Math.hypot(x - a, y - b) / 2);
      if (room > most) {
        most = room;
        best = point;
      }
    }
    taken.push(px(best));
    numbers.push({ ...best, number: String(n + 1), color: own.color });
  }
  return numbers;
}
