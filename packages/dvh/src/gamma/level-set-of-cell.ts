import { type CellSearch, searchCells } from "./cell-search.ts";
import { segmentDistanceSquared, triangleDistanceSquared } from "./simplex-distance.ts";

/** Corners of the paths from the lower to the upper corner of a cell, as steps (1, 2, 4) along the axes x, y, z. */
const PATHS_3D = [
  [0, 1, 3, 7],
  [0, 1, 5, 7],
  [0, 2, 3, 7],
  [0, 2, 6, 7],
  [0, 4, 5, 7],
  [0, 4, 6, 7],
];

/** Points where the edges of a simplex take the level, relative to the point searched from: x, y, z each; at most four. */
const crossings = new Float64Array(12);
/** Dose minus level, and position, of the corners of the simplex in hand. */
const level = new Float64Array(4);
const corner = new Float64Array(12);

/**
 * Least squared distance from the point in `search` to where the field takes `search.doseGy`; Infinity if it never does.
 * `search.perGy` must be so large that any gap in dose rules a cell out.
 */
export function nearestLevelSquared(search: CellSearch): number {
  searchCells(search, visitCell);
  return search.best;
}

/** In every simplex the level set is the convex hull of its crossings: a point, segment, triangle or flat quadrangle. */
function visitCell(search: CellSearch, i: number, j: number, k: number): void {
  const { field } = search;
  const { axes } = field;
  if (axes.length === 3) {
    for (const path of PATHS_3D) visitSimplex(search, i, j, k, path);
    return;
  }
  const [a, b] = axes.map((axis) => 1 << axis);
  if (a === undefined) visitSimplex(search, i, j, k, [0]);
  else if (b === undefined) visitSimplex(search, i, j, k, [0, a]);
  else for (const first of [a, b]) visitSimplex(search, i, j, k, [0, first, a + b]);
}

function visitSimplex(search: CellSearch, i: number, j: number, k: number, path: readonly number[]): void {
  const { field } = search;
  const o = i + field.nx * (j + field.ny * k);
  let isFlat = true;
  for (let n = 0; n < path.length; n++) {
    const bits = path[n]!;
    const x = bits & 1;
    const y = (bits >> 1) & 1;
    const z = bits >> 2;
    level[n] = field.data[o + x * field.sx + y * field.sy + z * field.sz]! - search.doseGy;
    corner[3 * n] = (i + x) * search.Hx - search.px;
    corner[3 * n + 1] = (j + y) * search.Hy - search.py;
    corner[3 * n + 2] = (k + z) * search.Hz - search.pz;
    if (level[n] !== 0) isFlat = false;
  }
  if (!isFlat && planeBound(search, path) >= search.best) return;
  if (isFlat && path.length === 4 && holdsOrigin(search, path)) {
    search.best = 0;
    return;
  }
  const found = hullDistanceSquared(findCrossings(path.length));
  if (found < search.best) search.best = found;
}

/** Squared distance to the plane that holds the level set of the simplex: never above that to the level set itself. */
function planeBound({ Hx, Hy, Hz }: CellSearch, path: readonly number[]): number {
  let atPoint = level[0]!;
  let slope2 = 0;
  for (let n = 1; n < path.length; n++) {
    const step = path[n]! - path[n - 1]!;
    const rise = level[n]! - level[n - 1]!;
    const g = step === 1 ? rise / Hx : step === 2 ? rise / Hy : rise / Hz;
    atPoint -= g * (step === 1 ? corner[0]! : step === 2 ? corner[1]! : corner[2]!);
    slope2 += g * g;
  }
  return slope2 > 0 ? (atPoint * atPoint) / slope2 : Number.POSITIVE_INFINITY;
}

/** True if the point lies in the tetrahedron: along its path of axes a, b, c, 1 ≥ a ≥ b ≥ c ≥ 0. */
function holdsOrigin({ Hx, Hy, Hz }: CellSearch, path: readonly number[]): boolean {
  let before = 1;
  for (let n = 1; n < 4; n++) {
    const step = path[n]! - path[n - 1]!;
    const fraction = step === 1 ? -corner[0]! / Hx : step === 2 ? -corner[1]! / Hy : -corner[2]! / Hz;
    if (fraction > before) return false;
    before = fraction;
  }
  return before >= 0;
}

function findCrossings(corners: number): number {
  let count = 0;
  for (let a = 0; a < corners; a++) {
    if (level[a] === 0) count = addCrossing(count, a, a, 0);
    for (let b = a + 1; b < corners; b++) {
      if (level[a]! * level[b]! < 0) count = addCrossing(count, a, b, level[a]! / (level[a]! - level[b]!));
    }
  }
  return count;
}

function addCrossing(count: number, a: number, b: number, t: number): number {
  for (let axis = 0; axis < 3; axis++) {
    const from = corner[3 * a + axis]!;
    crossings[3 * count + axis] = from + t * (corner[3 * b + axis]! - from);
  }
  return count + 1;
}

/** All segments, and all triangles that are none themselves: for a quadrangle they cover it, whatever its order. */
function hullDistanceSquared(count: number): number {
  const c = crossings;
  let least = Number.POSITIVE_INFINITY;
  for (let a = 0; a < count; a++) {
    const [ax, ay, az] = [c[3 * a]!, c[3 * a + 1]!, c[3 * a + 2]!];
    if (count === 1) return ax * ax + ay * ay + az * az;
    for (let b = a + 1; b < count; b++) {
      const [bx, by, bz] = [c[3 * b]!, c[3 * b + 1]!, c[3 * b + 2]!];
      least = Math.min(least, segmentDistanceSquared(ax, ay, az, 0, bx, by, bz, 0));
      for (let d = b + 1; d < count; d++) {
        const inside = triangleDistanceSquared(
          ax,
          ay,
          az,
          0,
          bx,
          by,
          bz,
          0,
          c[3 * d]!,
          c[3 * d + 1]!,
          c[3 * d + 2]!,
          0,
        );
        // A triangle without area gives NaN or a value that the segments bound from below; Math.min would keep NaN.
        if (inside < least && hasArea(a, b, d)) least = inside;
      }
    }
  }
  return least;
}

function hasArea(a: number, b: number, d: number): boolean {
  const c = crossings;
  const [ux, uy, uz] = [c[3 * b]! - c[3 * a]!, c[3 * b + 1]! - c[3 * a + 1]!, c[3 * b + 2]! - c[3 * a + 2]!];
  const [vx, vy, vz] = [c[3 * d]! - c[3 * a]!, c[3 * d + 1]! - c[3 * a + 1]!, c[3 * d + 2]! - c[3 * a + 2]!];
  const area = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
  return area > 1e-9 * (ux * ux + uy * uy + uz * uz + vx * vx + vy * vy + vz * vz);
}
