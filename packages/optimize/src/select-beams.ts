import { InvalidInputError, type RunControl } from "@isodose/core";
import { type OptimizedWeights, type OptimizeWeightsOptions, optimizeWeights } from "./optimize-weights.ts";

export interface SelectBeamsOptions extends OptimizeWeightsOptions {
  /** Most groups that may keep a weight. */
  readonly maxGroups: number;
  /** Groups lighter than this, MU (all fractions together), are dropped too. Default: 0. */
  readonly leastMonitorUnits?: number;
}

/**
 * Weights of which at most `maxGroups` are not 0: solve, drop the lightest, solve again with those that are left.
 *
 * A drop halves the surplus, so that groups can take over from their neighbours before more of them go.
 *
 * @returns as `optimizeWeights`, per group of the input; dropped groups have 0
 * @throws InvalidInputError as `optimizeWeights`, or if maxGroups is not a whole number ≥ 1
 * @throws CancelledError if the signal is aborted
 */
export async function selectBeams(
  options: SelectBeamsOptions,
  control: RunControl = {},
): Promise<OptimizedWeights> {
  const { maxGroups, leastMonitorUnits = 0, unitDoseGyPerMu: unitDose, goals } = options;
  if (!Number.isInteger(maxGroups) || maxGroups < 1)
    throw new InvalidInputError("maxGroups", maxGroups, "a whole number ≥ 1");
  const points = goals.reduce((sum, goal) => sum + goal.pointCount, 0);
  let solves = 0;
  let result = await optimizeWeights(options, solveControl(control, solves));
  let iterations = result.iterations;
  let kept = Array.from(result.monitorUnits, (_, group) => group);
  let weights = result.monitorUnits;
  for (;;) {
    const byWeight = kept
      .map((group, slot) => ({ group, units: weights[slot]! }))
      .filter(({ units }) => units > 0 && units >= leastMonitorUnits)
      .sort((a, b) => b.units - a.units || a.group - b.group);
    const surplus = byWeight.length - maxGroups;
    const next = byWeight.slice(0, surplus > 0 ? maxGroups + (surplus >> 1) : undefined);
    const lostWeight = weights.some((units) => units > 0 && units < leastMonitorUnits);
    if (surplus <= 0 && !lostWeight) break;
    next.sort((a, b) => a.group - b.group);
    kept = next.map(({ group }) => group);
    const columns = new Float32Array(kept.length * points);
    for (const [slot, group] of kept.entries()) {
      columns.set(unitDose.subarray(group * points, (group + 1) * points), slot * points);
    }
    solves++;
    result = await optimizeWeights(
      { ...options, unitDoseGyPerMu: columns, startMonitorUnits: next.map(({ units }) => units) },
      solveControl(control, solves),
    );
    iterations += result.iterations;
    weights = result.monitorUnits;
  }
  control.onProgress?.({ stage: "weights", done: PROGRESS_TOTAL, total: PROGRESS_TOTAL });
  const monitorUnits = new Float64Array(unitDose.length / points);
  kept.forEach((group, slot) => {
    monitorUnits[group] = weights[slot]!;
  });
  return { monitorUnits, iterations, objective: result.objective };
}

const PROGRESS_TOTAL = 100;

/** Progress of solve number n of not yet known how many: each takes half of what the one before left over. */
function solveControl(control: RunControl, solve: number): RunControl {
  const { signal, onProgress } = control;
  return {
    ...(signal && { signal }),
    ...(onProgress && {
      onProgress: ({ stage, done, total }) =>
        onProgress({
          stage,
          done: Math.floor(PROGRESS_TOTAL * (1 - 2 ** -solve * (1 - done / total / 2))),
          total: PROGRESS_TOTAL,
        }),
    }),
  };
}
