import {
  type DvhCurve,
  InvalidInputError,
  type RunControl,
  type Structure,
  type Volume,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import { computeDvh, evaluateMetric } from "@isodose/dvh";
import { type ContourOptions, checkStructure } from "@isodose/geometry";

/**
 * DVH of every structure that has contours, and what is doubtful about these contours. Of structures with one name the later are
 * listed as `NAME #number`, with a warning.
 * @param options - how contours make a volume: thickness of a structure drawn in one plane, end slices, gaps
 */
export async function structureDvhs(
  structures: readonly Structure[],
  dose: Volume,
  options: ContourOptions,
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
    if (curve.volumeOutsideDoseGridCc > 0) {
      warnings.push({
        code: "OUTSIDE_DOSE_GRID",
        message: `${curve.volumeOutsideDoseGridCc.toFixed(3)} cc of ${name} lie outside the dose grid: their dose is unknown`,
      });
    }
    curves.push(curve);
    control.onProgress?.({ stage: "DVH", done: curves.length, total: drawn.length });
  }
  return { curves, warnings };
}

/** A row of numbers for one structure, as in summary.json and `isodose dvh --json`. */
export interface StructureMetrics {
  readonly volumeCc: number;
  readonly volumeOutsideDoseGridCc: number;
  /** By metric; null where the structure is too small for it. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** Metrics of every curve, by structure name; a metric that does not exist is null, with a warning. */
export function structureMetrics(
  curves: readonly DvhCurve[],
  metrics: readonly string[],
): { readonly rows: Record<string, StructureMetrics>; readonly warnings: Warning[] } {
  const warnings: Warning[] = [];
  const metricOrNull = (curve: DvhCurve, metric: string): number | null => {
    try {
      return evaluateMetric(curve, metric);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      warnings.push({ code: "NO_METRIC", message: error.message });
      return null;
    }
  };
  const rows: Record<string, StructureMetrics> = {};
  for (const curve of curves) {
    rows[curve.structure] = {
      volumeCc: curve.volumeCc,
      volumeOutsideDoseGridCc: curve.volumeOutsideDoseGridCc,
      metrics: Object.fromEntries(metrics.map((metric) => [metric, metricOrNull(curve, metric)])),
    };
  }
  return { rows, warnings };
}
