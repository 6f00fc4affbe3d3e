import { Worker } from "node:worker_threads";
import type { StartedWorker } from "@isodose/dose-parallel";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

/**
 * Start a worker thread on a module of this folder. From source (Node 24 runs .ts) the worker resolves the other packages from
 * source as well.
 */
export function startThread(module: "dose-worker" | "gamma-worker"): StartedWorker {
  const fromSource = import.meta.url.endsWith(".ts");
  const url = new URL(`./${module}${fromSource ? ".ts" : ".js"}`, import.meta.url);
  const worker = new Worker(url, fromSource ? { execArgv: ["--conditions=@isodose/source"] } : {});
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
