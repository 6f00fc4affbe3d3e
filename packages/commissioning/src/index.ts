export { type CurveComparison, type CurveTolerance, circleTolerance, compareCurve } from "./compare-curve.ts";
export {
  DEFAULT_DEPTH_NODES_MM,
  DEFAULT_RATES_PER_MM,
  fitPencilKernel,
  type PencilKernelFitOptions,
} from "./fit-pencil-kernel.ts";
export * from "./reference/index.ts";
export {
  parseReferenceCase,
  type ReferenceCase,
  type ReferenceCurve,
  type ReferenceSample,
} from "./reference-case.ts";
export { computeReferenceCase } from "./reference-case-dose.ts";
export { type CaseValidation, type CircleValidationOptions, validateCircle } from "./validate-circles.ts";
