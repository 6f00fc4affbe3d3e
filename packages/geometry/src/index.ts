export {
  anglesFromSourceDirection,
  type BeamAngles,
  type BeamFrame,
  beamFrame,
  beamToPatient,
  patientToBeam,
} from "./beam-frame.ts";
export { type BoxCrossing, boxEntryExit } from "./box-entry.ts";
export {
  type ContourOptions,
  type ContourPlane,
  planesOfStructure,
  type StructurePlanes,
} from "./contour-planes.ts";
export { contourSolid } from "./contour-solid.ts";
export { evenOddArea } from "./even-odd.ts";
export { rasterizeOccupancy } from "./occupancy.ts";
export { iecFixedToPatient, patientToIecFixed } from "./patient-position.ts";
export {
  radiologicalPathMm,
  traceRadiologicalDepth,
  traceRadiologicalDepthKernel,
} from "./radiological-depth.ts";
export { type Bounds, differenceOf, intersectionOf, type Solid, unionOf } from "./solid.ts";
export { box, ellipsoid, ellipticCylinder, sphere } from "./solid-shapes.ts";
export { solidVolumeCc } from "./solid-volume.ts";
export { structureVolumeCc } from "./structure-volume.ts";
export { rayToVoxelBoxes, type VoxelRay } from "./voxel-ray.ts";
