import { planLetter, renderComparison } from "@isodose/report";
import type { PlanComparison, PlanDifference } from "./compare-plans.ts";
import { ENGINES } from "./engine-table.ts";
import { planFacts } from "./plan-facts.ts";
import { cutFaceBanner } from "./plan-report.ts";
import { SUMMARY_METRICS } from "./summarize-plan.ts";

/**
 * compare.html: plans for one patient side by side, as one self-contained page.
 * @param comparison - of 2 to 6 plans, from `comparePlans`
 * @throws InvalidInputError for more than 6 plans
 */
export function comparisonReport(comparison: PlanComparison): string {
  const [first] = comparison.plans;
  const { patient, plan, dose } = first!.result;
  const targets = new Set(comparison.plans.map(({ result }) => result.plan.target));
  const banners = comparison.plans.flatMap(({ result }, p) => {
    const text = cutFaceBanner(result);
    return text ? [`${planLetter(p)}: ${text}`] : [];
  });
  return renderComparison({
    title: `${[...targets].join(", ")}: ${comparison.plans.length} plans for one patient`,
    ...(banners.length > 0 && { bannerText: banners.join(" ") }),
    ct: patient.ct,
    dose,
    structures: patient.structures,
    plans: comparison.plans.map(({ label, result }) => ({
      label,
      targetName: result.plan.target,
      prescription: result.plan.prescription,
      dvhCurves: result.dvhCurves,
      summary: result.indices,
      doseMax: { doseGy: result.summary.doseMaxGy, positionMm: result.summary.doseMaxMm },
      limits: result.summary.limits,
      facts: planFacts(result),
      warnings: result.summary.warnings,
    })),
    differences: comparison.differences.map((item) => ({
      plan: item.plan,
      difference: item.difference,
      gridNote: gridNote(comparison, item),
      byTissue: item.byTissue.tissues,
      ...(item.byTissue.monitorUnitFactor !== undefined && {
        monitorUnitFactor: item.byTissue.monitorUnitFactor,
      }),
      points: [
        { text: `centroid of ${plan.target}`, positionMm: comparison.targetCentroidMm },
        ...hottestPointOf(item),
      ],
    })),
    metrics: SUMMARY_METRICS,
    engineNotes: [...new Set(comparison.plans.map(({ result }) => result.planFile.dose.engine))].map(
      (engine) => `${engine}: ${ENGINES[engine].validity}`,
    ),
  });
}

function gridNote(comparison: PlanComparison, item: PlanDifference): string {
  const spacing = (p: number) => comparison.plans[p]!.result.summary.doseGrid.spacingMm.join(" × ");
  const letter = planLetter(item.plan);
  return item.isResampled
    ? `${letter} was computed on voxels of ${spacing(item.plan)} mm and is resampled (trilinear) on those of A, ${spacing(0)} mm.`
    : `Both were computed on the same voxels of ${spacing(0)} mm.`;
}

function hottestPointOf({ hottestSpared: hottest }: PlanDifference) {
  if (!hottest) return [];
  const text = `hottest point of ${hottest.structure} (${hottest.doseGy.toFixed(2)} Gy, in ${planLetter(hottest.dose)})`;
  return [{ text, positionMm: hottest.positionMm }];
}
