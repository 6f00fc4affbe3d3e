import { type PatientPoint, patientToVoxel, type Volume } from "@isodose/core";

/** Where {@link interpolateVoxels} leaves its result: the value, and its slope per voxel along i, j, k. */
export interface InterpolatedValue {
  value: number;
  slopeI: number;
  slopeJ: number;
  slopeK: number;
}

/** The lower corner of the cell that holds coordinate t on an axis of n voxels; the last cell holds its upper end. */
function lowerCorner(t: number, n: number): number {
  const lower = Math.floor(t);
  return lower < 0 ? 0 : lower > n - 2 ? Math.max(0, n - 2) : lower;
}

/**
 * Trilinear interpolant of the voxel centres at the voxel coordinates (x, y, z), with its slope. Beyond the outermost
 * centres the end value is held (slope 0 across).
 * @param data - nx · ny · nz values, x fastest
 * @param out - written in place
 */
export function interpolateVoxels(
  data: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  x: number,
  y: number,
  z: number,
  out: InterpolatedValue,
): void {
  const i = lowerCorner(x, nx);
  const j = lowerCorner(y, ny);
  const k = lowerCorner(z, nz);
  const stepI = nx > 1 ? 1 : 0;
  const stepJ = ny > 1 ? nx : 0;
  const stepK = nz > 1 ? nx * ny : 0;
  const fx = x - i;
  const fy = y - j;
  const fz = z - k;
  const u = fx <= 0 ? 0 : Math.min(1, fx);
  const v = fy <= 0 ? 0 : Math.min(1, fy);
  const w = fz <= 0 ? 0 : Math.min(1, fz);
  const c000 = i + nx * (j + ny * k);
  const d000 = data[c000]!;
  const d100 = data[c000 + stepI]!;
  const d010 = data[c000 + stepJ]!;
  const d110 = data[c000 + stepI + stepJ]!;
  const d001 = data[c000 + stepK]!;
  const d101 = data[c000 + stepI + stepK]!;
  const d011 = data[c000 + stepJ + stepK]!;
  const d111 = data[c000 + stepI + stepJ + stepK]!;
  const d00 = d000 + u * (d100 - d000);
  const d10 = d010 + u * (d110 - d010);
  const d01 = d001 + u * (d101 - d001);
  const d11 = d011 + u * (d111 - d011);
  const d0 = d00 + v * (d10 - d00);
  const d1 = d01 + v * (d11 - d01);
  out.value = d0 + w * (d1 - d0);
  out.slopeI =
    fx < 0 || fx > 1
      ? 0
      : (1 - w) * ((1 - v) * (d100 - d000) + v * (d110 - d010)) +
        w * ((1 - v) * (d101 - d001) + v * (d111 - d011));
  out.slopeJ = fy < 0 || fy > 1 ? 0 : (1 - w) * (d10 - d00) + w * (d11 - d01);
  out.slopeK = fz < 0 || fz > 1 ? 0 : d1 - d0;
}

/**
 * Dose at a point: the trilinear interpolant of the voxel centres; between the outermost centres and the edges of the
 * grid (half a voxel further) the end value is held.
 * @param pointMm - LPS, mm
 * @returns dose, Gy; undefined outside the edges of the grid
 */
export function interpolateDoseGy(dose: Volume, pointMm: PatientPoint): number | undefined {
  const [nx, ny, nz] = dose.grid.size;
  const [x, y, z] = patientToVoxel(dose.grid, pointMm);
  if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5))
    return undefined;
  const out = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  interpolateVoxels(dose.values.data, nx, ny, nz, x, y, z, out);
  return out.value;
}
