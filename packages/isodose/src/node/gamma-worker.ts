// The module of a worker thread that gammaInWorkerThreads starts.
import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { gammaWorkerApi } from "../gamma-worker-api.ts";

if (parentPort !== null) expose(gammaWorkerApi(), nodeEndpoint(parentPort));
