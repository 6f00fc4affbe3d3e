import { addToNormalEquations, type NormalEquations, solveNonNegativeLeastSquares } from "@isodose/core";

/**
 * The convex problem that is solved for given bounds:
 *
 *   minimise Φ(y) = ½ Σ_p [ a_p max(0, low_p − d_p)² + b_p max(0, d_p − high_p)² ] + ½ ρ Σ_j y_j² + ½ κ Σ_j max(0, y_j − cap)²
 *   with d = A y, y ≥ 0
 */
export interface OneSidedProblem {
  /** A by columns: [groups, points]. */
  readonly columns: Float32Array;
  readonly points: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly lowGain: Float64Array;
  readonly highGain: Float64Array;
  readonly ridge: number;
  readonly cap: number;
  readonly capGain: number;
}

/** Where the solver stands; passed from one problem to the next with the same columns so that only changes cost time. */
export interface OneSidedState {
  readonly y: Float64Array;
  readonly dose: Float64Array;
  readonly equations: NormalEquations;
  /** What of each point is in `equations`. */
  readonly gain: Float64Array;
  readonly pull: Float64Array;
}

/** All weights 0. */
export function createState(groups: number, points: number): OneSidedState {
  return {
    y: new Float64Array(groups),
    dose: new Float64Array(points),
    equations: { gram: new Float64Array(groups * groups), rightHandSide: new Float64Array(groups) },
    gain: new Float64Array(points),
    pull: new Float64Array(points),
  };
}

/** Set the weights, and the dose d = A y that goes with them. */
export function moveTo(state: OneSidedState, columns: Float32Array, y: Float64Array): void {
  state.y.set(y);
  state.dose.set(doseOf(columns, state.dose.length, y));
}

function doseOf(columns: Float32Array, points: number, y: Float64Array): Float64Array {
  const dose = new Float64Array(points);
  for (let j = 0; j < y.length; j++) {
    const weight = y[j]!;
    if (weight === 0) continue;
    for (let p = 0; p < points; p++) dose[p] += weight * columns[j * points + p]!;
  }
  return dose;
}

/**
 * One Newton step on Φ: the rows that are violated now make a non-negative least squares problem; an exact line search
 * on the way to its solution keeps Φ falling.
 * @returns true when the step changed nothing that matters: y is the minimum
 */
export function stepOneSided(problem: OneSidedProblem, state: OneSidedState): boolean {
  const { columns, points, low, high, lowGain, highGain, ridge, cap, capGain } = problem;
  const { y, dose, equations, gain, pull } = state;
  const groups = y.length;
  const gainChange = new Float64Array(points);
  const pullChange = new Float64Array(points);
  for (let p = 0; p < points; p++) {
    const isLow = dose[p]! < low[p]!;
    const isHigh = dose[p]! > high[p]!;
    const newGain = isLow ? lowGain[p]! : isHigh ? highGain[p]! : 0;
    const newPull = newGain * (isLow ? low[p]! : isHigh ? high[p]! : 0);
    gainChange[p] = newGain - gain[p]!;
    pullChange[p] = newPull - pull[p]!;
    gain[p] = newGain;
    pull[p] = newPull;
  }
  addToNormalEquations(equations, columns, points, gainChange, pullChange);

  const gram = equations.gram.slice();
  const rightHandSide = equations.rightHandSide.slice();
  for (let j = 0; j < groups; j++) {
    const isCapped = y[j]! > cap;
    gram[j * groups + j] += ridge + (isCapped ? capGain : 0);
    if (isCapped) rightHandSide[j] += capGain * cap;
  }
  const next = solveNonNegativeLeastSquares({ gram, rightHandSide }, y);
  const nextDose = doseOf(columns, points, next);

  const step = searchLine(problem, state, next, nextDose);
  let largest = 0;
  let change = 0;
  for (let j = 0; j < groups; j++) {
    const moved = y[j]! + step * (next[j]! - y[j]!);
    change = Math.max(change, Math.abs(moved - y[j]!));
    y[j] = moved;
    largest = Math.max(largest, moved);
  }
  for (let p = 0; p < points; p++) dose[p] += step * (nextDose[p]! - dose[p]!);
  return change <= 1e-6 * largest;
}

/** The step t in 0 … 1 where Φ is least on the line from here to `next`: bisection on dΦ/dt, which grows with t. */
function searchLine(
  problem: OneSidedProblem,
  state: OneSidedState,
  next: Float64Array,
  nextDose: Float64Array,
): number {
  const { points, low, high, lowGain, highGain, ridge, cap, capGain } = problem;
  const { y, dose } = state;
  const slope = (t: number) => {
    let sum = 0;
    for (let p = 0; p < points; p++) {
      const change = nextDose[p]! - dose[p]!;
      const d = dose[p]! + t * change;
      if (d < low[p]!) sum += lowGain[p]! * (d - low[p]!) * change;
      else if (d > high[p]!) sum += highGain[p]! * (d - high[p]!) * change;
    }
    for (let j = 0; j < y.length; j++) {
      const change = next[j]! - y[j]!;
      const value = y[j]! + t * change;
      sum += ridge * value * change;
      if (value > cap) sum += capGain * (value - cap) * change;
    }
    return sum;
  };
  if (slope(1) <= 0) return 1;
  let lower = 0;
  let upper = 1;
  for (let i = 0; i < 40; i++) {
    const middle = (lower + upper) / 2;
    if (slope(middle) <= 0) lower = middle;
    else upper = middle;
  }
  return lower;
}
