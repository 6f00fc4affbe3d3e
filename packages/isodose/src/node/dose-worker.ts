// The module of a worker thread that doseWorkerThreads starts.
import { parentPort } from "node:worker_threads";
import { kernelWorkerApi } from "@isodose/dose-parallel/worker";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

if (parentPort !== null) expose(kernelWorkerApi(), nodeEndpoint(parentPort));
