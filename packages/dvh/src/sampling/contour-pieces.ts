import type { Volume } from "@isodose/core";
import type { StructurePlanes } from "@isodose/geometry";
import {
  applyAffine,
  axisAlong,
  boundedLattice,
  cellAt,
  cellHigh,
  cellLow,
  type DoseLattice,
  obliqueLattice,
} from "./dose-lattice.ts";
import type { DoseSampler } from "./dose-sampler.ts";
import type { PieceSource } from "./piece-source.ts";
import { cutPolygons, PIECE, type PolygonPieces, RECTANGLE } from "./polygon-pieces.ts";

/** One slab in lattice coordinates. */
interface Slab {
  readonly low: number;
  readonly high: number;
  readonly polygons: readonly Float64Array[];
  cut?: PolygonPieces;
}

/**
 * The pieces of a stack of slabs. Where the slabs are parallel to planes of dose voxels, in the lattice of the dose grid;
 * else in one of its own, as fine as the finest dose spacing.
 */
export function contourPieces(structure: StructurePlanes, dose: Volume): PieceSource {
  const { uAxis, vAxis, normal } = structure;
  const axis = axisAlong(dose.grid, normal);
  const fine = Math.min(...dose.grid.spacingMm);
  const lattice =
    axis !== undefined
      ? boundedLattice(dose.grid, axis)
      : obliqueLattice(dose.grid, [uAxis, vAxis, normal], [0, 0, 0], [fine, fine, fine]);
  const slabs: Slab[] = [];
  const low: [number, number, number] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  const high: [number, number, number] = [
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  const at = (u: number, v: number, n: number) =>
    applyAffine(lattice.fromPatient, [
      u * uAxis[0] + v * vAxis[0] + n * normal[0],
      u * uAxis[1] + v * vAxis[1] + n * normal[1],
      u * uAxis[2] + v * vAxis[2] + n * normal[2],
    ]);
  const zero = at(0, 0, 0);
  // Lattice coordinates are affine in (u, v, n), and z in n alone.
  const [alongU, alongV, alongN] = [at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)];
  const [xu, yu] = [alongU[0] - zero[0], alongU[1] - zero[1]];
  const [xv, yv] = [alongV[0] - zero[0], alongV[1] - zero[1]];
  const zn = alongN[2] - zero[2];
  let roughMm3 = 0;
  for (const plane of structure.planes) {
    for (const polygon of plane.polygons) roughMm3 += shoelaceArea(polygon) * (plane.highMm - plane.lowMm);
    const [za, zb] = [zero[2] + zn * plane.lowMm, zero[2] + zn * plane.highMm];
    const slab: Slab = {
      low: Math.min(za, zb),
      high: Math.max(za, zb),
      polygons: plane.polygons.map((polygon) => {
        const out = new Float64Array(polygon.length);
        for (let p = 0; p < polygon.length; p += 2) {
          const [u, v] = [polygon[p]!, polygon[p + 1]!];
          const x = zero[0] + xu * u + xv * v;
          const y = zero[1] + yu * u + yv * v;
          out[p] = x;
          out[p + 1] = y;
          if (x < low[0]) low[0] = x;
          if (x > high[0]) high[0] = x;
          if (y < low[1]) low[1] = y;
          if (y > high[1]) high[1] = y;
        }
        return out;
      }),
    };
    if (!(slab.high > slab.low)) continue;
    low[2] = Math.min(low[2], slab.low);
    high[2] = Math.max(high[2], slab.high);
    slabs.push(slab);
  }
  slabs.sort((a, b) => a.low - b.low);
  return { lattice, low, high, roughMm3, give: (sampler) => giveSlabs(slabs, lattice, sampler) };
}

const SAME = 1e-9;

/** Area of a polygon that does not cross itself. */
function shoelaceArea(polygon: Float64Array): number {
  let twice = 0;
  for (let a = 0, b = polygon.length - 2; a < polygon.length; b = a, a += 2)
    twice += polygon[b]! * polygon[a + 1]! - polygon[a]! * polygon[b + 1]!;
  return Math.abs(twice) / 2;
}

function giveSlabs(slabs: readonly Slab[], lattice: DoseLattice, sampler: DoseSampler): void {
  if (slabs.length === 0) return;
  const lastCell = cellAt(lattice, 2, slabs.at(-1)!.high - SAME);
  let first = 0;
  for (let k = cellAt(lattice, 2, slabs[0]!.low + SAME); k <= lastCell; k++) {
    const [low, high] = [cellLow(lattice, 2, k), cellHigh(lattice, 2, k)];
    while (first < slabs.length && slabs[first]!.high <= low) first++;
    const here: Slab[] = [];
    let covered = 0;
    for (let n = first; n < slabs.length && slabs[n]!.low < high; n++) {
      here.push(slabs[n]!);
      covered += Math.min(high, slabs[n]!.high) - Math.max(low, slabs[n]!.low);
    }
    if (here.length > 0) giveLayer(here, k, low, high, covered > high - low - SAME, lattice, sampler);
  }
}

/** The cells k: those full in all slabs whole, the rest slab by slab. */
function giveLayer(
  slabs: readonly Slab[],
  k: number,
  low: number,
  high: number,
  covered: boolean,
  lattice: DoseLattice,
  sampler: DoseSampler,
): void {
  const cuts = slabs.map((slab) => {
    slab.cut ??= cutPolygons(slab.polygons, lattice);
    return slab.cut;
  });
  const base = cuts[0]!;
  // Cells full in every slab; those are taken from the first slab's frame.
  const common = covered ? base.full.slice() : new Uint8Array(base.full.length);
  for (const cut of cuts.slice(1)) {
    for (let b = 0; b < base.height; b++) {
      const j = b + base.jLow - cut.jLow;
      const row = cut.width * j + base.iLow - cut.iLow;
      for (let a = 0; a < base.width; a++) {
        const i = a + base.iLow - cut.iLow;
        const inside = i >= 0 && j >= 0 && i < cut.width && j < cut.height;
        if (!inside || cut.full[row + a] === 0) common[base.width * b + a] = 0;
      }
    }
  }
  giveCells(base, common, undefined, k, low, high, lattice, sampler);
  for (const [s, slab] of slabs.entries()) {
    const cut = cuts[s]!;
    const z0 = Math.max(low, slab.low);
    const z1 = Math.min(high, slab.high);
    if (!(z1 > z0)) continue;
    giveCells(cut, cut.full, { base, common }, k, z0, z1, lattice, sampler);
    const p = cut.pieces;
    for (let n = 0; n < PIECE * cut.count; n += PIECE) {
      sampler.enterCell(p[n]!, p[n + 1]!, k);
      const kind = p[n + 6]!;
      if (kind === RECTANGLE) sampler.box(p[n + 2]!, p[n + 3]!, p[n + 4]!, p[n + 5]!, z0, z1);
      else sampler.prism(p[n + 2]!, p[n + 3]!, p[n + 4]!, p[n + 5]!, z0, z1, kind);
    }
  }
}

/** The cells that `full` marks, but for those that `taken` marks. */
function giveCells(
  { iLow, jLow, width, height }: PolygonPieces,
  full: Uint8Array,
  taken: { readonly base: PolygonPieces; readonly common: Uint8Array } | undefined,
  k: number,
  z0: number,
  z1: number,
  lattice: DoseLattice,
  sampler: DoseSampler,
): void {
  // Where the slab of the frame itself is asked for, the same indices serve.
  const di = taken ? iLow - taken.base.iLow : 0;
  const dj = taken ? jLow - taken.base.jLow : 0;
  const takenWidth = taken?.base.width ?? 0;
  const takenHeight = taken?.base.height ?? 0;
  const common = taken?.common ?? full;
  for (let b = 0; b < height; b++) {
    const j = b + jLow;
    const y0 = cellLow(lattice, 1, j);
    const y1 = cellHigh(lattice, 1, j);
    const row = width * b;
    sampler.enterRow(y0, y1, z0, z1);
    const takenRow = b + dj >= 0 && b + dj < takenHeight ? takenWidth * (b + dj) + di : undefined;
    for (let a = 0; a < width; a++) {
      if (full[row + a] === 0) continue;
      const inFrame = takenRow !== undefined && a + di >= 0 && a + di < takenWidth;
      if (inFrame && common[takenRow + a] === 1) continue;
      const i = a + iLow;
      sampler.enterCell(i, j, k);
      sampler.boxOfRow(cellLow(lattice, 0, i), cellHigh(lattice, 0, i));
    }
  }
}
