/** Seconds over something, of one backend. */
export interface Curve {
  readonly name: string;
  readonly points: [x: number, seconds: number][];
}

/** One panel of the figure, both axes logarithmic. */
export interface ScalingPanel {
  readonly title: string;
  readonly xTitle: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 340;
const HEIGHT = 260;
const MARGIN = { left: 56, right: 92, top: 30, bottom: 40 };
const COLOURS = ["#7a7a7a", "#c2571a", "#2f6db3", "#2a8a57"];

/** Time against size as SVG, one panel beside the other. */
export function scalingFigure(panels: readonly ScalingPanel[]): string {
  const drawn = panels.map((panel, n) => `<g transform="translate(${n * WIDTH} 0)">${drawPanel(panel)}</g>`);
  const width = panels.length * WIDTH;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

/** Slope of log seconds over log x by least squares: 1 is linear. */
export function slopeOf(points: Curve["points"]): number {
  const x = points.map(([value]) => Math.log(value));
  const y = points.map(([, seconds]) => Math.log(seconds));
  const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const top = x.reduce((sum, v, n) => sum + (v - mx) * (y[n]! - my), 0);
  return top / x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
}

function drawPanel({ title, xTitle, curves }: ScalingPanel): string {
  const points = curves.flatMap((curve) => curve.points);
  const x = decades(points.map(([value]) => value));
  const y = decades(points.map(([, seconds]) => seconds));
  const atX = (v: number) => MARGIN.left + x.at(v) * (WIDTH - MARGIN.left - MARGIN.right);
  const atY = (v: number) => HEIGHT - MARGIN.bottom - y.at(v) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const [left, right] = [atX(x.low), atX(x.high)];
  const [bottom, top] = [atY(y.low), atY(y.high)];
  const parts = [
    `<text x="${left}" y="18" font-weight="bold">${title}</text>`,
    `<text x="${(left + right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${xTitle}</text>`,
    `<text transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">seconds, wall</text>`,
  ];
  for (const v of x.ticks) {
    parts.push(`<path d="M${r(atX(v))} ${bottom}V${top}" stroke="#ddd"/>`);
    parts.push(`<text x="${r(atX(v))}" y="${bottom + 14}" text-anchor="middle">${label(v)}</text>`);
  }
  for (const v of y.ticks) {
    parts.push(`<path d="M${left} ${r(atY(v))}H${right}" stroke="#ddd"/>`);
    parts.push(`<text x="${left - 5}" y="${r(atY(v) + 4)}" text-anchor="end">${label(v)}</text>`);
  }
  curves.forEach((curve, n) => {
    const path = curve.points.map(([a, b], p) => `${p ? "L" : "M"}${r(atX(a))} ${r(atY(b))}`).join("");
    parts.push(`<path d="${path}" fill="none" stroke="${COLOURS[n]}" stroke-width="1.6"/>`);
    for (const [a, b] of curve.points)
      parts.push(`<circle cx="${r(atX(a))}" cy="${r(atY(b))}" r="2.5" fill="${COLOURS[n]}"/>`);
    parts.push(
      `<text x="${right + 8}" y="${MARGIN.top + 12 + 16 * n}" fill="${COLOURS[n]}">${curve.name}</text>`,
    );
  });
  return parts.join("\n");
}

/** A logarithmic axis over whole decades. */
function decades(values: readonly number[]) {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return {
    low: 10 ** low,
    high: 10 ** high,
    ticks: Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n)),
    at: (v: number) => (Math.log10(v) - low) / (high - low),
  };
}

function label(v: number): string {
  return v >= 1e4 ? v.toExponential(0).replace("e+", "e") : String(Number(v.toPrecision(1)));
}

function r(v: number): number {
  return Math.round(10 * v) / 10;
}
