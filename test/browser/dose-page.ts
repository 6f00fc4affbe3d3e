// Runs in Chromium: the backends of the ray-trace engine.
import { automaticBackend, type DoseEngine, doseWebWorkers, loadEngine } from "isodose";
import { doseRequest } from "./dose-request.ts";

async function doseInPage(workers: number) {
  // Before anything is awaited: ndarray makes a function from text, once, which the strict pages forbid and the debugger allows.
  const request = doseRequest();
  let started = 0;
  let alive = 0;
  const createWorker = () => {
    const worker = new Worker(new URL("./dose-worker.ts", import.meta.url), { type: "module" });
    const terminate = worker.terminate.bind(worker);
    started++;
    alive++;
    worker.terminate = () => {
      alive--;
      terminate();
    };
    return worker;
  };
  const pool = doseWebWorkers(createWorker, workers);
  const automatic = await automaticBackend("ray-trace", { pool });
  const { engine, warnings } = await loadEngine("ray-trace", "auto", { pool });
  const { values } = await (engine as DoseEngine).doseOnGrid(request);
  const points = await (engine as DoseEngine).doseAtPoints({
    ...request,
    pointsMm: Float64Array.of(0, 0, 0, 5, -7, 9, 20, 20, 20),
  });
  await pool.close();
  return {
    isolated: globalThis.crossOriginIsolated,
    automatic,
    dose: Array.from(values.data),
    points: Array.from(points),
    warnings: warnings.map(({ code }) => code),
    started,
    alive,
  };
}

Object.assign(globalThis, { doseInPage });
