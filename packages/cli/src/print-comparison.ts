import { type PlanComparison, type PlanSummary, planLetter, sharedWarnings, textTable } from "isodose";

/** Metrics of the target, and of every other structure. */
const TARGET_METRICS = ["D95%", "D0.035cc", "mean", "max"];
const OTHER_METRICS = ["D0.035cc", "mean"];

/** Plans for one patient as one table: a line a number, a column a plan. */
export function printComparison({ plans }: PlanComparison, out: string | undefined): void {
  const summaries = plans.map(({ result }) => result.summary);
  const row = (name: string, cell: (summary: PlanSummary) => string) => [name, ...summaries.map(cell)];
  const fixed = (value: number | null | undefined, digits: number) => value?.toFixed(digits) ?? "–";
  const limits = new Map(
    summaries.flatMap(({ limits }) => limits.map((l) => [`${l.structure} ${l.metric} ≤ ${l.maxGy} Gy`, l])),
  );
  const [first] = summaries;
  const targets = new Set(summaries.map((summary) => summary.target.name));
  const rows = [
    ["", ...plans.map(({ label }, p) => `${planLetter(p)} ${label}`)],
    row("target", (s) => s.target.name),
    row("prescription", ({ prescription: p }) => `${p.doseGy} Gy / ${p.fractions}`),
    row("machine", (s) => s.machine),
    row("coverage %", (s) => fixed(s.target.coveragePercent, 1)),
    row("Paddick CI", (s) => fixed(s.target.paddickCi, 3)),
    row("gradient index", (s) => fixed(s.target.gradientIndex, 2)),
    row("maximum Gy", (s) => fixed(s.doseMaxGy, 2)),
    ...[...limits].map(([name, limit]) => row(name, (s) => limitCell(s, limit))),
    row("beams", (s) => String(s.beams)),
    row("MU", (s) => fixed(s.monitorUnits, 0)),
    row("delivery min", (s) => fixed(s.deliveryMinutes, 0)),
    row("engine", (s) => `${s.engine} (${s.backend})`),
    row("dose grid mm", (s) => s.doseGrid.spacingMm.join(" × ")),
    row("seed", (s) => String(s.seed)),
    row("computed in s", (s) => fixed(s.elapsedSeconds, 1)),
    ...Object.keys(first!.structures).flatMap((name) =>
      (targets.has(name) ? TARGET_METRICS : OTHER_METRICS).map((metric) =>
        row(`${name} ${metric} Gy`, (s) => fixed(s.structures[name]?.metrics[metric], 2)),
      ),
    ),
  ];
  console.log(
    [
      "",
      textTable(rows),
      "",
      ...sharedWarnings(summaries).map(
        ({ plans: letters, code, message }) => `warning ${letters.join(", ")} ${code}: ${message}`,
      ),
      ...(out === undefined ? [] : [`written to ${out}: compare.html`]),
      `${first!.notice}.`,
    ].join("\n"),
  );
}

function limitCell(
  summary: PlanSummary,
  {
    structure,
    metric,
    maxGy,
  }: { readonly structure: string; readonly metric: string; readonly maxGy: number },
): string {
  const limit = summary.limits.find(
    (l) => l.structure === structure && l.metric === metric && l.maxGy === maxGy,
  );
  if (!limit) return "no limit";
  return `${limit.valueGy.toFixed(2)} ${limit.valueGy <= maxGy * 1.0001 ? "kept" : "EXCEEDED"}`;
}
