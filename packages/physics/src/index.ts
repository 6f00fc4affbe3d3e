export { addBlurredDiscFractions, addDiscFractions } from "./disc-superposition.ts";
export { type MassFractions, relativeElectronDensityOf, type TissueElement } from "./electrons-per-mass.ts";
export { assertHuCurve, type DensityVolumes, densityFromHu, type HuCurve, type HuPoint } from "./hu-curve.ts";
export {
  assertPencilKernel,
  type CircleFieldPoint,
  circleFieldDose,
  kernelWeightsAt,
  type PencilKernel,
  SIGMA_PER_FWHM,
} from "./pencil-kernel.ts";
export { PENCIL_KERNEL_6MV_MOHAN } from "./pencil-kernel-6mv-mohan.ts";
export { MOHAN_6_MV, meanPhotonEnergyMeV, type PhotonSpectrum } from "./photon-spectrum.ts";
export { SCHNEIDER_HU_CURVE, schneiderTissue } from "./schneider-hu-curve.ts";
