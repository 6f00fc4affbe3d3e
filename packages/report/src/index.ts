export { ISODOSE_LEVELS, type IsodoseLevel } from "./palette.ts";
export { type DvhPlotOptions, renderDvhPlot } from "./render-dvh-plot.ts";
export { renderReport } from "./render-report.ts";
export { renderSlice, type SliceOptions } from "./render-slice.ts";
export type { ReportFact, ReportInput, ReportLimit, ReportSummary } from "./report-input.ts";
export type { BoxMm, SliceAxis } from "./slice-geometry.ts";
