import { availableParallelism } from "node:os";
import { createWorkerPool } from "@isodose/dose-parallel";
import { assertWorkers } from "../assert-workers.ts";
import type { DosePool } from "../engine-table.ts";
import { startThread } from "./start-thread.ts";

/**
 * Node's worker threads for dose engines: the `pool` of `runPlan` and `loadEngine`. Threads start when there is work, stay for the
 * next run, do not keep the process alive when idle, and end with `close()`.
 * @param workers - a whole number ≥ 1; default one for each core
 * @throws InvalidInputError if `workers` is not a whole number ≥ 1
 * @example
 * const pool = doseWorkerThreads();
 * const { summary } = await runPlan(plan, { patient, pool });
 * await pool.close();
 */
export function doseWorkerThreads(workers: number = availableParallelism()): DosePool {
  assertWorkers(workers);
  return createWorkerPool(() => startThread("dose-worker"), workers);
}
