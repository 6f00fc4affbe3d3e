import { type FieldShape, fieldExtent, type PhotonField } from "@isodose/core";
import { coverageWindow } from "@isodose/geometry";
import { slitShare } from "./slit-share.ts";

/** Cells of a plane: (i, j) has its centre at firstMm + (i, j) · cellMm. */
export interface PlaneCells {
  readonly firstMm: readonly [number, number];
  readonly cellMm: number;
  readonly nx: number;
  readonly ny: number;
}

/** Standard deviation of the blur that a field's source throws on the plane z mm behind the reference plane, mm: σ |f − c| / c. */
export function sourceBlurMm(field: PhotonField, z: number): number {
  if (field.sourceSigmaMm === 0) return 0;
  const c = field.collimatorDistanceMm!;
  return (field.sourceSigmaMm * Math.abs(field.sourceDistanceMm + z - c)) / c;
}

/**
 * Mean fluence over cells of a plane, as a share of the open field: what part of each cell the opening covers, blurred by the
 * source ({@link sourceBlurMm}).
 *
 * @param shape - along the axes of the cells
 * @param scale - f / D: size of the field here over that in the reference plane
 * @param sigmaMm - of the blur in this plane, mm
 * @param out - nx · ny shares, x fastest
 */
export function fluenceShares(
  shape: FieldShape,
  scale: number,
  sigmaMm: number,
  cells: PlaneCells,
  out: Float64Array,
): void {
  if (shape.kind === "circle")
    polygonShares([UNIT_CIRCLE], (shape.diameterMm / 2) * scale, sigmaMm, cells, out);
  else if (shape.kind === "polygons") polygonShares(shape.polygonsMm, scale, sigmaMm, cells, out);
  else {
    const { lowMm, highMm } = fieldExtent(shape);
    const { firstMm, cellMm, nx, ny } = cells;
    const along = (axis: 0 | 1, count: number) => {
      const half = ((highMm[axis] - lowMm[axis]) / 2) * scale;
      const middle = ((highMm[axis] + lowMm[axis]) / 2) * scale;
      return Float64Array.from({ length: count }, (_, i) =>
        slitShare(firstMm[axis] + i * cellMm - middle, cellMm, half, sigmaMm),
      );
    };
    const [sharesX, sharesY] = [along(0, nx), along(1, ny)];
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) out[i + nx * j] = sharesX[i]! * sharesY[j]!;
    }
  }
}

type OpeningCorners = readonly (readonly [number, number])[];

/** Farther from a part its light does not count. */
const REACH_SIGMAS = 4.5;

/** Parts that a cell is cut into along each axis before polygons are blurred. */
const MOST_PARTS = 5;
const PARTS_PER_SIGMA = 3;

/**
 * Polygons: what part of each cell they cover, exactly; blurred, the same in cells of at most σ / 3 (or a fifth of the cells), taken as
 * evenly filled, then a Gaussian along x and along y. The shares add up to the area of the polygons.
 */
function polygonShares(
  polygonsMm: readonly OpeningCorners[],
  scale: number,
  sigmaMm: number,
  { firstMm, cellMm, nx, ny }: PlaneCells,
  out: Float64Array,
): void {
  const parts =
    sigmaMm > 0 ? Math.min(MOST_PARTS, Math.max(1, Math.ceil((PARTS_PER_SIGMA * cellMm) / sigmaMm))) : 1;
  const perPart = parts / cellMm;
  const blur = sigmaMm > 0 ? partKernel(cellMm, parts, sigmaMm) : undefined;
  // What lies beside the cells throws its blur into them.
  const margin = blur?.reach ?? 0;
  const polygons = polygonsMm.map((polygon) =>
    Float64Array.from(
      polygon.flatMap(([x, y]) => [
        (x * scale - firstMm[0] + cellMm / 2) * perPart + margin,
        (y * scale - firstMm[1] + cellMm / 2) * perPart + margin,
      ]),
    ),
  );
  const window = coverageWindow(polygons, nx * parts + 2 * margin, ny * parts + 2 * margin);
  out.fill(0);
  if (!window) return;
  const { countI, countJ, fractions } = window;
  const firstI = window.firstI - margin;
  const firstJ = window.firstJ - margin;
  if (!blur) {
    for (let j = 0; j < countJ; j++) {
      const row = fractions.subarray(j * countI, (j + 1) * countI);
      out.set(row, firstI + nx * (firstJ + j));
    }
    return;
  }
  const { reach, kernel, upTo } = blur;
  const first = Math.max(0, Math.ceil((firstI - reach) / parts));
  const last = Math.min(nx - 1, Math.floor((firstI + countI - 1 + reach) / parts));
  const blurred = new Float64Array(nx);
  for (let row = 0; row < countJ; row++) {
    blurRow(fractions, row * countI, countI, firstI, parts, reach, kernel, upTo, first, last, blurred);
    const at = firstJ + row;
    const lastJ = Math.min(ny - 1, Math.floor((at + reach) / parts));
    for (let j = Math.max(0, Math.ceil((at - reach) / parts)); j <= lastJ; j++) {
      const weight = kernel[at - j * parts + reach]!;
      const to = nx * j;
      for (let i = first; i <= last; i++) out[to + i]! += weight * blurred[i]!;
    }
  }
}

/** What a filled part of a cell gives to a cell at a distance along one axis. */
interface PartKernel {
  /** Farthest part that counts. */
  readonly reach: number;
  /** By the part's number, from the first of the cell, plus `reach`: share of the cell. All together are 1. */
  readonly kernel: Float64Array;
  /** Sum of the kernel up to and with each number. */
  readonly upTo: Float64Array;
}

function partKernel(cellMm: number, parts: number, sigmaMm: number): PartKernel {
  const partMm = cellMm / parts;
  const reach = Math.ceil((REACH_SIGMAS * sigmaMm) / partMm) + parts;
  const kernel = new Float64Array(2 * reach + 1);
  for (let n = -reach; n <= reach; n++)
    kernel[n + reach] = slitShare((n - (parts - 1) / 2) * partMm, cellMm, partMm / 2, sigmaMm);
  const total = kernel.reduce((sum, k) => sum + k, 0);
  const upTo = new Float64Array(kernel.length);
  let sum = 0;
  for (let n = 0; n < kernel.length; n++) {
    kernel[n]! /= total;
    sum += kernel[n]!;
    upTo[n] = sum;
  }
  return { reach, kernel, upTo };
}

/** Blur one row of parts along x into cells first … last: runs of full parts at once, others one by one. */
function blurRow(
  fractions: Float64Array,
  start: number,
  count: number,
  firstI: number,
  parts: number,
  reach: number,
  kernel: Float64Array,
  upTo: Float64Array,
  first: number,
  last: number,
  blurred: Float64Array,
): void {
  for (let i = first; i <= last; i++) blurred[i] = 0;
  const end = kernel.length - 1;
  for (let n = 0; n < count; n++) {
    const fraction = fractions[start + n]!;
    if (fraction === 0) continue;
    const from = firstI + n;
    const low = Math.max(first, Math.ceil((from - reach) / parts));
    if (fraction === 1) {
      while (n + 1 < count && fractions[start + n + 1] === 1) n++;
      const to = firstI + n;
      const high = Math.min(last, Math.floor((to + reach) / parts));
      for (let i = low; i <= high; i++) {
        const a = from - 1 - i * parts + reach;
        const b = to - i * parts + reach;
        blurred[i]! += upTo[Math.min(b, end)]! - (a >= 0 ? upTo[a]! : 0);
      }
    } else {
      const high = Math.min(last, Math.floor((from + reach) / parts));
      for (let i = low; i <= high; i++) blurred[i]! += fraction * kernel[from - i * parts + reach]!;
    }
  }
}

/** Sides of the polygon that stands for a circle: of 60 mm, the one is within 5 µm of the other. */
const CIRCLE_SIDES = 120;

/** A regular polygon with the area of the circle of diameter 2. */
const UNIT_CIRCLE: OpeningCorners = (() => {
  const step = (2 * Math.PI) / CIRCLE_SIDES;
  const radius = Math.sqrt(step / Math.sin(step));
  return Array.from({ length: CIRCLE_SIDES }, (_, i) => {
    const angle = (i + 0.5) * step;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
})();
