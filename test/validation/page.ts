import type { CaseValidation } from "@isodose/commissioning";
import { type CirclesValidation, LEFT_OUT_MM } from "./circles.ts";
import type { FitSetting } from "./fit-settings.ts";

function rows(all: readonly CaseValidation[]): string {
  return all
    .flatMap((one) =>
      one.curves.map((c, i) => {
        const head = i === 0 ? `${one.diameterMm} mm | **${one.passPercent.toFixed(1)} %**` : " | ";
        return `| ${head} | ${c.name} | ${c.passed} / ${c.points} | ${c.worstPercent.toFixed(2)} % at ${c.worstAtMm} mm | ${c.worstMm === 0 ? "–" : `${c.worstMm.toFixed(2)} mm`} |`;
      }),
    )
    .join("\n");
}

const HEADER = `| field | points that pass | curve | pass | largest deviation (of the axis dose) | largest distance |
|---|---|---|---|---|---|`;

const name = ({ firstRatePerMm, rates, smoothness }: FitSetting) =>
  `${firstRatePerMm}/mm × ${rates}, ${smoothness}`;

/**
 * The page docs/validation.md.
 * @param engines - the section that holds every engine against every case
 */
export function validationPage(
  { leftOut, everySetting, inTheFit }: CirclesValidation,
  engines: string,
): string {
  const chosen = leftOut.map((one) => `${one.validation.diameterMm} mm: ${name(one.setting)}`).join("; ");
  const settings = everySetting
    .map((row) => `| ${name(row.setting)} | ${row.passPercent.map((p) => `${p.toFixed(1)} %`).join(" | ")} |`)
    .join("\n");
  return `# Validation

The engines are held against Monte Carlo results (EGSnrc), absolute dose per unit photon fluence. This page is written by
\`npm run validate\`; the cases, their provenance and the code are in \`test/golden/reference\` and \`packages/commissioning\`.

${engines}
## Ray tracing: is the agreement evidence?

The built-in beam data of \`ray-trace\` were fitted to the five 6 MV water cases above, so their rows there show only that the engine gives its beam data back. Here
each field is left out of the fit in turn.

A point source 785 mm above water, fields of 5 to 60 mm diameter at 800 mm, ideal edges, vacuum above the surface. Depth curves on the
axis to 302.5 mm and profiles at 15, 50, 100 and 200 mm depth, as absolute dose per unit photon fluence. The engine runs as in a plan: pencil
kernel → cone tables → ray tracing through a density volume. A point passes if it lies within 1 % of the dose on the axis at the
same depth, within two standard errors of the reference, or within 0.2 mm along the curve (fields up to 10 mm) or 0.3 mm (larger).
"Largest distance" is over the points that dose alone does not pass; it is looked for up to 5 mm away.

## Fields left out of the fit

The beam data are a pencil kernel fitted to the other four fields. The rule that leads to the field left out is physics, not a curve
through output factors: superposition of the kernel over the field's disc. The kernel is a sum of exponentials with weights ≥ 0, so the
dose rises monotonically with the radius. That much was fixed beforehand.

How many exponentials and how much smoothing was not: the settings below were tried with these results in sight. So that the field left
out has no say, its setting is chosen anew from the other fields alone: each inner one of them is left out in turn, and the setting that predicts
them best is taken (${chosen}).

${HEADER}
${rows(leftOut.map((one) => one.validation))}

Every setting that was tried (first rate × number of rates, smoothness), with the points that pass in the field left out:

| setting | ${LEFT_OUT_MM.map((d) => `${d} mm`).join(" | ")} |
|---|${LEFT_OUT_MM.map(() => "---|").join("")}
${settings}

## Fields in the fit

These took part in the fit: their agreement shows that the kernel can describe them and that the engine reproduces its beam data. It is no
evidence about other fields.

${HEADER}
${rows(inTheFit)}

## What this does not show

- The reference cases were themselves superposed from one simulated pencil beam, so their statistical errors are alike (all five deviate the
  same way at 275 mm), and a model that superposes pencils suits them. Scatter of the beam's head, leakage, electron
  contamination and the spectrum of a real machine are in neither.
- The list of settings was made by someone who had seen all five fields; the nested choice cannot undo that.
- The first millimetre: the engine samples depth every 1 mm along a ray, linear in between, so next to a surface that falls between two samples
  it is up to 0.25 mm too deep; the kernel alone is within 0.4 % there.
- The engine's machines are blurred by a focal spot; this comparison is made without, with ideal edges.
- Water only: in and behind lung or bone, ray tracing errs by several percent.
- The spectrum is that of a flattened beam ("mohan6-based, not FFF").

For research and teaching, not for clinical use.
`;
}
