export {
  BURMAN_CORD,
  cordMyelopathyRisk,
  type LkbParameters,
  lkbNtcp,
  SCHULTHEISS_CORD,
  type SchultheissParameters,
  schultheissNtcp,
} from "./complication.ts";
export {
  CORD_REPAIR_HALF_TIME_HOURS,
  type ContinuousExposure,
  incompleteRepairFactor,
  P32_HALF_LIFE_DAYS,
  plaqueSchedule,
  protractionFactor,
} from "./dose-rate.ts";
export { bedCurve, eqd2Curve } from "./eqd2-curve.ts";
export { bedVolume, eqd2Volume } from "./eqd2-volume.ts";
export { gEudGy } from "./geud.ts";
export {
  ALPHA_BETA_GY,
  bedGy,
  doseGyFromBed,
  eqd2Gy,
  isoeffectiveDoseGy,
  type LqTissue,
  type Schedule,
  usualTransitionDoseGy,
} from "./linear-quadratic.ts";
export type { ModelParameter, ParameterInput, ParameterProvenance } from "./model-parameter.ts";
export type { CourseOrEqd2, ModelledProbability } from "./modelled-probability.ts";
export {
  HYTEC_REIRRADIATION_LIMITS,
  type ReirradiationCheck,
  type ReirradiationLimit,
  reirradiationCheck,
  type ThecalCourse,
} from "./reirradiation-check.ts";
export {
  CORD_RECOVERY_ONSET_MONTHS,
  type CourseContribution,
  type DoseCourse,
  type Eqd2Sum,
  type Eqd2SumRequest,
  MONKEY_CORD_RECOVERY_2_YEARS,
  sumEqd2,
} from "./sum-eqd2.ts";
export {
  type LogisticTcpParameters,
  logisticTcp,
  type PoissonTcpParameters,
  poissonTcp,
  USUAL_POISSON_TCP,
} from "./tumour-control.ts";
