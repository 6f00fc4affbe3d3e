import { InvalidInputError } from "@isodose/core";
import type { Schedule } from "./linear-quadratic.ts";
import { assertPositive, type ModelParameter } from "./model-parameter.ts";

/** Half-time of repair of sublethal damage in the cord, hours: rats, 4 to 9 Gy a fraction. */
export const CORD_REPAIR_HALF_TIME_HOURS: ModelParameter = {
  value: 1.6,
  source: "Ang et al. 1987, Int J Radiat Oncol Biol Phys 13:557, abstract (rat cord)",
  provenance: "read",
};

/** Half-life of P-32, days. */
export const P32_HALF_LIFE_DAYS: ModelParameter = {
  value: 14.284,
  source: "DDEP evaluation of P-32 (LNHB), as distributed with EGSnrc",
  provenance: "read",
};

/** A dose given without a break by a source that decays. */
export interface ContinuousExposure {
  /** T, hours, > 0; Infinity for a source that stays. */
  readonly exposureHours: number;
  /** Half-life of the source, hours, > 0; Infinity (the default) for a constant dose rate. */
  readonly halfLifeHours?: number;
  /** Half-time of repair of the tissue, hours, > 0. */
  readonly repairHalfTimeHours: number;
}

function assertDuration(field: string, hours: number): void {
  if (!(hours > 0)) throw new InvalidInputError(field, hours, "a time > 0 hours");
}

/** E(x) = (1 − e^−x) / x, the mean of e^−t over 0..x. */
function meanDecay(x: number): number {
  return x === 0 ? 1 : -Math.expm1(-x) / x;
}

/** (E(x) − E(y)) / (y − x) without loss of digits where x and y are close or small; x, y ≥ 0. */
function meanDecayQuotient(x: number, y: number): number {
  const large = Math.max(x, y);
  if (large < 1) {
    // E(x) = Σ (−x)^k / (k + 1)!, divided term by term: (x^k − y^k) / (x − y) = Σ x^j y^(k−1−j).
    let sum = 0;
    let powers = 1;
    let yPower = 1;
    let factorial = 1;
    for (let k = 1; k < 20; k++) {
      factorial *= -(k + 1);
      sum -= powers / factorial;
      yPower *= y;
      powers = powers * x + yPower;
    }
    return sum;
  }
  const h = y - x;
  if (Math.abs(h) > 1e-3 * large) return (meanDecay(x) - meanDecay(y)) / h;
  const m = (x + y) / 2;
  const e = Math.exp(-m);
  const first = e / m - (1 - e) / m ** 2;
  const third = e / m + (3 * e) / m ** 2 + (6 * e) / m ** 3 - (6 * (1 - e)) / m ** 4;
  return -(first + (third * h * h) / 24);
}

/**
 * Lea–Catcheside factor G of one continuous exposure: how much of the quadratic term is left when damage is repaired while
 * the dose is still being given.
 *
 *   G = 2 / D² · ∫₀ᵀ R(t) ∫₀ᵗ R(s) e^{−μ (t − s)} ds dt,   R(t) = R₀ e^{−λ t},   μ = ln 2 / repair half-time
 *
 * in closed form, with E(x) = (1 − e^{−x}) / x:
 *
 *   G = 2 / E(λT)² · (E(2λT) − E((λ + μ) T)) / ((μ − λ) T)
 *
 * An instant exposure gives 1, a long one at a constant rate 2 / (μT), a source left to decay λ / (λ + μ).
 * @returns G, 0 to 1
 * @throws InvalidInputError if a time is not > 0, or a source that stays does not decay
 * @source Lea & Catcheside 1942, J Genet 44:216; Dale 1985, Br J Radiol 58:515
 */
export function protractionFactor(exposure: ContinuousExposure): number {
  const { exposureHours, halfLifeHours = Number.POSITIVE_INFINITY, repairHalfTimeHours } = exposure;
  assertDuration("exposureHours", exposureHours);
  assertDuration("halfLifeHours", halfLifeHours);
  assertPositive("repairHalfTimeHours", repairHalfTimeHours, "hours");
  const lambda = Math.LN2 / halfLifeHours;
  const mu = Math.LN2 / repairHalfTimeHours;
  if (exposureHours === Number.POSITIVE_INFINITY) {
    if (lambda === 0)
      throw new InvalidInputError(
        "exposureHours",
        exposureHours,
        "a finite time for a source that does not decay",
      );
    return lambda / (lambda + mu);
  }
  const lambdaT = lambda * exposureHours;
  return (2 * meanDecayQuotient(2 * lambdaT, lambdaT + mu * exposureHours)) / meanDecay(lambdaT) ** 2;
}

/**
 * A plaque or any other source left in place once, as a {@link Schedule}: one fraction with its G. The dose that goes with it
 * is the total dose over the exposure.
 * @throws InvalidInputError as {@link protractionFactor}
 * @example
 * plaqueSchedule({ exposureHours: 0.4, halfLifeHours: 24 * 14.284, repairHalfTimeHours: 1.6 });
 */
export function plaqueSchedule(exposure: ContinuousExposure): Schedule {
  return { fractions: 1, protractionFactor: protractionFactor(exposure) };
}

/**
 * Factor 1 + h on the quadratic term of n equal short fractions that follow each other before repair is complete.
 *
 *   h = 2 / n · φ / (1 − φ) · (n − (1 − φⁿ) / (1 − φ)),   φ = e^{−μ Δt}
 *
 * Far apart it is 1; without any pause it is n: a single dose.
 * @param options.fractions - n, a whole number ≥ 1
 * @param options.intervalHours - Δt, hours, > 0
 * @param options.repairHalfTimeHours - hours, > 0
 * @throws InvalidInputError if a number is out of range
 * @source Thames 1985, Int J Radiat Biol 47:319
 */
export function incompleteRepairFactor(options: {
  readonly fractions: number;
  readonly intervalHours: number;
  readonly repairHalfTimeHours: number;
}): number {
  const { fractions: n, intervalHours, repairHalfTimeHours } = options;
  if (!(Number.isInteger(n) && n >= 1)) throw new InvalidInputError("fractions", n, "a whole number ≥ 1");
  assertDuration("intervalHours", intervalHours);
  assertPositive("repairHalfTimeHours", repairHalfTimeHours, "hours");
  const phi = Math.exp((-Math.LN2 * intervalHours) / repairHalfTimeHours);
  // The same as the double sum over pairs of fractions, (2 / n) Σ_{k=1}^{n−1} (n − k) φᵏ, which loses no digits near φ = 1.
  let sum = 0;
  let power = 1;
  for (let k = 1; k < n && power > 0; k++) {
    power *= phi;
    sum += (n - k) * power;
  }
  return 1 + (2 * sum) / n;
}
