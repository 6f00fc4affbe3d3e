import {
  type CutoffChange,
  type PhotonReference,
  proveCutoffs,
  type ReferenceReport,
} from "@isodose/commissioning";

/** Cases whose cut-offs are halved: the narrowest field, the densest matter, and the lowest energies with the finest bins. */
const TRIED = [
  "photon-6mv-circle-5mm-water",
  "photon-6mv-circle-20mm-titanium-slab",
  "photon-co60-circle-8mm-water",
];
const HISTORIES = 60_000;

const percent = (x: number) => `${x < 0 ? "−" : ""}${Math.abs(x).toFixed(2)}`;

/** Halved cut-offs of the Monte Carlo engine, case by case. */
export async function tryCutoffs(
  files: readonly { readonly id: string }[],
): Promise<Map<string, CutoffChange[]>> {
  const out = new Map<string, CutoffChange[]>();
  for (const id of TRIED) {
    const file = files.find((one) => one.id === id) as PhotonReference | undefined;
    if (!file) continue;
    out.set(id, await proveCutoffs(file, { histories: HISTORIES }));
    console.log(`halved the cut-offs on ${id}`);
  }
  return out;
}

function cutoffRow({ cutoffs, usual, halved, ...one }: CutoffChange): string {
  const what = cutoffs.length === 1 ? `\`${cutoffs[0]}\` ${usual[0]} → ${halved[0]}` : "all of these at once";
  return `| ${what} | ${percent(one.meanPercent)} ± ${one.meanSigmaPercent.toFixed(2)} % | ${one.curve}: ${percent(one.curvePercent)} ± ${one.curveSigmaPercent.toFixed(2)} % | ${one.beyondPercent.toFixed(1)} % of ${one.points} |`;
}

function offsetRows(report: ReferenceReport): string[] {
  return report.cases
    .filter((one) => one.engine === "monte-carlo")
    .flatMap((one) =>
      one.curves.flatMap(({ name, meanLocalPercent: mean, meanLocalSigmaPercent: sigma, binOffset }) =>
        binOffset
          ? [
              `| ${one.id} | ${name} | ${percent(mean)} ± ${sigma.toFixed(2)} % | ${percent(binOffset.percent)} ± ${binOffset.sigmaPercent.toFixed(2)} % | ${percent(mean + binOffset.percent)} % |`,
            ]
          : [],
      ),
    );
}

/** What the comparison says about the Monte Carlo engine's own settings, and about the noise of the reference. */
export function monteCarloSection(
  report: ReferenceReport,
  changes: ReadonlyMap<string, readonly CutoffChange[]>,
): string {
  const tables = [...changes].map(
    ([id, rows]) => `**${id}**

| halved | mean change | curve that changes most for its error | points beyond 2 σ |
|---|---|---|---|
${rows.map(cutoffRow).join("\n")}
`,
  );
  const offsets = offsetRows(report);
  const cutoffs =
    tables.length === 0
      ? ""
      : `## Monte Carlo: cut-offs and steps

Energies (MeV), the share of its energy that an electron loses between two deflections, and the longest path between them (g/cm²), each halved by
itself and then all together; the run with halves has random numbers of its own, ${HISTORIES} photons each. Points above 20 % of their
curve's maximum. Chance alone moves 5 % of the points by more than two of their standard errors; points of a curve share tracks, so they
move together.

${tables.join("\n")}
`;
  const noise =
    offsets.length === 0
      ? ""
      : `## Monte Carlo: how much of a mean deviation is the reference's

All points of a profile in a reference come from one simulated depth bin and share its statistical error. The reference shows by itself how large that
is: its dose on the axis in that bin, against a parabola (ln D over depth) through its own bins above and below. Where the mean deviation is
the negative of that offset, the engine agrees with the reference's neighbouring depths and not with the one bin. Water only, where
enough bins of the same matter lie on both sides. Mean deviations here are of the dose at the point, over points above 20 % of the curve's maximum: stricter than the
row of the case, which takes all points and per cent of the dose on the axis.

| case | profile | mean deviation | offset of the reference's bin | sum |
|---|---|---|---|---|
${offsets.join("\n")}

`;
  return `${noise}${cutoffs}`;
}
