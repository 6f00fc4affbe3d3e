import type { RunControl } from "@isodose/core";
import type { GammaRequest, GammaResult } from "@isodose/dvh";
import { assertWorkers } from "./assert-workers.ts";
import { gammaOnPool } from "./gamma-pool.ts";
import { startWebWorker } from "./start-web-worker.ts";

/** Options of {@link gammaInWorkers}. */
export interface GammaWorkersOptions extends RunControl {
  /**
   * Starts one worker with the module `isodose/gamma-worker`. It is the page's call, because only the page's bundler knows
   * where that module ends up.
   */
  readonly createWorker: () => Worker;
  /** Number of workers, a whole number ≥ 1; default one for each core, `navigator.hardwareConcurrency`. */
  readonly workers?: number;
}

/**
 * {@link gammaIndex} shared out over Web Workers by slices of the reference; the same result, bit for bit, for any number of
 * workers. Doses are shared where the page is cross-origin isolated, else copied to every worker. The workers are
 * terminated at the end, on an error, and when the signal is aborted. In Node: `gammaInWorkerThreads` of `isodose/node`.
 * @throws InvalidInputError as gammaIndex, or if `workers` is not a whole number ≥ 1
 * @throws CancelledError if the signal is aborted
 * @throws EngineError if workers cannot be loaded, or die three times over the same slices
 * @example
 * // gamma-worker.js of the page: import "isodose/gamma-worker";
 * const createWorker = () => new Worker(new URL("./gamma-worker.js", import.meta.url), { type: "module" });
 * const { passPercent } = await gammaInWorkers({ reference, evaluated, dosePercent: 2, distanceMm: 1 }, { createWorker });
 */
export async function gammaInWorkers(
  request: GammaRequest,
  { createWorker, workers = navigator.hardwareConcurrency, signal, onProgress }: GammaWorkersOptions,
): Promise<GammaResult> {
  assertWorkers(workers);
  return gammaOnPool(request, () => startWebWorker(createWorker), workers, { signal, onProgress });
}
