import type { ConstraintCheck, ConstraintRow } from "@isodose/dvh";
import { escapeHtml } from "./escape-html.ts";

/** Verdicts as text: never by colour alone. */
const STATES = { pass: "met", near: "near", fail: "exceeded", "not applicable": "" } as const;

/**
 * Published limits against a plan, those that apply, the worst first: structure, limit, value, part of the limit, verdict and
 * where the limit comes from. Limits that nobody has checked against their source say so.
 */
export function constraintTable(check: ConstraintCheck): string {
  const shown = check.rows
    .filter((row) => row.verdict !== "not applicable")
    .sort((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0));
  const head = ["Structure", "Metric", "Limit", "Plan", "% of limit", "", "Table", "Endpoint"];
  const cells = shown.map((row) => `<tr>${cellsOf(row).join("")}</tr>`);
  const left = check.organsWithoutStructure.length;
  const notes = [
    `For ${check.fractions} fraction${check.fractions > 1 ? "s" : ""}; "near" is within ${100 * check.nearFraction} % of the limit. ${check.counts["not applicable"]} rows do not apply here.`,
    ...(left > 0
      ? [`${left} organs of the tables have no structure: ${check.organsWithoutStructure.join(", ")}.`]
      : []),
    ...check.warnings.map((w) => `${w.message}.`),
    check.notice,
  ];
  const table =
    shown.length === 0
      ? ""
      : `<div class="scroll"><table><thead><tr>${head.map((h) => `<th>${h}</th>`).join("")}</tr></thead><tbody>${cells.join("")}</tbody></table></div>`;
  return `<h2>Published limits</h2>${table}<p class="soft">${notes.map(escapeHtml).join(" ")}</p>`;
}

function cellsOf({ structure, constraint, value, limit, ratio, verdict, remark }: ConstraintRow): string[] {
  const state = STATES[verdict];
  const sign = constraint.comparison === "at most" ? "≤" : "≥";
  const unverified = constraint.provenance === "unverified default" ? " (unverified default)" : "";
  const hint = [constraint.source, constraint.note, remark].filter((text) => text !== undefined).join(". ");
  return [
    `<td>${escapeHtml(structure)}</td>`,
    `<td>${escapeHtml(constraint.metric)}</td>`,
    `<td>${sign} ${limit} ${constraint.unit}</td>`,
    `<td>${value === undefined ? "–" : value.toFixed(2)}</td>`,
    `<td>${ratio === undefined || !Number.isFinite(ratio) ? "–" : (100 * ratio).toFixed(0)}</td>`,
    `<td class="${state}">${state}</td>`,
    `<td title="${escapeHtml(hint)}">${escapeHtml(constraint.set + unverified)}</td>`,
    `<td>${escapeHtml(constraint.endpoint)}</td>`,
  ];
}
