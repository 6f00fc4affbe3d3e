import type { ConstraintSetName, DoseConstraint } from "./constraint.ts";
import { HYTEC, QUANTEC, SPINE_INSTITUTION } from "./spine-constraints.ts";
import { TG_101 } from "./tg-101.ts";

/**
 * Dose–volume limits of normal organs as data, each with its source and how far that was verified.
 *
 * - `tg-101`: AAPM Task Group 101; 1, 3, 5 fractions
 * - `hytec`: spinal cord, first irradiation; 1 to 5 fractions
 * - `quantec`: spinal cord; 1, 3 fractions and 1.8–2 Gy a fraction; other organs at 1.8–2 Gy a fraction
 * - `spine-institution-2025`: one institution's spine table; 1, 2 fractions
 *
 * For research and teaching.
 */
export const CONSTRAINT_SETS: Readonly<Record<ConstraintSetName, readonly DoseConstraint[]>> = Object.freeze({
  "tg-101": TG_101,
  hytec: HYTEC,
  quantec: QUANTEC,
  "spine-institution-2025": SPINE_INSTITUTION,
});

/** Number of fractions from which a course of 1.8–2 Gy a fraction counts as conventional. */
export const CONVENTIONAL_FROM_FRACTIONS = 10;

/**
 * True if a limit is for a course. Conventional limits need the prescription: 10 fractions or more of 1.8 to 2 Gy. There is no
 * interpolation between numbers of fractions.
 */
export function constraintFits(
  constraint: DoseConstraint,
  fractions: number,
  prescriptionGy?: number,
): boolean {
  if (constraint.fractions !== "conventional") return constraint.fractions === fractions;
  if (prescriptionGy === undefined || fractions < CONVENTIONAL_FROM_FRACTIONS) return false;
  const fractionGy = prescriptionGy / fractions;
  return fractionGy >= 1.8 - 1e-6 && fractionGy <= 2 + 1e-6;
}
