import { InvalidInputError } from "@isodose/core";
import { assertNotNegative, assertPositive, type ModelParameter } from "./model-parameter.ts";

/** How a total dose is split in time: equal fractions. */
export interface Schedule {
  /** n, a whole number ≥ 1. */
  readonly fractions: number;
  /**
   * G, 0 to n: scales the quadratic term. 1 (the default) for short fractions with full repair between them; below 1 for
   * one that takes long (`protractionFactor`), above 1 for fractions that follow too soon (`incompleteRepairFactor`).
   */
  readonly protractionFactor?: number;
}

/** What the linear–quadratic model needs to know of a tissue. */
export interface LqTissue {
  /** α/β, Gy, > 0. */
  readonly alphaBetaGy: number;
  /** d_T, Gy per fraction, > 0: beyond it the LQ-L model goes on along the tangent. Default: none, plain LQ. */
  readonly transitionDoseGy?: number;
}

/** Dose per fraction of the reference schedule of EQD2, Gy. */
const REFERENCE_FRACTION_GY = 2;

/** α/β of some tissues, Gy. */
export const ALPHA_BETA_GY = {
  /** Spinal cord, as HyTEC states its limits. */
  cord: {
    value: 2,
    source: "Sahgal et al. 2021, HyTEC spinal cord, Int J Radiat Oncol Biol Phys 110:124",
    provenance: "read",
  },
  /** Cervical cord, fitted. */
  cordSchultheiss: {
    value: 0.87,
    source: "Schultheiss 2008, Int J Radiat Oncol Biol Phys 71:1455, abstract",
    provenance: "read",
  },
  tumour: { value: 10, source: "common textbook value", provenance: "unverified default" },
  lateReaction: { value: 3, source: "common textbook value", provenance: "unverified default" },
} as const satisfies Record<string, ModelParameter>;

/**
 * The transition dose of LQ-L that is usually assumed where none has been fitted: d_T = 2 α/β, Gy per fraction. An unverified
 * default, after Astrahan 2008 (Med Phys 35:4161).
 * @throws InvalidInputError if α/β is not > 0
 */
export function usualTransitionDoseGy(alphaBetaGy: number): ModelParameter {
  assertPositive("alphaBetaGy", alphaBetaGy, "Gy");
  return {
    value: 2 * alphaBetaGy,
    source: "twice α/β, after Astrahan 2008, Med Phys 35:4161",
    provenance: "unverified default",
  };
}

/** @throws InvalidInputError if the fractions are not a whole number ≥ 1, or G is not between 0 and their number */
export function assertSchedule(schedule: Schedule, field = "schedule"): void {
  const { fractions, protractionFactor: g = 1 } = schedule;
  if (!(Number.isInteger(fractions) && fractions >= 1))
    throw new InvalidInputError(`${field}.fractions`, fractions, "a whole number ≥ 1");
  if (!(g >= 0 && g <= fractions * (1 + 1e-12)))
    throw new InvalidInputError(
      `${field}.protractionFactor`,
      g,
      `0 to ${fractions}, the number of fractions`,
    );
}

/** @throws InvalidInputError if α/β or the transition dose is not > 0 */
export function assertTissue(tissue: LqTissue, field = "tissue"): void {
  assertPositive(`${field}.alphaBetaGy`, tissue.alphaBetaGy, "Gy");
  if (tissue.transitionDoseGy !== undefined)
    assertPositive(`${field}.transitionDoseGy`, tissue.transitionDoseGy, "Gy per fraction");
}

/** BED of one total dose; nothing is checked. `g` is G, `transitionGy` is Infinity for plain LQ. */
export function bedOf(
  doseGy: number,
  fractions: number,
  g: number,
  alphaBetaGy: number,
  transitionGy: number,
): number {
  const d = doseGy / fractions;
  const quadratic = g / alphaBetaGy;
  if (d <= transitionGy) return doseGy * (1 + quadratic * d);
  const atTransition = transitionGy * (1 + quadratic * transitionGy);
  return fractions * (atTransition + (1 + 2 * quadratic * transitionGy) * (d - transitionGy));
}

/** Slope dBED/dD; nothing is checked. */
export function bedSlope(
  doseGy: number,
  fractions: number,
  g: number,
  alphaBetaGy: number,
  transitionGy: number,
): number {
  return 1 + (2 * g * Math.min(doseGy / fractions, transitionGy)) / alphaBetaGy;
}

/** BED of 1 Gy given in fractions of 2 Gy: what EQD2 divides by. */
export function referenceBedPerGy(tissue: LqTissue): number {
  const bed = bedOf(
    REFERENCE_FRACTION_GY,
    1,
    1,
    tissue.alphaBetaGy,
    tissue.transitionDoseGy ?? Number.POSITIVE_INFINITY,
  );
  return bed / REFERENCE_FRACTION_GY;
}

/**
 * Biologically effective dose.
 *
 *   LQ:    BED = D (1 + G d / (α/β)),   d = D / n
 *   LQ-L:  the same up to d_T; beyond, BED / n = d_T + G d_T² / (α/β) + (1 + 2 G d_T / (α/β)) (d − d_T): the tangent
 *
 * @param doseGy - total dose D, Gy, ≥ 0
 * @returns BED, Gy
 * @throws InvalidInputError if the dose is negative, α/β or d_T not > 0, or the fractions not a whole number ≥ 1
 * @source Fowler 1989, Br J Radiol 62:679 (BED); Astrahan 2008, Med Phys 35:4161 (LQ-L)
 * @example
 * bedGy(24, { fractions: 3 }, { alphaBetaGy: 2 }); // 120
 */
export function bedGy(doseGy: number, schedule: Schedule, tissue: LqTissue): number {
  assertNotNegative("doseGy", doseGy, "Gy");
  assertSchedule(schedule);
  assertTissue(tissue);
  return bedOf(
    doseGy,
    schedule.fractions,
    schedule.protractionFactor ?? 1,
    tissue.alphaBetaGy,
    tissue.transitionDoseGy ?? Number.POSITIVE_INFINITY,
  );
}

/**
 * Equivalent dose in fractions of 2 Gy.
 *
 *   EQD2 = BED / (BED of 1 Gy in 2 Gy fractions) = BED / (1 + 2 / (α/β))   (the last for d_T ≥ 2 Gy)
 *
 * @param doseGy - total dose D, Gy, ≥ 0
 * @returns EQD2, Gy
 * @throws InvalidInputError as {@link bedGy}
 * @example
 * eqd2Gy(24, { fractions: 3 }, { alphaBetaGy: 2 }); // 60
 */
export function eqd2Gy(doseGy: number, schedule: Schedule, tissue: LqTissue): number {
  return bedGy(doseGy, schedule, tissue) / referenceBedPerGy(tissue);
}

/**
 * The total dose that reaches a BED: the inverse of {@link bedGy}.
 *
 *   d = 2 b / (1 + √(1 + 4 G b / (α/β))),   b = BED / n;   beyond d_T along the tangent
 *
 * @param bedGy - Gy, ≥ 0
 * @returns total dose D, Gy
 * @throws InvalidInputError as {@link bedGy}
 */
export function doseGyFromBed(bedGy: number, schedule: Schedule, tissue: LqTissue): number {
  assertNotNegative("bedGy", bedGy, "Gy");
  assertSchedule(schedule);
  assertTissue(tissue);
  const { fractions, protractionFactor: g = 1 } = schedule;
  const quadratic = g / tissue.alphaBetaGy;
  const transition = tissue.transitionDoseGy ?? Number.POSITIVE_INFINITY;
  const b = bedGy / fractions;
  const d = (2 * b) / (1 + Math.sqrt(1 + 4 * quadratic * b));
  if (d <= transition) return fractions * d;
  const atTransition = transition * (1 + quadratic * transition);
  return fractions * (transition + (b - atTransition) / (1 + 2 * quadratic * transition));
}

/**
 * The total dose in the schedule `to` that has the effect of `doseGy` in the schedule `from`: equal BED.
 * @param doseGy - total dose in the schedule `from`, Gy, ≥ 0
 * @returns total dose in the schedule `to`, Gy
 * @throws InvalidInputError as {@link bedGy}
 * @example
 * isoeffectiveDoseGy(24, { fractions: 2 }, { fractions: 3 }, { alphaBetaGy: 10 }); // 27.5 Gy
 */
export function isoeffectiveDoseGy(doseGy: number, from: Schedule, to: Schedule, tissue: LqTissue): number {
  return doseGyFromBed(bedGy(doseGy, from, tissue), to, tissue);
}
