import { type DvhCurve, InvalidInputError, type Warning } from "@isodose/core";
import { gEudGy } from "./geud.ts";
import { ALPHA_BETA_GY, eqd2Gy, type Schedule } from "./linear-quadratic.ts";
import {
  assertNotNegative,
  checkedParameters,
  type ModelParameter,
  type ParameterInput,
} from "./model-parameter.ts";
import {
  type CourseOrEqd2,
  curveWarnings,
  inEqd2,
  type ModelledProbability,
  modelledProbability,
} from "./modelled-probability.ts";
import { normalDistribution } from "./normal-distribution.ts";

/** Parameters of {@link lkbNtcp}. */
export interface LkbParameters {
  /** Uniform EQD2 to the whole organ with 50 % complications, Gy, > 0. */
  readonly td50Gy: ParameterInput;
  /** Volume exponent n, > 0: small for serial organs. */
  readonly n: ParameterInput;
  /** Slope m, > 0. */
  readonly m: ParameterInput;
  /** α/β of the conversion to EQD2, Gy, > 0. */
  readonly alphaBetaGy: ParameterInput;
}

const BURMAN = "Burman et al. 1991, Int J Radiat Oncol Biol Phys 21:123, from memory";

/**
 * Myelopathy after Burman 1991: unverified defaults. They give 7.8 % at 50 Gy, where cohorts show 0.2 %
 * (`SCHULTHEISS_CORD`): for comparison only.
 */
export const BURMAN_CORD = {
  td50Gy: { value: 66.5, source: BURMAN, provenance: "unverified default" },
  n: { value: 0.05, source: BURMAN, provenance: "unverified default" },
  m: { value: 0.175, source: BURMAN, provenance: "unverified default" },
  alphaBetaGy: ALPHA_BETA_GY.cord,
} as const satisfies Record<keyof LkbParameters, ModelParameter>;

/**
 * Complication probability after Lyman, Kutcher and Burman.
 *
 *   NTCP = Φ(t),   t = (gEUD − TD50) / (m TD50),   gEUD with a = 1/n over the curve in EQD2
 *
 * @param options.schedule - how the dose of the curve is given, or "eqd2" for a curve in EQD2
 * @throws InvalidInputError if a parameter is missing or not > 0, the fractions not a whole number ≥ 1, or the curve holds no
 *   volume
 * @source Lyman 1985, Radiat Res 104:S13; Kutcher & Burman 1989, Int J Radiat Oncol Biol Phys 16:1623
 */
export function lkbNtcp(
  curve: DvhCurve,
  options: { readonly schedule: CourseOrEqd2; readonly parameters: LkbParameters },
): ModelledProbability {
  const parameters = checkedParameters<keyof LkbParameters>(options.parameters, {
    td50Gy: "Gy",
    n: "",
    m: "",
    alphaBetaGy: "Gy",
  });
  const { td50Gy, n, m } = parameters;
  const eqd2 = inEqd2(curve, options.schedule, { alphaBetaGy: parameters.alphaBetaGy.value });
  const doseGy = gEudGy(eqd2, 1 / n.value);
  return modelledProbability({
    probability: normalDistribution((doseGy - td50Gy.value) / (m.value * td50Gy.value)),
    doseGy,
    doseMeaning: "gEUD of the EQD2, a = 1/n",
    model: "Lyman–Kutcher–Burman NTCP",
    parameters,
    warnings: curveWarnings(curve),
  });
}

/** Parameters of {@link schultheissNtcp}. */
export interface SchultheissParameters {
  /** EQD2 with 50 % complications, Gy, > 0. */
  readonly td50Gy: ParameterInput;
  /** Steepness k, > 0. */
  readonly k: ParameterInput;
  /** α/β of the conversion to EQD2, Gy, > 0. */
  readonly alphaBetaGy: ParameterInput;
}

const SCHULTHEISS = "Schultheiss 2008, Int J Radiat Oncol Biol Phys 71:1455, abstract";

/**
 * Myelopathy of the human cervical cord, fitted to conventionally fractionated cohorts, one fraction a day. k follows from
 * the 5 % dose, 59.3 Gy: k = ln 19 / ln(69.4 / 59.3) = 18.7.
 */
export const SCHULTHEISS_CORD = {
  td50Gy: { value: 69.4, source: SCHULTHEISS, provenance: "read" },
  k: {
    value: Math.log(19) / Math.log(69.4 / 59.3),
    source: `ln 19 / ln(69.4 / 59.3), doses of ${SCHULTHEISS}`,
    provenance: "computed",
  },
  alphaBetaGy: ALPHA_BETA_GY.cordSchultheiss,
} as const satisfies Record<keyof SchultheissParameters, ModelParameter>;

/**
 * From this dose per fraction on a warning says that the fit is stretched: the library's choice, not a published bound. The
 * cohorts of the fit were treated with small daily fractions.
 */
const STRETCHED_FRACTION_GY = 4;

/**
 * Complication probability after Schultheiss: logistic in log dose, without a volume effect.
 *
 *   P = 1 / (1 + (TD50 / D)^k),   D in EQD2
 *
 * @param doseGy - total dose, Gy, ≥ 0: of the whole cross section, or its maximum
 * @param options.schedule - how it is given, or "eqd2" for a dose in EQD2
 * @param options.parameters - default {@link SCHULTHEISS_CORD}
 * @throws InvalidInputError if the dose is negative, a parameter not > 0, or the fractions not a whole number ≥ 1
 * @source Schultheiss 2008, Int J Radiat Oncol Biol Phys 71:1455
 * @example
 * schultheissNtcp(50, { schedule: { fractions: 25 } }).probability; // 0.0022
 */
export function schultheissNtcp(
  doseGy: number,
  options: { readonly schedule: CourseOrEqd2; readonly parameters?: SchultheissParameters },
): ModelledProbability {
  const parameters = checkedParameters<keyof SchultheissParameters>(options.parameters ?? SCHULTHEISS_CORD, {
    td50Gy: "Gy",
    k: "",
    alphaBetaGy: "Gy",
  });
  const { schedule } = options;
  const tissue = { alphaBetaGy: parameters.alphaBetaGy.value };
  assertNotNegative("doseGy", doseGy, "Gy");
  const eqd2 = schedule === "eqd2" ? doseGy : eqd2Gy(doseGy, schedule, tissue);
  return modelledProbability({
    probability: 1 / (1 + (parameters.td50Gy.value / eqd2) ** parameters.k.value),
    doseGy: eqd2,
    doseMeaning: "EQD2",
    model: "Schultheiss NTCP",
    parameters,
    warnings: schedule === "eqd2" ? [] : fractionWarnings(doseGy, schedule),
  });
}

function fractionWarnings(doseGy: number, { fractions }: Schedule): Warning[] {
  const perFraction = doseGy / fractions;
  if (perFraction < STRETCHED_FRACTION_GY) return [];
  return [
    {
      code: "FIT_STRETCHED",
      message: `${perFraction.toPrecision(3)} Gy a fraction: the model was fitted to small daily fractions; on radiosurgery such models predicted far more complications than were seen (Daly et al. 2012)`,
    },
  ];
}

/**
 * Risk of myelopathy from the DVH of the spinal cord (or thecal sac). The default is Schultheiss's fit at the maximum dose:
 * Burman's LKB parameters give 7.8 % at 50 Gy in 25 fractions against its 0.2 %.
 * @param options.schedule - how the dose of the curve is given, or "eqd2" for a curve in EQD2 with the α/β of the model
 * @param options.model - "schultheiss" (default) or "lkb-burman"
 * @throws InvalidInputError if the model is unknown, the fractions not a whole number ≥ 1, or the curve holds no volume
 * @example
 * cordMyelopathyRisk(cordCurve, { schedule: { fractions: 3 } });
 */
export function cordMyelopathyRisk(
  curve: DvhCurve,
  options: { readonly schedule: CourseOrEqd2; readonly model?: "schultheiss" | "lkb-burman" },
): ModelledProbability {
  const { schedule, model = "schultheiss" } = options;
  if (model === "lkb-burman") return lkbNtcp(curve, { schedule, parameters: BURMAN_CORD });
  if (model !== "schultheiss") throw new InvalidInputError("model", model, '"schultheiss" or "lkb-burman"');
  if (!(curve.volumeCcAtLeast[0]! > 0) || Number.isNaN(curve.maxGy))
    throw new InvalidInputError(
      `${curve.structure} DVH`,
      curve.volumeCcAtLeast[0] ?? 0,
      "a volume > 0 cc inside the dose grid",
    );
  const risk = schultheissNtcp(curve.maxGy, { schedule });
  return {
    ...risk,
    doseMeaning: "EQD2 of the maximum dose",
    warnings: [...curveWarnings(curve), ...risk.warnings],
  };
}
