import { assertGrid, InvalidInputError } from "@isodose/core";
import { doseMaximum, metricUnit } from "@isodose/dvh";
import { constraintTable } from "./constraint-table.ts";
import { escapeHtml, formatNumber } from "./escape-html.ts";
import { fieldOfView } from "./field-of-view.ts";
import { banner, htmlPage, methodLine, noticeLine } from "./html-page.ts";
import { ISODOSE_LEVELS, isCord, sortCurves, structureStyles } from "./palette.ts";
import { DEFAULT_METRICS, limitIsMet, metricOrNull } from "./plan-numbers.ts";
import { renderDvhPlot } from "./render-dvh-plot.ts";
import { renderSlice } from "./render-slice.ts";
import type { ReportInput, ReportLimit } from "./report-input.ts";
import { doseLabel } from "./slice-parts.ts";

const PICTURE_WIDTH_PX = 740;

/**
 * A report as one self-contained HTML file: the numbers that matter, three slices through the isocenter, DVH, tables,
 * warnings. No scripts, no network; prints on A4.
 * @returns the whole file's text
 * @throws InvalidInputError if the CT is not in HU, the dose not in Gy, or the isocenter lies outside the CT
 */
export function renderReport(input: ReportInput): string {
  assertGrid(input.ct.grid, "ct.grid");
  assertGrid(input.dose.grid, "dose.grid");
  if (input.ct.unit !== "HU") throw new InvalidInputError("ct.unit", input.ct.unit, '"HU"');
  if (input.dose.unit !== "Gy") throw new InvalidInputError("dose.unit", input.dose.unit, '"Gy"');
  const { prescription } = input;
  const course = `${doseLabel(prescription.doseGy)} Gy in ${prescription.fractions} fraction${prescription.fractions === 1 ? "" : "s"}`;
  const body = [
    noticeLine(),
    banner(input.bannerText),
    `<h1>${escapeHtml(input.title)}</h1>`,
    `<p class="soft">${course} to ${formatNumber(prescription.coveragePercent, 0)} % of ${escapeHtml(input.targetName)}</p>`,
    cards(input, course),
    slices(input),
    `<h2>Dose–volume histograms</h2><div class="dvh">${renderDvhPlot(input.dvhCurves, {
      targetName: input.targetName,
      prescription,
      limits: input.limits,
      widthPx: 1000,
      heightPx: 440,
    })}</div>`,
    structureTable(input),
    limitTable(input),
    input.constraints ? constraintTable(input.constraints) : "",
    warnings(input),
    facts(input),
    provenance(input),
  ];
  return htmlPage(input.title, body);
}

function card(name: string, value: string, more: string, state: "" | "good" | "bad" = ""): string {
  return `<div class="card ${state}"><div class="name">${name}</div><div class="value">${value}</div><div class="more">${more}</div></div>`;
}

function limitCard(limit: ReportLimit): string {
  const name = `${escapeHtml(limit.structure)} ${escapeHtml(limit.metric)}`;
  if (limit.valueGy === null) return card(name, "–", `limit ${doseLabel(limit.maxGy)} Gy; not defined here`);
  const met = limitIsMet(limit);
  const more = `limit ${doseLabel(limit.maxGy)} Gy: <b>${met ? "met" : "exceeded"}</b>`;
  return card(name, `${formatNumber(limit.valueGy, 2)} <small>Gy</small>`, more, met ? "good" : "bad");
}

function cards(input: ReportInput, course: string): string {
  const { prescription, summary, targetName } = input;
  const target = escapeHtml(targetName);
  const maximum = doseMaximum(input.dose);
  const coverage = summary.coveragePercent;
  const shortfall = coverage === null ? 0 : prescription.coveragePercent - coverage;
  const short = shortfall > 0.05;
  const point = (p: readonly number[]): string => p.map((c) => formatNumber(c, 1)).join(", ");
  const parts = [
    card("Prescription", course.replace(/ Gy.*/, " <small>Gy</small>"), course.replace(/^.* Gy /, "")),
    card(
      `Coverage of ${target}`,
      `${formatNumber(coverage, 1)} <small>%</small>`,
      short
        ? `<b>${formatNumber(shortfall, 1)} points short</b> of ${formatNumber(prescription.coveragePercent, 0)} %`
        : `<b>reaches</b> the ${formatNumber(prescription.coveragePercent, 0)} % asked for`,
      coverage === null ? "" : short ? "bad" : "good",
    ),
    ...input.limits.map(limitCard),
    ...cordCards(input),
    card(
      "Maximum dose",
      `${formatNumber(maximum.doseGy, 1)} <small>Gy</small>`,
      `${formatNumber((100 * maximum.doseGy) / prescription.doseGy, 0)} % at LPS ${point(maximum.positionMm)} mm`,
    ),
    card(
      "Isocenter (LPS)",
      `${point(input.isocenterMm)} <small>mm</small>`,
      "x to left, y to back, z to head",
    ),
    card(
      "Paddick conformity",
      formatNumber(summary.paddickCi, 2),
      "TV<sub>PIV</sub>² / (TV · PIV); 1 is ideal",
    ),
    card(
      "Gradient index",
      formatNumber(summary.gradientIndex, 2),
      "half-prescription volume / prescription volume",
    ),
  ];
  return `<div class="cards">${parts.join("")}</div>`;
}

/** D0.035cc of cord and cauda where no limit shows it already, as far as two rows of cards have room. */
function cordCards(input: ReportInput): string[] {
  return input.dvhCurves
    .filter((c) => isCord(c.structure) && !input.limits.some((limit) => limit.structure === c.structure))
    .slice(0, Math.max(0, 2 - input.limits.length))
    .flatMap((curve) => {
      const value = metricOrNull(curve, "D0.035cc", input.prescription);
      const text = `${formatNumber(value, 2)} <small>Gy</small>`;
      return value === null ? [] : [card(`${escapeHtml(curve.structure)} D0.035cc`, text, "no limit set")];
    });
}

function outlinedNames(input: ReportInput): readonly string[] {
  if (input.outlinedStructures) return input.outlinedStructures;
  const limited = input.limits.map((limit) => limit.structure);
  return input.structures
    .map((structure) => structure.name)
    .filter((name) => name === input.targetName || isCord(name) || limited.includes(name));
}

function slices(input: ReportInput): string {
  const { ct, dose, isocenterMm, prescription, targetName } = input;
  const names = outlinedNames(input);
  const structures = input.structures.filter((s) => names.includes(s.name) && s.contours.length > 0);
  const target = input.structures.find((s) => s.name === targetName);
  const boxMm = fieldOfView(ct, dose, target, isocenterMm, prescription.doseGy);
  const shared = {
    ct,
    dose,
    // The target last, on top of the others.
    structures: [...structures].sort((a, b) => Number(a.name === targetName) - Number(b.name === targetName)),
    prescriptionGy: prescription.doseGy,
    targetName,
    isocenterMm,
    doseMax: doseMaximum(dose),
    boxMm,
  };
  // Side by side so that axial is as high as the two others together: widths a and b with a/ratio = b (1/r1 + 1/r2).
  const size = boxMm.max.map((c, a) => c - boxMm.min[a]!) as [number, number, number];
  const axialHeight = size[1] / size[0];
  const sideHeight = size[2] / size[1] + size[2] / size[0];
  const part = Math.min(0.68, Math.max(0.5, sideHeight / (sideHeight + axialHeight)));
  const wide = Math.round(PICTURE_WIDTH_PX * (part / 0.62));
  const narrow = Math.round((wide * (1 - part)) / part);
  const picture = (axis: "axial" | "sagittal" | "coronal", across: 0 | 1 | 2, widthPx: number): string =>
    `<figure>${renderSlice({ ...shared, axis, positionMm: isocenterMm[across], widthPx })}</figure>`;
  return `<h2>Dose on the CT, through the isocenter</h2>
<div class="slices" style="grid-template-columns: ${part.toFixed(3)}fr ${(1 - part).toFixed(3)}fr">
${picture("axial", 2, wide)}
<div class="side">${picture("sagittal", 0, narrow)}${picture("coronal", 1, narrow)}</div>
</div>
${legend(
  input,
  structures.map((s) => s.name),
)}`;
}

function legend(input: ReportInput, names: readonly string[]): string {
  const gy = input.prescription.doseGy;
  const isodoses = ISODOSE_LEVELS.map(
    ({ percent, color }) =>
      `<span><i style="border-color:${color}"></i>${doseLabel((percent / 100) * gy)} Gy (${percent} %)</span>`,
  );
  const styles = structureStyles(names, input.targetName);
  const outlines = names.map(
    (name) => `<span><i style="border-color:${styles.get(name)!.sliceColor}"></i>${escapeHtml(name)}</span>`,
  );
  return `<div class="legend">${isodoses.join("")}<span class="sep"></span>${outlines.join("")}<span>✛ isocenter</span><span><b style="color:#ff6a61">◆</b> dose maximum (hollow: off the slice)</span></div>`;
}

function structureTable(input: ReportInput): string {
  const metrics = input.metrics ?? DEFAULT_METRICS;
  const curves = sortCurves(input.dvhCurves, input.targetName);
  const drawn = curves.filter((curve) => curve.volumeCc > 0 && curve.volumeCcAtLeast[0]! > 0);
  const styles = structureStyles(
    drawn.map((c) => c.structure),
    input.targetName,
  );
  const anyOutside = curves.some((curve) => curve.volumeOutsideDoseGridCc > 0);
  const head = ["Structure", "Volume (cc)", ...(anyOutside ? ["outside dose (cc)"] : [])].concat(
    metrics.map((metric) => `${metric} (${metricUnit(metric)})`),
  );
  const rows = curves.map((curve) => {
    const color = styles.get(curve.structure)?.plotColor ?? "transparent";
    const digits = curve.volumeCc < 10 ? 2 : curve.volumeCc < 1000 ? 1 : 0;
    const cells = [
      `<span class="swatch" style="border-color:${color}"></span>${escapeHtml(curve.structure)}`,
      formatNumber(curve.volumeCc, digits),
      ...(anyOutside ? [formatNumber(curve.volumeOutsideDoseGridCc, digits)] : []),
      ...metrics.map((metric) =>
        formatNumber(metricOrNull(curve, metric, input.prescription), metricUnit(metric) === "%" ? 1 : 2),
      ),
    ];
    const row = cells.map((cell) => `<td>${cell}</td>`).join("");
    return `<tr${curve.structure === input.targetName ? ' class="target"' : ""}>${row}</tr>`;
  });
  return `<h2>Structures</h2><div class="scroll"><table><thead><tr>${head
    .map((text) => `<th>${escapeHtml(text)}</th>`)
    .join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function limitTable(input: ReportInput): string {
  if (input.limits.length === 0) return "";
  const rows = input.limits.map((limit) => {
    const state = limit.valueGy === null ? "–" : limitIsMet(limit) ? "met" : "exceeded";
    return `<tr><td>${escapeHtml(limit.structure)}</td><td>${escapeHtml(limit.metric)}</td><td>${formatNumber(limit.maxGy, 2)}</td><td>${formatNumber(limit.valueGy, 2)}</td><td class="${state === "–" ? "" : state}">${state}</td></tr>`;
  });
  return `<h2>Limits</h2><div class="scroll"><table><thead><tr><th>Structure</th><th>Metric</th><th>Limit (Gy)</th><th>Plan (Gy)</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function warnings(input: ReportInput): string {
  if (input.warnings.length === 0) return "";
  const items = input.warnings.map(
    (w) => `<li><code>${escapeHtml(w.code)}</code> ${escapeHtml(w.message)}</li>`,
  );
  return `<h2>Warnings</h2><ul class="warnings">${items.join("")}</ul>`;
}

function facts(input: ReportInput): string {
  if (input.facts.length === 0) return "";
  const groups = new Map<string, string[]>();
  for (const { group = "Plan", label, value } of input.facts) {
    const rows = groups.get(group) ?? [];
    rows.push(`<tr><td>${escapeHtml(label)}</td><td>${escapeHtml(value)}</td></tr>`);
    groups.set(group, rows);
  }
  const sections = [...groups].map(
    ([group, rows]) =>
      `<section><h3>${escapeHtml(group)}</h3><table><tbody>${rows.join("")}</tbody></table></section>`,
  );
  return `<h2>How it was made</h2><div class="facts">${sections.join("")}</div>`;
}

function provenance(input: ReportInput): string {
  const lines = input.provenance ?? [];
  const items = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
  return `<h2>Provenance</h2>${items ? `<ul>${items}</ul>` : ""}${methodLine()}`;
}
