export { doseWorkerThreads } from "./dose-worker-threads.ts";
export { type GammaThreadsOptions, gammaInWorkerThreads } from "./gamma-in-worker-threads.ts";
export { inFile } from "./in-file.ts";
export { readJsonFile, readNamedFile, readNamedFolder, readNamedPath } from "./named-files.ts";
export { type PlanInput, readPlan, readPlanInput } from "./plan-input.ts";
export { readInfluence } from "./read-influence.ts";
export { assertNothingElse, assertWritableFolder, writeFiles } from "./write-files.ts";
export {
  besideInfluence,
  type InfluenceFile,
  type InfluenceFileOptions,
  influenceToFile,
} from "./write-influence.ts";
export { writePlanResult } from "./write-plan-result.ts";
