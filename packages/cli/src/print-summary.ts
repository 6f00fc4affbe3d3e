import type { PlanResult } from "isodose";
import { SUMMARY_METRICS, textTable } from "isodose";

/** The result of a plan as a page of terminal. */
export function printSummary(result: PlanResult, out: string): void {
  const { summary } = result;
  const { prescription, target } = summary;
  const lines = [
    "",
    `${target.name}: ${prescription.doseGy} Gy in ${prescription.fractions} fractions by ${summary.machine} (${summary.beamData})`,
    `coverage ${target.coveragePercent.toFixed(1)} % of the target receive ${prescription.doseGy} Gy (asked: ${prescription.coveragePercent} %${target.shortfallPercent > 0 ? `, shortfall ${target.shortfallPercent.toFixed(1)} %` : ""})`,
    `Paddick CI ${target.paddickCi.toFixed(3)}, gradient index ${target.gradientIndex?.toFixed(2) ?? "–"}, maximum ${summary.doseMaxGy.toFixed(2)} Gy at LPS ${summary.doseMaxMm.map(oneDecimal).join(", ")} mm`,
    ...summary.limits.map(
      (l) =>
        `limit ${l.metric} of ${l.structure}: ${l.valueGy.toFixed(2)} Gy of ${l.maxGy} Gy ${l.valueGy <= l.maxGy * 1.0001 ? "kept" : "EXCEEDED"}`,
    ),
    `${summary.beams} beams at ${summary.distinctAimPoints} distinct aim points; the ten heaviest carry ${summary.tenHeaviestSharePercent.toFixed(1)} % of the weight`,
    `${summary.monitorUnits.toFixed(0)} MU and ${summary.deliveryMinutes.toFixed(0)} min for the whole course; isocenter LPS ${summary.isocenterMm.map(oneDecimal).join(", ")} mm`,
    `engine ${summary.engine} (${summary.backend}), grid ${summary.doseGrid.size.join(" × ")} of ${summary.doseGrid.spacingMm[0]} mm, seed ${summary.seed}, ${summary.elapsedSeconds.toFixed(1)} s`,
    "",
    textTable([
      ["structure", "volume cc", ...SUMMARY_METRICS.map((m) => `${m} Gy`)],
      ...Object.entries(summary.structures).map(([name, row]) => [
        name,
        row.volumeCc.toFixed(3),
        ...SUMMARY_METRICS.map((m) => row.metrics[m]?.toFixed(2) ?? "–"),
      ]),
    ]),
    "",
    ...summary.warnings.map((w) => `warning ${w.code}: ${w.message}`),
    `written to ${out}: summary.json dvh.json dvh.csv rtdose.dcm rtplan.dcm dose.nrrd report.html`,
    `${summary.notice}.`,
  ];
  console.log(lines.join("\n"));
}

/** One decimal, and no minus before zero. */
function oneDecimal(value: number): string {
  return (Math.round(value * 10) / 10 + 0).toFixed(1);
}
