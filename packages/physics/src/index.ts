export { addBlurredDiscFractions, addDiscFractions } from "./disc-superposition.ts";
export {
  annihilationCrossSection,
  bhabhaIntegral,
  bremsstrahlungSpectrum,
  collisionFactor,
  collisionStopping,
  cumulativeBremsstrahlung,
  densityEffect,
  electronsPerGram,
  fillScatteringQuantiles,
  type LeptonCharge,
  mollerIntegral,
  type Oscillators,
  oscillatorsOf,
  radiativeStopping,
  type ScatteringMoments,
  scatteringMoments,
} from "./electrons/index.ts";
export { type MassFractions, relativeElectronDensityOf, type TissueElement } from "./electrons-per-mass.ts";
export { normalDistribution } from "./error-function.ts";
export { assertHuCurve, type DensityVolumes, densityFromHu, type HuCurve, type HuPoint } from "./hu-curve.ts";
export {
  assertMaterial,
  ELECTRON_REST_MEV,
  ELEMENTS,
  type Element,
  type HuMedium,
  kleinNishinaBarn,
  kleinNishinaDifferentialBarn,
  kleinNishinaTransferFraction,
  MATERIALS,
  type MaterialName,
  type MediumOverride,
  materialByName,
  meanExcitationEvOf,
  mediumOfHu,
  PHOTON_ENERGY_RANGE_MEV,
  type PhotonCoefficients,
  type PhotonTable,
  type PointKernels,
  packedKernels,
  photonCoefficients,
  photonTable,
  TISSUE_CLASSES,
  type TissueClass,
} from "./materials/index.ts";
export {
  assertPencilKernel,
  type CircleFieldPoint,
  circleFieldDose,
  kernelWeightsAt,
  type PencilKernel,
  SIGMA_PER_FWHM,
} from "./pencil-kernel.ts";
export { PENCIL_KERNEL_6MV_MOHAN } from "./pencil-kernel-6mv-mohan.ts";
export { PENCIL_KERNEL_CO60 } from "./pencil-kernel-co60.ts";
export {
  CO60_LINES,
  energySpectrumOf,
  MOHAN_6_MV,
  meanPhotonEnergyMeV,
  type PhotonSpectrum,
} from "./photon-spectrum.ts";
export {
  addRectangleFractions,
  type KernelGaussians,
  kernelGaussians,
  stripFraction,
} from "./rectangle-superposition.ts";
export { SCHNEIDER_HU_CURVE, schneiderTissue } from "./schneider-hu-curve.ts";
