import { patientToVoxel, type Volume } from "@isodose/core";
import { type SliceWindow, screenToPatient } from "./slice-geometry.ts";

/** Values of a volume on the pixels of a slice. */
export interface SliceRaster {
  readonly width: number;
  readonly height: number;
  /** Width and height of a pixel, mm. */
  readonly pixelWidthMm: number;
  readonly pixelHeightMm: number;
  /** Row by row from the top, at the middle of each pixel; `outside` where the volume does not reach. */
  readonly values: Float32Array;
}

/**
 * Resample a volume on a slice, trilinearly between voxel centres (end values held to the edge of the grid).
 * @param pixelMm - wanted size of a pixel, mm, > 0; the pixels divide the window evenly
 * @param outside - value beyond the edges of the grid
 */
export function sampleSlice(
  volume: Volume,
  window: SliceWindow,
  pixelMm: number,
  outside: number,
): SliceRaster {
  const width = Math.max(2, Math.round(window.widthMm / pixelMm));
  const height = Math.max(2, Math.round(window.heightMm / pixelMm));
  const pixelWidthMm = window.widthMm / width;
  const pixelHeightMm = window.heightMm / height;
  const values = new Float32Array(width * height);
  const { grid } = volume;
  const data = volume.values.data;
  const [nx, ny, nz] = grid.size;
  // Voxel coordinates are affine in the pixel indices.
  const at = (column: number, row: number) =>
    patientToVoxel(
      grid,
      screenToPatient(
        window,
        window.leftMm + (column + 0.5) * pixelWidthMm,
        window.topMm + (row + 0.5) * pixelHeightMm,
      ),
    );
  const [x0, y0, z0] = at(0, 0);
  const [xc, yc, zc] = at(1, 0);
  const [xr, yr, zr] = at(0, 1);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = x0 + column * (xc - x0) + row * (xr - x0);
      const y = y0 + column * (yc - y0) + row * (yr - y0);
      const z = z0 + column * (zc - z0) + row * (zr - z0);
      values[row * width + column] =
        x < -0.5 || y < -0.5 || z < -0.5 || x > nx - 0.5 || y > ny - 0.5 || z > nz - 0.5
          ? outside
          : trilinear(data, nx, ny, nz, x, y, z);
    }
  }
  return { width, height, pixelWidthMm, pixelHeightMm, values };
}

function trilinear(
  data: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  x: number,
  y: number,
  z: number,
): number {
  const i = Math.max(0, Math.min(nx - 2, Math.floor(x)));
  const j = Math.max(0, Math.min(ny - 2, Math.floor(y)));
  const k = Math.max(0, Math.min(nz - 2, Math.floor(z)));
  const u = Math.max(0, Math.min(1, x - i));
  const v = Math.max(0, Math.min(1, y - j));
  const w = Math.max(0, Math.min(1, z - k));
  const stepI = nx > 1 ? 1 : 0;
  const stepJ = ny > 1 ? nx : 0;
  const stepK = nz > 1 ? nx * ny : 0;
  const c = i + nx * (j + ny * k);
  const d00 = data[c]! + u * (data[c + stepI]! - data[c]!);
  const d10 = data[c + stepJ]! + u * (data[c + stepI + stepJ]! - data[c + stepJ]!);
  const d01 = data[c + stepK]! + u * (data[c + stepI + stepK]! - data[c + stepK]!);
  const d11 = data[c + stepJ + stepK]! + u * (data[c + stepI + stepJ + stepK]! - data[c + stepJ + stepK]!);
  const d0 = d00 + v * (d10 - d00);
  return d0 + w * (d01 + v * (d11 - d01) - d0);
}
