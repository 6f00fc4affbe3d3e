import type { PlanFileInput } from "isodose";

/** A plan that takes a second: few beams, coarse grid. */
export const SMALL_PLAN: PlanFileInput = {
  format: "isodose-plan/1",
  patient: { phantom: { kind: "spine" } },
  target: "GTV_L1",
  limits: [{ structure: "SpinalCord", metric: "max", maxGy: 8 }],
  prescription: { doseGy: 18, fractions: 1 },
  delivery: { machine: "cyberknife", collimator: { kind: "cone", diameterMm: 15 }, beams: 12 },
  dose: { spacingMm: 6 },
};
