export type { ComparedDifference, ComparedPlan, ComparisonInput } from "./comparison-input.ts";
export { ISODOSE_LEVELS, type IsodoseLevel, planLetter } from "./palette.ts";
export { renderComparison } from "./render-comparison.ts";
export { type DifferenceOptions, renderDifference } from "./render-difference.ts";
export {
  type DvhOverlayOptions,
  type DvhOverlayPlan,
  MOST_COMPARED_PLANS,
  renderDvhOverlay,
} from "./render-dvh-overlay.ts";
export { type DvhPlotOptions, renderDvhPlot } from "./render-dvh-plot.ts";
export { renderReport } from "./render-report.ts";
export { renderSlice, type SliceOptions } from "./render-slice.ts";
export type { ReportFact, ReportInput, ReportLimit, ReportSummary } from "./report-input.ts";
export { type SharedWarning, sharedWarnings } from "./shared-warnings.ts";
export type { BoxMm, SliceAxis } from "./slice-geometry.ts";
