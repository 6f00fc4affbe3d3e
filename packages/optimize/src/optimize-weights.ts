import { InvalidInputError, type RunControl, yieldToEventLoop } from "@isodose/core";
import { boundsOfGoals, type PointBounds, type PointGoal } from "./goals.ts";
import { createState, moveTo, stepOneSided } from "./one-sided-least-squares.ts";

export interface OptimizeWeightsOptions {
  /** Dose of one monitor unit of each weight group, Gy/MU: [groups, points], group g at g · points. */
  readonly unitDoseGyPerMu: Float32Array;
  /** Regions in the order of the points. */
  readonly goals: readonly PointGoal[];
  /** Gy, all fractions together: the unit of all deviations. */
  readonly prescriptionGy: number;
  /** Pull towards even weights; 0 lets many weights vanish. Default: 0.0003. */
  readonly ridge?: number;
  /** No weight should be more than this part of all monitor units, percent (a soft bound). Default: 4. */
  readonly largestSharePercent?: number;
  /** Weights to start from, MU. Default: all 0. */
  readonly startMonitorUnits?: ArrayLike<number>;
}

export interface OptimizedWeights {
  /** Per group, MU, all fractions together, ≥ 0. */
  readonly monitorUnits: Float64Array;
  /** Non-negative least squares problems solved. */
  readonly iterations: number;
  /** Σ over regions of importance × mean squared one-sided deviation, doses relative to the prescription. */
  readonly objective: number;
}

/** Rounds in which limits are tightened and the cap on large weights is moved; steps of each at most. */
const MOST_ROUNDS = 12;
const MOST_STEPS = 15;
/** A limit counts as met when exceeded by less than this part of the prescription. */
const LIMIT_TOLERANCE = 1e-3;
/** What exempt points of a limit may reach, relative to it. */
const EXEMPT_HEADROOM = 1.15;

/**
 * Monitor units of beams (or arcs) by non-negative least squares with one-sided goals.
 *
 * Each round minimises the sum of squared deviations of the points that miss their goal; which these are changes with the
 * weights, so a round solves a few ordinary non-negative least squares problems, each from the last. Between rounds the
 * limits are enforced by the method of multipliers: a point that still exceeds its limit is asked to be lower by as much.
 * The result scales: twice the unit dose gives half the monitor units. Same input, same result.
 *
 * @throws InvalidInputError if sizes or goals make no sense, or no group reaches the target
 * @throws CancelledError if the signal is aborted
 * @source method of multipliers: Hestenes, J. Optim. Theory Appl. 4 (1969) 303, doi:10.1007/BF00927673
 */
export async function optimizeWeights(
  options: OptimizeWeightsOptions,
  control: RunControl = {},
): Promise<OptimizedWeights> {
  const { unitDoseGyPerMu: unitDose, goals, prescriptionGy } = options;
  if (!(prescriptionGy > 0)) throw new InvalidInputError("prescriptionGy", prescriptionGy, "a dose > 0 Gy");
  const points = goals.reduce((sum, goal) => sum + goal.pointCount, 0);
  const groups = unitDose.length / points;
  if (!Number.isInteger(groups) || groups < 1) {
    throw new InvalidInputError("unitDoseGyPerMu", unitDose.length, `groups × ${points} points`);
  }
  const bounds = boundsOfGoals(goals, prescriptionGy);
  // Weights y = MU · scale / prescription, so that d / prescription = Σ (unit dose / scale) y and Σ y ≈ 1.
  const scale = meanTargetDose(unitDose, bounds);
  if (!(scale > 0))
    throw new InvalidInputError("unitDoseGyPerMu", scale, "a unit dose > 0 Gy/MU in the target");
  const columns = unitDose.map((dose) => dose / scale);
  const state = createState(groups, points);
  if (options.startMonitorUnits) {
    if (options.startMonitorUnits.length !== groups) {
      throw new InvalidInputError("startMonitorUnits", options.startMonitorUnits.length, `${groups} values`);
    }
    moveTo(
      state,
      columns,
      Float64Array.from(options.startMonitorUnits, (mu) => (mu * scale) / prescriptionGy),
    );
  }

  const largestShare = Math.max((options.largestSharePercent ?? 4) / 100, 2 / groups);
  const high = bounds.high.slice();
  let cap = Number.POSITIVE_INFINITY;
  let iterations = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const problem = {
      columns,
      points,
      low: bounds.low,
      high,
      lowGain: bounds.lowGain,
      highGain: bounds.highGain,
      ridge: (options.ridge ?? 0.0003) * groups,
      cap,
      capGain: groups,
    };
    for (let step = 0, done = false; step < MOST_STEPS && !done; step++) {
      done = stepOneSided(problem, state);
      iterations++;
      await yieldToEventLoop(control.signal);
    }
    control.onProgress?.({ stage: "weights", done: round + 1, total: MOST_ROUNDS });
    const total = state.y.reduce((sum, value) => sum + value, 0);
    const newCap = largestShare * total;
    const isCapSettled = Math.abs(newCap - cap) <= 0.01 * newCap;
    cap = newCap;
    if (round === 0) exemptHottest(bounds, state.dose);
    const excess = round === 0 ? 1 : tightenLimits(bounds, state.dose, high);
    if (round > 1 && isCapSettled && excess < LIMIT_TOLERANCE) break;
  }
  control.onProgress?.({ stage: "weights", done: MOST_ROUNDS, total: MOST_ROUNDS });
  return {
    monitorUnits: state.y.map((value) => (value * prescriptionGy) / scale),
    iterations,
    objective: deviation(bounds, state.dose),
  };
}

function meanTargetDose(unitDose: Float32Array, bounds: PointBounds): number {
  const points = bounds.count;
  let sum = 0;
  let n = 0;
  for (let p = 0; p < points; p++) {
    if (bounds.isTarget[p] === 0) continue;
    for (let index = p; index < unitDose.length; index += points) sum += unitDose[index]!;
    n += unitDose.length / points;
  }
  return sum / n;
}

/** Raise the bound of the points of each limit that may exceed it: those that do so most. */
function exemptHottest(bounds: PointBounds, dose: Float64Array): void {
  for (const { first, count, exempt } of bounds.limits) {
    const order = Array.from({ length: count }, (_, i) => first + i).sort(
      (a, b) => dose[b]! - bounds.high[b]! - (dose[a]! - bounds.high[a]!) || a - b,
    );
    for (const p of order.slice(0, exempt)) bounds.high[p] *= EXEMPT_HEADROOM;
  }
}

/**
 * Multiplier step: lower the bound in use, `high`, by what a point exceeds its limit, raise it again (up to the limit)
 * where the point lies under it.
 * @returns largest excess
 */
function tightenLimits(bounds: PointBounds, dose: Float64Array, high: Float64Array): number {
  let largest = 0;
  for (const { first, count } of bounds.limits) {
    for (let p = first; p < first + count; p++) {
      const excess = dose[p]! - bounds.high[p]!;
      largest = Math.max(largest, excess);
      high[p] = Math.min(bounds.high[p]!, high[p]! - excess);
    }
  }
  return largest;
}

/** Σ gain × squared one-sided deviation. */
function deviation(bounds: PointBounds, dose: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < bounds.count; p++) {
    const under = Math.max(0, bounds.low[p]! - dose[p]!);
    const over = Math.max(0, dose[p]! - bounds.high[p]!);
    sum += bounds.lowGain[p]! * under * under + bounds.highGain[p]! * over * over;
  }
  return sum;
}
