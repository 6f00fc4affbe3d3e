// The module of a Web Worker that gammaInWorkers talks to: `isodose/gamma-worker`.
import { expose } from "comlink";
import { gammaWorkerApi } from "./gamma-worker-api.ts";

expose(gammaWorkerApi());
