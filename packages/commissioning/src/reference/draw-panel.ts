/** One point of the reference with its standard error. */
export interface PanelPoint {
  readonly x: number;
  readonly y: number;
  readonly sigma: number;
}

/** One engine's line. */
export interface PanelLine {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** One curve: doses above, deviations below. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly points: readonly PanelPoint[];
  readonly lines: readonly PanelLine[];
  /** What the deviation of point k is divided by. */
  readonly percentOf: (k: number) => number;
  /** Values are doses of about 1e-12: a power of ten stands beside the label. Default true; false: plain numbers. */
  readonly scientific?: boolean;
}

const WIDTH = 420;
const HEIGHT = 330;
const LEFT = 58;
const RIGHT = 12;
const TOP = 26;
const DOSE_HEIGHT = 170;
const GAP = 14;
const DEVIATION_HEIGHT = 72;
const COLUMNS = 2;
/** The deviation axis reaches at least this far, %, and at most; beyond, lines leave the picture. */
const DEVIATION_LEAST = 2;
const DEVIATION_MOST = 12;
const INK = "#444";
const GRID = "#ccc";

/** One panel as an SVG group, its corner at (0, 0). */
export function panelGroup(panel: Panel): string {
  const { points, lines } = panel;
  // Without points there is nothing to deviate from: the upper picture takes all the height.
  const xs = points.length > 0 ? points.map((p) => p.x) : lines.flatMap((l) => [...l.x]);
  const doseHeight = points.length > 0 ? DOSE_HEIGHT : DOSE_HEIGHT + GAP + DEVIATION_HEIGHT;
  const xLow = Math.min(0, ...xs);
  const xHigh = Math.max(...xs, xLow + 1e-9);
  const yHigh =
    (panel.scientific === false ? 1.2 : 1.05) *
    Math.max(...points.map((p) => p.y), ...lines.flatMap((l) => [...l.y]), 1e-300);
  const deviations = lines.map((line) =>
    points.map((p, k) => (100 * (line.y[k]! - p.y)) / (panel.percentOf(k) || 1)),
  );
  const largest = Math.max(DEVIATION_LEAST, ...deviations.flat().map(Math.abs));
  const reach = Math.min(DEVIATION_MOST, Math.ceil(largest));
  const px = (x: number) => LEFT + ((x - xLow) / (xHigh - xLow)) * (WIDTH - LEFT - RIGHT);
  const py = (y: number) => TOP + doseHeight * (1 - y / yHigh);
  const middle = TOP + DOSE_HEIGHT + GAP + DEVIATION_HEIGHT / 2;
  const pd = (percent: number) =>
    middle - (Math.max(-reach, Math.min(reach, percent)) / reach) * (DEVIATION_HEIGHT / 2);
  const bottom = middle + DEVIATION_HEIGHT / 2;
  const parts: string[] = [text(LEFT, 16, panel.title, "start", 12)];
  const power = panel.scientific === false ? 0 : Math.floor(Math.log10(yHigh));
  for (const tick of niceTicks(0, yHigh, 4)) {
    parts.push(line(LEFT, py(tick), WIDTH - RIGHT, py(tick), GRID));
    parts.push(text(LEFT - 4, py(tick) + 3, trim(tick / 10 ** power), "end", 10));
  }
  if (panel.scientific === false) {
    const y = TOP + doseHeight / 2;
    parts.push(`<g transform="rotate(-90 14 ${fixed(y)})">${text(14, y, panel.yLabel, "middle", 10)}</g>`);
  } else parts.push(text(LEFT - 46, TOP - 4, `10^${power} ${panel.yLabel}`, "start", 9));
  for (const percent of points.length > 0 ? [-reach, 0, reach] : []) {
    parts.push(line(LEFT, pd(percent), WIDTH - RIGHT, pd(percent), percent === 0 ? INK : GRID));
    parts.push(text(LEFT - 4, pd(percent) + 3, `${percent} %`, "end", 10));
  }
  for (const tick of niceTicks(xLow, xHigh, 6)) {
    parts.push(line(px(tick), TOP, px(tick), bottom, GRID));
    parts.push(text(px(tick), bottom + 13, trim(tick), "middle", 10));
  }
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, bottom + 27, panel.xLabel, "middle", 10));
  let dots = "";
  let bars = "";
  let ownBars = "";
  for (const [k, { x, y, sigma }] of points.entries()) {
    dots += `M${fixed(px(x))} ${fixed(py(y))}h0`;
    if (sigma <= 0) continue;
    bars += `M${fixed(px(x))} ${fixed(py(Math.max(0, y - sigma)))}V${fixed(py(y + sigma))}`;
    const percent = (100 * sigma) / (panel.percentOf(k) || 1);
    ownBars += `M${fixed(px(x))} ${fixed(pd(-percent))}V${fixed(pd(percent))}`;
  }
  parts.push(`<path d="${bars}" stroke="${INK}" stroke-width="0.6"/>`);
  parts.push(`<path d="${ownBars}" stroke="#999" stroke-width="0.6"/>`);
  parts.push(`<path d="${dots}" stroke="${INK}" stroke-width="3.2" stroke-linecap="round"/>`);
  lines.forEach((one, n) => {
    const style = `fill="none" stroke="${one.colour}" stroke-width="1.4"${one.dash ? ` stroke-dasharray="${one.dash}"` : ""}`;
    parts.push(`<polyline points="${path(one.x, one.y, px, py)}" ${style}/>`);
    if (points.length > 0) parts.push(`<polyline points="${path(one.x, deviations[n]!, px, pd)}" ${style}/>`);
    const y = TOP + 12 + 13 * n;
    parts.push(
      `<line x1="${WIDTH - 132}" y1="${y - 3}" x2="${WIDTH - 108}" y2="${y - 3}" ${style}/>`,
      text(WIDTH - 104, y, one.name, "start", 10),
    );
  });
  return parts.join("\n");
}

/** Panels side by side, two in a row, with a title for readers of screens. */
export function svgPicture(title: string, groups: readonly string[]): string {
  const rows = Math.ceil(groups.length / COLUMNS);
  const width = WIDTH * Math.min(COLUMNS, Math.max(1, groups.length));
  const height = HEIGHT * rows;
  const placed = groups.map(
    (group, i) =>
      `<g transform="translate(${(i % COLUMNS) * WIDTH} ${Math.floor(i / COLUMNS) * HEIGHT})">\n${group}\n</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${placed.join("\n")}
</svg>
`;
}

function path(
  x: readonly number[],
  y: readonly number[],
  px: (x: number) => number,
  py: (y: number) => number,
): string {
  return x.map((value, k) => `${fixed(px(value))},${fixed(py(y[k]!))}`).join(" ");
}

function niceTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
  const ticks: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high * (1 + 1e-9); n++) ticks.push(n * step);
  return ticks;
}

function text(x: number, y: number, content: string, anchor: string, size: number): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" font-size="${size}" fill="${INK}">${escapeXml(content)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="${colour}" stroke-width="0.6"/>`;
}

function trim(x: number): string {
  return String(Number(x.toPrecision(3)));
}

function fixed(x: number): string {
  return x.toFixed(1);
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
