import { renderReport } from "@isodose/report";
import type { PlanResult } from "./plan-result.ts";
import { SUMMARY_METRICS } from "./summarize-plan.ts";

/** report.html of a plan: one self-contained page. */
export function planReport(result: PlanResult): string {
  const { planFile, patient, plan, summary } = result;
  const { size, spacingMm } = summary.doseGrid;
  const through = result.beamsThroughCutFaces;
  return renderReport({
    title: `${plan.target}: ${plan.prescription.doseGy} Gy in ${plan.prescription.fractions} fraction${plan.prescription.fractions > 1 ? "s" : ""}`,
    ...(through > 0 && {
      bannerText: `${through} beams enter through a face where the CT ends inside the patient and see air beyond it. Their dose is too high.`,
    }),
    ct: patient.ct,
    dose: result.dose,
    structures: patient.structures,
    dvhCurves: result.dvhCurves,
    targetName: plan.target,
    isocenterMm: plan.isocenterMm,
    prescription: plan.prescription,
    summary: result.indices,
    limits: summary.limits,
    facts: [
      { group: "Machine", label: "machine", value: plan.machineLabel },
      {
        group: "Machine",
        label: "collimator",
        value: `cone ${planFile.delivery.collimator.diameterMm} mm at SAD`,
      },
      { group: "Machine", label: "beams with weight", value: String(summary.beams) },
      { group: "Machine", label: "distinct aim points", value: String(summary.distinctAimPoints) },
      {
        group: "Machine",
        label: "ten heaviest beams",
        value: `${summary.tenHeaviestSharePercent.toFixed(1)} % of all MU`,
      },
      { group: "Machine", label: "monitor units, whole course", value: summary.monitorUnits.toFixed(0) },
      {
        group: "Machine",
        label: "delivery time, whole course",
        value: `${summary.deliveryMinutes.toFixed(0)} min (time model, unverified defaults)`,
      },
      { group: "Calculation", label: "engine", value: `${summary.engine} (backend ${summary.backend})` },
      {
        group: "Calculation",
        label: "dose grid",
        value: `${size.join(" × ")} voxels of ${spacingMm.join(" × ")} mm`,
      },
      { group: "Calculation", label: "HU curve", value: summary.huCurve },
      { group: "Calculation", label: "outside the external contour", value: "vacuum, no dose" },
      { group: "Calculation", label: "seed", value: String(summary.seed) },
      { group: "Calculation", label: "time", value: `${summary.elapsedSeconds.toFixed(1)} s` },
      { group: "Patient", label: "name", value: patient.identity.name },
      { group: "Patient", label: "position", value: patient.position },
    ],
    warnings: summary.warnings,
    metrics: SUMMARY_METRICS,
  });
}
