export * from "@isodose/anatomy";
export * from "@isodose/core";
export * from "@isodose/dicom";
export * from "@isodose/dose";
export * from "@isodose/dose-parallel";
export * from "@isodose/dvh";
export * from "@isodose/geometry";
export * from "@isodose/machines";
export * from "@isodose/optimize";
export * from "@isodose/physics";
export * from "@isodose/report";
export {
  comparePlans,
  type NamedPlanResult,
  type PlanComparison,
  type PlanDifference,
} from "./compare-plans.ts";
export { comparisonReport } from "./comparison-report.ts";
export {
  type DifferenceByTissue,
  differenceByTissue,
  LEAST_DOSE_PERCENT,
  TISSUES_BY_HU,
  type TissueDifference,
} from "./difference-by-tissue.ts";
export { distinctLabels } from "./distinct-labels.ts";
export { doseWebWorkers } from "./dose-web-workers.ts";
export { dvhCsv, dvhJson } from "./dvh-csv.ts";
export { type DvhReport, type DvhReportRequest, dvhReport } from "./dvh-report.ts";
export { dvhTable } from "./dvh-table.ts";
export {
  type AnyEngine,
  automaticBackend,
  type DosePool,
  ENGINES,
  type EngineResources,
  type EngineRow,
  listEngines,
  loadEngine,
  loadPointEngine,
} from "./engine-table.ts";
export { type GammaWorkersOptions, gammaInWorkers } from "./gamma-in-workers.ts";
export { type GammaReport, type GammaReportOptions, gammaReport } from "./gamma-report.ts";
export { phantomFiles } from "./phantom-files.ts";
export { parsePhantomSpec, type SpinePhantomSpec } from "./phantom-spec.ts";
export {
  type DensityOverride,
  type PlanFile,
  type PlanFileInput,
  parsePlan,
  planFileJsonSchema,
} from "./plan-file.ts";
export {
  influenceJson,
  type PlanInfluence,
  type PlanInfluenceOptions,
  planInfluence,
} from "./plan-influence.ts";
export { planReport } from "./plan-report.ts";
export type { PlanResult, PlanSummary } from "./plan-result.ts";
export { type RunPlanOptions, runPlan } from "./run-plan.ts";
export type { NamedMaterials } from "./steps/complete-override.ts";
export { entersThroughCutFace } from "./steps/cut-faces.ts";
export { doseGridFor } from "./steps/dose-grid.ts";
export { type HottestPoint, hottestPoint } from "./steps/hottest-point.ts";
export {
  clearOutside,
  externalStructure,
  type PatientDensity,
  patientDensity,
} from "./steps/patient-density.ts";
export { patientMedium } from "./steps/patient-medium.ts";
export { patientFiles, phantomOfSpec, phantomPatient } from "./steps/phantom-patient.ts";
export { type PlannedDelivery, planDelivery } from "./steps/plan-delivery.ts";
export { assertSamePatient, type NamedPatient } from "./steps/same-patient.ts";
export { type SamplePoints, samplePoints } from "./steps/sample-points.ts";
export { type Scaling, scaleToPrescription } from "./steps/scale-to-prescription.ts";
export {
  type MetricErrors,
  type StructureMetrics,
  structureDvhs,
  structureMetrics,
} from "./steps/structure-dvhs.ts";
export { SUMMARY_METRICS } from "./summarize-plan.ts";
export { textTable } from "./text-table.ts";
