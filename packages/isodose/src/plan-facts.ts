import type { ReportFact } from "@isodose/report";
import type { PlanResult } from "./plan-result.ts";

/** How a plan was made, line by line, as reports show it. */
export function planFacts(result: PlanResult): readonly ReportFact[] {
  const { planFile, patient, plan, summary } = result;
  const { size, spacingMm } = summary.doseGrid;
  return [
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
  ];
}
