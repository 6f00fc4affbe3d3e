import {
  type PlanFile,
  type PlanFileInput,
  type PlanResult,
  parsePlan,
  type RunPlanOptions,
  runPlan,
  spinePhantom,
} from "isodose";

/** A spine phantom of few voxels. */
export const smallPhantom = spinePhantom({ spacingMm: [4, 4, 4] });
export const smallPatient = smallPhantom.patient;

/** A plan that takes a second or two: few beams, coarse grid. */
export const smallPlan = {
  format: "isodose-plan/1",
  patient: { ct: "CT", structures: "RTSTRUCT.dcm" },
  target: "PTV_L1",
  prescription: { doseGy: 24, fractions: 2, coveragePercent: 95 },
  delivery: { machine: "cyberknife", collimator: { kind: "cone", diameterMm: 20 }, beams: 25 },
  dose: { spacingMm: 4 },
} satisfies PlanFileInput;

/** One field from the front through all of the body: a second of computing at most. */
export const oneField = {
  machine: "linac-6fff",
  technique: "static",
  collimator: { kind: "cone", diameterMm: 15 },
  fields: [{ gantryDeg: 0 }],
} satisfies PlanFileInput["delivery"];

/** The small plan by {@link oneField}: a 15 mm cone covers a small part of the target. */
export const oneFieldPlan = {
  delivery: oneField,
  prescription: { ...smallPlan.prescription, coveragePercent: 5 },
} satisfies Partial<PlanFileInput>;

/** The small plan with these keys in place of its own. */
export function planWith(change: Partial<Record<keyof PlanFileInput, unknown>> = {}): PlanFile {
  return parsePlan({ ...smallPlan, ...change });
}

/** Run the small plan with these keys in place of its own. */
export function runSmall(
  change: Partial<Record<keyof PlanFileInput, unknown>> = {},
  options: Partial<RunPlanOptions> = {},
): Promise<PlanResult> {
  return runPlan(planWith(change), { patient: smallPatient, ...options });
}
