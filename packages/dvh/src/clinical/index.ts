export {
  type ConstraintCheck,
  type ConstraintCheckRequest,
  type ConstraintRow,
  type ConstraintVerdict,
  checkConstraints,
} from "./check-constraints.ts";
export {
  CLINICAL_NOTICE,
  type ReferencedText,
} from "./clinical-notice.ts";
export type { ConstraintSetName, DoseConstraint } from "./constraint.ts";
export { CONSTRAINT_SETS } from "./constraint-sets.ts";
export {
  describeEscc,
  ESCC_GRADES,
  type EsccDescription,
  type EsccFindings,
  type EsccGrade,
  esccGrade,
} from "./escc.ts";
export {
  type FractureRisk,
  type FractureRiskFactor,
  type FractureRiskInput,
  fractureRiskFactors,
} from "./fracture-risk.ts";
export { classifyHistology, type HistologyClass, type HistologyGroup } from "./histology.ts";
export type { ClinicalLesion, Radiosensitivity } from "./lesion.ts";
export { type NomsInput, type NomsPart, type NomsSummary, nomsSummary } from "./noms.ts";
export { ORGAN_ALIASES, type OrganName, organOfStructure } from "./organs.ts";
export {
  classOfSins,
  type SinsClass,
  type SinsComponents,
  type SinsScore,
  sinsLocation,
  sinsScore,
} from "./sins.ts";
export { CLINICAL_SOURCES } from "./sources.ts";
export {
  type EarlierRadiation,
  type PrescriptionOptions,
  type PrescriptionSuggestion,
  type PrescriptionSuggestions,
  suggestPrescriptions,
} from "./suggest-prescriptions.ts";
export { type SurvivalClass, type SurvivalClassInput, survivalClasses } from "./survival-class.ts";
export { type WhoGrade, whoGrade } from "./who-grade.ts";
