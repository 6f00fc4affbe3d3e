export { collapsedConeDose } from "./collapsed-cone/collapsed-cone-dose.ts";
export type {
  CollapsedConeOptions,
  CollapsedConeRequest,
  CollapsedConeResult,
} from "./collapsed-cone/collapsed-cone-request.ts";
export { collapsedConeEngine } from "./collapsed-cone-engine.ts";
export { fullGridDose } from "./full-grid-dose.ts";
export { DEFAULT_CUTOFFS, type MonteCarloCutoffs } from "./monte-carlo/cutoffs.ts";
export {
  fieldDoseOfPencil,
  type PencilDose,
  type PencilDosePoint,
  type PencilFieldShape,
} from "./monte-carlo/field-of-pencil.ts";
export {
  type EnergyBalance,
  type MonteCarloDose,
  type MonteCarloQuantity,
  type MonteCarloRequest,
  monteCarloDose,
  type PreparedMonteCarlo,
  prepareMonteCarlo,
  type VarianceReduction,
} from "./monte-carlo/monte-carlo-dose.ts";
export { type BatchResult, runBatch } from "./monte-carlo/run-batch.ts";
export {
  monteCarloPencilInSlabs,
  type Slab,
  type SlabPencil,
  type SlabPencilRequest,
} from "./monte-carlo/slab-pencil.ts";
export { monteCarloEngine } from "./monte-carlo-engine.ts";
export { rayTraceEngine } from "./ray-trace-engine.ts";
