import { assertGrid, InvalidInputError, type Structure } from "@isodose/core";
import { metricUnit } from "@isodose/dvh";
import type { ComparedPlan, ComparisonInput } from "./comparison-input.ts";
import { differenceMaps } from "./difference-maps.ts";
import { escapeHtml, formatNumber } from "./escape-html.ts";
import { banner, htmlPage, methodLine, noticeLine } from "./html-page.ts";
import { isCord, planLetter, sortCurves, structureStyles } from "./palette.ts";
import { DEFAULT_METRICS, limitIsMet, metricOrNull } from "./plan-numbers.ts";
import { MOST_COMPARED_PLANS, overlayStructures, renderDvhOverlay } from "./render-dvh-overlay.ts";
import { sharedWarnings } from "./shared-warnings.ts";
import { doseLabel } from "./slice-parts.ts";
import { tissueTables } from "./tissue-tables.ts";

/**
 * Several plans for one patient as one self-contained HTML file: their numbers side by side, DVHs over each other, maps of the
 * dose differences, metrics of every structure, how each was made. No scripts, no network; prints on A4.
 * @returns the whole file's text
 * @throws InvalidInputError for fewer than 2 or more than 6 plans, equal labels, wrong units, or a point outside the CT
 */
export function renderComparison(input: ComparisonInput): string {
  checkComparison(input);
  // The body's outline says nothing about the target: it is left out of the figures.
  const drawn = input.structures.filter((s) => s.type !== "EXTERNAL" && s.contours.length > 0);
  const drawnNames = new Set(drawn.map((s) => s.name));
  const overlaid = input.plans.map((plan) => ({
    ...plan,
    dvhCurves: plan.dvhCurves.filter((curve) => drawnNames.has(curve.structure)),
  }));
  const names = overlayStructures(overlaid);
  const overlay = renderDvhOverlay(overlaid, { structures: names });
  const body = [
    noticeLine(),
    banner(input.bannerText),
    `<h1>${escapeHtml(input.title)}</h1>`,
    `<p class="soft">${input.plans.map((plan, p) => `<b>${planLetter(p)}</b> ${escapeHtml(plan.label)}`).join(" · ")}</p>`,
    `<h2>Plans</h2>${planTable(input.plans)}`,
    `<h2>Dose–volume histograms</h2><p class="soft">A line pattern is a plan, a colour and a number are a structure. The external contour is left out.</p><div class="dvh">${overlay}</div>`,
    differenceMaps(input, outlined(input, drawn, names)),
    tissueTables(input),
    `<h2>Structures</h2>${structureTables(input, names)}`,
    `<h2>How they were made</h2>${factTable(input.plans)}`,
    warnings(input.plans),
    `<h2>Provenance</h2>${methodLine()}`,
  ];
  return htmlPage(input.title, body);
}

function checkComparison(input: ComparisonInput): void {
  const { plans, ct, dose } = input;
  if (plans.length < 2 || plans.length > MOST_COMPARED_PLANS)
    throw new InvalidInputError("plans", plans.length, `2 to ${MOST_COMPARED_PLANS} plans`);
  const same = plans.find((plan, p) => plans.findIndex((other) => other.label === plan.label) < p);
  if (same) throw new InvalidInputError("label", same.label, "a label of its own for each plan");
  assertGrid(ct.grid, "ct.grid");
  assertGrid(dose.grid, "dose.grid");
  if (ct.unit !== "HU") throw new InvalidInputError("ct.unit", ct.unit, '"HU"');
  if (dose.unit !== "Gy") throw new InvalidInputError("dose.unit", dose.unit, '"Gy"');
  for (const { difference } of input.differences) {
    assertGrid(difference.grid, "difference.grid");
    if (difference.unit !== "Gy") throw new InvalidInputError("difference.unit", difference.unit, '"Gy"');
  }
}

/** Outlines of the difference maps: what the plans treat, limit or spare by name; the first plan's target on top. */
function outlined(
  input: ComparisonInput,
  drawn: readonly Structure[],
  overlaid: readonly string[],
): readonly Structure[] {
  const named = new Set(
    input.plans.flatMap((plan) => [plan.targetName, ...plan.limits.map((limit) => limit.structure)]),
  );
  const target = input.plans[0]!.targetName;
  // In the order of the DVH, so that a structure has one colour in both; those that are not in it come last.
  const rank = ({ name }: Structure) =>
    name === target ? Number.POSITIVE_INFINITY : overlaid.indexOf(name) < 0 ? 1000 : overlaid.indexOf(name);
  return drawn.filter((s) => named.has(s.name) || isCord(s.name)).sort((a, b) => rank(a) - rank(b));
}

/** A table with a column for each plan; rows whose cells are not all equal stand out. */
function sideBySide(
  plans: readonly ComparedPlan[],
  rows: readonly { readonly name: string; readonly cells: readonly string[] }[],
  holds: "numbers" | "words",
): string {
  const head = plans.map((plan, p) => `<th>${planLetter(p)} ${escapeHtml(plan.label)}</th>`).join("");
  const body = rows.map(({ name, cells }) => {
    const differs = cells.some((cell) => cell !== cells[0]);
    return `<tr${differs ? ' class="differs"' : ""}><td>${name}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<div class="scroll"><table class="plans ${holds}"><thead><tr><th></th>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

function planTable(plans: readonly ComparedPlan[]): string {
  const row = (name: string, cell: (plan: ComparedPlan) => string) => ({ name, cells: plans.map(cell) });
  const point = (p: readonly number[]): string => p.map((c) => formatNumber(c, 1)).join(", ");
  const limits = new Map(
    plans.flatMap((plan) => plan.limits.map((limit) => [`${limit.structure} ${limit.metric}`, limit])),
  );
  const rows = [
    row("Target", (plan) => escapeHtml(plan.targetName)),
    row(
      "Prescription",
      ({ prescription: p }) =>
        `${doseLabel(p.doseGy)} Gy in ${p.fractions} fraction${p.fractions === 1 ? "" : "s"}`,
    ),
    row(
      "Coverage: reached / asked (%)",
      (plan) =>
        `${formatNumber(plan.summary.coveragePercent, 1)} / ${doseLabel(plan.prescription.coveragePercent)}`,
    ),
    row("Paddick conformity", (plan) => formatNumber(plan.summary.paddickCi, 3)),
    row("Gradient index", (plan) => formatNumber(plan.summary.gradientIndex, 2)),
    row(
      "Maximum dose (Gy; % of prescription)",
      ({ doseMax, prescription }) =>
        `${formatNumber(doseMax.doseGy, 2)}; ${formatNumber((100 * doseMax.doseGy) / prescription.doseGy, 0)} %`,
    ),
    row("at LPS (mm)", ({ doseMax }) => point(doseMax.positionMm)),
    ...[...limits.values()].map(({ structure, metric }) =>
      row(`${escapeHtml(structure)} ${escapeHtml(metric)} (Gy; limit)`, (plan) =>
        limitCell(plan, structure, metric),
      ),
    ),
  ];
  return sideBySide(plans, rows, "numbers");
}

function limitCell(plan: ComparedPlan, structure: string, metric: string): string {
  const limit = plan.limits.find((l) => l.structure === structure && l.metric === metric);
  if (limit) {
    const met = limit.valueGy === null ? "not defined" : limitIsMet(limit) ? "met" : "exceeded";
    return `${formatNumber(limit.valueGy, 2)}; ${doseLabel(limit.maxGy)} ${met}`;
  }
  const curve = plan.dvhCurves.find((c) => c.structure === structure);
  const value = curve ? metricOrNull(curve, metric, plan.prescription) : null;
  return `${formatNumber(value, 2)}; no limit`;
}

/** As many numbers stand side by side; further metrics go into a table of their own. */
const TABLE_COLUMNS = 12;

/** Every structure: each metric under every plan and, of two plans, the difference. */
function structureTables(input: ComparisonInput, overlaid: readonly string[]): string {
  const metrics = input.metrics ?? DEFAULT_METRICS;
  const perMetric = input.plans.length === 2 ? 3 : input.plans.length;
  const most = Math.max(1, Math.floor(TABLE_COLUMNS / perMetric));
  // As few tables as that takes, of about one width.
  const count = Math.ceil(metrics.length / most);
  const tables = Array.from({ length: count }, (_, n) =>
    structureTable(
      input,
      overlaid,
      metrics.slice(Math.ceil((n * metrics.length) / count), Math.ceil(((n + 1) * metrics.length) / count)),
    ),
  );
  return tables.join("<br>");
}

function structureTable(
  { plans }: ComparisonInput,
  overlaid: readonly string[],
  metrics: readonly string[],
): string {
  const target = plans[0]!.targetName;
  const styles = structureStyles(overlaid, target);
  const columns = [...plans.map((_, p) => planLetter(p)), ...(plans.length === 2 ? ["B − A"] : [])];
  const groups = metrics.map(
    (metric) =>
      `<th class="group" colspan="${columns.length}">${escapeHtml(metric)} (${metricUnit(metric)})</th>`,
  );
  const letters = metrics.flatMap(() =>
    columns.map((letter, c) => `<th${c === 0 ? ' class="first"' : ""}>${letter}</th>`),
  );
  const rows = sortCurves(plans[0]!.dvhCurves, target).map(({ structure: name, volumeCc }) => {
    const cells = metrics.flatMap((metric) =>
      metricCells(plans, name, metric).map((text, c) => `<td${c === 0 ? ' class="first"' : ""}>${text}</td>`),
    );
    const digits = volumeCc < 10 ? 2 : volumeCc < 1000 ? 1 : 0;
    const color = styles.get(name)?.plotColor;
    const number = color ? `<b style="color:${color}">${overlaid.indexOf(name) + 1}</b>` : "";
    return `<tr${name === target ? ' class="target"' : ""}><td><span class="number">${number}</span>${escapeHtml(name)}</td><td>${formatNumber(volumeCc, digits)}</td>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th></th><th></th>${groups.join("")}</tr><tr><th>Structure</th><th>Volume (cc)</th>${letters.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** A metric of a structure under every plan and, of two plans, the difference. */
function metricCells(plans: readonly ComparedPlan[], structure: string, metric: string): readonly string[] {
  const digits = metricUnit(metric) === "%" ? 1 : 2;
  const values = plans.map((plan) => {
    const curve = plan.dvhCurves.find((c) => c.structure === structure);
    return curve ? metricOrNull(curve, metric, plan.prescription) : null;
  });
  const texts = values.map((value) => formatNumber(value, digits));
  const [a = null, b = null] = values;
  if (plans.length === 2) texts.push(signed(a === null || b === null ? null : b - a, digits));
  return texts;
}

function signed(value: number | null, digits: number): string {
  const text = formatNumber(value, digits);
  return value !== null && Number(value.toFixed(digits)) > 0 ? `+${text}` : text;
}

function factTable(plans: readonly ComparedPlan[]): string {
  const labels = [...new Set(plans.flatMap((plan) => plan.facts.map((fact) => fact.label)))];
  const factOf = (plan: ComparedPlan, label: string) =>
    plan.facts.find((fact) => fact.label === label)?.value ?? "–";
  return sideBySide(
    plans,
    labels.map((label) => ({
      name: escapeHtml(label),
      cells: plans.map((plan) => escapeHtml(factOf(plan, label))),
    })),
    "words",
  );
}

function warnings(plans: readonly ComparedPlan[]): string {
  const items = sharedWarnings(plans).map(
    ({ plans: letters, code, message }) =>
      `<li><b>${letters.join(", ")}</b> <code>${escapeHtml(code)}</code> ${escapeHtml(message)}</li>`,
  );
  return items.length === 0 ? "" : `<h2>Warnings</h2><ul class="warnings">${items.join("")}</ul>`;
}
