import { InvalidInputError } from "@isodose/core";

/** What a region is there for. */
export const POINT_ROLES = ["target", "shell", "limit", "organ"] as const;
export type PointRole = (typeof POINT_ROLES)[number];

/**
 * Sample points of one region and what their dose should be. Goals are one-sided: a point that meets its goal costs nothing.
 *
 * - target: at least `goalGy`, at most `hotSpotGy`. Least squares settles a little under a goal that others pull against:
 *   to cover a target with its prescription, ask for 5 % more
 * - shell: at most `goalGy` (fall-off around the target)
 * - limit: at most `goalGy`, as a constraint: enforced, whatever it costs the other goals
 * - organ: at most `goalGy`, as a wish
 */
export interface PointGoal {
  readonly role: PointRole;
  /** Number of points; the regions follow one another in the unit dose's order of points. */
  readonly pointCount: number;
  /** Gy, all fractions together: one for all points, or one for each. */
  readonly goalGy: number | ArrayLike<number>;
  /** Target only, Gy. Default: 1.4 times the prescription. */
  readonly hotSpotGy?: number;
  /** Weight of the region's mean squared deviation. Default: {@link DEFAULT_IMPORTANCE} of its role. */
  readonly importance?: number;
  /** Limit only: how many points may exceed it (of D0.035cc, the points that stand for 0.035 cc). Default: 0. */
  readonly exemptPoints?: number;
}

/** Importance by role, chosen by experiment on a 50 cc target that wraps round a cord. */
export const DEFAULT_IMPORTANCE: Readonly<Record<PointRole, number>> = {
  target: 1,
  shell: 0.15,
  limit: 100,
  organ: 0.05,
};

/** Goals point by point, doses relative to the prescription. Lower and upper bounds, ±∞ where there is none. */
export interface PointBounds {
  readonly count: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Squared weight of a deviation: importance / points of the region. */
  readonly lowGain: Float64Array;
  readonly highGain: Float64Array;
  readonly limits: readonly { readonly first: number; readonly count: number; readonly exempt: number }[];
  readonly isTarget: Uint8Array;
}

/** How much more a point above the hot-spot cap weighs than one under its goal. */
const HOT_SPOT_WEIGHT = 3;

/** @throws InvalidInputError if the goals make no sense */
export function boundsOfGoals(goals: readonly PointGoal[], prescriptionGy: number): PointBounds {
  const points = goals.reduce((sum, goal) => sum + goal.pointCount, 0);
  if (!goals.some((goal) => goal.role === "target" && goal.pointCount > 0)) {
    throw new InvalidInputError("goals", undefined, "a target with at least one point");
  }
  const low = new Float64Array(points).fill(Number.NEGATIVE_INFINITY);
  const high = new Float64Array(points).fill(Number.POSITIVE_INFINITY);
  const lowGain = new Float64Array(points);
  const highGain = new Float64Array(points);
  const isTarget = new Uint8Array(points);
  const limits: { first: number; count: number; exempt: number }[] = [];
  let first = 0;
  goals.forEach((goal, g) => {
    const { role, pointCount: count } = goal;
    if (!Number.isInteger(count) || count < 0)
      throw new InvalidInputError(`goals[${g}].pointCount`, count, "a whole number ≥ 0");
    const gain = (goal.importance ?? DEFAULT_IMPORTANCE[role]) / Math.max(count, 1);
    if (!(gain >= 0)) throw new InvalidInputError(`goals[${g}].importance`, goal.importance, "a number ≥ 0");
    for (let i = 0; i < count; i++) {
      const doseGy = typeof goal.goalGy === "number" ? goal.goalGy : goal.goalGy[i];
      if (!(doseGy !== undefined && doseGy >= 0))
        throw new InvalidInputError(`goals[${g}].goalGy`, doseGy, "doses ≥ 0 Gy");
      const p = first + i;
      if (role === "target") {
        isTarget[p] = 1;
        low[p] = doseGy / prescriptionGy;
        lowGain[p] = gain;
        high[p] = (goal.hotSpotGy ?? 1.4 * prescriptionGy) / prescriptionGy;
        highGain[p] = gain * HOT_SPOT_WEIGHT;
        if (!(high[p]! >= low[p]!))
          throw new InvalidInputError(`goals[${g}].hotSpotGy`, goal.hotSpotGy, "at least the goal");
      } else {
        high[p] = doseGy / prescriptionGy;
        highGain[p] = gain;
      }
    }
    if (role === "limit" && count > 0) limits.push({ first, count, exempt: goal.exemptPoints ?? 0 });
    first += count;
  });
  return { count: points, low, high, lowGain, highGain, limits, isTarget };
}
