export type { MeasuredCurve } from "./beam-curves.ts";
export {
  type CommissionedCurve,
  type CommissionOptions,
  type CommissionResult,
  commission,
} from "./commission.ts";
export { drawCommissionedCurves, drawSpectrumAndFactors } from "./commission-pictures.ts";
export { commissionReport } from "./commission-report.ts";
export {
  COMMISSION_FORMAT,
  type CommissionSpec,
  FITTED_QUANTITIES,
  type FittedQuantity,
  MEASURED_KINDS,
  type MeasuredCurveSpec,
  type MeasuredKind,
  parseCommissionSpec,
} from "./commission-spec.ts";
export type { BeamFit, FittedParameter } from "./fit-beam.ts";
export { type MeasuredTable, readMeasuredCsv } from "./read-measured-csv.ts";
