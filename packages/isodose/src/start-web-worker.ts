import type { StartedWorker } from "@isodose/dose-parallel";

/** A Web Worker as a pool takes it. Browsers say nothing when a worker ends by itself, so only errors count as its death. */
export function startWebWorker(createWorker: () => Worker): StartedWorker {
  const worker = createWorker();
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new Error(event.message || "its module did not load"));
    });
  });
  return { endpoint: worker, failure, terminate: () => worker.terminate() };
}
