export type { FileReader } from "./binary-file.ts";
export { type DrawnEngine, drawReference } from "./draw-reference.ts";
export { REFERENCE_ENGINES } from "./engine-table.ts";
export { type CutoffChange, type CutoffProofOptions, proveCutoffs } from "./monte-carlo-cutoff-proof.ts";
export type { ScalarScore } from "./output-factors.ts";
export { isReferenceFile, parseReferenceFile } from "./parse-reference-file.ts";
export { type PhotonScene, photonScene } from "./photon-scene.ts";
export { rayTraceReference } from "./ray-trace-reference.ts";
export type {
  ComputedCurve,
  ComputedReference,
  ComputedVolume,
  ReferenceEngine,
  ReferenceRun,
} from "./reference-engine.ts";
export type {
  FileCurve,
  FileVolume,
  OtherReference,
  PhotonReference,
  ReferenceFile,
  RegionSample,
} from "./reference-file.ts";
export type { CurveScore } from "./score-curve.ts";
export type { VolumeScore } from "./score-volume.ts";
export { type BuiltMedium, type SlabMediumOptions, slabMedium, voxelMedium } from "./slab-medium.ts";
export { ENGINE_TOLERANCES, type EngineTolerance, type PointTolerance } from "./tolerances.ts";
export {
  type CaseReport,
  type EngineReport,
  type ReferenceReport,
  type ReferenceValidationOptions,
  type SkippedCase,
  validateReferences,
} from "./validate-references.ts";
