/** Where the surface of a region crosses the lines through the voxel centres, along i, j and k. */
export interface SurfacePoints {
  readonly count: number;
  /** Grid axis (0 i, 1 j, 2 k) of the line that each point lies on. */
  readonly axis: Uint8Array;
  /** Voxel coordinates, three per point. */
  readonly position: Float64Array;
  /** Unit outward normals in mm along the grid's axes, three per point. */
  readonly normal: Float64Array;
}

/** A voxel belongs to the inside if at least half of it does. */
export const HALF = 0.5;
/** Voxels walked from a crossing to a full and to an empty one; a surface less steep than this is located by its column. */
const WALK = 5;
const FULL = 1 - 1e-6;
const EMPTY = 1e-6;
/** Fractions that differ by less are one level. */
const LEVEL = 1e-3;

/**
 * Distance from the centre of a voxel that is at least half full to the surface towards a neighbour that is not, in voxels.
 *
 * Where the column of voxels runs from a full to an empty one, the fractions add up to the height of the column:
 * the surface stands where a solid of that height ends, exactly for plane surfaces. A column that another face cuts lengthwise is
 * full at its own level. Where a column is neither (the surface runs along it, or the region is thin), the fractions are linear
 * between the two centres.
 *
 * @param data - fractions
 * @param inner - index of the voxel inside
 * @param outward - index step towards the neighbour outside
 * @param inwardCount - voxels that there are behind `inner`
 * @param outwardCount - voxels that there are before it; beyond them all is empty
 * @source height function of the volume-of-fluid method: Cummins, Francois, Kothe, Comput. Struct. 83 (2005) 425,
 * doi:10.1016/j.compstruc.2004.08.017
 */
export function surfaceOffset(
  data: Float32Array,
  inner: number,
  outward: number,
  inwardCount: number,
  outwardCount: number,
): number {
  const a = data[inner]!;
  const b = outwardCount > 0 ? data[inner + outward]! : 0;
  const linear = (a - HALF) / (a - b);
  let sum = a;
  let plateau = a;
  let behind = 0;
  while (plateau < FULL) {
    const n = behind + 1;
    if (n > WALK || n > inwardCount) return linear;
    const f = data[inner - n * outward]!;
    // A column that another face cuts lengthwise stays at its part: three alike, two are so at the top of a cap.
    if (Math.abs(f - plateau) < LEVEL && n < inwardCount) {
      if (Math.abs(data[inner - (n + 1) * outward]! - plateau) < LEVEL) break;
    }
    if (f < plateau) return linear;
    sum += f;
    plateau = f;
    behind = n;
  }
  let last = plateau;
  for (let n = 1; n <= outwardCount; n++) {
    const f = data[inner + n * outward]!;
    if (f <= EMPTY) break;
    if (n > WALK || !(f < last)) return linear;
    sum += f;
    last = f;
  }
  return sum / plateau - behind - 0.5;
}

/**
 * All points where the surface crosses a voxel line. At the edge of the grid there is no surface: the region goes on.
 * @param data - fractions, x fastest
 * @param size - [nx, ny, nz]
 * @param spacingMm - voxel size
 */
export function surfacePoints(
  data: Float32Array,
  size: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
): SurfacePoints {
  const [nx, ny, nz] = size;
  const strides = [1, nx, nx * ny] as const;
  const axes: number[] = [];
  const positions: number[] = [];
  const normals: number[] = [];
  const gradient = new Float64Array(3);
  for (let axis = 0; axis < 3; axis++) {
    const stride = strides[axis]!;
    const n = size[axis]!;
    const iEnd = axis === 0 ? nx - 1 : nx;
    const jEnd = axis === 1 ? ny - 1 : ny;
    const kEnd = axis === 2 ? nz - 1 : nz;
    for (let k = 0; k < kEnd; k++) {
      for (let j = 0; j < jEnd; j++) {
        const row = nx * (j + ny * k);
        for (let i = 0; i < iEnd; i++) {
          const low = row + i;
          const lowInside = data[low]! >= HALF;
          if (lowInside === data[low + stride]! >= HALF) continue;
          const at = axis === 0 ? i : axis === 1 ? j : k;
          const t = lowInside
            ? surfaceOffset(data, low, stride, at, n - 1 - at)
            : 1 - surfaceOffset(data, low + stride, -stride, n - 2 - at, at + 1);
          gradient.fill(0);
          addGradient(data, size, i, j, k, 1 - t, gradient);
          addGradient(
            data,
            size,
            axis === 0 ? i + 1 : i,
            axis === 1 ? j + 1 : j,
            axis === 2 ? k + 1 : k,
            t,
            gradient,
          );
          let gx = -gradient[0]! / spacingMm[0];
          let gy = -gradient[1]! / spacingMm[1];
          let gz = -gradient[2]! / spacingMm[2];
          let length = Math.sqrt(gx * gx + gy * gy + gz * gz);
          if (!(length > 1e-9)) {
            // A plate one voxel thin has no gradient: across the line.
            const sign = lowInside ? 1 : -1;
            gx = axis === 0 ? sign : 0;
            gy = axis === 1 ? sign : 0;
            gz = axis === 2 ? sign : 0;
            length = 1;
          }
          axes.push(axis);
          positions.push(i + (axis === 0 ? t : 0), j + (axis === 1 ? t : 0), k + (axis === 2 ? t : 0));
          normals.push(gx / length, gy / length, gz / length);
        }
      }
    }
  }
  return {
    count: axes.length,
    axis: Uint8Array.from(axes),
    position: Float64Array.from(positions),
    normal: Float64Array.from(normals),
  };
}

/**
 * Add `weight` times the gradient of the fractions at a voxel, per voxel: differences of 3 × 3 faces weighted 1 2 1.
 * @source Parker, Youngs, Two and three dimensional Eulerian simulation of fluid flow with material interfaces, AWE (1992)
 */
function addGradient(
  data: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  i: number,
  j: number,
  k: number,
  weight: number,
  gradient: Float64Array,
): void {
  const w = weight / 32;
  for (let c = -1; c <= 1; c++) {
    const kk = k + c < 0 ? 0 : k + c >= nz ? nz - 1 : k + c;
    const wc = c === 0 ? 2 : 1;
    for (let b = -1; b <= 1; b++) {
      const jj = j + b < 0 ? 0 : j + b >= ny ? ny - 1 : j + b;
      const wb = b === 0 ? 2 : 1;
      for (let a = -1; a <= 1; a++) {
        const ii = i + a < 0 ? 0 : i + a >= nx ? nx - 1 : i + a;
        const f = w * data[ii + nx * (jj + ny * kk)]!;
        const wa = a === 0 ? 2 : 1;
        gradient[0] += a * wb * wc * f;
        gradient[1] += b * wa * wc * f;
        gradient[2] += c * wa * wb * f;
      }
    }
  }
}
