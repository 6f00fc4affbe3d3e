import type { Volume } from "@isodose/core";
import { contours } from "d3-contour";
import { sampleSlice } from "./sample-slice.ts";
import { boxOfVolume, type SliceWindow, windowOfBox } from "./slice-geometry.ts";

/** A line in screen millimetres: points [s, t]. */
export type ScreenLine = readonly (readonly [number, number])[];

/** Trace where a raster crosses a level, in pixel coordinates of d3-contour: pixel (0, 0) has its middle at (0.5, 0.5). */
export function traceLevel(
  values: ArrayLike<number>,
  width: number,
  height: number,
  level: number,
): readonly (readonly (readonly [number, number])[])[] {
  const traced = contours()
    .size([width, height])
    .contour(values as unknown as number[], level);
  // d3-contour closes a region that leaves the raster along the raster's edge: that edge is no isoline, cut it out.
  return traced.coordinates.flatMap((polygon) =>
    polygon.flatMap((ring) => cutAtEdge(ring as unknown as (readonly [number, number])[], width, height)),
  );
}

function cutAtEdge(
  ring: readonly (readonly [number, number])[],
  width: number,
  height: number,
): readonly (readonly [number, number])[][] {
  const outer = (p: readonly [number, number]): boolean =>
    p[0] <= 0.5 || p[1] <= 0.5 || p[0] >= width - 0.5 || p[1] >= height - 0.5;
  const firstOuter = ring.findIndex(outer);
  if (firstOuter < 0) return [[...ring]];
  const open = ring.slice(0, -1);
  const turned = [...open.slice(firstOuter), ...open.slice(0, firstOuter), open[firstOuter]!];
  const lines: (readonly [number, number])[][] = [];
  let line: (readonly [number, number])[] = [];
  for (const p of turned) {
    if (outer(p)) {
      if (line.length > 1) lines.push(line);
      line = [];
    } else {
      line.push(p);
    }
  }
  if (line.length > 1) lines.push(line);
  return lines;
}

/**
 * Isodose lines of a slice: lines where the trilinear interpolant of the dose crosses a level.
 * @param levelsGy - Gy
 * @param options.pixelMm - raster on which the lines are traced, mm; default 0.5 mm
 * @returns per level its lines, in screen mm of {@link SliceWindow}
 */
export function isodoseLines(
  dose: Volume,
  window: SliceWindow,
  levelsGy: readonly number[],
  options: { readonly pixelMm?: number } = {},
): readonly (readonly ScreenLine[])[] {
  // Only where there is dose: beyond its grid nothing is known, and the grid's edge is no isodose.
  const grid = windowOfBox(window.axis, window.positionMm, boxOfVolume(dose));
  const leftMm = Math.max(window.leftMm, grid.leftMm);
  const topMm = Math.max(window.topMm, grid.topMm);
  const widthMm = Math.min(window.leftMm + window.widthMm, grid.leftMm + grid.widthMm) - leftMm;
  const heightMm = Math.min(window.topMm + window.heightMm, grid.topMm + grid.heightMm) - topMm;
  if (!(widthMm > 0 && heightMm > 0)) return levelsGy.map(() => []);
  const raster = sampleSlice(
    dose,
    { ...window, leftMm, topMm, widthMm, heightMm },
    options.pixelMm ?? 0.5,
    0,
  );
  return levelsGy.map((level) =>
    traceLevel(raster.values, raster.width, raster.height, level).map((line) =>
      line.map(([x, y]) => [leftMm + x * raster.pixelWidthMm, topMm + y * raster.pixelHeightMm] as const),
    ),
  );
}
