import { checkConstraints } from "@isodose/dvh";
import { renderReport } from "@isodose/report";
import { planFacts } from "./plan-facts.ts";
import type { PlanResult } from "./plan-result.ts";
import { SUMMARY_METRICS } from "./summarize-plan.ts";

/** report.html of a plan: one self-contained page. */
export function planReport(result: PlanResult): string {
  const { patient, plan, summary } = result;
  const banner = cutFaceBanner(result);
  return renderReport({
    title: `${plan.target}: ${plan.prescription.doseGy} Gy in ${plan.prescription.fractions} fraction${plan.prescription.fractions > 1 ? "s" : ""}`,
    ...(banner && { bannerText: banner }),
    ct: patient.ct,
    dose: result.dose,
    structures: patient.structures,
    dvhCurves: result.dvhCurves,
    targetName: plan.target,
    isocenterMm: plan.isocenterMm,
    prescription: plan.prescription,
    summary: result.indices,
    limits: summary.limits,
    constraints: checkConstraints({
      curves: result.dvhCurves,
      fractions: plan.prescription.fractions,
      prescriptionGy: plan.prescription.doseGy,
    }),
    facts: planFacts(result),
    warnings: summary.warnings,
    metrics: SUMMARY_METRICS,
  });
}

/** What a report says at its top of a plan with beams that were computed as if air lay beyond the CT. */
export function cutFaceBanner({ beamsThroughCutFaces: beams }: PlanResult): string | undefined {
  if (beams === 0) return undefined;
  return `${beams} beams enter through a face where the CT ends inside the patient and see air beyond it. Their dose is too high.`;
}
