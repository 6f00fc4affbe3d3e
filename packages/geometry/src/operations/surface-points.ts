import { HALF } from "./half.ts";
import { fitPatch, PATCH_SIZE, writeFlatPatch } from "./surface-patch.ts";
import { thinSheets } from "./thin-sheets.ts";

/** Where the surface of a region crosses the lines through the voxel centres, along i, j and k. */
export interface SurfacePoints {
  readonly count: number;
  /** Grid axis (0 i, 1 j, 2 k) of the line that each point lies on. */
  readonly axis: Uint8Array;
  /** Voxel coordinates, three per point. */
  readonly position: Float64Array;
  /** Unit outward normals in mm along the grid's axes, three per point. */
  readonly normal: Float64Array;
  /** The surface around each point, {@link PATCH_SIZE} numbers per point. */
  readonly patch: Float64Array;
  /** 1 where only the gradient of the fractions tells the surface: a disc of half a voxel stands for it, not the patch. */
  readonly isDisc: Uint8Array;
  /** Volume of what is too thin to have a voxel inside, in voxels; its surfaces are among the points. */
  readonly thinVoxels: number;
}

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

/** A surface steeper than this over a voxel line is taken from the columns across. */
const STEEPEST = 1.25;

/**
 * All points where the surface crosses a voxel line. At the edge of the grid there is no surface: the region goes on.
 *
 * Where the columns of a line say where the surface is, the point has a curved patch ({@link fitPatch}). Elsewhere the
 * point is where the fractions say, with a disc across their gradient.
 *
 * @param data - fractions, x fastest
 * @param size - [nx, ny, nz]
 * @param spacingMm - voxel size
 * @param which - "crossings" share the surface evenly; "all" for distances, with what is too thin for a crossing
 */
export function surfacePoints(
  data: Float32Array,
  size: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
  which: "crossings" | "all" = "all",
): SurfacePoints {
  const [nx, ny, nz] = size;
  const strides = [1, nx, nx * ny] as const;
  const found = new PointList();
  const gradient = new Float64Array(3);
  const across = new Float64Array(3);
  const fit = new Float64Array(PATCH_SIZE);
  for (const axis of [0, 1, 2] as const) {
    const stride = strides[axis];
    const n = size[axis];
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
          const sign = lowInside ? 1 : -1;
          let t = lowInside
            ? surfaceOffset(data, low, stride, at, n - 1 - at)
            : 1 - surfaceOffset(data, low + stride, -stride, n - 2 - at, at + 1);
          gradient.fill(0);
          addGradient(data, size, i, j, k, 1 - t, gradient);
          const [di, dj, dk] = [axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0];
          addGradient(data, size, i + di, j + dj, k + dk, t, gradient);
          // A plate one voxel thin has no gradient: across the line.
          if (!(Math.hypot(gradient[0]!, gradient[1]!, gradient[2]!) > 1e-9)) gradient[axis] = -sign;
          for (let a = 0; a < 3; a++) across[a] = Math.abs(gradient[a]!);
          const steepness = Math.max(across[0]!, across[1]!, across[2]!) / across[axis]!;
          let height = Number.NaN;
          if (steepness <= STEEPEST) {
            const inner = lowInside ? low : low + stride;
            const from = lowInside ? ([i, j, k] as const) : ([i + di, j + dj, k + dk] as const);
            height = fitPatch(data, size, axis, inner, from, sign, fit, 0);
          }
          const isDisc = Number.isNaN(height);
          if (isDisc) {
            writeFlatPatch(gradient, axis, fit);
          } else {
            t = lowInside ? height : 1 - height;
            gradient[axis] = -sign;
            gradient[(axis + 1) % 3] = sign * fit[0]!;
            gradient[(axis + 2) % 3] = sign * fit[1]!;
          }
          found.push(axis, i + di * t, j + dj * t, k + dk * t, isDisc, gradient, spacingMm, fit);
        }
      }
    }
  }
  if (which === "crossings") return found.points(0);
  const thinVoxels = thinSheets(data, size, spacingMm, (axis, i, j, k, sign) => {
    gradient.fill(0);
    gradient[axis] = -sign;
    writeFlatPatch(gradient, axis, fit);
    found.push(axis, i, j, k, false, gradient, spacingMm, fit);
  });
  return found.points(thinVoxels);
}

/** Numbers kept of a point: axis, whether a disc, position, normal, patch. */
const WIDTH = 8 + PATCH_SIZE;

/** Points as they are found. */
class PointList {
  #count = 0;
  #rows = new Float64Array(1024 * WIDTH);

  push(
    axis: number,
    i: number,
    j: number,
    k: number,
    isDisc: boolean,
    gradient: Float64Array,
    spacingMm: readonly [number, number, number],
    patch: Float64Array,
  ): void {
    const gx = -gradient[0]! / spacingMm[0];
    const gy = -gradient[1]! / spacingMm[1];
    const gz = -gradient[2]! / spacingMm[2];
    const length = Math.sqrt(gx * gx + gy * gy + gz * gz);
    let at = WIDTH * this.#count++;
    if (at + WIDTH > this.#rows.length) {
      const longer = new Float64Array(2 * this.#rows.length);
      longer.set(this.#rows);
      this.#rows = longer;
    }
    const rows = this.#rows;
    rows[at++] = axis;
    rows[at++] = isDisc ? 1 : 0;
    rows[at++] = i;
    rows[at++] = j;
    rows[at++] = k;
    rows[at++] = gx / length;
    rows[at++] = gy / length;
    rows[at++] = gz / length;
    for (let n = 0; n < PATCH_SIZE; n++) rows[at++] = patch[n]!;
  }

  points(thinVoxels: number): SurfacePoints {
    const rows = this.#rows;
    const count = this.#count;
    const axis = new Uint8Array(count);
    const isDisc = new Uint8Array(count);
    const position = new Float64Array(3 * count);
    const normal = new Float64Array(3 * count);
    const patch = new Float64Array(PATCH_SIZE * count);
    for (let n = 0; n < count; n++) {
      const at = WIDTH * n;
      axis[n] = rows[at]!;
      isDisc[n] = rows[at + 1]!;
      for (let m = 0; m < 3; m++) {
        position[3 * n + m] = rows[at + 2 + m]!;
        normal[3 * n + m] = rows[at + 5 + m]!;
      }
      for (let m = 0; m < PATCH_SIZE; m++) patch[PATCH_SIZE * n + m] = rows[at + 8 + m]!;
    }
    return { count, axis, position, normal, patch, isDisc, thinVoxels };
  }
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
