export {
  anglesFromSourceDirection,
  type BeamAngles,
  type BeamFrame,
  beamFrame,
  beamToPatient,
  patientToBeam,
} from "./beam-frame.ts";
export { type BoxCrossing, boxEntryExit } from "./box-entry.ts";
export { checkStructure } from "./check-structure.ts";
export type { StackEnds } from "./close-stack.ts";
export { planesOfStructure, type StructurePlanes } from "./contour-planes.ts";
export type { ContourOptions, ContourPlane, EndSlices } from "./contour-slabs.ts";
export { contourSolid } from "./contour-solid.ts";
export { evenOddArea, evenOddTrapezoids } from "./even-odd.ts";
export { type Mesh, meshVolumeCc } from "./mesh/mesh.ts";
export { meshOfSolid } from "./mesh/mesh-of-solid.ts";
export { meshOfVolume } from "./mesh/mesh-of-volume.ts";
export { type GltfMesh, writeGltf } from "./mesh/write-gltf.ts";
export { writeStl } from "./mesh/write-stl.ts";
export {
  type OccupancyOptions,
  rasterizeOccupancy,
  type StructureOccupancy,
  structureOccupancy,
} from "./occupancy.ts";
export {
  contourRegion,
  diceCoefficient,
  differenceOfRegions,
  type ExpandedRegion,
  type ExpandStructureOptions,
  expandRegion,
  expandStructure,
  intersectionOfRegions,
  type MarginsMm,
  type MarginWarning,
  regionCentroidMm,
  regionVolumeCc,
  ringAround,
  type SurfaceDistances,
  shellOf,
  signedDistanceMm,
  surfaceDistances,
  unionOfRegions,
} from "./operations/index.ts";
export { iecFixedToPatient, patientToIecFixed } from "./patient-position.ts";
export { type CoverageWindow, coverageWindow } from "./polygon-coverage.ts";
export {
  radiologicalPathMm,
  traceRadiologicalDepth,
  traceRadiologicalDepthKernel,
} from "./radiological-depth.ts";
export {
  type DepthMapLattice,
  depthMapLattice,
  type RadiologicalDepthMap,
  type RadiologicalDepthMapOptions,
  type RayFan,
  radiologicalDepthMap,
} from "./radiological-depth-map.ts";
export {
  assertRigidTransform,
  composeTransforms,
  IDENTITY_TRANSFORM,
  invertTransform,
  type RigidTransform,
  rigidTransform,
  type TransformDifference,
  transformDifference,
  transformDirection,
  transformPoint,
} from "./rigid-transform.ts";
export { type Bounds, differenceOf, intersectionOf, type Solid, unionOf } from "./solid.ts";
export { type SolidOccupancy, type SolidOccupancyOptions, solidOccupancy } from "./solid-occupancy.ts";
export { capsule, cone, torus } from "./solid-of-revolution.ts";
export { box, ellipsoid, ellipticCylinder, sphere } from "./solid-shapes.ts";
export { type RigidMotion, transformSolid } from "./solid-transform.ts";
export { type SolidVolume, solidVolume, solidVolumeCc } from "./solid-volume.ts";
export { structureVolumeCc } from "./structure-volume.ts";
export { rayToVoxelBoxes, type VoxelRay } from "./voxel-ray.ts";
