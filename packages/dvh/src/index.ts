export { computeDvh, type DvhRequest } from "./compute-dvh.ts";
export { interpolateDoseGy } from "./dose-interpolation.ts";
export { type DifferentialDvh, differentialDvh, doseGyToVolume, volumeCcAtLeast } from "./dvh-curve.ts";
export { type IsodoseVolume, isodoseVolumeCc, measureIsodose } from "./isodose-volume.ts";
export { evaluateMetric, type Metric, metricText, metricUnit, parseMetric } from "./metric.ts";
export { type PlanIndices, planIndices } from "./plan-indices.ts";
