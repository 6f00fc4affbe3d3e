export { type BeamAxes, beamAxesOf, type GridInBeam, gridInBeam } from "./beam-axes.ts";
export { collapsedConeDose } from "./collapsed-cone/collapsed-cone-dose.ts";
export type {
  CollapsedConeOptions,
  CollapsedConeRequest,
  CollapsedConeResult,
} from "./collapsed-cone/collapsed-cone-request.ts";
export { collapsedConeEngine } from "./collapsed-cone-engine.ts";
export type { ConeTable } from "./cone-table.ts";
export { type FluencePlane, fieldFluence } from "./field-fluence.ts";
export { fullGridDose } from "./full-grid-dose.ts";
export { type BeamletOptions, beamletsOfBeam } from "./influence/beamlets-of-beam.ts";
export {
  type InfluenceColumn,
  type InfluenceReport,
  type InfluenceRequest,
  influenceMatrix,
} from "./influence/compute-influence.ts";
export { doseOfWeights, type InfluenceMatrix, transposedProduct } from "./influence/influence-matrix.ts";
export { type InfluenceMemory, type InfluenceSink, influenceInMemory } from "./influence/influence-sink.ts";
export { DEFAULT_CUTOFFS, type MonteCarloCutoffs, PENCIL_CUTOFFS } from "./monte-carlo/cutoffs.ts";
export {
  type EnergyDepositionKernel,
  type EnergyDepositionKernelRequest,
  energyDepositionKernel,
} from "./monte-carlo/energy-deposition-kernel.ts";
export {
  monteCarloFieldInSlabs,
  type SlabField,
  type SlabFieldRequest,
} from "./monte-carlo/field-in-slabs.ts";
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
} from "./monte-carlo/monte-carlo-dose.ts";
export { type BatchResult, runBatch } from "./monte-carlo/run-batch.ts";
export {
  monteCarloPencilInSlabs,
  type Slab,
  type SlabPencil,
  type SlabPencilRequest,
} from "./monte-carlo/slab-pencil.ts";
export type { VarianceReduction } from "./monte-carlo/variance-reduction.ts";
export { monteCarloEngine } from "./monte-carlo-engine.ts";
export { type BeamFields, photonFieldsOfBeam } from "./photon-field-of-beam.ts";
export { assertTablesReach } from "./prepared-beam.ts";
export { rayTraceEngine } from "./ray-trace-engine.ts";
