export { assertMaterial } from "./assert-material.ts";
export { ELEMENTS, type Element } from "./elements.ts";
export {
  ELECTRON_REST_MEV,
  kleinNishinaBarn,
  kleinNishinaDifferentialBarn,
  kleinNishinaTransferFraction,
} from "./klein-nishina.ts";
export { MATERIALS, type MaterialName, materialByName } from "./materials.ts";
export { meanExcitationEvOf } from "./mean-excitation.ts";
export { type HuMedium, type MediumOverride, mediumOfHu } from "./medium-of-hu.ts";
export { type PointKernels, packedKernels } from "./packed-kernels.ts";
export {
  PHOTON_ENERGY_RANGE_MEV,
  type PhotonCoefficients,
  type PhotonTable,
  photonCoefficients,
  photonTable,
} from "./photon-coefficients.ts";
export { TISSUE_CLASSES, type TissueClass } from "./tissue-classes.ts";
