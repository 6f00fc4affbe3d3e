import { Worker } from "node:worker_threads";
import type { StartedWorker } from "@isodose/dose-parallel";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import type { Fault } from "./kernel-worker.ts";

/** Start a thread of the tests. */
export function startThread(fault?: Fault): StartedWorker {
  const worker = new Worker(new URL("./kernel-worker.ts", import.meta.url), {
    execArgv: ["--conditions=@isodose/source"],
    workerData: fault,
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  worker.on("message", (message) => {
    if (message === "terminate me") void worker.terminate();
  });
  const failure = new Promise<never>((_, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`it ended with exit code ${code}`)));
  });
  return {
    endpoint: nodeEndpoint(worker),
    failure,
    terminate: () => worker.terminate(),
    keepProcess: (keep) => (keep ? worker.ref() : worker.unref()),
  };
}
