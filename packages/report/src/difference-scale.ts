import { encode } from "fast-png";
import { base64 } from "./base64.ts";
import { formatNumber } from "./escape-html.ts";
import type { SliceRaster } from "./sample-slice.ts";

/** Less dose is blue, more is orange: told apart by every kind of colour vision. */
export const LESS_COLOR = "#4aa3ff";
export const MORE_COLOR = "#ff8c1a";
/** Grey of the CT under the colours, as part of the whole range: dark, so that colours of equal dose look alike. */
const CT_PART = 0.6;
/** Grey of soft tissue below the colours of the scale. */
const SCALE_GREY = 60;
const FULL_STEPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

const rgbOf = (color: string): readonly number[] =>
  [1, 3, 5].map((n) => Number.parseInt(color.slice(n, n + 2), 16));
const LESS = rgbOf(LESS_COLOR);
const MORE = rgbOf(MORE_COLOR);

/**
 * End of a scale that holds a difference: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 or 10 times a power of ten, Gy.
 * @param largestGy - largest absolute difference; 0 gives 1 Gy
 */
export function differenceScaleGy(largestGy: number): number {
  // Float32 voxels: what is below their last digit is no difference.
  if (!(largestGy > 1e-5)) return 1;
  const power = 10 ** Math.floor(Math.log10(largestGy));
  const step = FULL_STEPS.find((s) => s * power >= largestGy * (1 - 1e-9))!;
  return Number((step * power).toPrecision(3));
}

/** Lines of equal difference: at a fifth and at half of the scale, Gy. */
export function differenceLevelsGy(scaleGy: number): readonly number[] {
  return [0.2, 0.5].map((part) => Number((part * scaleGy).toPrecision(3)));
}

/** One channel of a pixel: grey where there is no difference, full colour at the end of the scale. */
function tinted(grey: number, part: number, channel: number): number {
  const size = Math.min(1, Math.abs(part));
  const opacity = 0.95 * size ** 0.6;
  return Math.round((1 - opacity) * grey + opacity * (part < 0 ? LESS : MORE)[channel]!);
}

/**
 * CT in dark grey under the colours of a difference, as a PNG data URI.
 * @param huRaster - HU; NaN outside the CT is drawn nearly black
 * @param differenceRaster - Gy, same pixels; NaN (unknown) is not coloured
 */
export function differenceImage(
  huRaster: SliceRaster,
  differenceRaster: SliceRaster,
  scaleGy: number,
): string {
  const { width, height } = huRaster;
  const data = new Uint8Array(width * height * 3);
  for (let n = 0; n < width * height; n++) {
    const hu = huRaster.values[n]!;
    // 700 HU wide around 120, as on the slices of the report.
    const grey = Number.isNaN(hu) ? 12 : 255 * CT_PART * Math.max(0, Math.min(1, (hu + 230) / 700));
    const gy = differenceRaster.values[n]!;
    const part = Number.isNaN(gy) ? 0 : gy / scaleGy;
    for (let c = 0; c < 3; c++) data[3 * n + c] = tinted(grey, part, c);
  }
  return `data:image/png;base64,${base64(encode({ width, height, data, channels: 3, depth: 8 }))}`;
}

/** A difference for people: with its sign, at most two digits after the point. */
export function signedGy(gy: number): string {
  const text = String(Number(Math.abs(gy).toFixed(2)));
  return text === "0" ? "0" : `${gy < 0 ? "−" : "+"}${text}`;
}

/**
 * The colour bar of difference maps, with ticks in Gy.
 * @param title - what it measures, e.g. "B − A (Gy)"
 * @returns an `<svg>` element as text
 */
export function renderDifferenceScale(scaleGy: number, title: string): string {
  const width = 620;
  const left = 30;
  const barWidth = width - 2 * left;
  const bands = 61;
  const color = (part: number) => `rgb(${[0, 1, 2].map((c) => tinted(SCALE_GREY, part, c)).join(",")})`;
  const x = (gy: number) => left + (barWidth * (gy / scaleGy + 1)) / 2;
  const text = (at: number, y: number, content: string, more = "") =>
    `<text x="${formatNumber(at, 1)}" y="${y}" text-anchor="middle" font-size="12" fill="#222"${more}>${content}</text>`;
  const parts = Array.from({ length: bands }, (_, n) => {
    const part = (2 * n) / (bands - 1) - 1;
    return `<rect x="${(left + (n * barWidth) / bands).toFixed(2)}" y="22" width="${(barWidth / bands + 0.4).toFixed(2)}" height="16" fill="${color(part)}" shape-rendering="crispEdges"/>`;
  });
  const levels = differenceLevelsGy(scaleGy);
  const ticks = [-scaleGy, ...levels.map((gy) => -gy).reverse(), 0, ...levels, scaleGy];
  for (const gy of ticks) {
    parts.push(`<path d="M${x(gy).toFixed(1)} 38v5" stroke="#222"/>`, text(x(gy), 57, signedGy(gy)));
  }
  parts.push(text(width / 2, 14, title, ' font-weight="700"'));
  return `<svg class="difference-scale" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 62" width="${width}" height="62" role="img" aria-label="Colour scale, ${title}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">${parts.join("")}</svg>`;
}
