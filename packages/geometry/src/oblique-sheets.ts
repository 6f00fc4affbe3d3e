import type { StructurePlanes } from "./contour-planes.ts";
import type { ContourPlane } from "./contour-slabs.ts";
import { addCoverage, coverageWindow } from "./polygon-coverage.ts";
import { boxCoordinate, type SlabFrame } from "./slab-frame.ts";

const FEWEST_SHEETS = 4;
const MOST_SHEETS = 64;

/**
 * One layer of occupancy where the contours lie askew to the sheets of the grid.
 *
 * A flat sheet through the layer cuts each slab in a polygon: the slab's polygons, seen along the normal, clipped to the
 * strip where the sheet is within the slab. Its coverage of the pixels is exact; the mean over evenly spaced sheets is the
 * occupancy. Their number is doubled, 4 to 64, until no voxel changes by more than the tolerance.
 *
 * @param k - the layer
 * @returns the layer, index row + size[0] · column, and the largest change on the last doubling; undefined if empty
 */
export function obliqueLayer(
  stack: StructurePlanes,
  frame: SlabFrame,
  k: number,
  tolerance: number,
): { readonly layer: Float64Array; readonly change: number } | undefined {
  const slabs = stack.planes.filter((plane) => {
    const [low, high] = extentAcross(plane, frame);
    return high > k && low < k + 1;
  });
  if (slabs.length === 0) return undefined;
  let layer = meanOverSheets(slabs, frame, k, FEWEST_SHEETS);
  let change = 1;
  for (let sheets = 2 * FEWEST_SHEETS; sheets <= MOST_SHEETS && change > tolerance; sheets *= 2) {
    const finer = meanOverSheets(slabs, frame, k, sheets);
    change = 0;
    for (let p = 0; p < layer.length; p++) change = Math.max(change, Math.abs(finer[p]! - layer[p]!));
    layer = finer;
  }
  return { layer, change };
}

/** Where a slab lies across the sheets. */
function extentAcross(plane: ContourPlane, { across }: SlabFrame): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const polygon of plane.polygons) {
    for (let n = 0; n < polygon.length; n += 2) {
      for (const p of [plane.lowMm, plane.highMm]) {
        const c = boxCoordinate(across, polygon[n]!, polygon[n + 1]!, p);
        low = Math.min(low, c);
        high = Math.max(high, c);
      }
    }
  }
  return [low, high];
}

function meanOverSheets(
  slabs: readonly ContourPlane[],
  frame: SlabFrame,
  k: number,
  sheets: number,
): Float64Array {
  const { across, row, column, size } = frame;
  const layer = new Float64Array(size[0] * size[1]);
  for (let n = 0; n < sheets; n++) {
    const sheet = k + (n + 0.5) / sheets;
    // In the sheet, the position along the normal is linear in u and v.
    const position = (u: number, v: number) =>
      (sheet - across.offset - u * across.perU - v * across.perV) / across.perP;
    for (const { lowMm, highMm, polygons } of slabs) {
      const cut: Float64Array[] = [];
      for (const polygon of polygons) {
        const above = clip(polygon, (u, v) => position(u, v) - lowMm);
        const strip = clip(above, (u, v) => highMm - position(u, v));
        if (strip.length < 6) continue;
        const pixels = new Float64Array(strip.length);
        for (let m = 0; m < strip.length; m += 2) {
          const [u, v] = [strip[m]!, strip[m + 1]!];
          const p = position(u, v);
          pixels[m] = boxCoordinate(row, u, v, p);
          pixels[m + 1] = boxCoordinate(column, u, v, p);
        }
        cut.push(pixels);
      }
      const window = cut.length > 0 ? coverageWindow(cut, size[0], size[1]) : undefined;
      if (window) addCoverage(layer, size[0], window, 1 / sheets);
    }
  }
  return layer;
}

/**
 * The part of a polygon where a linear function is ≥ 0. A part that falls in pieces stays one polygon, joined along the
 * line of the cut, there and back: nothing by the even–odd rule.
 * @source Sutherland, Hodgman, Commun. ACM 17 (1974) 32, doi:10.1145/360767.360802
 */
function clip(polygon: Float64Array, side: (u: number, v: number) => number): Float64Array {
  const out: number[] = [];
  const n = polygon.length;
  let [pu, pv] = [polygon[n - 2]!, polygon[n - 1]!];
  let previous = n > 0 ? side(pu, pv) : 0;
  let cutAny = previous < 0;
  for (let a = 0; a < n; a += 2) {
    const [u, v] = [polygon[a]!, polygon[a + 1]!];
    const here = side(u, v);
    if (previous >= 0 !== here >= 0) {
      const t = previous / (previous - here);
      out.push(pu + t * (u - pu), pv + t * (v - pv));
    }
    if (here >= 0) out.push(u, v);
    else cutAny = true;
    [pu, pv, previous] = [u, v, here];
  }
  return cutAny ? Float64Array.from(out) : polygon;
}
