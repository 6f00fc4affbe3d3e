// The module of a Web Worker that dose engines run on: `isodose/dose-worker`.
import { kernelWorkerApi } from "@isodose/dose-parallel/worker";
import { expose } from "comlink";

expose(kernelWorkerApi());
