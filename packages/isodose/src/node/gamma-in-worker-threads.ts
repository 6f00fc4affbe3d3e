import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { EngineError, type RunControl } from "@isodose/core";
import type { GammaRequest, GammaResult } from "@isodose/dvh";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { assertWorkers } from "../gamma-in-workers.ts";
import { gammaOnPool, type StartedWorker } from "../gamma-pool.ts";

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
 * @throws EngineError if a worker dies
 * @example
 * const { passPercent } = await gammaInWorkerThreads({ reference, evaluated, dosePercent: 2, distanceMm: 1 }, { workers: 4 });
 */
export async function gammaInWorkerThreads(
  request: GammaRequest,
  { workers = availableParallelism(), signal, onProgress }: GammaThreadsOptions = {},
): Promise<GammaResult> {
  assertWorkers(workers);
  return gammaOnPool(request, startThread, workers, { signal, onProgress });
}

/** From source (Node 24 runs .ts) the worker resolves the other packages from source as well. */
function startThread(): StartedWorker {
  const fromSource = import.meta.url.endsWith(".ts");
  const url = new URL(fromSource ? "./gamma-worker.ts" : "./gamma-worker.js", import.meta.url);
  const worker = new Worker(url, fromSource ? { execArgv: ["--conditions=@isodose/source"] } : {});
  const failure = new Promise<never>((_, reject) => {
    worker.on("error", (error) =>
      reject(new EngineError("gamma", `a worker failed: ${error.message}`, error)),
    );
    worker.on("exit", (code) => reject(new EngineError("gamma", `a worker ended with exit code ${code}`)));
  });
  return { endpoint: nodeEndpoint(worker), failure, terminate: () => worker.terminate() };
}
