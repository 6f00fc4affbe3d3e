import { InvalidInputError, type PatientPoint, type Structure, type Volume } from "@isodose/core";
import { escapeHtml, formatNumber } from "./escape-html.ts";
import { isodoseLines, type ScreenLine } from "./isodose-lines.ts";
import { ISODOSE_LEVELS, type IsodoseLevel, structureStyles } from "./palette.ts";
import { sampleSlice } from "./sample-slice.ts";
import {
  type BoxMm,
  boxOfVolume,
  intersectBoxes,
  patientToScreen,
  SLICE_VIEWS,
  type SliceAxis,
  windowOfBox,
} from "./slice-geometry.ts";
import { sliceImage } from "./slice-image.ts";
import { preparedOutline, structureOutline } from "./structure-outline.ts";

/** What {@link renderSlice} draws. */
export interface SliceOptions {
  /** unit "HU". */
  readonly ct: Volume;
  /** unit "Gy". */
  readonly dose: Volume;
  /** Outlined, in this order. */
  readonly structures: readonly Structure[];
  readonly axis: SliceAxis;
  /** LPS coordinate across the slice, mm: z of an axial, y of a coronal, x of a sagittal one. */
  readonly positionMm: number;
  /** Gy: 100 % of the isodose levels. */
  readonly prescriptionGy: number;
  /** Drawn thick and white. */
  readonly targetName?: string;
  /** Marked by a crosshair, LPS, mm. */
  readonly isocenterMm?: PatientPoint;
  /** Marked by a diamond, LPS, mm. */
  readonly doseMax?: { readonly positionMm: PatientPoint; readonly doseGy: number };
  /** Part of the patient to show, LPS, mm; default: the whole CT. */
  readonly boxMm?: BoxMm;
  /** Width of the picture, px; default 640. Its height follows. */
  readonly widthPx?: number;
  /** Size of a pixel of the CT image, mm; default 0.5. */
  readonly pixelMm?: number;
  /** Grey window of the CT, HU; default 700 wide around 120: soft tissue apart and bone not all white. */
  readonly windowHu?: number;
  readonly levelHu?: number;
  readonly levels?: readonly IsodoseLevel[];
}

/** The maximum counts as lying in a slice if it is not farther away, mm. */
const IN_SLICE_MM = 2;
const NAMES: Readonly<Record<SliceAxis, string>> = {
  axial: "Axial",
  sagittal: "Sagittal",
  coronal: "Coronal",
};
const HALO =
  'stroke="#000" stroke-opacity="0.75" stroke-width="3" paint-order="stroke" stroke-linejoin="round"';

/**
 * One slice as an SVG picture: CT in grey, a wash of dose, isodose lines labelled in Gy, outlines of structures, crosshair
 * at the isocenter, a diamond at the dose maximum, letters of orientation and a scale bar. Without scripts or outside files.
 * @returns an `<svg>` element as text
 * @throws InvalidInputError if `boxMm` does not meet the CT, or the slice lies outside it
 */
export function renderSlice(options: SliceOptions): string {
  const { ct, dose, axis, positionMm, prescriptionGy } = options;
  const ctBox = boxOfVolume(ct);
  const view = SLICE_VIEWS[axis];
  if (!(positionMm >= ctBox.min[view.across] && positionMm <= ctBox.max[view.across])) {
    const expected = `a position in the CT, ${formatNumber(ctBox.min[view.across], 1)} to ${formatNumber(ctBox.max[view.across], 1)} mm`;
    throw new InvalidInputError("positionMm", positionMm, expected);
  }
  const box = options.boxMm ? intersectBoxes(options.boxMm, ctBox) : ctBox;
  if (!box) throw new InvalidInputError("boxMm", options.boxMm, "a box that meets the CT");
  const window = windowOfBox(axis, positionMm, box);
  const levels = (options.levels ?? ISODOSE_LEVELS).filter(({ percent }) => percent > 0);
  const pixelMm = options.pixelMm ?? 0.5;
  const widthPx = options.widthPx ?? 640;
  const pxPerMm = widthPx / window.widthMm;
  const heightPx = Math.round(window.heightMm * pxPerMm);
  const toPx = ([s, t]: readonly [number, number]) =>
    [(s - window.leftMm) * pxPerMm, (t - window.topMm) * pxPerMm] as const;

  const image = sliceImage(
    sampleSlice(ct, window, pixelMm, Number.NaN),
    sampleSlice(dose, window, pixelMm, Number.NaN),
    { windowHu: options.windowHu ?? 700, levelHu: options.levelHu ?? 120, levels, prescriptionGy },
  );
  const levelsGy = levels.map(({ percent }) => (percent / 100) * prescriptionGy);
  const lines = isodoseLines(dose, window, levelsGy);
  const labels = new LabelPlacer(widthPx, heightPx);
  const parts: string[] = [
    `<image href="${image}" x="0" y="0" width="${widthPx}" height="${heightPx}" preserveAspectRatio="none"/>`,
  ];

  // Low levels first, so that the prescription lies on top.
  const isodoses = levels.map((level, n) => ({ level, gy: levelsGy[n]!, lines: lines[n]! })).reverse();
  for (const { level, gy, lines } of isodoses) {
    const d = lines.map((line) => pathOf(line, toPx)).join("");
    if (!d) continue;
    parts.push(
      `<path d="${d}" fill="none" stroke="#000" stroke-opacity="0.45" stroke-width="${level.strokeWidth + 1.6}"/>`,
      `<path class="isodose" data-gy="${gy}" d="${d}" fill="none" stroke="${level.color}" stroke-width="${level.strokeWidth}"/>`,
    );
  }
  const styles = structureStyles(
    options.structures.map((s) => s.name),
    options.targetName ?? "",
  );
  for (const structure of options.structures) {
    const outline = structureOutline(preparedOutline(structure), window);
    const d = outline.map((line) => pathOf(line, toPx)).join("");
    if (!d) continue;
    const { sliceColor, strokeWidth } = styles.get(structure.name)!;
    parts.push(
      `<path d="${d}" fill="none" stroke="#000" stroke-opacity="0.6" stroke-width="${strokeWidth + 1.8}"/>`,
      `<path class="structure" data-name="${escapeHtml(structure.name)}" d="${d}" fill="none" stroke="${sliceColor}" stroke-width="${strokeWidth}"/>`,
    );
  }
  if (options.isocenterMm) parts.push(crosshair(toPx(patientToScreen(window, options.isocenterMm))));
  if (options.doseMax) {
    const [x, y] = toPx(patientToScreen(window, options.doseMax.positionMm));
    const offMm = Math.abs(options.doseMax.positionMm[view.across] - positionMm);
    parts.push(maximumMarker(x, y, options.doseMax.doseGy, offMm, labels));
  }
  for (const { level, gy, lines } of isodoses.toReversed()) {
    const spot = labels.place(lines.flatMap((line) => line.map(toPx)));
    if (!spot) continue;
    parts.push(
      `<text x="${spot[0].toFixed(1)}" y="${(spot[1] + 4).toFixed(1)}" text-anchor="middle" font-size="12" font-weight="600" fill="${level.color}" ${HALO}>${doseLabel(gy)} Gy</text>`,
    );
  }
  parts.push(...frameTexts(axis, positionMm, widthPx, heightPx, pxPerMm));
  const title = `${NAMES[axis]} slice at ${"xyz"[view.across]} = ${formatNumber(positionMm, 1)} mm, ${view.viewedFrom}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${heightPx}" width="${widthPx}" height="${heightPx}" role="img" aria-label="${escapeHtml(title)}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"><title>${escapeHtml(title)}</title>${parts.join("")}</svg>`;
}

/** Gy for labels: at most two digits after the point, none if whole. */
export function doseLabel(gy: number): string {
  return String(Number(gy.toFixed(2)));
}

type ToPx = (point: readonly [number, number]) => readonly [number, number];

function pathOf(line: ScreenLine, toPx: ToPx): string {
  const points = line.map((p) =>
    toPx(p)
      .map((c) => c.toFixed(2))
      .join(" "),
  );
  const first = points[0];
  if (first === undefined || points.length < 2) return "";
  const closed = first === points.at(-1);
  return `M${(closed ? points.slice(0, -1) : points).join("L")}${closed ? "Z" : ""}`;
}

function crosshair([x, y]: readonly [number, number]): string {
  const arm = (dx: number, dy: number) =>
    `M${(x + 5 * dx).toFixed(1)} ${(y + 5 * dy).toFixed(1)}L${(x + 16 * dx).toFixed(1)} ${(y + 16 * dy).toFixed(1)}`;
  const d = arm(1, 0) + arm(-1, 0) + arm(0, 1) + arm(0, -1);
  return `<path d="${d}" stroke="#000" stroke-opacity="0.7" stroke-width="4" fill="none"/><path class="isocenter" d="${d}" stroke="#fff" stroke-width="1.8" fill="none"/>`;
}

function maximumMarker(x: number, y: number, doseGy: number, offMm: number, labels: LabelPlacer): string {
  if (!labels.holds(x, y)) return "";
  const inSlice = offMm <= IN_SLICE_MM;
  const text = `max ${formatNumber(doseGy, 1)} Gy${inSlice ? "" : ` (${formatNumber(offMm, 0)} mm off)`}`;
  // To the right of the marker while the text (about 7.2 px a letter) ends before the orientation letter at the edge.
  const right = x < labels.widthPx - 7.2 * text.length - 34;
  const tx = right ? x + 11 : x - 11;
  labels.occupy(right ? tx + 45 : tx - 45, y - 10);
  const d = `M${x.toFixed(1)} ${(y - 7).toFixed(1)}l7 7l-7 7l-7 -7Z`;
  return (
    `<path class="dose-maximum" d="${d}" fill="${inSlice ? "#ff3b30" : "none"}" stroke="#000" stroke-width="3.4" stroke-opacity="0.7"/>` +
    `<path d="${d}" fill="${inSlice ? "#ff3b30" : "none"}" stroke="#fff" stroke-width="1.4"/>` +
    `<text x="${tx.toFixed(1)}" y="${(y - 8).toFixed(1)}" text-anchor="${right ? "start" : "end"}" font-size="12" font-weight="700" fill="#fff" ${HALO}>${text}</text>`
  );
}

function frameTexts(axis: SliceAxis, positionMm: number, w: number, h: number, pxPerMm: number): string[] {
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

/** Finds room for the labels of lines: away from each other, from the texts at the rim and from the rim. */
class LabelPlacer {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly #taken: (readonly [number, number])[];

  constructor(widthPx: number, heightPx: number) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#taken = [
      [40, 12],
      [50, 30],
      [12, heightPx / 2],
      [widthPx - 12, heightPx / 2],
      [widthPx / 2, 14],
      [widthPx / 2, heightPx - 14],
      [40, heightPx - 18],
    ];
  }

  holds(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x <= this.widthPx && y <= this.heightPx;
  }

  occupy(x: number, y: number): void {
    this.#taken.push([x, y]);
  }

  /** The point of a line with most room around; undefined if all are too near to other labels or the rim. */
  place(points: readonly (readonly [number, number])[]): readonly [number, number] | undefined {
    let best: readonly [number, number] | undefined;
    let most = 16;
    for (const [x, y] of points) {
      const rim = Math.min(x - 22, this.widthPx - 22 - x, y - 4, this.heightPx - 4 - y);
      if (rim < 0) continue;
      // Labels are wider than high: distances across count half.
      let room = Math.min(rim + 16, 70);
      for (const [a, b] of this.#taken) room = Math.min(room, Math.hypot((x - a) / 2, y - b));
      if (room > most) {
        most = room;
        best = [x, y];
      }
    }
    if (best) this.#taken.push(best);
    return best;
  }
}
