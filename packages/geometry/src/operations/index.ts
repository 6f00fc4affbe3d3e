export { differenceOfRegions, intersectionOfRegions, unionOfRegions } from "./combine-regions.ts";
export { contourRegion } from "./contour-region.ts";
export { expandRegion, type MarginsMm, ringAround, shellOf } from "./expand-region.ts";
export { diceCoefficient, regionCentroidMm, regionVolumeCc } from "./region-measures.ts";
export { signedDistanceMm } from "./signed-distance.ts";
export { type SurfaceDistances, surfaceDistances } from "./surface-distances.ts";
