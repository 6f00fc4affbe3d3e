import { InvalidInputError, type Structure, type Volume } from "@isodose/core";
import { escapeHtml, formatNumber } from "./escape-html.ts";
import type { ScreenLine } from "./isodose-lines.ts";
import { structureStyles } from "./palette.ts";
import {
  type BoxMm,
  boxOfVolume,
  intersectBoxes,
  SLICE_VIEWS,
  type SliceAxis,
  type SliceWindow,
  windowOfBox,
} from "./slice-geometry.ts";
import { preparedOutline, structureOutline } from "./structure-outline.ts";

const NAMES: Readonly<Record<SliceAxis, string>> = {
  axial: "Axial",
  sagittal: "Sagittal",
  coronal: "Coronal",
};
/** Dark rim of light letters on a picture. */
export const HALO =
  'stroke="#000" stroke-opacity="0.75" stroke-width="3" paint-order="stroke" stroke-linejoin="round"';

/** Screen millimetres to px of the picture. */
export type ToPx = (point: readonly [number, number]) => readonly [number, number];

/** Where a picture of a slice is drawn: its rectangle of the patient and its size. */
export interface SliceCanvas {
  readonly window: SliceWindow;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pxPerMm: number;
  readonly toPx: ToPx;
}

/**
 * The part of a slice of the CT that a picture shows.
 * @throws InvalidInputError if `boxMm` does not meet the CT, or the slice lies outside it
 */
export function sliceCanvas(options: {
  readonly ct: Volume;
  readonly axis: SliceAxis;
  readonly positionMm: number;
  readonly boxMm?: BoxMm;
  readonly widthPx?: number;
}): SliceCanvas {
  const { ct, axis, positionMm } = options;
  const ctBox = boxOfVolume(ct);
  const view = SLICE_VIEWS[axis];
  if (!(positionMm >= ctBox.min[view.across] && positionMm <= ctBox.max[view.across])) {
    const expected = `a position in the CT, ${formatNumber(ctBox.min[view.across], 1)} to ${formatNumber(ctBox.max[view.across], 1)} mm`;
    throw new InvalidInputError("positionMm", positionMm, expected);
  }
  const box = options.boxMm ? intersectBoxes(options.boxMm, ctBox) : ctBox;
  if (!box) throw new InvalidInputError("boxMm", options.boxMm, "a box that meets the CT");
  const window = windowOfBox(axis, positionMm, box);
  const widthPx = options.widthPx ?? 640;
  const pxPerMm = widthPx / window.widthMm;
  const toPx: ToPx = ([s, t]) => [(s - window.leftMm) * pxPerMm, (t - window.topMm) * pxPerMm];
  return { window, widthPx, heightPx: Math.round(window.heightMm * pxPerMm), pxPerMm, toPx };
}

/** An image (data URI) that fills the canvas. */
export function imageElement(uri: string, { widthPx, heightPx }: SliceCanvas): string {
  return `<image href="${uri}" x="0" y="0" width="${widthPx}" height="${heightPx}" preserveAspectRatio="none"/>`;
}

/** Gy for labels: at most two digits after the point, none if whole. */
export function doseLabel(gy: number): string {
  return String(Number(gy.toFixed(2)));
}

/**
 * A line as SVG path data.
 * @param leastStepPx - points nearer than this to the one before are left out, px; default 0: none
 */
export function pathOf(line: ScreenLine, toPx: ToPx, leastStepPx = 0): string {
  const digits = leastStepPx > 0 ? 1 : 2;
  const kept: (readonly [number, number])[] = [];
  for (const [n, point] of line.entries()) {
    const p = toPx(point);
    const last = kept.at(-1);
    if (last && n < line.length - 1 && Math.hypot(p[0] - last[0], p[1] - last[1]) < leastStepPx) continue;
    kept.push(p);
  }
  const points = kept.map((p) => p.map((c) => c.toFixed(digits)).join(" "));
  const first = points[0];
  if (first === undefined || points.length < 2) return "";
  const closed = first === points.at(-1);
  return `M${(closed ? points.slice(0, -1) : points).join("L")}${closed ? "Z" : ""}`;
}

/** Outlines of structures where the slice meets them, in order, each on a dark rim. */
export function outlinePaths(
  structures: readonly Structure[],
  targetName: string,
  { window, toPx }: SliceCanvas,
  leastStepPx = 0,
): string[] {
  const styles = structureStyles(
    structures.map((s) => s.name),
    targetName,
  );
  return structures.flatMap((structure) => {
    const outline = structureOutline(preparedOutline(structure), window);
    const d = outline.map((line) => pathOf(line, toPx, leastStepPx)).join("");
    if (!d) return [];
    const { sliceColor, strokeWidth } = styles.get(structure.name)!;
    return [
      `<path d="${d}" fill="none" stroke="#000" stroke-opacity="0.6" stroke-width="${strokeWidth + 1.8}"/>`,
      `<path class="structure" data-name="${escapeHtml(structure.name)}" d="${d}" fill="none" stroke="${sliceColor}" stroke-width="${strokeWidth}"/>`,
    ];
  });
}

export function crosshair([x, y]: readonly [number, number]): string {
  const arm = (dx: number, dy: number) =>
    `M${(x + 5 * dx).toFixed(1)} ${(y + 5 * dy).toFixed(1)}L${(x + 16 * dx).toFixed(1)} ${(y + 16 * dy).toFixed(1)}`;
  const d = arm(1, 0) + arm(-1, 0) + arm(0, 1) + arm(0, -1);
  return `<path d="${d}" stroke="#000" stroke-opacity="0.7" stroke-width="4" fill="none"/><path class="isocenter" d="${d}" stroke="#fff" stroke-width="1.8" fill="none"/>`;
}

/** The finished picture: its parts with name and position of the slice, letters of orientation and a scale bar on top. */
export function slicePicture(canvas: SliceCanvas, parts: readonly string[], what = ""): string {
  const { axis, positionMm } = canvas.window;
  const view = SLICE_VIEWS[axis];
  const { widthPx, heightPx } = canvas;
  const title = `${what}${NAMES[axis]} slice at ${"xyz"[view.across]} = ${formatNumber(positionMm, 1)} mm, ${view.viewedFrom}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${heightPx}" width="${widthPx}" height="${heightPx}" role="img" aria-label="${escapeHtml(title)}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"><title>${escapeHtml(title)}</title>${parts.join("")}${frameTexts(canvas).join("")}</svg>`;
}

function frameTexts({ window, widthPx: w, heightPx: h, pxPerMm }: SliceCanvas): string[] {
  const { axis, positionMm } = window;
  const view = SLICE_VIEWS[axis];
  const text = (x: number, y: number, anchor: string, size: number, content: string) =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" font-weight="700" fill="#fff" ${HALO}>${content}</text>`;
  const [left, right, top, bottom] = view.letters;
  const barMm = [100, 50, 20, 10, 5].find((mm) => mm * pxPerMm <= w / 3) ?? 5;
  const bar = barMm * pxPerMm;
  return [
    text(8, 18, "start", 13, NAMES[axis]),
    text(8, 34, "start", 12, `${"xyz"[view.across]} = ${formatNumber(positionMm, 1)} mm`),
    text(7, h / 2 + 6, "start", 17, left),
    text(w - 7, h / 2 + 6, "end", 17, right),
    text(w / 2, 20, "middle", 17, top),
    text(w / 2, h - 8, "middle", 17, bottom),
    `<path d="M10 ${h - 16}v6h${bar.toFixed(1)}v-6" fill="none" stroke="#000" stroke-opacity="0.7" stroke-width="4.5"/>`,
    `<path class="scale-bar" d="M10 ${h - 16}v6h${bar.toFixed(1)}v-6" fill="none" stroke="#fff" stroke-width="2"/>`,
    text(10 + bar / 2, h - 17, "middle", 12, `${barMm} mm`),
  ];
}
