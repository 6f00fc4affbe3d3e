import { InvalidInputError, type PatientPoint, type Structure, type Volume } from "@isodose/core";
import { differenceImage, differenceLevelsGy, LESS_COLOR, MORE_COLOR, signedGy } from "./difference-scale.ts";
import { traceLevel } from "./isodose-lines.ts";
import { LabelPlacer } from "./label-placer.ts";
import { type SliceRaster, sampleSlice } from "./sample-slice.ts";
import { type BoxMm, patientToScreen, type SliceAxis } from "./slice-geometry.ts";
import {
  crosshair,
  HALO,
  imageElement,
  outlinePaths,
  pathOf,
  type SliceCanvas,
  sliceCanvas,
  slicePicture,
} from "./slice-parts.ts";

/** What {@link renderDifference} draws. */
export interface DifferenceOptions {
  /** unit "HU". */
  readonly ct: Volume;
  /** One dose minus another, Gy, with sign; NaN where one of them is unknown. */
  readonly difference: Volume;
  /** End of the colour scale, Gy, > 0. */
  readonly scaleGy: number;
  /** Outlined, in this order. */
  readonly structures: readonly Structure[];
  readonly axis: SliceAxis;
  /** LPS coordinate across the slice, mm: z of an axial, y of a coronal, x of a sagittal one. */
  readonly positionMm: number;
  /** Drawn thick and white. */
  readonly targetName?: string;
  /** Marked by a crosshair, LPS, mm. */
  readonly pointMm?: PatientPoint;
  /** Part of the patient to show, LPS, mm; default: the whole CT. */
  readonly boxMm?: BoxMm;
  /** Width of the picture, px; default 640. Its height follows. */
  readonly widthPx?: number;
  /** Size of a pixel of the image, mm; default 0.75. */
  readonly pixelMm?: number;
}

/** Lines are drawn with points so far apart, px: many maps share a page. */
const LEAST_STEP_PX = 1.5;

/**
 * One slice of a dose difference as an SVG picture: orange where the difference is > 0, blue where it is < 0, over the CT in
 * dark grey; lines at a fifth and half of the scale, full for more and dashed for less, labelled in Gy.
 * @returns an `<svg>` element as text
 * @throws InvalidInputError if `scaleGy` is not > 0, `boxMm` does not meet the CT, or the slice lies outside it
 */
export function renderDifference(options: DifferenceOptions): string {
  const { ct, difference, scaleGy } = options;
  if (!(scaleGy > 0 && Number.isFinite(scaleGy)))
    throw new InvalidInputError("scaleGy", scaleGy, "a dose > 0 Gy");
  const canvas = sliceCanvas(options);
  const { window, widthPx, heightPx, toPx } = canvas;
  const pixelMm = options.pixelMm ?? 0.75;
  const raster = sampleSlice(difference, window, pixelMm, Number.NaN);
  const image = differenceImage(sampleSlice(ct, window, pixelMm, Number.NaN), raster, scaleGy);
  const parts: string[] = [imageElement(image, canvas)];
  const labels = new LabelPlacer(widthPx, heightPx, 24);
  const texts: string[] = [];
  for (const sign of [1, -1] as const) {
    for (const gy of differenceLevelsGy(scaleGy)) {
      const lines = linesAt(raster, sign, gy, canvas);
      const d = lines.map((line) => pathOf(line, toPx, LEAST_STEP_PX)).join("");
      if (!d) continue;
      const color = sign > 0 ? MORE_COLOR : LESS_COLOR;
      const dash = sign > 0 ? "" : ' stroke-dasharray="6 3"';
      parts.push(
        `<path d="${d}" fill="none" stroke="#000" stroke-opacity="0.7" stroke-width="3.2"/>`,
        `<path class="difference" data-gy="${sign * gy}" d="${d}" fill="none" stroke="${color}" stroke-width="1.6"${dash}/>`,
      );
      const spot = labels.place(lines.flatMap((line) => line.map(toPx)));
      if (!spot) continue;
      texts.push(
        `<text x="${spot[0].toFixed(1)}" y="${(spot[1] + 4).toFixed(1)}" text-anchor="middle" font-size="12" font-weight="700" fill="#fff" ${HALO}>${signedGy(sign * gy)} Gy</text>`,
      );
    }
  }
  parts.push(...outlinePaths(options.structures, options.targetName ?? "", canvas, LEAST_STEP_PX));
  if (options.pointMm) parts.push(crosshair(toPx(patientToScreen(window, options.pointMm))));
  return slicePicture(canvas, [...parts, ...texts], "Dose difference, ");
}

/** Where sign · difference crosses gy, in screen mm. */
function linesAt(raster: SliceRaster, sign: 1 | -1, gy: number, { window }: SliceCanvas) {
  const values = sign > 0 ? raster.values : raster.values.map((value) => -value);
  return traceLevel(values, raster.width, raster.height, gy).map((line) =>
    line.map(
      ([x, y]) => [window.leftMm + x * raster.pixelWidthMm, window.topMm + y * raster.pixelHeightMm] as const,
    ),
  );
}
