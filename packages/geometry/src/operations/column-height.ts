import { HALF } from "./half.ts";

/** Where the surface crosses a line of voxels, by the volume of the column. */
export interface ColumnHeight {
  /** From the centre of the voxel asked for, outward positive, voxels; NaN where the column is not one solid from full to empty. */
  height: number;
  /** How full the column is beneath its surface: < 1 where another face cuts it lengthwise. */
  plateau: number;
}

/** Voxels by which the surface of a neighbouring column may lie higher or lower. */
const SEARCH = 4;
/** Voxels from the crossing to a full and to an empty one. */
const WALK = 6;
const FULL = 1 - 1e-6;
const EMPTY = 1e-6;
/** Fractions that differ by less are one level. */
const LEVEL = 1e-3;

/**
 * Height of the column of a voxel: the fractions from a full voxel to an empty one add up to where the surface stands, on average
 * over the column's width. A column that another face cuts lengthwise counts by its own level.
 *
 * @param data - fractions
 * @param v - index of the voxel that the height is counted from
 * @param outward - index step outward
 * @param inwardCount - voxels that there are behind v
 * @param outwardCount - voxels that there are before it
 * @source height function of the volume-of-fluid method: Cummins, Francois, Kothe, Comput. Struct. 83 (2005) 425,
 * doi:10.1016/j.compstruc.2004.08.017
 */
export function columnHeight(
  data: Float32Array,
  v: number,
  outward: number,
  inwardCount: number,
  outwardCount: number,
  out: ColumnHeight,
): void {
  out.height = Number.NaN;
  out.plateau = 0;
  // The last voxel inside, counted outward from v.
  let inner = 0;
  if (data[v]! >= HALF) {
    while (inner < outwardCount && data[v + (inner + 1) * outward]! >= HALF) if (++inner > SEARCH) return;
    if (inner === outwardCount) return;
  } else {
    do {
      inner--;
      if (-inner > SEARCH || -inner > inwardCount) return;
      out.plateau = Math.max(out.plateau, data[v + (inner + 1) * outward]!);
    } while (data[v + inner * outward]! < HALF);
  }
  let plateau = data[v + inner * outward]!;
  let sum = plateau;
  let base = inner;
  while (plateau < FULL) {
    const n = base - 1;
    if (-n > inwardCount || inner - n > WALK) return;
    const f = data[v + n * outward]!;
    if (Math.abs(f - plateau) < LEVEL && -n < inwardCount) {
      if (Math.abs(data[v + (n - 1) * outward]! - plateau) < LEVEL) break;
    }
    if (f < plateau) return;
    sum += f;
    plateau = f;
    base = n;
  }
  let last = plateau;
  for (let n = inner + 1; n <= outwardCount; n++) {
    const f = data[v + n * outward]!;
    if (f <= EMPTY) break;
    if (n - inner > WALK || !(f < last)) return;
    sum += f;
    last = f;
  }
  out.plateau = plateau;
  out.height = sum / plateau + base - 0.5;
}
