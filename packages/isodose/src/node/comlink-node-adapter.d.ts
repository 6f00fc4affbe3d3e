// The package gives this module no types.
declare module "comlink/dist/esm/node-adapter.mjs" {
  import type { MessagePort, Worker } from "node:worker_threads";
  import type { Endpoint } from "comlink";

  /** The side of a worker thread, or of its port, that comlink can talk through. */
  export default function nodeEndpoint(worker: Worker | MessagePort): Endpoint;
}
