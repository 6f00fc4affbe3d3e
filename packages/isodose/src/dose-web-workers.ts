import { createWorkerPool } from "@isodose/dose-parallel";
import { assertWorkers } from "./assert-workers.ts";
import type { DosePool } from "./engine-table.ts";
import { startWebWorker } from "./start-web-worker.ts";

/**
 * Web Workers for dose engines: the `pool` of `runPlan` and `loadEngine`. They start when there is work, stay for the next run, and
 * end with `close()`. Memory is shared where the page is cross-origin isolated (headers COOP and COEP), else every worker has a copy;
 * the dose has the same bits. In Node: `doseWorkerThreads` of `isodose/node`.
 * @param createWorker - starts one worker with the module `isodose/dose-worker`: the page's call, because only the page's bundler
 * knows where that module ends up
 * @param workers - a whole number ≥ 1; default one for each core, `navigator.hardwareConcurrency`
 * @throws InvalidInputError if `workers` is not a whole number ≥ 1
 * @example
 * // dose-worker.js of the page: import "isodose/dose-worker";
 * const pool = doseWebWorkers(() => new Worker(new URL("./dose-worker.js", import.meta.url), { type: "module" }));
 * const { summary } = await runPlan(plan, { patient, pool });
 */
export function doseWebWorkers(
  createWorker: () => Worker,
  workers: number = navigator.hardwareConcurrency,
): DosePool {
  assertWorkers(workers);
  return createWorkerPool(() => startWebWorker(createWorker), workers);
}
