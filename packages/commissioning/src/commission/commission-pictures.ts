import { type Panel, panelGroup, svgPicture } from "../reference/draw-panel.ts";
import type { CommissionedCurve, CommissionResult } from "./commission.ts";
import type { MeasuredKind } from "./commission-spec.ts";
import type { BeamFit } from "./fit-beam.ts";

const BEFORE = { colour: "#888", dash: "4 3" };
const AFTER = { colour: "#2f7ed8", dash: "" };

const X_LABEL: Readonly<Record<MeasuredKind, string>> = {
  pdd: "depth in water, mm",
  tpr: "depth in water, mm",
  profile: "distance from the axis at depth, mm",
  "output-factors": "field diameter at SAD, mm",
};

/**
 * Measured curves as points with their standard errors, the beam before (dashed) and after the fit as lines, and below each picture the
 * deviation in % of the curve's greatest value; last the fitted numbers. An SVG of two panels a row.
 */
export function drawCommissionedCurves(result: CommissionResult): string {
  const panels = result.curves.map((curve) => panelGroup(panelOfCurve(curve, result.fit !== undefined)));
  return svgPicture(`Measured curves and beam model of ${result.spec.id}`, [
    ...panels,
    ...(result.fit ? [fitGroup(result.fit)] : []),
  ]);
}

/** What was fitted, in words, as large as a panel. */
function fitGroup({ parameters, chiSquare, degreesOfFreedom }: BeamFit): string {
  const lines = parameters.map(({ name, unit, start, value, standardError }) => {
    const error = Number.isFinite(standardError) ? ` ± ${standardError.toPrecision(1)}` : ", undetermined";
    return `${name}: ${Number(start.toPrecision(3))} → ${Number(value.toPrecision(3))}${error} ${unit}`.trim();
  });
  return [
    "Fitted (start → value ± standard error)",
    ...lines,
    `χ² = ${chiSquare.toFixed(0)} for ${degreesOfFreedom} degrees of freedom`,
  ]
    .map(
      (line, i) =>
        `<text x="58" y="${40 + 22 * i}" font-size="${i === 0 ? 12 : 13}" fill="#222">${line}</text>`,
    )
    .join("\n");
}

function panelOfCurve({ measured, before, after }: CommissionedCurve, isFitted: boolean): Panel {
  const { spec, title, x, y, sigma } = measured;
  const order = x.map((_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const sorted = (values: readonly number[]) => order.map((i) => values[i]!);
  const greatest = Math.max(...y);
  const at = sorted(x);
  return {
    title,
    xLabel: X_LABEL[spec.kind],
    yLabel: spec.kind === "output-factors" ? "output factor" : "dose, unit of the file",
    points: order.map((i) => ({ x: x[i]!, y: y[i]!, sigma: sigma[i]! })),
    lines: [
      ...(isFitted ? [{ name: "start", ...BEFORE, x: at, y: sorted(before) }] : []),
      { name: isFitted ? "fitted" : "beam model", ...AFTER, x: at, y: sorted(after) },
    ],
    percentOf: () => greatest,
    scientific: false,
  };
}

/** The spectrum before and after, and the output factors of all cones: an SVG. */
export function drawSpectrumAndFactors(result: CommissionResult): string {
  const { spec, spectrumBefore, spectrumAfter, outputFactors, fit } = result;
  const lines = spectrumBefore.some((n, i) => Math.abs(n - spectrumAfter[i]!) > 1e-9);
  const groups = [
    panelGroup({
      title: "photons by energy (sum 1)",
      xLabel: "energy, MeV",
      yLabel: "number per MeV; for lines per line",
      points: [],
      lines: [
        ...(lines ? [{ name: "start", ...BEFORE, ...stepsOf(spec.spectrum, spectrumBefore) }] : []),
        { name: fit ? "fitted" : "given", ...AFTER, ...stepsOf(spec.spectrum, spectrumAfter) },
      ],
      percentOf: () => 1,
      scientific: false,
    }),
    panelGroup({
      title: `output factors of the cones, ${spec.reference.depthMm} mm deep at ${spec.sadMm} mm`,
      xLabel: "field diameter at SAD, mm",
      yLabel: `dose over that of ${spec.reference.diameterMm} mm`,
      points: [],
      lines: [
        {
          name: spec.id,
          ...AFTER,
          x: outputFactors.map((o) => o.diameterMm),
          y: outputFactors.map((o) => o.factor),
        },
      ],
      percentOf: () => 1,
      scientific: false,
    }),
  ];
  return svgPicture(`Spectrum and output factors of ${spec.id}`, groups);
}

/** Bins as steps; a line as a needle of its number. */
function stepsOf(
  {
    binLowMeV,
    binHighMeV,
  }: { readonly binLowMeV: readonly number[]; readonly binHighMeV: readonly number[] },
  number: readonly number[],
): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  number.forEach((n, i) => {
    const width = binHighMeV[i]! - binLowMeV[i]!;
    const height = width > 0 ? n / width : n;
    const isGap = width === 0 || x.length === 0 || x.at(-1)! < binLowMeV[i]! - 1e-9;
    x.push(
      ...(isGap ? [binLowMeV[i]!] : []),
      binLowMeV[i]!,
      binHighMeV[i]!,
      ...(width === 0 ? [binHighMeV[i]!] : []),
    );
    y.push(...(isGap ? [0] : []), height, height, ...(width === 0 ? [0] : []));
  });
  return { x, y };
}
