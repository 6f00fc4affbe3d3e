import { InvalidInputError, type Radiograph, type Volume } from "@isodose/core";
import { encode } from "fast-png";

/** Grey values as shown: `low` and below is black, `high` and above white. */
interface GreyPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly valueAt: (column: number, row: number) => number;
  readonly low: number;
  readonly high: number;
}

function greyPng({ widthPx, heightPx, valueAt, low, high }: GreyPicture): Uint8Array {
  const data = new Uint8Array(widthPx * heightPx);
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const grey = (valueAt(column, row) - low) / (high - low);
      data[column + widthPx * row] = Math.round(255 * Math.max(0, Math.min(1, grey)));
    }
  }
  return encode({ width: widthPx, height: heightPx, data, channels: 1, depth: 8 });
}

/** Value below which this part of the values lies. */
function quantile(values: Float32Array, part: number): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.round(part * (sorted.length - 1))] ?? 0;
}

/**
 * A radiograph as a PNG picture, bone bright. As digital films are processed, part of the slow change of thickness across the body
 * is taken away, so that vertebrae show in thin and thick parts alike; the rest is windowed between two quantiles.
 *
 *   shown = opticalDepth − flatten · (its mean over a square around the pixel)
 *
 * @param options.flatten - 0 shows the optical depth as it is, 1 only what differs from the surroundings; default 0.85
 * @param options.squarePx - side of the square; default a fifth of the picture's width
 * @param options.lowPart - part of the body's pixels that are black; default 0.03
 * @param options.highPart - 1 − part of the body's pixels that are white; default 0.998
 * @throws InvalidInputError if the parts are not 0 ≤ low < high ≤ 1, or `flatten` not from 0 to 1
 */
export function radiographPng(
  { widthPx, heightPx, opticalDepth }: Radiograph,
  options: {
    readonly flatten?: number;
    readonly squarePx?: number;
    readonly lowPart?: number;
    readonly highPart?: number;
  } = {},
): Uint8Array {
  const { lowPart = 0.03, highPart = 0.998, flatten = 0.85, squarePx = widthPx / 5 } = options;
  if (!(lowPart >= 0 && lowPart < highPart && highPart <= 1))
    throw new InvalidInputError("lowPart, highPart", [lowPart, highPart], "0 ≤ low < high ≤ 1");
  if (!(flatten >= 0 && flatten <= 1))
    throw new InvalidInputError("flatten", flatten, "a number from 0 to 1");
  if (!(squarePx >= 1)) throw new InvalidInputError("squarePx", squarePx, "at least 1 pixel");
  const mean = meanOverBody(opticalDepth, widthPx, heightPx, Math.round(squarePx / 2));
  const shown = opticalDepth.map((depth, n) => depth - flatten * mean[n]!);
  const body = shown.filter((_, n) => opticalDepth[n]! > AIR_DEPTH);
  const low = quantile(body, lowPart);
  return greyPng({
    widthPx,
    heightPx,
    valueAt: (column, row) => {
      const n = column + widthPx * row;
      return opticalDepth[n]! > AIR_DEPTH ? shown[n]! : Number.NEGATIVE_INFINITY;
    },
    low,
    high: Math.max(quantile(body, highPart), low + 1e-6),
  });
}

/** Optical depth of 1 cm of water: less than this is not body. */
const AIR_DEPTH = 0.2;

/** Mean of the body's pixels in a square around each pixel, by a summed-area table; 0 where there is none. */
function meanOverBody(values: Float32Array, width: number, height: number, half: number): Float32Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  const counts = new Float64Array(sums.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = values[column + width * row]!;
      const at = column + 1 + (width + 1) * (row + 1);
      const up = at - (width + 1);
      sums[at] = sums[at - 1]! + sums[up]! - sums[up - 1]! + (value > AIR_DEPTH ? value : 0);
      counts[at] = counts[at - 1]! + counts[up]! - counts[up - 1]! + (value > AIR_DEPTH ? 1 : 0);
    }
  }
  const out = new Float32Array(values.length);
  for (let row = 0; row < height; row++) {
    const top = Math.max(0, row - half) * (width + 1);
    const bottom = Math.min(height, row + half + 1) * (width + 1);
    for (let column = 0; column < width; column++) {
      const left = Math.max(0, column - half);
      const right = Math.min(width, column + half + 1);
      const over = (table: Float64Array) =>
        table[bottom + right]! - table[bottom + left]! - table[top + right]! + table[top + left]!;
      const count = over(counts);
      out[column + width * row] = count > 0.5 ? over(sums) / count : 0;
    }
  }
  return out;
}

/**
 * One slice of a volume as a PNG picture, seen as radiologists hang it: axial from the feet with the patient's right on the left,
 * sagittal with the front on the left, coronal from the front; one pixel per `pixelMm`, linear between voxels.
 * @param options.axis - across which axis of the grid: "axial" k, "coronal" j, "sagittal" i
 * @param options.index - voxel index along that axis
 * @param options.low - black; `high` white; default the 1 % and 99.5 % quantiles of the slice
 * @param options.pixelMm - default 0.75
 * @throws InvalidInputError if the slice is outside the volume, or the axes of the grid are turned by more than 45° from LPS
 */
export function slicePng(
  volume: Volume,
  options: {
    readonly axis: "axial" | "coronal" | "sagittal";
    readonly index: number;
    readonly low?: number;
    readonly high?: number;
    readonly pixelMm?: number;
  },
): Uint8Array {
  const { axis, index, pixelMm = 0.75 } = options;
  const { size, spacingMm, direction: d } = volume.grid;
  if (!(d[0] > 0.7 && d[4] > 0.7 && d[8] > 0.7))
    throw new InvalidInputError("volume.grid.direction", d, "axes near LPS x, y, z");
  const across = { axial: 2, coronal: 1, sagittal: 0 }[axis] as 0 | 1 | 2;
  if (!(Number.isInteger(index) && index >= 0 && index < size[across]))
    throw new InvalidInputError("index", index, `a whole number from 0 to ${size[across] - 1}`);
  if (!(pixelMm > 0.05 && pixelMm < 20)) throw new InvalidInputError("pixelMm", pixelMm, "0.05 to 20 mm");
  const [h, v] = ({ axial: [0, 1], coronal: [0, 2], sagittal: [1, 2] } as const)[axis];
  const widthPx = Math.max(1, Math.round((size[h] * spacingMm[h]) / pixelMm));
  const heightPx = Math.max(1, Math.round((size[v] * spacingMm[v]) / pixelMm));
  const strides = [1, size[0], size[0] * size[1]] as const;
  const data = volume.values.data;
  const start = index * strides[across];
  const at = (a: number, b: number) => data[start + a * strides[h] + b * strides[v]]!;
  const values = Float32Array.from({ length: size[h] * size[v] }, (_, n) =>
    at(n % size[h], Math.floor(n / size[h])),
  );
  const low = options.low ?? quantile(values, 0.01);
  const clamp = (value: number, n: number) => Math.max(0, Math.min(n - 1, value));
  return greyPng({
    widthPx,
    heightPx,
    low,
    high: options.high ?? Math.max(quantile(values, 0.995), low + 1e-6),
    valueAt: (column, row) => {
      // Cranial is up; in an axial slice the front is.
      const down = v === 2 ? heightPx - 1 - row : row;
      const a = clamp(((column + 0.5) * pixelMm) / spacingMm[h] - 0.5, size[h]);
      const b = clamp(((down + 0.5) * pixelMm) / spacingMm[v] - 0.5, size[v]);
      const a0 = Math.min(Math.floor(a), Math.max(0, size[h] - 2));
      const b0 = Math.min(Math.floor(b), Math.max(0, size[v] - 2));
      const a1 = Math.min(a0 + 1, size[h] - 1);
      const b1 = Math.min(b0 + 1, size[v] - 1);
      const [x, y] = [a - a0, b - b0];
      return (1 - y) * ((1 - x) * at(a0, b0) + x * at(a1, b0)) + y * ((1 - x) * at(a0, b1) + x * at(a1, b1));
    },
  });
}
