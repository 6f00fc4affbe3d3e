export { type GammaThreadsOptions, gammaInWorkerThreads } from "./gamma-in-worker-threads.ts";
export { inFile } from "./in-file.ts";
export { readJsonFile, readNamedFile, readNamedFolder, readNamedPath } from "./named-files.ts";
export { type PlanInput, readPlan, readPlanInput } from "./plan-input.ts";
export { assertNothingElse, assertWritableFolder, writeFiles } from "./write-files.ts";
export { writePlanResult } from "./write-plan-result.ts";
