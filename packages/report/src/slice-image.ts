import { encode } from "fast-png";
import { base64 } from "./base64.ts";
import type { IsodoseLevel } from "./palette.ts";
import type { SliceRaster } from "./sample-slice.ts";

/** Opacity of the dose wash at the lowest and at the highest level: a bath of low dose leaves the CT readable. */
const LOWEST_WASH = 0.1;
const HIGHEST_WASH = 0.3;

/**
 * CT in grey with a wash of dose, as a PNG data URI.
 *
 *   grey = (HU − (level − window/2)) / window, held to 0 … 1
 *
 * @param huRaster - HU; NaN outside the CT is drawn nearly black
 * @param doseRaster - Gy, same pixels
 * @param levels - each pixel is tinted with the colour of the highest level that it reaches
 */
export function sliceImage(
  huRaster: SliceRaster,
  doseRaster: SliceRaster,
  options: {
    readonly windowHu: number;
    readonly levelHu: number;
    readonly levels: readonly IsodoseLevel[];
    readonly prescriptionGy: number;
  },
): string {
  const { width, height } = huRaster;
  const data = new Uint8Array(width * height * 3);
  const low = options.levelHu - options.windowHu / 2;
  const tints = options.levels
    .map(({ percent, color }) => ({
      gy: (percent / 100) * options.prescriptionGy,
      rgb: [1, 3, 5].map((n) => Number.parseInt(color.slice(n, n + 2), 16)),
    }))
    .sort((a, b) => b.gy - a.gy)
    .map((tint, n, all) => ({
      ...tint,
      wash: HIGHEST_WASH + (LOWEST_WASH - HIGHEST_WASH) * (n / Math.max(1, all.length - 1)),
    }));
  for (let n = 0; n < width * height; n++) {
    const hu = huRaster.values[n]!;
    const grey = Number.isNaN(hu) ? 12 : 255 * Math.max(0, Math.min(1, (hu - low) / options.windowHu));
    const gy = doseRaster.values[n]!;
    const tint = tints.find((t) => gy >= t.gy);
    for (let c = 0; c < 3; c++) {
      data[3 * n + c] = Math.round(tint ? (1 - tint.wash) * grey + tint.wash * tint.rgb[c]! : grey);
    }
  }
  return `data:image/png;base64,${base64(encode({ width, height, data, channels: 3, depth: 8 }))}`;
}
