import { patientToVoxel, type Volume } from "@isodose/core";
import { interpolateVoxels } from "@isodose/dvh";
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
  const here = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = x0 + column * (xc - x0) + row * (xr - x0);
      const y = y0 + column * (yc - y0) + row * (yr - y0);
      const z = z0 + column * (zc - z0) + row * (zr - z0);
      const at = row * width + column;
      if (x < -0.5 || y < -0.5 || z < -0.5 || x > nx - 0.5 || y > ny - 0.5 || z > nz - 0.5) {
        values[at] = outside;
      } else {
        interpolateVoxels(data, nx, ny, nz, x, y, z, here);
        values[at] = here.value;
      }
    }
  }
  return { width, height, pixelWidthMm, pixelHeightMm, values };
}
