export { differenceOfRegions, intersectionOfRegions, unionOfRegions } from "./combine-regions.ts";
export { contourRegion } from "./contour-region.ts";
export { type ExpandedRegion, expandRegion, type MarginWarning } from "./expand-region.ts";
export { type ExpandStructureOptions, expandStructure } from "./expand-structure.ts";
export type { MarginsMm } from "./margins-along-grid.ts";
export { diceCoefficient, regionCentroidMm, regionVolumeCc } from "./region-measures.ts";
export { ringAround, shellOf } from "./ring-around.ts";
export { signedDistanceMm } from "./signed-distance.ts";
export { type SurfaceDistances, surfaceDistances } from "./surface-distances.ts";
