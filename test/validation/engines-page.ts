import { type CaseReport, ENGINE_TOLERANCES, type ReferenceReport } from "@isodose/commissioning";

const signed = (x: number, digits = 2) => `${x < 0 ? "−" : ""}${Math.abs(x).toFixed(digits)}`;

function row(one: CaseReport): string {
  const largest = (of: (c: CaseReport["curves"][number]) => number) =>
    one.curves.reduce((a, c) => (Math.abs(of(c)) > Math.abs(a) ? of(c) : a), 0);
  const passes = [
    ...(one.points > 0 ? [`${one.passPercent.toFixed(1)} % of ${one.points}`] : []),
    ...one.volumes.map((v) => `${v.name} ${v.passPercent.toFixed(1)} % of ${v.points}`),
  ].join(", ");
  const hasCurves = one.curves.length > 0;
  const asksForChi = ENGINE_TOLERANCES[one.engine]?.reducedChiSquare !== undefined;
  const apart = one.curves.reduce((sum, c) => sum + c.apart.points, 0);
  const factors = one.scalars
    .filter((s) => s.name.startsWith("output factor"))
    .map((s) => `${signed(100 * (s.value / s.expected - 1))} %`);
  return `| ${one.id} | ${one.pass ? "yes" : "**no**"} | ${passes} | ${hasCurves ? `${signed(largest((c) => c.meanPercent))} %` : "–"} | ${hasCurves && asksForChi ? largest((c) => c.reducedChiSquare).toFixed(2) : "–"} | ${hasCurves ? `${largest((c) => c.worstMm).toFixed(2)} mm` : "–"} | ${factors.join(", ") || "–"} | ${apart || "–"} |`;
}

/** The part of docs/validation.md that holds every engine against every case. */
export function enginesSection(
  report: ReferenceReport,
  pictures: readonly { id: string; title: string }[],
): string {
  const parts = report.engines.map((engine) => {
    const own = report.cases.filter((one) => one.engine === engine.engine);
    const settings = [...new Set(own.map((one) => one.settings))].slice(0, 3).join("; ");
    return `### ${engine.engine}

**${engine.passPercent.toFixed(2)} %** of ${engine.points} points of curves in ${engine.cases} cases pass. Asked for: ${engine.tolerance}.

| case | passes | points that pass | mean deviation (largest of a curve) | reduced χ² (largest) | largest distance | output factor off by | points apart |
|---|---|---|---|---|---|---|---|
${own.map(row).join("\n")}

Run as: ${settings}.
`;
  });
  const failing = report.cases.filter((one) => !one.pass);
  const failures =
    failing.length === 0
      ? ""
      : `### What does not pass\n\n${failing
          .flatMap((one) => one.failures.map((why) => `- ${one.id}, ${one.engine}: ${why}`))
          .join("\n")}\n\n`;
  const drawn = pictures
    .map(
      ({ id, title }) =>
        `### ${title}\n\n![${title}: reference and engines](/pictures/validation/${id}.svg)\n`,
    )
    .join("\n");
  return `## Every engine against every case

"Mean deviation" is the signed mean over a curve's points, of the dose on the axis at the same depth, reduced χ² (given where it is asked for) has a model floor of 1 %, "largest distance" is over
the points that dose alone does not pass. Points apart lie where a method is known to err (next to interfaces, the first 2 mm) and do not count.
Anyone's own cases: \`isodose validate --reference DIR\`.

${parts.join("\n")}
${failures}## The curves

Dots: reference with one standard error. Lines: engines. Below each: deviation in % of the reference dose on the axis at the same depth, grey the reference's own
standard error.

${drawn}`;
}
