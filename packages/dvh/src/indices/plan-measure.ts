import type { EvidenceStatus } from "../evidence-status.ts";

/** How an index is defined. */
export interface IndexDefinition {
  /** The unit of the value and its errors; "" for a ratio. */
  readonly unit: "" | "%" | "cc" | "mm" | "Gy" | "Gy cc" | "MU/Gy" | "cGy/MU";
  readonly formula: string;
  readonly source: string;
  readonly provenance: EvidenceStatus;
}

/** An index with its errors and its definition. */
export interface IndexValue extends IndexDefinition {
  /** Null where the index does not exist; `reason` then says why. */
  readonly value: number | null;
  readonly reason?: string;
  /** The index of the stated interpolant lies within value ± this. Null where it is not known, or there is no value. */
  readonly samplingError: number | null;
  /** What the dose grid costs, estimated: the true index is about value + this. Null as above. */
  readonly gridError: number | null;
}

/** A number that indices are made of, with the errors of `evaluateMetricWithError`. */
export interface Measured {
  readonly value: number;
  readonly samplingError: number | null;
  readonly gridError: number | null;
}

export function exactly(value: number): Measured {
  return { value, samplingError: 0, gridError: 0 };
}

/** Why a number does not exist. */
export interface Missing {
  readonly missing: string;
}

/**
 * An index of measured parts, with its errors:
 *
 *   sampling = Σ_i max |f(…, x_i ± s_i, …) − f(x)|,   grid = f(x + g) − f(x)
 *
 * Sampling errors are independent bounds, so they add; grid errors have signs and act together.
 * @param f - undefined where the index does not exist for these values: its errors are then not known
 */
export function indexOf(
  definition: IndexDefinition,
  parts: readonly (Measured | Missing)[],
  f: (...x: number[]) => number | Missing,
): IndexValue {
  const none = (reason: string): IndexValue => ({
    ...definition,
    value: null,
    reason,
    samplingError: null,
    gridError: null,
  });
  const known: Measured[] = [];
  for (const part of parts) {
    if ("missing" in part) return none(part.missing);
    known.push(part);
  }
  const x = known.map((part) => part.value);
  const value = f(...x);
  if (typeof value !== "number") return none(value.missing);
  let samplingError: number | null = 0;
  for (const [n, part] of known.entries()) {
    if (part.samplingError === null) {
      samplingError = null;
      break;
    }
    let most = 0;
    if (part.samplingError > 0)
      for (const sign of [-1, 1]) {
        const moved = f(...x.map((v, m) => (m === n ? Math.max(0, v + sign * part.samplingError!) : v)));
        if (typeof moved === "number") most = Math.max(most, Math.abs(moved - value));
        else most = Number.POSITIVE_INFINITY;
      }
    samplingError += most;
  }
  let gridError: number | null = null;
  if (known.every((part) => part.gridError !== null)) {
    const moved = f(...known.map((part) => Math.max(0, part.value + part.gridError!)));
    if (typeof moved === "number") gridError = moved - value;
  }
  if (samplingError !== null && !Number.isFinite(samplingError)) samplingError = null;
  return { ...definition, value, samplingError, gridError };
}
