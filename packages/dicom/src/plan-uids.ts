import { type Patient, type Plan, uidFromText } from "@isodose/core";

/** SOP Instance UIDs of what is written for a plan: its RTPLAN and the RTDOSE that refers to it. */
export interface PlanUids {
  readonly plan: string;
  readonly dose: string;
}

/**
 * UIDs of the RTPLAN and RTDOSE of a plan, made from what the plan says: the same plan on the same patient has the same UIDs,
 * any change of a beam or its monitor units another.
 */
export function sopInstanceUidsOf(plan: Plan, patient: Patient): PlanUids {
  const content = JSON.stringify([
    patient.identity.studyInstanceUid,
    patient.references.structureSetSopInstanceUid,
    plan.label,
    plan.machine,
    plan.prescription,
    plan.target,
    plan.isocenterMm,
    plan.beams,
    Array.from(plan.monitorUnits),
  ]);
  return { plan: uidFromText(`rtplan ${content}`), dose: uidFromText(`rtdose ${content}`) };
}
