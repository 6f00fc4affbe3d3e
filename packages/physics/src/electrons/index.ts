export { annihilationCrossSection } from "./annihilation.ts";
export { bremsstrahlungSpectrum, cumulativeBremsstrahlung, radiativeStopping } from "./bremsstrahlung.ts";
export {
  collisionFactor,
  collisionStopping,
  electronsPerGram,
  type LeptonCharge,
} from "./collision-stopping.ts";
export { densityEffect, type Oscillators, oscillatorsOf } from "./density-effect.ts";
export { type ScatteringMoments, scatteringMoments } from "./elastic-scattering.ts";
export { fillScatteringQuantiles } from "./goudsmit-saunderson.ts";
export { bhabhaIntegral, mollerIntegral } from "./moller-bhabha.ts";
