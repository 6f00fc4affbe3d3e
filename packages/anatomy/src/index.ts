export { coxCtvSectors } from "./cox-sectors.ts";
export type { SpineHardware } from "./hardware.ts";
export {
  castRadiograph,
  type RadiographOptions,
  WATER_ATTENUATION_PER_MM,
} from "./images/cast-radiograph.ts";
export { radiographPng, slicePng } from "./images/grey-png.ts";
export { RADIOGRAPH_VIEWS, type RadiographView } from "./images/radiograph-views.ts";
export { type MrOptions, type MrWeighting, renderMr } from "./images/render-mr.ts";
export { MYELOGRAM_CSF_HU, renderMyelogram } from "./images/render-myelogram.ts";
export {
  MODALITIES,
  type Modality,
  type PhantomImageOptions,
  type PhantomImages,
  renderPhantomImages,
} from "./images/render-phantom-images.ts";
export { LESION_PRESETS, type LesionPreset, lesionOfPreset } from "./lesion-presets.ts";
export {
  BILSKY_GRADES,
  type BilskyGrade,
  LESION_LOCATIONS,
  type LesionLocation,
  type LesionShape,
  type LesionSpec,
} from "./lesion-spec.ts";
export { PHANTOM_LEVELS } from "./levels.ts";
export {
  MORPHOMETRY_SOURCES,
  type MorphometrySource,
  type MorphometrySourceId,
} from "./morphometry-sources.ts";
export { paintVolume } from "./paint-volume.ts";
export type { SpinePhantomOptions } from "./phantom-options.ts";
export type { PhantomPart } from "./phantom-part.ts";
export { transformStructure, transformVolume } from "./registration/apply-transform.ts";
export { type Registration, type RegistrationOptions, registerRigid } from "./registration/register-rigid.ts";
export { type SlabLayer, type SlabPhantomOptions, slabPhantom } from "./slab-phantom.ts";
export type { SpineCurvature } from "./spine-line.ts";
export { type PhantomLesion, type SpinePhantom, spinePhantom } from "./spine-phantom.ts";
export { TISSUES, type Tissue, type TissueId } from "./tissue.ts";
export type { CoxSector } from "./vertebra.ts";
export {
  type DimensionOrigin,
  VERTEBRA_DIMENSION_ORIGINS,
  VERTEBRA_DIMENSIONS,
  type VertebraDimension,
  type VertebraDimensions,
} from "./vertebra-dimensions.ts";
