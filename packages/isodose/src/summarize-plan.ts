import { type DvhCurve, NOT_FOR_CLINICAL_USE, type Plan, type Volume, type Warning } from "@isodose/core";
import { doseMaximum, evaluateMetric, type PlanIndices } from "@isodose/dvh";
import { weightStatistics } from "@isodose/optimize";
import type { PlanFile } from "./plan-file.ts";
import type { PlanSummary } from "./plan-result.ts";
import { structureMetrics } from "./steps/structure-dvhs.ts";

/** Metrics of every structure in summary.json, the report and the printed table. */
export const SUMMARY_METRICS = ["D95%", "D0.035cc", "mean", "max"] as const;

/** summary.json of a plan. */
export function summarizePlan(result: {
  readonly planFile: PlanFile;
  readonly plan: Plan;
  readonly beamDataLabel: string;
  readonly backend: string;
  readonly dose: Volume;
  readonly dvhCurves: readonly DvhCurve[];
  readonly indices: PlanIndices;
  readonly shortfallPercent: number;
  readonly deliveryMinutes: number;
  readonly huCurve: string;
  readonly elapsedSeconds: number;
  readonly warnings: readonly Warning[];
}): PlanSummary {
  const { planFile, plan, dose, dvhCurves, indices } = result;
  const { rows, warnings } = structureMetrics(dvhCurves, SUMMARY_METRICS);
  const maximum = doseMaximum(dose);
  const statistics = weightStatistics(plan.monitorUnits, plan.beams);
  return {
    format: "isodose-summary/1",
    notice: NOT_FOR_CLINICAL_USE,
    engine: planFile.dose.engine,
    backend: result.backend,
    seed: planFile.dose.seed,
    machine: plan.machine,
    beamData: result.beamDataLabel,
    prescription: plan.prescription,
    target: {
      name: plan.target,
      coveragePercent: indices.coveragePercent,
      shortfallPercent: result.shortfallPercent,
      paddickCi: indices.paddickCi,
      gradientIndex: indices.gradientIndex,
    },
    limits: planFile.limits.map((limit) => ({
      ...limit,
      valueGy: evaluateMetric(dvhCurves.find((c) => c.structure === limit.structure)!, limit.metric),
    })),
    structures: rows,
    beams: statistics.usedBeams,
    monitorUnits: plan.monitorUnits.reduce((sum, mu) => sum + mu, 0),
    deliveryMinutes: result.deliveryMinutes,
    distinctAimPoints: statistics.distinctAimPoints,
    tenHeaviestSharePercent: statistics.tenHeaviestSharePercent,
    isocenterMm: plan.isocenterMm,
    doseGrid: { size: dose.grid.size, spacingMm: dose.grid.spacingMm },
    doseMaxGy: maximum.doseGy,
    doseMaxMm: maximum.positionMm,
    huCurve: result.huCurve,
    elapsedSeconds: result.elapsedSeconds,
    warnings: [...result.warnings, ...warnings],
  };
}
