import type { SimplexField } from "./simplex-field.ts";

/** One point's search through the cells of a field. Positions are in units of the distance criterion. */
export interface CellSearch {
  readonly field: SimplexField;
  /** Edges of a cell. */
  readonly Hx: number;
  readonly Hy: number;
  readonly Hz: number;
  /** The point, from voxel (0, 0, 0) of the field. */
  px: number;
  py: number;
  pz: number;
  /** Its own dose, Gy. */
  doseGy: number;
  /** 1 / dose criterion, 1/Gy. */
  perGy: number;
  /** Least squared distance found so far; falls during the search. */
  best: number;
  /** Blocks still to look at: level, i, j, k each. */
  readonly stack: Int32Array;
}

/** Lower `search.best` to the least squared distance to the simplices of cell (i, j, k), if that is lower. */
export type CellVisitor = (search: CellSearch, i: number, j: number, k: number) => void;

/** A search over `field`. @param distanceMm - the unit of position, mm */
export function cellSearch(field: SimplexField, distanceMm: number): CellSearch {
  return {
    field,
    Hx: field.hx / distanceMm,
    Hy: field.hy / distanceMm,
    Hz: field.hz / distanceMm,
    px: 0,
    py: 0,
    pz: 0,
    doseGy: 0,
    perGy: 1,
    best: Number.POSITIVE_INFINITY,
    stack: new Int32Array(4 * (8 * field.levels.length + 1)),
  };
}

/** Up to so many cells around the point are looked at one by one; beyond, whole blocks are ruled out by their dose range. */
const MAX_CELLS_ONE_BY_ONE = 64;

/**
 * Visit every cell that can hold something nearer than `search.best`: the lower bound of a cell is the distance to its box
 * and the gap between the point's dose and the range of its eight corners. Exact: nothing is left out.
 */
export function searchCells(search: CellSearch, visit: CellVisitor): void {
  const cells = search.field.levels[0]!;
  const radius = Math.sqrt(search.best);
  const iFrom = firstCell(search.px - radius, search.Hx, cells.cx);
  const iTo = firstCell(search.px + radius, search.Hx, cells.cx);
  const jFrom = firstCell(search.py - radius, search.Hy, cells.cy);
  const jTo = firstCell(search.py + radius, search.Hy, cells.cy);
  const kFrom = firstCell(search.pz - radius, search.Hz, cells.cz);
  const kTo = firstCell(search.pz + radius, search.Hz, cells.cz);
  if ((iTo - iFrom + 1) * (jTo - jFrom + 1) * (kTo - kFrom + 1) > MAX_CELLS_ONE_BY_ONE) {
    searchBlocks(search, visit);
    return;
  }
  for (let k = kFrom; k <= kTo; k++) {
    for (let j = jFrom; j <= jTo; j++) {
      for (let i = iFrom; i <= iTo; i++) {
        if (blockBound(search, 0, i, j, k) < search.best) visit(search, i, j, k);
      }
    }
  }
}

/** The cell that holds x, or the nearest to it; x may be infinite. */
export function firstCell(x: number, H: number, count: number): number {
  const cell = Math.floor(x / H);
  return cell <= 0 ? 0 : cell >= count ? count - 1 : cell;
}

/** Depth first through the blocks, the one on the point's side first. */
function searchBlocks(search: CellSearch, visit: CellVisitor): void {
  const { levels } = search.field;
  const stack = search.stack;
  let top = push(stack, 0, levels.length - 1, 0, 0, 0);
  while (top > 0) {
    top -= 4;
    const level = stack[top]!;
    const i = stack[top + 1]!;
    const j = stack[top + 2]!;
    const k = stack[top + 3]!;
    if (blockBound(search, level, i, j, k) >= search.best) continue;
    if (level === 0) {
      visit(search, i, j, k);
      continue;
    }
    const fine = levels[level - 1]!;
    const half = 1 << (level - 1);
    const near =
      (search.px > (2 * i + 1) * half * search.Hx ? 1 : 0) +
      (search.py > (2 * j + 1) * half * search.Hy ? 2 : 0) +
      (search.pz > (2 * k + 1) * half * search.Hz ? 4 : 0);
    for (let turn = 7; turn >= 0; turn--) {
      const child = turn ^ near;
      const ci = 2 * i + (child & 1);
      const cj = 2 * j + ((child >> 1) & 1);
      const ck = 2 * k + (child >> 2);
      if (ci < fine.cx && cj < fine.cy && ck < fine.cz) top = push(stack, top, level - 1, ci, cj, ck);
    }
  }
}

function push(stack: Int32Array, top: number, level: number, i: number, j: number, k: number): number {
  stack[top] = level;
  stack[top + 1] = i;
  stack[top + 2] = j;
  stack[top + 3] = k;
  return top + 4;
}

/** Lower bound of the squared distance to anything in block (i, j, k) of a level. */
function blockBound(search: CellSearch, level: number, i: number, j: number, k: number): number {
  const { field } = search;
  const block = field.levels[level]!;
  const width = 1 << level;
  const n = i + block.cx * (j + block.cy * k);
  const low = block.min[n]! - search.doseGy;
  const high = search.doseGy - block.max[n]!;
  const gap = Math.max(0, low, high) * search.perGy;
  const x = gapOnAxis(search.px, i * width * search.Hx, width * search.Hx, field.sx);
  const y = gapOnAxis(search.py, j * width * search.Hy, width * search.Hy, field.sy);
  const z = gapOnAxis(search.pz, k * width * search.Hz, width * search.Hz, field.sz);
  return gap * gap + x * x + y * y + z * z;
}

/** Distance from p to [start, start + width]; along an axis of one voxel (step 0), to its centre at 0. */
function gapOnAxis(p: number, start: number, width: number, step: number): number {
  if (step === 0) return p;
  const below = start - p;
  if (below > 0) return below;
  const above = -below - width;
  return Math.max(0, above);
}
