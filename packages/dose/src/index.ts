export { fullGridDose } from "./full-grid-dose.ts";
export { rayTraceEngine } from "./ray-trace-engine.ts";
