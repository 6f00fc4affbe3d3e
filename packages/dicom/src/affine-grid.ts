import { DicomFormatError, type Grid, type Vec3 } from "@isodose/core";

/** A grid and how to store the voxels on it. */
export interface AffineGrid {
  readonly grid: Grid;
  /** True where the file's axes are left-handed: slices are then stored in reverse, so that ours are right-handed. */
  readonly reverseSlices: boolean;
}

/** Spacings and angles may be off by rounding in the file, not more. */
const ORTHOGONAL_WITHIN = 1e-3;

/**
 * The grid of an image whose voxel (i, j, k) lies at origin + i a + j b + k c.
 * @param size - voxels along i, j, k
 * @param axesMm - a, b, c: LPS, mm
 * @param originMm - centre of voxel (0, 0, 0), LPS, mm
 * @throws DicomFormatError SHEARED_GRID if the axes are not at right angles, NO_PIXEL_SPACING if one has no length
 */
export function gridOfAffine(
  file: string,
  size: Vec3,
  axesMm: readonly [Vec3, Vec3, Vec3],
  originMm: Vec3,
): AffineGrid {
  const spacingMm = axesMm.map((axis) => Math.hypot(...axis)) as unknown as Vec3;
  if (!spacingMm.every((s) => Number.isFinite(s) && s > 0)) {
    throw new DicomFormatError(
      file,
      "NO_PIXEL_SPACING",
      `spacing is ${spacingMm.join(" × ")} mm`,
      "three lengths > 0",
    );
  }
  const [i, j, third] = axesMm.map((axis, a) => axis.map((x) => x / spacingMm[a]!)) as unknown as [
    Vec3,
    Vec3,
    Vec3,
  ];
  const normal: Vec3 = [i[1] * j[2] - i[2] * j[1], i[2] * j[0] - i[0] * j[2], i[0] * j[1] - i[1] * j[0]];
  const along = third[0] * normal[0] + third[1] * normal[1] + third[2] * normal[2];
  const skew = Math.abs(i[0] * j[0] + i[1] * j[1] + i[2] * j[2]);
  if (skew > ORTHOGONAL_WITHIN || Math.abs(along) < 1 - ORTHOGONAL_WITHIN) {
    throw new DicomFormatError(
      file,
      "SHEARED_GRID",
      "its axes are not at right angles",
      "an orthogonal grid",
    );
  }
  const reverseSlices = along < 0;
  const last = reverseSlices ? size[2] - 1 : 0;
  // The second axis square to the first, the third square to both: what rounding in the file has bent.
  const length = Math.hypot(...normal);
  const k = normal.map((x) => x / length) as unknown as Vec3;
  const j2: Vec3 = [k[1] * i[2] - k[2] * i[1], k[2] * i[0] - k[0] * i[2], k[0] * i[1] - k[1] * i[0]];
  return {
    grid: {
      size,
      spacingMm,
      originMm: originMm.map((o, a) => o + last * axesMm[2][a]!) as unknown as Vec3,
      direction: [i[0], j2[0], k[0], i[1], j2[1], k[1], i[2], j2[2], k[2]],
    },
    reverseSlices,
  };
}

/** Values of a file in the order of {@link AffineGrid.grid}. */
export function voxelsInOrder(values: ArrayLike<number>, { grid, reverseSlices }: AffineGrid): Float32Array {
  const [nx, ny, nz] = grid.size;
  const out = Float32Array.from(values);
  if (!reverseSlices) return out;
  const slice = nx * ny;
  for (let k = 0; k < nz >> 1; k++) {
    const low = out.slice(k * slice, (k + 1) * slice);
    out.copyWithin(k * slice, (nz - 1 - k) * slice, (nz - k) * slice);
    out.set(low, (nz - 1 - k) * slice);
  }
  return out;
}
