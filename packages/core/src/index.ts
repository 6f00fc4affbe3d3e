export { assertPhotonField } from "./assert-photon-field.ts";
export {
  type Aperture,
  apertureRadiusMm,
  type Beam,
  type CircleAperture,
  type Delivery,
  type RectangleAperture,
} from "./beam.ts";
export type {
  BeamData,
  BeamOptics,
  ConeBeamData,
  HeadScatter,
  PhotonBeamModel,
  Provenance,
  RectangleBeamData,
} from "./beam-data.ts";
export {
  BACKEND_IDS,
  type BackendId,
  type ColumnDoseRequest,
  type DoseColumn,
  type DoseEngine,
  type DoseScene,
  type DoseStatistics,
  ENGINE_IDS,
  type EngineId,
  type GridDoseRequest,
  type PointDoseRequest,
  type TransportDoseRequest,
  type TransportEngine,
} from "./dose-engine.ts";
export type { DvhCurve, DvhErrors } from "./dvh-curve.ts";
export {
  CancelledError,
  DicomFormatError,
  EngineError,
  InputFileError,
  InvalidInputError,
  isLibraryError,
  OutputError,
  UnsupportedError,
} from "./errors.ts";
export {
  type FieldExtent,
  fieldAreaMm2,
  fieldExtent,
  fieldWidthMm,
  leakageShape,
} from "./field-shape.ts";
export { assertFluenceProfile, type FluenceProfile, fluenceAt } from "./fluence-profile.ts";
export {
  AXIAL_DIRECTION,
  assertGrid,
  type Direction,
  type Grid,
  isSameGrid,
  patientToVoxel,
  voxelCount,
  voxelToPatient,
  voxelVolumeMm3,
} from "./grid.ts";
export { interpolateLinear, intervalIndex } from "./interpolation.ts";
export { nearestName } from "./nearest-name.ts";
export { solveNonNegativeLeastSquares } from "./non-negative-least-squares.ts";
export { addToNormalEquations, type NormalEquations, normalEquations } from "./normal-equations.ts";
export { NOT_FOR_CLINICAL_USE, type Warning } from "./notice.ts";
export {
  PATIENT_POSITIONS,
  type Patient,
  type PatientIdentity,
  type PatientPosition,
  type PatientReferences,
} from "./patient.ts";
export { philox4x32, uniformStream } from "./philox.ts";
export type {
  CircleShape,
  EnergySpectrum,
  FieldLeakage,
  FieldShape,
  JawLeakage,
  Material,
  Medium,
  PhotonField,
  PolygonsShape,
  RectangleShape,
} from "./photon-field.ts";
export type { DoseLimit, Plan, Prescription } from "./plan.ts";
export type { Radiograph, RadiographGeometry } from "./radiograph.ts";
export { type Progress, type RunControl, throwIfCancelled, yieldToEventLoop } from "./run-control.ts";
export type { Contour, ContourType, Structure, StructureType } from "./structure.ts";
export { uidFromText } from "./uid.ts";
export type { BeamPoint, PatientPoint, Vec3, VoxelPoint } from "./vec3.ts";
export { createVolume, VOLUME_UNITS, type Volume, type VolumeUnit } from "./volume.ts";
