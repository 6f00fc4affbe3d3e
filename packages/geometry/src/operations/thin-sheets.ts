import { HALF } from "./half.ts";

/** Less of a voxel than this is rounding, or the end of something thicker. */
const LEAST = 0.02;

/**
 * Both surfaces of what is too thin to fill any voxel of its neighbourhood by half: a sheet across the axis on which it is thinnest. Spread
 * over two layers it stands at their common face, in one layer it is taken to lie in the middle: its thickness is right, its place
 * to half a voxel.
 *
 * @param found - called for both surfaces of each voxel line through a sheet: axis, place in voxels, +1 for the upper one
 * @returns volume of all such sheets, in voxels
 */
export function thinSheets(
  data: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
  found: (axis: 0 | 1 | 2, i: number, j: number, k: number, sign: 1 | -1) => void,
): number {
  const size = [nx, ny, nz] as const;
  const strides = [1, nx, nx * ny] as const;
  let sum = 0;
  for (let k = 0, v = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        const f = data[v]!;
        if (!(f > LEAST && f < HALF)) continue;
        const at = [i, j, k] as const;
        if (hasInsideNear(data, size, at)) continue;
        sum += f;
        // Thinnest where the fractions fall off most, of equal ones the finest axis.
        let axis: 0 | 1 | 2 = 0;
        let most = -1;
        for (const a of [0, 1, 2] as const) {
          const below = at[a] > 0 ? data[v - strides[a]]! : f;
          const above = at[a] < size[a] - 1 ? data[v + strides[a]]! : f;
          const fall = (2 * f - below - above) / spacingMm[a];
          if (fall > most + 1e-6) {
            most = fall;
            axis = a;
          }
        }
        const n = at[axis];
        const below = n > 0 ? data[v - strides[axis]]! : 0;
        const above = n < size[axis] - 1 ? data[v + strides[axis]]! : 0;
        // The fullest voxel of the line speaks for it.
        if (below > f || above >= f) continue;
        const [low, high] =
          above > LEAST && above >= below
            ? [n + 0.5 - f, n + 0.5 + above]
            : below > LEAST
              ? [n - 0.5 - below, n - 0.5 + f]
              : [n - f / 2, n + f / 2];
        const put = (c: number, sign: 1 | -1) =>
          found(axis, axis === 0 ? c : i, axis === 1 ? c : j, axis === 2 ? c : k, sign);
        put(low, -1);
        put(high, 1);
      }
    }
  }
  return sum;
}

function hasInsideNear(
  data: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  [i, j, k]: readonly [number, number, number],
): boolean {
  for (let c = Math.max(0, k - 1); c <= Math.min(nz - 1, k + 1); c++)
    for (let b = Math.max(0, j - 1); b <= Math.min(ny - 1, j + 1); b++)
      for (let a = Math.max(0, i - 1); a <= Math.min(nx - 1, i + 1); a++)
        if (data[a + nx * (b + ny * c)]! >= HALF) return true;
  return false;
}
