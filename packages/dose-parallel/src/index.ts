export type { RayTraceWorkersOptions } from "./chunk-fans.ts";
export { hasSharedMemory, whyNoWasm } from "./kernel-module.ts";
export type { KernelWorkerApi } from "./kernel-worker-api.ts";
export { rayTraceWasmEngine } from "./ray-trace-wasm.ts";
export { rayTraceInWorkers } from "./ray-trace-workers.ts";
export {
  createWorkerPool,
  type PoolRound,
  type PoolTask,
  type StartedWorker,
  type WorkerPool,
} from "./worker-pool.ts";
