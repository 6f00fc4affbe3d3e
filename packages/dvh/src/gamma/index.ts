export { type ChiResult, chiIndex } from "./chi-index.ts";
export { type AgreementRequest, type AgreementResult, distanceToAgreement } from "./distance-to-agreement.ts";
export { doseDifference } from "./dose-difference.ts";
export { gammaIndex, prepareGamma } from "./gamma-index.ts";
export { type GammaCriteria, type GammaRequest, gammaCriteria } from "./gamma-request.ts";
export { type GammaResult, type IndexHistogram, mergeGamma } from "./gamma-result.ts";
export { type ExpectedGamma, type GammaTestVector, gammaTestVectors } from "./gamma-test-vectors.ts";
