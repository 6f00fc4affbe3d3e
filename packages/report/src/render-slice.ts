import type { PatientPoint, Structure, Volume } from "@isodose/core";
import { formatNumber } from "./escape-html.ts";
import { isodoseLines } from "./isodose-lines.ts";
import { LabelPlacer } from "./label-placer.ts";
import { ISODOSE_LEVELS, type IsodoseLevel } from "./palette.ts";
import { sampleSlice } from "./sample-slice.ts";
import { type BoxMm, patientToScreen, SLICE_VIEWS, type SliceAxis } from "./slice-geometry.ts";
import { sliceImage } from "./slice-image.ts";
import {
  crosshair,
  doseLabel,
  HALO,
  imageElement,
  outlinePaths,
  pathOf,
  sliceCanvas,
  slicePicture,
} from "./slice-parts.ts";

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

/**
 * One slice as an SVG picture: CT in grey, a wash of dose, isodose lines labelled in Gy, outlines of structures, crosshair
 * at the isocenter, a diamond at the dose maximum, letters of orientation and a scale bar. Without scripts or outside files.
 * @returns an `<svg>` element as text
 * @throws InvalidInputError if `boxMm` does not meet the CT, or the slice lies outside it
 */
export function renderSlice(options: SliceOptions): string {
  const { ct, dose, prescriptionGy } = options;
  const canvas = sliceCanvas(options);
  const { window, widthPx, heightPx, toPx } = canvas;
  const levels = (options.levels ?? ISODOSE_LEVELS).filter(({ percent }) => percent > 0);
  const pixelMm = options.pixelMm ?? 0.5;

  const image = sliceImage(
    sampleSlice(ct, window, pixelMm, Number.NaN),
    sampleSlice(dose, window, pixelMm, Number.NaN),
    { windowHu: options.windowHu ?? 700, levelHu: options.levelHu ?? 120, levels, prescriptionGy },
  );
  const levelsGy = levels.map(({ percent }) => (percent / 100) * prescriptionGy);
  const lines = isodoseLines(dose, window, levelsGy);
  const labels = new LabelPlacer(widthPx, heightPx);
  const parts: string[] = [imageElement(image, canvas)];

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
  parts.push(...outlinePaths(options.structures, options.targetName ?? "", canvas));
  if (options.isocenterMm) parts.push(crosshair(toPx(patientToScreen(window, options.isocenterMm))));
  if (options.doseMax) {
    const [x, y] = toPx(patientToScreen(window, options.doseMax.positionMm));
    const offMm = Math.abs(options.doseMax.positionMm[SLICE_VIEWS[options.axis].across] - options.positionMm);
    parts.push(maximumMarker(x, y, options.doseMax.doseGy, offMm, labels));
  }
  for (const { level, gy, lines } of isodoses.toReversed()) {
    const spot = labels.place(lines.flatMap((line) => line.map(toPx)));
    if (!spot) continue;
    parts.push(
      `<text x="${spot[0].toFixed(1)}" y="${(spot[1] + 4).toFixed(1)}" text-anchor="middle" font-size="12" font-weight="600" fill="${level.color}" ${HALO}>${doseLabel(gy)} Gy</text>`,
    );
  }
  return slicePicture(canvas, parts);
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
