export { computeRecipe } from "./compute-recipe.ts";
export type { CurveOrRegion } from "./curve-or-region.ts";
export type { DistanceShell } from "./distance-shells.ts";
export {
  type DoseFallOff,
  type DoseFallOffRequest,
  type DoseSpill,
  type DoseSpillRequest,
  doseFallOff,
  doseSpillByShell,
  type SpillLevel,
  type SpillShell,
} from "./dose-spill.ts";
export { type DvhRecipe, VOXEL_COUNT_SETTINGS } from "./dvh-recipe.ts";
export {
  type DvhCause,
  type DvhContribution,
  type DvhExplanation,
  type ExplainedMetric,
  type ExplainOptions,
  explainDvhDifference,
  type ImportedDvh,
} from "./explain-dvh-difference.ts";
export {
  type Icru91Organ,
  type Icru91Report,
  type Icru91Request,
  type Icru91Row,
  icru91Report,
} from "./icru91-report.ts";
export { INDEX_DEFINITIONS, type IndexName } from "./index-definitions.ts";
export type { IndexDefinition, IndexValue } from "./plan-measure.ts";
export { type PlanQuality, type PlanQualityRequest, planQuality } from "./plan-quality.ts";
