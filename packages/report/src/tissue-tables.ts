import type { ComparisonInput } from "./comparison-input.ts";
import { escapeHtml, formatNumber } from "./escape-html.ts";
import { planLetter } from "./palette.ts";

/** The section of a comparison that says in which tissues the doses differ, and what the engines can and cannot do. */
export function tissueTables({ differences, plans, engineNotes }: ComparisonInput): string {
  const tables = differences.map(({ plan, byTissue, monitorUnitFactor }) => {
    const letter = planLetter(plan);
    const how =
      monitorUnitFactor === undefined
        ? "Beams or weights differ: doses as planned."
        : `Same beams and weights: ${letter} is taken with A's monitor units (× ${formatNumber(monitorUnitFactor, 4)}), so this is engine against engine.`;
    const rows = byTissue.map(
      (t) =>
        `<tr><td>${escapeHtml(t.tissue)}</td><td>${formatNumber(t.volumeCc, t.volumeCc < 10 ? 2 : 1)}</td>${[t.meanPercent, t.rmsPercent, t.low5Percent, t.high95Percent].map((x) => `<td>${formatNumber(x, 2)}</td>`).join("")}</tr>`,
    );
    return `<h3>${letter} − A: ${escapeHtml(plans[plan]!.label)} minus ${escapeHtml(plans[0]!.label)}</h3><p class="soft">${how}</p>
<div class="scroll"><table><thead><tr><th>Tissue (by CT number)</th><th>Volume (cc)</th><th>Mean (%)</th><th>rms (%)</th><th>5 % lie below (%)</th><th>95 % lie below (%)</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  });
  const notes =
    engineNotes.length < 2
      ? ""
      : `<p class="soft">Why engines differ</p><ul>${engineNotes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>`;
  return `<h2>Differences by tissue</h2>
<p class="soft">100 (B − A) / A of each voxel with at least 10 % of A's prescription. Air ends at −900 HU, lung at −300, soft tissue at 150, bone at 2000; beyond lies metal.</p>
${tables.join("\n")}${notes}`;
}
