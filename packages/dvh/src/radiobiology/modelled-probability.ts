import { type DvhCurve, InvalidInputError, type Warning } from "@isodose/core";
import { eqd2Curve } from "./eqd2-curve.ts";
import type { LqTissue, Schedule } from "./linear-quadratic.ts";
import { labelOf, type ModelParameter, type UnverifiedLabel } from "./model-parameter.ts";

/** What a probability model says, with all that it leaned on. For research and teaching: not a forecast for a patient. */
export interface ModelledProbability {
  /** 0 to 1. */
  readonly probability: number;
  /** The dose that went into the model, Gy; which one is in `doseMeaning`. */
  readonly doseGy: number;
  readonly doseMeaning: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, ModelParameter>>;
  /** "unverified default" if a parameter is one; undefined otherwise. */
  readonly label: UnverifiedLabel | undefined;
  readonly warnings: readonly Warning[];
}

/** "eqd2": the curve is in EQD2 already. */
export type CourseOrEqd2 = Schedule | "eqd2";

/** The curve in EQD2 of the tissue. */
export function inEqd2(curve: DvhCurve, schedule: CourseOrEqd2, tissue: LqTissue): DvhCurve {
  if (schedule === "eqd2") return curve;
  if (typeof schedule !== "object" || schedule === null)
    throw new InvalidInputError("schedule", schedule, '{ fractions } or "eqd2"');
  return eqd2Curve(curve, schedule, tissue);
}

/** What is not known of the dose. */
export function curveWarnings(curve: DvhCurve): Warning[] {
  const outside = curve.volumeOutsideDoseGridCc;
  if (!(outside > 0)) return [];
  return [
    {
      code: "OUTSIDE_DOSE_GRID",
      message: `${curve.structure}: ${outside.toPrecision(3)} of ${curve.volumeCc.toPrecision(3)} cc lie outside the dose grid and are left out of the model`,
    },
  ];
}

/** Put a result together with its label. */
export function modelledProbability(result: Omit<ModelledProbability, "label">): ModelledProbability {
  return { ...result, label: labelOf(result.parameters) };
}
