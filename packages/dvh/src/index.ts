export * from "./clinical/index.ts";
export { computeDvh, type DvhRequest } from "./compute-dvh.ts";
export { type InterpolatedValue, interpolateDoseGy, interpolateVoxels } from "./dose-interpolation.ts";
export { doseMaximum } from "./dose-maximum.ts";
export {
  type ComplementDvh,
  complementDvh,
  type DifferentialDvh,
  differentialDvh,
  doseGyToVolume,
  volumeCcAtLeast,
} from "./dvh-curve.ts";
export type { DvhRegion } from "./dvh-region.ts";
export { dvhWarnings } from "./dvh-warnings.ts";
export type { EvidenceStatus } from "./evidence-status.ts";
export * from "./gamma/index.ts";
export * from "./indices/index.ts";
export { type IsodoseVolume, isodoseVolumeCc, measureIsodose } from "./isodose-volume.ts";
export {
  evaluateMetric,
  type Metric,
  type MetricOptions,
  metricText,
  metricUnit,
  parseMetric,
} from "./metric.ts";
export { evaluateMetricWithError, type MetricWithError } from "./metric-error.ts";
export { type PlanIndices, planIndices } from "./plan-indices.ts";
export * from "./radiobiology/index.ts";
export { interpolateTricubic } from "./tricubic.ts";
