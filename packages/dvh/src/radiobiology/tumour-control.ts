import type { DvhCurve } from "@isodose/core";
import { meanOver, partsOfCurve } from "./curve-parts.ts";
import {
  ALPHA_BETA_GY,
  assertSchedule,
  bedOf,
  doseGyFromBed,
  type LqTissue,
  type Schedule,
} from "./linear-quadratic.ts";
import { checkedParameters, type ModelParameter, type ParameterInput } from "./model-parameter.ts";
import {
  type CourseOrEqd2,
  curveWarnings,
  inEqd2,
  type ModelledProbability,
  modelledProbability,
} from "./modelled-probability.ts";

/** Parameters of {@link poissonTcp}. */
export interface PoissonTcpParameters {
  /** α, 1/Gy, > 0. */
  readonly alphaPerGy: ParameterInput;
  /** α/β, Gy, > 0. */
  readonly alphaBetaGy: ParameterInput;
  /** ρ, clonogens per cc, > 0. */
  readonly clonogensPerCc: ParameterInput;
  /** d_T of LQ-L, Gy per fraction; default none. */
  readonly transitionDoseGy?: ParameterInput;
}

/** Unverified defaults: numbers that exercises commonly use, of no tumour in particular. */
export const USUAL_POISSON_TCP = {
  alphaPerGy: { value: 0.3, source: "common exercise value", provenance: "unverified default" },
  alphaBetaGy: ALPHA_BETA_GY.tumour,
  clonogensPerCc: { value: 1e7, source: "common exercise value", provenance: "unverified default" },
} as const satisfies Record<string, ModelParameter>;

/**
 * Tumour control by Poisson statistics: the chance that no clonogen is left, added up over the DVH.
 *
 *   TCP = exp(−ρ ∫ e^{−α BED(D)} dV)
 *
 * `doseGy` of the result is the uniform dose of the same schedule that leaves as many clonogens: BED_eq = −ln(survivors / ρV) / α.
 * @param options.schedule - how the dose of the curve is given
 * @param options.parameters - default {@link USUAL_POISSON_TCP}: labelled "unverified default"
 * @throws InvalidInputError if a parameter is not > 0, the fractions not a whole number ≥ 1, or the curve holds no volume
 * @source Munro & Gilbert 1961, Br J Radiol 34:246; Webb & Nahum 1993, Phys Med Biol 38:653 (over a dose distribution)
 */
export function poissonTcp(
  curve: DvhCurve,
  options: { readonly schedule: Schedule; readonly parameters?: PoissonTcpParameters },
): ModelledProbability & { readonly survivingClonogens: number } {
  const { schedule } = options;
  assertSchedule(schedule);
  const given: PoissonTcpParameters = options.parameters ?? USUAL_POISSON_TCP;
  const { transitionDoseGy, ...others } = given;
  const parameters = {
    ...checkedParameters(others, { alphaPerGy: "1/Gy", alphaBetaGy: "Gy", clonogensPerCc: "per cc" }),
    ...(transitionDoseGy !== undefined &&
      checkedParameters({ transitionDoseGy }, { transitionDoseGy: "Gy per fraction" })),
  };
  const alpha = parameters.alphaPerGy.value;
  const tissue: LqTissue = {
    alphaBetaGy: parameters.alphaBetaGy.value,
    ...(parameters.transitionDoseGy && { transitionDoseGy: parameters.transitionDoseGy.value }),
  };
  const parts = partsOfCurve(curve);
  const transition = tissue.transitionDoseGy ?? Number.POSITIVE_INFINITY;
  const { fractions, protractionFactor: g = 1 } = schedule;
  const bed = (doseGy: number): number => bedOf(doseGy, fractions, g, tissue.alphaBetaGy, transition);
  // Relative to the lowest BED, so that a high dose does not lose its survivors to underflow.
  const lowest = bed(parts[0]!.lowGy);
  let sum = 0;
  for (const { lowGy, highGy, share } of parts) {
    const pieces = Math.max(1, Math.ceil(alpha * (bed(highGy) - bed(lowGy))));
    sum += share * meanOver(lowGy, highGy, pieces, (doseGy) => Math.exp(-alpha * (bed(doseGy) - lowest)));
  }
  const clonogens = parameters.clonogensPerCc.value * curve.volumeCcAtLeast[0]!;
  const survivingClonogens = clonogens * sum * Math.exp(-alpha * lowest);
  return {
    ...modelledProbability({
      probability: Math.exp(-survivingClonogens),
      doseGy: doseGyFromBed(Math.max(0, lowest - Math.log(sum) / alpha), schedule, tissue),
      doseMeaning: "uniform dose that leaves as many clonogens",
      model: "Poisson TCP",
      parameters,
      warnings: curveWarnings(curve),
    }),
    survivingClonogens,
  };
}

/** Parameters of {@link logisticTcp}. */
export interface LogisticTcpParameters {
  /** Uniform EQD2 that controls half of the tumours, Gy, > 0. */
  readonly d50Gy: ParameterInput;
  /** Normalised slope at D50: percent of control per percent of dose, > 0. */
  readonly gamma50: ParameterInput;
  /** α/β of the conversion to EQD2, Gy, > 0. */
  readonly alphaBetaGy: ParameterInput;
}

/**
 * Tumour control by a logistic curve in log dose, the parts of the tumour being independent.
 *
 *   TCP = exp(1/V ∫ ln P(D) dV),   P(D) = 1 / (1 + (D50 / D)^{4 γ50}),   D in EQD2
 *
 * A uniform dose gives P(D); a part without dose gives 0. `doseGy` of the result is the uniform EQD2 with the same TCP.
 * @param options.schedule - how the dose of the curve is given, or "eqd2" for a curve in EQD2
 * @throws InvalidInputError if a parameter is not > 0, the fractions not a whole number ≥ 1, or the curve holds no volume
 * @source Gay & Niemierko 2007, Phys Med 23:115
 */
export function logisticTcp(
  curve: DvhCurve,
  options: { readonly schedule: CourseOrEqd2; readonly parameters: LogisticTcpParameters },
): ModelledProbability {
  const parameters = checkedParameters(options.parameters, { d50Gy: "Gy", gamma50: "", alphaBetaGy: "Gy" });
  const d50 = parameters.d50Gy.value;
  const power = 4 * parameters.gamma50.value;
  const eqd2 = inEqd2(curve, options.schedule, { alphaBetaGy: parameters.alphaBetaGy.value });
  let logarithm = 0;
  for (const { lowGy, highGy, share } of partsOfCurve(eqd2)) {
    const low = lowGy / d50;
    const high = highGy / d50;
    const middle = Math.min(high, Math.max(low, 1));
    const below = high > low ? (middle - low) / (high - low) : low < 1 ? 1 : 0;
    if (below > 0) logarithm += share * below * meanLogBelow(low, middle, power);
    if (below < 1) logarithm += share * (1 - below) * meanLogAbove(middle, high, power);
  }
  const probability = Math.exp(logarithm);
  return modelledProbability({
    probability,
    doseGy: d50 * Math.expm1(-logarithm) ** (-1 / power),
    doseMeaning: "uniform EQD2 with the same TCP",
    model: "logistic TCP",
    parameters,
    warnings: curveWarnings(curve),
  });
}

/** Pieces over which r^k changes by less than e. */
function piecesOf(low: number, high: number, power: number): number {
  return low > 0 ? Math.max(1, Math.ceil(power * Math.log(high / low))) : Math.max(8, Math.ceil(power));
}

/** Mean of ln P = k ln r − ln(1 + r^k) over low..high ≤ 1; the logarithm in closed form. */
function meanLogBelow(low: number, high: number, power: number): number {
  if (high === 0) return Number.NEGATIVE_INFINITY;
  const xLogX = (x: number): number => (x > 0 ? x * Math.log(x) : 0);
  const meanLog = high > low ? (xLogX(high) - xLogX(low)) / (high - low) - 1 : Math.log(low);
  return power * meanLog - meanOver(low, high, piecesOf(low, high, power), (r) => Math.log1p(r ** power));
}

/** Mean of ln P = −ln(1 + r^−k) over 1 ≤ low..high. */
function meanLogAbove(low: number, high: number, power: number): number {
  return -meanOver(low, high, piecesOf(low, high, power), (r) => Math.log1p(r ** -power));
}
