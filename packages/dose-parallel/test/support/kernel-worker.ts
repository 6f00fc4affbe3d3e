// A worker thread of the tests: the Api as it is, or with a fault at its n-th call of kernels.
import { parentPort, workerData } from "node:worker_threads";
import { kernelWorkerApi } from "@isodose/dose-parallel/worker";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

/** What goes wrong, and at which call. */
export interface Fault {
  readonly kind: "throw" | "exit" | "memory" | "terminate";
  readonly atCall: number;
  /** One number, counted up when the fault happened. */
  readonly happened: SharedArrayBuffer;
}

const fault = workerData as Fault | undefined;
const api = kernelWorkerApi();
let calls = 0;
const call: typeof api.call = (list) => {
  if (fault && ++calls === fault.atCall) {
    // Half of the work is done, and spoilt, when the worker dies.
    api.call(list.slice(0, Math.ceil(list.length / 2)));
    Atomics.add(new Int32Array(fault.happened), 0, 1);
    if (fault.kind === "throw") throw new Error("a fault of the test");
    if (fault.kind === "exit") process.exit(3);
    if (fault.kind === "memory") hoard();
    parentPort!.postMessage("terminate me");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  api.call(list);
};
expose({ ...api, call }, nodeEndpoint(parentPort!));

function hoard(): never {
  const hoarded: number[][] = [];
  for (;;) hoarded.push(new Array(1e5).fill(1.5));
}
