export { computeDvh, type DvhRequest } from "./compute-dvh.ts";
export { type InterpolatedValue, interpolateDoseGy, interpolateVoxels } from "./dose-interpolation.ts";
export { doseMaximum } from "./dose-maximum.ts";
export { type DifferentialDvh, differentialDvh, doseGyToVolume, volumeCcAtLeast } from "./dvh-curve.ts";
export { type IsodoseVolume, isodoseVolumeCc, measureIsodose } from "./isodose-volume.ts";
export { evaluateMetric, type Metric, metricText, metricUnit, parseMetric } from "./metric.ts";
export { type PlanIndices, planIndices } from "./plan-indices.ts";
