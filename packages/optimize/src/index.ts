export { DEFAULT_IMPORTANCE, POINT_ROLES, type PointGoal, type PointRole } from "./goals.ts";
export { type OptimizedWeights, type OptimizeWeightsOptions, optimizeWeights } from "./optimize-weights.ts";
export { type SelectBeamsOptions, selectBeams } from "./select-beams.ts";
export { type WeightStatistics, weightStatistics } from "./weight-statistics.ts";
