import type { EnergyDepositionKernel } from "@isodose/dose";
import type { PointKernels } from "@isodose/physics";

const WIDTH = 420;
const HEIGHT = 300;
const LEFT = 56;
const RIGHT = 14;
const TOP = 30;
const BOTTOM = 44;
const INK = "#444";
const GRID = "#ddd";
const PARTS = [
  { part: "primary", colour: "#d95f02" },
  { part: "scatter", colour: "#2f7ed8" },
] as const;

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
  readonly ticks: readonly number[];
  readonly label: string;
}

/**
 * Two panels an energy: the energy inside a radius, and how it divides among angles. Dots: reference; lines: our own; shares of the
 * photon's energy.
 */
export function drawKernels(kernels: readonly EnergyDepositionKernel[], reference: PointKernels): string {
  const groups = kernels.flatMap((own) => [radialPanel(own, reference), angularPanel(own, reference)]);
  const placed = groups.map(
    (group, i) =>
      `<g transform="translate(${(i % 2) * WIDTH} ${Math.floor(i / 2) * HEIGHT})">\n${group}\n</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${HEIGHT * kernels.length}" font-family="sans-serif" role="img">
<title>Energy deposition kernels in water: own Monte Carlo (lines) and EGSnrc (dots)</title>
<rect width="100%" height="100%" fill="#fff"/>
${placed.join("\n")}
</svg>
`;
}

function radialPanel(own: EnergyDepositionKernel, reference: PointKernels): string {
  const radii = Array.from(own.radiusEdgesMm).slice(1);
  const shells = radii.length;
  const x: Axis = {
    low: 0.4,
    high: 700,
    isLog: true,
    ticks: [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
    label: "radius, mm",
  };
  const y: Axis = {
    low: 0,
    high: 1,
    isLog: false,
    ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
    label: "share inside the radius",
  };
  const curve = (values: ArrayLike<number>, offset: number) => {
    let sum = 0;
    return radii.map((_, e) => {
      for (let c = e; c < own.primary.length; c += shells) sum += values[offset + c]!;
      return sum;
    });
  };
  return panel(`${own.energyMeV} MeV: energy inside a radius`, x, y, radii, curve, own, reference);
}

function angularPanel(own: EnergyDepositionKernel, reference: PointKernels): string {
  const edges = own.angleEdgesDeg;
  const middles = Array.from({ length: edges.length - 1 }, (_, a) => (edges[a]! + edges[a + 1]!) / 2);
  const shells = own.radiusEdgesMm.length - 1;
  // Share per steradian: isotropic is flat.
  const perSteradian = middles.map((_, a) => {
    const cosines = [edges[a]!, edges[a + 1]!].map((deg) => Math.cos((deg * Math.PI) / 180));
    return 1 / (2 * Math.PI * (cosines[0]! - cosines[1]!));
  });
  const curve = (values: ArrayLike<number>, offset: number) =>
    middles.map((_, a) => {
      let sum = 0;
      for (let e = 0; e < shells; e++) sum += values[offset + a * shells + e]!;
      return sum * perSteradian[a]!;
    });
  const x: Axis = {
    low: 0,
    high: 180,
    isLog: false,
    ticks: [0, 30, 60, 90, 120, 150, 180],
    label: "angle, °",
  };
  const y: Axis = {
    low: 1e-4,
    high: 10,
    isLog: true,
    ticks: [1e-4, 1e-3, 0.01, 0.1, 1, 10],
    label: "share per steradian",
  };
  return panel(`${own.energyMeV} MeV: energy by angle`, x, y, middles, curve, own, reference);
}

function panel(
  title: string,
  x: Axis,
  y: Axis,
  positions: readonly number[],
  curve: (values: ArrayLike<number>, offset: number) => number[],
  own: EnergyDepositionKernel,
  reference: PointKernels,
): string {
  const along = (axis: Axis, value: number) => {
    const [low, high, v] = axis.isLog
      ? [Math.log(axis.low), Math.log(axis.high), Math.log(Math.max(value, axis.low))]
      : [axis.low, axis.high, value];
    return (v - low) / (high - low);
  };
  const px = (value: number) => LEFT + along(x, value) * (WIDTH - LEFT - RIGHT);
  const py = (value: number) => HEIGHT - BOTTOM - along(y, value) * (HEIGHT - TOP - BOTTOM);
  const parts = [text(LEFT, 18, title, "start", 13)];
  for (const tick of x.ticks) {
    parts.push(line(px(tick), TOP, px(tick), HEIGHT - BOTTOM));
    parts.push(text(px(tick), HEIGHT - BOTTOM + 14, String(tick), "middle", 10));
  }
  for (const tick of y.ticks) {
    parts.push(line(LEFT, py(tick), WIDTH - RIGHT, py(tick)));
    parts.push(text(LEFT - 5, py(tick) + 3, String(tick), "end", 10));
  }
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x.label, "middle", 11));
  parts.push(
    `<text x="14" y="${(TOP + HEIGHT - BOTTOM) / 2}" transform="rotate(-90 14 ${(TOP + HEIGHT - BOTTOM) / 2})" text-anchor="middle" font-size="11" fill="${INK}">${y.label}</text>`,
  );
  const offset = reference.energiesMeV.indexOf(own.energyMeV) * own.primary.length;
  PARTS.forEach(({ part, colour }, n) => {
    const ours = curve(own[part], 0);
    const theirs = curve(reference[part], offset);
    const points = positions.map((at, i) => `${px(at).toFixed(1)},${py(ours[i]!).toFixed(1)}`).join(" ");
    const dots = positions.map((at, i) => `M${px(at).toFixed(1)} ${py(theirs[i]!).toFixed(1)}h0`).join("");
    parts.push(`<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.4"/>`);
    parts.push(`<path d="${dots}" stroke="${colour}" stroke-width="3.6" stroke-linecap="round"/>`);
    parts.push(text(WIDTH - RIGHT - 6, TOP + 14 + 14 * n, part, "end", 11, colour));
  });
  return parts.join("\n");
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: string,
  size: number,
  fill: string = INK,
): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="${fill}">${content}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${GRID}" stroke-width="0.6"/>`;
}
