export { assemblePatient } from "./assemble-patient.ts";
export type { WriteOptions } from "./common-modules.ts";
export { formatDecimalString } from "./decimal-string.ts";
export type { FileDvh } from "./dvh-sequence.ts";
export {
  type InspectedDose,
  type InspectedImage,
  type InspectedPlan,
  type InspectedProblem,
  type InspectedRegistration,
  type InspectedStructureSet,
  type Inspection,
  inspectFiles,
} from "./inspect-files.ts";
export type { NamedBytes } from "./named-bytes.ts";
export { type PlanUids, sopInstanceUidsOf } from "./plan-uids.ts";
export { type CtSeries, readCtSeries } from "./read-ct-series.ts";
export { type ImportedDose, readDoseVolume } from "./read-dose-volume.ts";
export { type MrSeries, readMrSeries } from "./read-mr-series.ts";
export { readNifti } from "./read-nifti.ts";
export { type ImportedVolume, readNrrd } from "./read-nrrd.ts";
export { type RtDose, readRtDose } from "./read-rt-dose.ts";
export { type RtPlan, type RtPlanBeam, readRtPlan } from "./read-rt-plan.ts";
export { readSpatialRegistration, type SpatialRegistration } from "./read-spatial-registration.ts";
export { readStructureSet, type StructureSet } from "./read-structure-set.ts";
export { type CtSeriesOptions, writeCtSeries } from "./write-ct-series.ts";
export { type MrSeriesContent, mrSeriesUids, writeMrSeries } from "./write-mr-series.ts";
export { writeNrrd } from "./write-nrrd.ts";
export { writeRadiograph } from "./write-radiograph.ts";
export { type RtDoseContent, writeRtDose } from "./write-rt-dose.ts";
export { type RtPlanContent, writeRtPlan } from "./write-rt-plan.ts";
export {
  type RegisteredImages,
  type SpatialRegistrationContent,
  writeSpatialRegistration,
} from "./write-spatial-registration.ts";
export { writeStructureSet } from "./write-structure-set.ts";
