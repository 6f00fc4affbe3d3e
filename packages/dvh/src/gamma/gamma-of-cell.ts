import { type CellSearch, firstCell, searchCells } from "./cell-search.ts";
import {
  segmentDistanceSquared,
  tetrahedronGammaSquared,
  triangleDistanceSquared,
} from "./simplex-distance.ts";

/**
 * Least gamma squared of the point in `search` over the whole field, or `search.best` if that is lower.
 *
 * The dose at the point bounds it from above; a step down the local slope, to where a linear dose would have its minimum,
 * tightens the bound; then every cell within that bound is looked at.
 * @returns squared gamma; `search.best` holds it too
 */
export function nearestGammaSquared(search: CellSearch): number {
  guess(search);
  if (search.best > 0) searchCells(search, visitCell);
  return search.best;
}

/** Bound `search.best` by two values that the field takes: at the point, and a step down the slope from it. */
function guess(search: CellSearch): void {
  const { field, Hx, Hy, Hz } = search;
  const { data, sx, sy, sz } = field;
  const cells = field.levels[0]!;
  const i = firstCell(search.px, Hx, cells.cx);
  const j = firstCell(search.py, Hy, cells.cy);
  const k = firstCell(search.pz, Hz, cells.cz);
  const u = sx === 0 ? 0 : unitRange(search.px / Hx - i);
  const v = sy === 0 ? 0 : unitRange(search.py / Hy - j);
  const w = sz === 0 ? 0 : unitRange(search.pz / Hz - k);
  // The path from the lower to the upper corner of the cell takes the axes in falling order of (u, v, w).
  const o = i + field.nx * (j + field.ny * k);
  const xFirst = (v > u ? sy : 0) + (w > u ? sz : 0);
  const yFirst = (u >= v ? sx : 0) + (w > v ? sz : 0);
  const zFirst = (u >= w ? sx : 0) + (v >= w ? sy : 0);
  const dx = data[o + xFirst + sx]! - data[o + xFirst]!;
  const dy = data[o + yFirst + sy]! - data[o + yFirst]!;
  const dz = data[o + zFirst + sz]! - data[o + zFirst]!;
  const r = (data[o]! + u * dx + v * dy + w * dz - search.doseGy) * search.perGy;
  const ox = search.px - (i + u) * Hx;
  const oy = search.py - (j + v) * Hy;
  const oz = search.pz - (k + w) * Hz;
  const here = r * r + ox * ox + oy * oy + oz * oz;
  if (here < search.best) search.best = here;
  if (here === 0) return;
  const gx = (dx * search.perGy) / Hx;
  const gy = (dy * search.perGy) / Hy;
  const gz = (dz * search.perGy) / Hz;
  const t = r / (1 + gx * gx + gy * gy + gz * gz);
  visitCell(
    search,
    firstCell(search.px - gx * t, Hx, cells.cx),
    firstCell(search.py - gy * t, Hy, cells.cy),
    firstCell(search.pz - gz * t, Hz, cells.cz),
  );
}

function unitRange(t: number): number {
  return Math.min(1, Math.max(0, t));
}

/** Lower `search.best` to the least gamma squared in the simplices of cell (i, j, k). */
function visitCell(search: CellSearch, i: number, j: number, k: number): void {
  if (search.field.axes.length === 3) visitTetrahedra(search, i, j, k);
  else visitFlatCell(search, i, j, k);
}

function visitTetrahedra(search: CellSearch, i: number, j: number, k: number): void {
  const { field, Hx, Hy, Hz, doseGy, perGy } = search;
  const { data, nx, ny } = field;
  const o = i + nx * (j + ny * k);
  const oz = o + nx * ny;
  const r000 = (data[o]! - doseGy) * perGy;
  const r100 = (data[o + 1]! - doseGy) * perGy;
  const r010 = (data[o + nx]! - doseGy) * perGy;
  const r110 = (data[o + nx + 1]! - doseGy) * perGy;
  const r001 = (data[oz]! - doseGy) * perGy;
  const r101 = (data[oz + 1]! - doseGy) * perGy;
  const r011 = (data[oz + nx]! - doseGy) * perGy;
  const r111 = (data[oz + nx + 1]! - doseGy) * perGy;
  const Px = search.px - i * Hx;
  const Py = search.py - j * Hy;
  const Pz = search.pz - k * Hz;
  let best = search.best;
  best = tetrahedronGammaSquared(r000, r100, r110, r111, Px, Py, Pz, Hx, Hy, Hz, best);
  best = tetrahedronGammaSquared(r000, r100, r101, r111, Px, Pz, Py, Hx, Hz, Hy, best);
  best = tetrahedronGammaSquared(r000, r010, r110, r111, Py, Px, Pz, Hy, Hx, Hz, best);
  best = tetrahedronGammaSquared(r000, r010, r011, r111, Py, Pz, Px, Hy, Hz, Hx, best);
  best = tetrahedronGammaSquared(r000, r001, r101, r111, Pz, Px, Py, Hz, Hx, Hy, best);
  best = tetrahedronGammaSquared(r000, r001, r011, r111, Pz, Py, Px, Hz, Hy, Hx, best);
  search.best = best;
}

/** A slice: two triangles; a line: one segment; a single voxel: a point. Axes without extent add their distance squared. */
function visitFlatCell(search: CellSearch, i: number, j: number, k: number): void {
  const { field, doseGy, perGy } = search;
  const { data, axes } = field;
  const o = i + field.nx * (j + field.ny * k);
  const Px = search.px - i * search.Hx;
  const Py = search.py - j * search.Hy;
  const Pz = search.pz - k * search.Hz;
  const r0 = (data[o]! - doseGy) * perGy;
  const a = axes[0];
  const b = axes[1];
  let found: number;
  if (a === undefined) {
    found = r0 * r0 + Px * Px + Py * Py + Pz * Pz;
  } else {
    const Pa = pick(a, Px, Py, Pz);
    const Ha = pick(a, search.Hx, search.Hy, search.Hz);
    const stepA = pick(a, field.sx, field.sy, field.sz);
    const ra = (data[o + stepA]! - doseGy) * perGy;
    if (b === undefined) {
      const offA = Px * Px + Py * Py + Pz * Pz - Pa * Pa;
      found = offA + segmentDistanceSquared(-Pa, 0, 0, r0, Ha - Pa, 0, 0, ra);
    } else {
      const Pb = pick(b, Px, Py, Pz);
      const Hb = pick(b, search.Hx, search.Hy, search.Hz);
      const stepB = pick(b, field.sx, field.sy, field.sz);
      const Pc = pick(3 - a - b, Px, Py, Pz);
      const rb = (data[o + stepB]! - doseGy) * perGy;
      const rab = (data[o + stepA + stepB]! - doseGy) * perGy;
      found = Math.min(
        triangleDistanceSquared(-Pa, -Pb, Pc, r0, Ha - Pa, -Pb, Pc, ra, Ha - Pa, Hb - Pb, Pc, rab),
        triangleDistanceSquared(-Pa, -Pb, Pc, r0, -Pa, Hb - Pb, Pc, rb, Ha - Pa, Hb - Pb, Pc, rab),
      );
    }
  }
  if (found < search.best) search.best = found;
}

function pick(axis: number, x: number, y: number, z: number): number {
  return axis === 0 ? x : axis === 1 ? y : z;
}
