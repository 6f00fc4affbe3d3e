import { availableParallelism } from "node:os";
import type { RunControl } from "@isodose/core";
import type { GammaRequest, GammaResult } from "@isodose/dvh";
import { assertWorkers } from "../assert-workers.ts";
import { gammaOnPool } from "../gamma-pool.ts";
import { startThread } from "./start-thread.ts";

/** Options of {@link gammaInWorkerThreads}. */
export interface GammaThreadsOptions extends RunControl {
  /** Number of worker threads, a whole number ≥ 1; default one for each core. */
  readonly workers?: number;
}

/**
 * {@link gammaIndex} shared out over Node's worker threads by slices of the reference; the same result, bit for bit, for any
 * number of workers. Doses lie in shared memory. The threads are gone at the end, on an error, and when the signal is aborted.
 * @throws InvalidInputError as gammaIndex, or if `workers` is not a whole number ≥ 1
 * @throws CancelledError if the signal is aborted
 * @throws EngineError if workers die three times over the same slices
 * @example
 * const { passPercent } = await gammaInWorkerThreads({ reference, evaluated, dosePercent: 2, distanceMm: 1 }, { workers: 4 });
 */
export async function gammaInWorkerThreads(
  request: GammaRequest,
  { workers = availableParallelism(), signal, onProgress }: GammaThreadsOptions = {},
): Promise<GammaResult> {
  assertWorkers(workers);
  return gammaOnPool(request, () => startThread("gamma-worker"), workers, { signal, onProgress });
}
