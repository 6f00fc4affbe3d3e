import { NOT_FOR_CLINICAL_USE } from "@isodose/core";
import type { CommissionResult } from "./commission.ts";
import { drawCommissionedCurves, drawSpectrumAndFactors } from "./commission-pictures.ts";

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;max-width:900px;margin:0 auto;padding:0 16px 40px;color:#222;background:#fff}
.notice{background:#fff3cd;border-bottom:1px solid #e0c060;margin:0 -16px;padding:6px 16px;font-weight:600}
table{border-collapse:collapse;margin:8px 0}th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid #ddd;vertical-align:top;overflow-wrap:anywhere}
td.n{text-align:right;font-variant-numeric:tabular-nums}.soft{color:#666}.warning{color:#8a3b00}svg{width:100%;height:auto}`;

/**
 * What was commissioned as one page that needs nothing else: fitted numbers with standard errors and correlations, χ², every measured curve
 * with residuals, spectrum before and after, output factors, where each number comes from.
 */
export function commissionReport(result: CommissionResult): string {
  const { spec, machine, fit, curves, monteCarlo, warnings } = result;
  const body = [
    `<h1>${escapeHtml(machine.title)}</h1>`,
    `<p>Machine <code>${escapeHtml(machine.id)}</code>, “${escapeHtml(machine.label)}”. Pencil kernel by Isodose's own Monte Carlo: ${monteCarlo.histories.toLocaleString("en")} photons, seed ${monteCarlo.seed}, standard error ${monteCarlo.sigmaPercent.toFixed(2)} % at 100 mm depth. 1 ${spec.output.unit === "Gy/MU" ? "MU" : "min"} is ${spec.output.value} Gy at ${spec.reference.depthMm} mm depth and ${spec.sadMm} mm distance in the ${spec.reference.diameterMm} mm field.</p>`,
    ...warnings.map((w) => `<p class="warning">${escapeHtml(w.code)}: ${escapeHtml(w.message)}</p>`),
    fit ? fitSection(result) : "<p>Nothing was fitted: the beam is as the file gives it.</p>",
    curves.length > 0 ? `<h2>Measured curves</h2>${curveTable(result)}${drawCommissionedCurves(result)}` : "",
    `<h2>Spectrum and output factors</h2>${drawSpectrumAndFactors(result)}`,
    table(
      ["cone, mm at SAD", "output factor"],
      result.outputFactors.map((o) => [num(String(o.diameterMm)), num(o.factor.toFixed(4))]),
    ),
    "<h2>Where the numbers come from</h2>",
    table(
      ["field", "status", "source"],
      machine.provenance.map((p) => [
        `<code>${escapeHtml(p.field)}</code>`,
        escapeHtml(p.status),
        escapeHtml(p.source),
      ]),
    ),
    `<p class="soft">Head scatter has the spectrum of the beam; electrons from the head are not modelled, so the first millimetres of a measured curve may lie above the model. Made by Isodose. ${NOT_FOR_CLINICAL_USE}.</p>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(machine.title)} – Isodose commissioning</title>
<style>${STYLE}</style>
</head>
<body>
<div class="notice">${NOT_FOR_CLINICAL_USE}. Research and teaching only.</div>
${body.filter((part) => part !== "").join("\n")}
</body>
</html>
`;
}

function fitSection({ fit }: CommissionResult): string {
  if (!fit) return "";
  const { parameters, correlations, meanEnergyMeV, chiSquare, degreesOfFreedom } = fit;
  const rows = parameters.map(({ name, unit, start, value, standardError }) => [
    `<code>${escapeHtml(name)}</code>`,
    num(significant(start)),
    num(significant(value)),
    num(Number.isFinite(standardError) ? standardError.toPrecision(2) : "none"),
    escapeHtml(unit),
  ]);
  const matrix =
    parameters.length < 2
      ? ""
      : `<h3>Correlations</h3>${table(
          ["", ...parameters.map((p) => escapeHtml(p.name))],
          parameters.map((p, i) => [
            `<code>${escapeHtml(p.name)}</code>`,
            ...correlations[i]!.map((c) => num(Number.isFinite(c) ? c.toFixed(2) : "–")),
          ]),
        )}`;
  const { before, after, standardError } = meanEnergyMeV;
  const energy =
    before === after
      ? ""
      : `<p>Mean photon energy ${before.toFixed(3)} MeV at the start, ${after.toFixed(3)} ± ${standardError.toFixed(3)} MeV fitted.</p>`;
  return `<h2>Fit</h2>
<p>Weighted least squares, ${fit.iterations} steps${fit.converged ? "" : ", not converged"}: χ² = ${chiSquare.toFixed(1)} for ${degreesOfFreedom} degrees of freedom. The spectrum is the given one times (E/E₀)<sup>a</sup> e<sup>b (E − E₀)</sup>.</p>
${table(["parameter", "start", "fitted", "standard error", "unit"], rows)}
${energy}
${matrix}`;
}

function curveTable({ curves }: CommissionResult): string {
  return table(
    ["curve", "file", "points", "χ²", "rms %", "worst %"],
    curves.map(({ measured, chiSquare, rmsPercent, worstPercent }) => [
      escapeHtml(measured.title),
      escapeHtml(measured.spec.file),
      num(String(measured.y.length)),
      num(chiSquare.toFixed(1)),
      num(rmsPercent.toFixed(2)),
      num(worstPercent.toFixed(2)),
    ]),
  );
}

/** A cell that {@link num} marked is right-aligned. */
const NUMBER_MARK = "\u0000";

function num(text: string): string {
  return NUMBER_MARK + escapeHtml(text);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) =>
    row
      .map((c) => (c.startsWith(NUMBER_MARK) ? `<td class="n">${c.slice(1)}</td>` : `<td>${c}</td>`))
      .join("");
  return `<table><thead><tr>${header.map((h) => `<th>${h}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells(row)}</tr>`)
    .join("")}</tbody></table>`;
}

function significant(x: number): string {
  return String(Number(x.toPrecision(4)));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
