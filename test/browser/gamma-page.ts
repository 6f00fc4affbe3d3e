// Runs in Chromium: gamma on Web Workers.
import { gammaInWorkers } from "isodose";
import { gammaRequest } from "./gamma-request.ts";

async function gammaInPage(workers: number) {
  let alive = 0;
  const createWorker = () => {
    const worker = new Worker(new URL("./gamma-worker.ts", import.meta.url), { type: "module" });
    const terminate = worker.terminate.bind(worker);
    alive++;
    worker.terminate = () => {
      alive--;
      terminate();
    };
    return worker;
  };
  const { gamma, passPercent, outsidePoints } = await gammaInWorkers(gammaRequest(), {
    createWorker,
    workers,
  });
  return { gamma: Array.from(gamma.values.data, String), passPercent, outsidePoints, alive };
}

Object.assign(globalThis, { gammaInPage });
