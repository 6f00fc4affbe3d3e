import {
  type DvhCurve,
  InvalidInputError,
  type RunControl,
  type Structure,
  type Volume,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import { computeDvh, type DvhRequest, dvhWarnings, evaluateMetricWithError } from "@isodose/dvh";
import { type ContourOptions, checkStructure } from "@isodose/geometry";

/**
 * DVH of every structure that has contours, and what is doubtful about these contours and curves. Of structures with one name the
 * later are listed as `NAME #number`, with a warning.
 * @param options - how contours make a volume (thickness of a structure drawn in one plane, end slices, gaps), and how dose is
 *   interpolated
 */
export async function structureDvhs(
  structures: readonly Structure[],
  dose: Volume,
  options: ContourOptions & Pick<DvhRequest, "interpolation">,
  control: RunControl,
): Promise<{ readonly curves: DvhCurve[]; readonly warnings: Warning[] }> {
  const drawn = structures.filter((s) => s.contours.length > 0);
  const curves: DvhCurve[] = [];
  const warnings: Warning[] = [];
  const seen = new Set<string>();
  for (const structure of drawn) {
    await yieldToEventLoop(control.signal);
    const name = seen.has(structure.name) ? `${structure.name} #${structure.number}` : structure.name;
    seen.add(name);
    if (name !== structure.name) {
      warnings.push({
        code: "SAME_NAME",
        message: `more than one structure is called ${structure.name}; a later one is listed as ${name}`,
      });
    }
    const named = { ...structure, name };
    warnings.push(...checkStructure(named, undefined, options));
    const curve = computeDvh({ structure: named, dose, ...options });
    warnings.push(...dvhWarnings(curve, dose.grid));
    curves.push(curve);
    control.onProgress?.({ stage: "DVH", done: curves.length, total: drawn.length });
  }
  return { curves, warnings };
}

/** How far a metric may be off, in its unit; null where it does not exist or the curve carries no errors. */
export interface MetricErrors {
  /** The metric of the stated interpolant lies within value ± this. */
  readonly sampling: number | null;
  /** What the dose grid costs, estimated: the metric of the continuous dose is about value + this. */
  readonly grid: number | null;
}

/** A row of numbers for one structure, as in summary.json and `isodose dvh --json`. */
export interface StructureMetrics {
  readonly volumeCc: number;
  readonly volumeOutsideDoseGridCc: number;
  /** By metric; null where the structure is too small for it. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly metricErrors: Readonly<Record<string, MetricErrors>>;
}

/** Metrics of every curve, by structure name; a metric that does not exist is null, with a warning. */
export function structureMetrics(
  curves: readonly DvhCurve[],
  metrics: readonly string[],
  options: { readonly prescriptionGy?: number } = {},
): { readonly rows: Record<string, StructureMetrics>; readonly warnings: Warning[] } {
  const warnings: Warning[] = [];
  const rows: Record<string, StructureMetrics> = {};
  for (const curve of curves) {
    const values: Record<string, number | null> = {};
    const errors: Record<string, MetricErrors> = {};
    for (const metric of metrics) {
      try {
        const { value, samplingError, gridError } = evaluateMetricWithError(curve, metric, options);
        values[metric] = value;
        errors[metric] = { sampling: samplingError, grid: gridError };
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        warnings.push({ code: "NO_METRIC", message: error.message });
        values[metric] = null;
        errors[metric] = { sampling: null, grid: null };
      }
    }
    rows[curve.structure] = {
      volumeCc: curve.volumeCc,
      volumeOutsideDoseGridCc: curve.volumeOutsideDoseGridCc,
      metrics: values,
      metricErrors: errors,
    };
  }
  return { rows, warnings };
}
