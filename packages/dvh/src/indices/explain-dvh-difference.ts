import {
  type DvhCurve,
  InvalidInputError,
  isLibraryError,
  type RunControl,
  type Warning,
} from "@isodose/core";
import { type DvhRegion, isOccupancy, isSolid } from "../dvh-region.ts";
import { evaluateMetric, metricUnit, parseMetric } from "../metric.ts";
import { computeRecipe } from "./compute-recipe.ts";
import type { DvhRecipe } from "./dvh-recipe.ts";
import { scaledCurve } from "./step-curve.ts";

/** A curve of another program, and what is known of how it was made. */
export interface ImportedDvh {
  readonly curve: DvhCurve;
  /** Where absent, as the other side. */
  readonly settings?: Partial<DvhRecipe>;
}

/** What a part of a difference is due to, in the order in which the settings are changed. */
export type DvhCause =
  | "structure"
  | "end slices"
  | "dose grid"
  | "interpolation"
  | "sampling"
  | "binning"
  | "structure volume";

const ORDER: readonly DvhCause[] = [
  "structure",
  "end slices",
  "dose grid",
  "interpolation",
  "sampling",
  "binning",
  "structure volume",
];

/** The settings that belong to a cause. */
const SETTINGS: Readonly<Record<Exclude<DvhCause, "structure volume">, readonly (keyof DvhRecipe)[]>> = {
  structure: ["structure", "name"],
  "end slices": ["endSlices", "gaps", "singlePlaneThicknessMm", "planeSpacingMm", "separateBeyondMm"],
  "dose grid": ["dose"],
  interpolation: ["interpolation"],
  sampling: ["sampling"],
  binning: ["binGy"],
};

const DEFAULTS: Readonly<Partial<Record<keyof DvhRecipe, string>>> = {
  endSlices: "auto",
  gaps: "slab",
  interpolation: "trilinear",
  sampling: "exact",
};

/** What one setting changes in one metric. */
export interface DvhContribution {
  readonly cause: DvhCause;
  readonly settingA: string;
  readonly settingB: string;
  /** In the unit of the metric, from a to b: when the causes are changed in the order of the list. */
  readonly change: number;
  /** The same when they are changed in the reverse order, the last first. */
  readonly changeInReverseOrder: number;
  /** `changeInReverseOrder − change`: how far this cause depends on the others. 0 where it stands alone. */
  readonly interaction: number;
}

/** A metric of both sides, and why they differ. */
export interface ExplainedMetric {
  /** As asked for; "volume" for the volume of the structure. */
  readonly metric: string;
  readonly unit: "Gy" | "%" | "cc";
  /** Null where the metric does not exist. */
  readonly valueA: number | null;
  readonly valueB: number | null;
  /** valueB − valueA = the sum of the changes + `unexplained`; null where a value on the way does not exist. */
  readonly total: number | null;
  readonly contributions: readonly DvhContribution[];
  /** What no setting accounts for: 0 (up to rounding) but for an imported curve. */
  readonly unexplained: number | null;
}

/** What {@link explainDvhDifference} finds. */
export interface DvhExplanation {
  readonly a: DvhCurve;
  readonly b: DvhCurve;
  /** The causes that differ between a and b, in the order in which they were changed. */
  readonly order: readonly DvhCause[];
  readonly metrics: readonly ExplainedMetric[];
  /** `NO_METRIC`: a metric does not exist on the way from a to b; `UNEXPLAINED`: more than half of a difference is. */
  readonly warnings: readonly Warning[];
}

/** Options of {@link explainDvhDifference}. */
export interface ExplainOptions {
  /** Texts of metrics. Default D98%, D95%, D50%, D2%, min, mean, max. */
  readonly metrics?: readonly string[];
  /** Gy; for V50% and the like. */
  readonly prescriptionGy?: number;
}

const METRICS = ["D98%", "D95%", "D50%", "D2%", "min", "mean", "max"];
const VOLUME = "volume";

/**
 * Why two DVHs differ: which part of the difference of each metric comes from the structure, end slices, dose grid,
 * interpolation, sampling (exact or by counting voxels), binning and structure volume.
 *
 * The settings of a are changed into those of b one after the other, in the order of `order`, and the DVH made anew each
 * time: a step's change of a metric is that of its cause,
 *
 *   m(b) − m(a) = Σ_c [ m(c and all before it as b) − m(all before c as b) ] + unexplained
 *
 * and once more in the reverse order: where the two differ, causes act upon each other. Settings that b leaves out are those of
 * a for `structure` and `dose`, and the defaults of this library for all others; of an imported curve, all are those of a.
 * For it the last cause is the volume: the curve scaled to the volume that it states. What then is left is unexplained.
 * @param a - a recipe
 * @param b - a recipe, or a curve from elsewhere with what is known of its settings
 * @throws InvalidInputError as `computeDvh`; if a metric cannot be read
 * @throws UnsupportedError as {@link computeRecipe}
 * @throws CancelledError if `control.signal` has been aborted
 * @example
 * explainDvhDifference({ structure, dose }, VOXEL_COUNT_SETTINGS, { metrics: ["D95%", "D0.035cc"] });
 */
export function explainDvhDifference(
  a: DvhRecipe,
  b: Partial<DvhRecipe> | ImportedDvh,
  options: ExplainOptions = {},
  control: RunControl = {},
): DvhExplanation {
  const metrics = options.metrics ?? METRICS;
  for (const text of metrics) if (text !== VOLUME) parseMetric(text);
  const imported = "curve" in b ? b.curve : undefined;
  const last: DvhRecipe =
    "curve" in b ? { ...a, ...b.settings } : { structure: a.structure, dose: a.dose, ...b };
  if (imported && !(imported.volumeCc > 0))
    throw new InvalidInputError("b.curve.volumeCc", imported.volumeCc, "a volume > 0 cc");

  const known = new Map<string, DvhCurve>();
  let done = 0;
  /** The curve with the settings of b for these causes and of a for all others. */
  const curveWith = (causes: ReadonlySet<DvhCause>): DvhCurve => {
    const key = ORDER.filter((cause) => causes.has(cause)).join();
    let curve = known.get(key);
    if (!curve) {
      if (imported && causes.has("structure volume")) {
        const rest = new Set([...causes].filter((cause) => cause !== "structure volume"));
        const plain = curveWith(rest);
        curve = plain.volumeCc > 0 ? scaledCurve(plain, imported.volumeCc) : plain;
      } else {
        curve = computeRecipe(mixed(a, last, causes), control.signal ? { signal: control.signal } : {});
        control.onProgress?.({ stage: "explain", done: ++done, total: Math.max(done, total) });
      }
      known.set(key, curve);
    }
    return curve;
  };
  const order = ORDER.filter((cause) =>
    cause === "structure volume"
      ? imported !== undefined
      : SETTINGS[cause].some((key) => settingOf(a, key) !== settingOf(last, key)),
  );
  const total = Math.max(1, 2 * order.length);
  const forward = order.map((_, n) => curveWith(new Set(order.slice(0, n + 1))));
  const reverse = order.map((_, n) => curveWith(new Set(order.slice(n))));
  const start = curveWith(new Set());
  const end = imported ?? forward.at(-1) ?? start;

  const warnings: Warning[] = [];
  const explained = [VOLUME, ...metrics.filter((text) => text !== VOLUME)].map((text): ExplainedMetric => {
    const value = (curve: DvhCurve) => metricOrNull(curve, text, options.prescriptionGy);
    const unit = text === VOLUME ? "cc" : metricUnit(text);
    const valueA = value(start);
    const valueB = value(end);
    const steps = [valueA, ...forward.map(value)];
    // Reverse order: the last cause first; entry n is with the causes n and later changed.
    const back = [...reverse.map(value), valueA];
    if ([...steps, ...back, valueB].some((v) => v === null)) {
      warnings.push({
        code: "NO_METRIC",
        message: `${text} does not exist on the way from a to b: its difference is not explained`,
      });
      return { metric: text, unit, valueA, valueB, total: null, contributions: [], unexplained: null };
    }
    const contributions = order.map((cause, n): DvhContribution => {
      const change = steps[n + 1]! - steps[n]!;
      const changeInReverseOrder = back[n]! - back[n + 1]!;
      return {
        cause,
        settingA: settingText(a, cause, start),
        settingB: settingText(last, cause, end),
        change,
        changeInReverseOrder,
        interaction: changeInReverseOrder - change,
      };
    });
    const difference = valueB! - valueA!;
    const unexplained = difference - contributions.reduce((sum, { change }) => sum + change, 0);
    if (
      Math.abs(unexplained) > 0.5 * Math.abs(difference) &&
      Math.abs(unexplained) > 1e-6 * Math.abs(valueB!)
    )
      warnings.push({
        code: "UNEXPLAINED",
        message: `${unexplained.toPrecision(3)} ${unit} of the ${difference.toPrecision(3)} ${unit} in ${text} come from none of the settings`,
      });
    return { metric: text, unit, valueA, valueB, total: difference, contributions, unexplained };
  });
  return { a: start, b: end, order, metrics: explained, warnings };
}

function settingOf(recipe: DvhRecipe, key: keyof DvhRecipe): unknown {
  return recipe[key] ?? DEFAULTS[key];
}

function mixed(a: DvhRecipe, b: DvhRecipe, causes: ReadonlySet<DvhCause>): DvhRecipe {
  const recipe: Record<string, unknown> = { ...a };
  for (const [cause, keys] of Object.entries(SETTINGS)) {
    if (!causes.has(cause as DvhCause)) continue;
    for (const key of keys) {
      if (b[key] === undefined) delete recipe[key];
      else recipe[key] = b[key];
    }
  }
  return recipe as unknown as DvhRecipe;
}

function metricOrNull(curve: DvhCurve, text: string, prescriptionGy: number | undefined): number | null {
  if (text === VOLUME) return curve.volumeCc;
  if (!(curve.volumeCcAtLeast[0]! > 0)) return null;
  try {
    return evaluateMetric(curve, text, prescriptionGy === undefined ? {} : { prescriptionGy });
  } catch (error) {
    if (isLibraryError(error, "InvalidInputError") && error.field !== "prescriptionGy") return null;
    throw error;
  }
}

function settingText(recipe: DvhRecipe, cause: DvhCause, curve: DvhCurve): string {
  switch (cause) {
    case "structure":
      return regionText(recipe.structure);
    case "structure volume":
      return `${Number(curve.volumeCc.toPrecision(5))} cc`;
    case "dose grid": {
      const { size, spacingMm } = recipe.dose.grid;
      return `${size.join(" × ")} voxels of ${spacingMm.map((s) => Number(s.toPrecision(4))).join(" × ")} mm`;
    }
    case "binning":
      return recipe.binGy === undefined ? "none" : `${recipe.binGy} Gy, read at the lower edge`;
    case "end slices": {
      const lengths = (["singlePlaneThicknessMm", "planeSpacingMm", "separateBeyondMm"] as const)
        .filter((key) => recipe[key] !== undefined)
        .map((key) => `, ${key} ${recipe[key]}`);
      const gaps = String(settingOf(recipe, "gaps"));
      return `${settingOf(recipe, "endSlices")}${gaps === "slab" ? "" : `, gaps ${gaps}`}${lengths.join("")}`;
    }
    default:
      return String(settingOf(recipe, cause));
  }
}

function regionText(region: DvhRegion): string {
  if (isSolid(region)) return "exact solid";
  if (isOccupancy(region)) return `occupancy of ${region.grid.size.join(" × ")} voxels`;
  return `${region.name}, ${region.contours.length} contours`;
}
