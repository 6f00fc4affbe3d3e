import { InvalidInputError, type Volume, voxelVolumeMm3 } from "@isodose/core";

/** A cell that the isodose crosses is cut in so many parts along each axis. */
const PARTS = 6;

/** Volume inside an isodose. */
export interface IsodoseVolume {
  /** Volume of the dose grid, edges of voxels included, that receives at least the level, cc. */
  readonly volumeCc: number;
  /** True if the isodose reaches the edge of the grid: the volume beyond is not counted. */
  readonly reachesGridEdge: boolean;
}

/**
 * Volume of { dose ≥ level } over the dose grid, of the trilinear interpolant of the voxel centres (held constant from
 * the outermost centres to the edges of the grid). Cells wholly above count whole; a cell that the isodose crosses is cut
 * in 6³ parts, in each of which the interpolant is taken as linear, with the part above
 *
 *   f = ½ + (d − level) / w,   w = √(Σ slope²), held to 0 … 1.
 *
 * @param levelGy - Gy
 * @throws InvalidInputError if the level is not finite
 */
export function measureIsodose(dose: Volume, levelGy: number): IsodoseVolume {
  if (!Number.isFinite(levelGy)) throw new InvalidInputError("levelGy", levelGy, "a finite dose, Gy");
  const data = dose.values.data;
  const [nx, ny, nz] = dose.grid.size;
  const corners = new Float64Array(8);
  let cells = 0;
  let reachesGridEdge = false;
  // Cell i lies between the centres i − 1 and i; the first and last are the half voxels at the edge.
  for (let k = 0; k <= nz; k++) {
    const k0 = Math.max(0, k - 1) * nx * ny;
    const k1 = Math.min(nz - 1, k) * nx * ny;
    for (let j = 0; j <= ny; j++) {
      const j0 = Math.max(0, j - 1) * nx;
      const j1 = Math.min(ny - 1, j) * nx;
      const sizeJk = (k === 0 || k === nz ? 0.5 : 1) * (j === 0 || j === ny ? 0.5 : 1);
      for (let i = 0; i <= nx; i++) {
        const i0 = Math.max(0, i - 1);
        const i1 = Math.min(nx - 1, i);
        corners[0] = data[k0 + j0 + i0]!;
        corners[1] = data[k0 + j0 + i1]!;
        corners[2] = data[k0 + j1 + i0]!;
        corners[3] = data[k0 + j1 + i1]!;
        corners[4] = data[k1 + j0 + i0]!;
        corners[5] = data[k1 + j0 + i1]!;
        corners[6] = data[k1 + j1 + i0]!;
        corners[7] = data[k1 + j1 + i1]!;
        let above = 0;
        for (let c = 0; c < 8; c++) if (corners[c]! >= levelGy) above++;
        if (above === 0) continue;
        const atEdge = i === 0 || i === nx || sizeJk < 1;
        if (atEdge) reachesGridEdge = true;
        const size = sizeJk * (i === 0 || i === nx ? 0.5 : 1);
        cells += size * (above === 8 ? 1 : partAbove(corners, levelGy));
      }
    }
  }
  return { volumeCc: (cells * voxelVolumeMm3(dose.grid)) / 1000, reachesGridEdge };
}

/** Volume inside an isodose, cc: see {@link measureIsodose}. */
export function isodoseVolumeCc(dose: Volume, levelGy: number): number {
  return measureIsodose(dose, levelGy).volumeCc;
}

/** Part of a cell where the trilinear interpolant of its corners (x fastest) is at least the level. */
function partAbove(d: Float64Array, level: number): number {
  let sum = 0;
  for (let c = 0; c < PARTS; c++) {
    const w = (c + 0.5) / PARTS;
    for (let b = 0; b < PARTS; b++) {
      const v = (b + 0.5) / PARTS;
      const e0 = d[0]! + v * (d[2]! - d[0]!) + w * (d[4]! - d[0]! + v * (d[6]! - d[4]! - d[2]! + d[0]!));
      const e1 = d[1]! + v * (d[3]! - d[1]!) + w * (d[5]! - d[1]! + v * (d[7]! - d[5]! - d[3]! + d[1]!));
      const slopeU = e1 - e0;
      for (let a = 0; a < PARTS; a++) {
        const u = (a + 0.5) / PARTS;
        const g0 = d[0]! + u * (d[1]! - d[0]!);
        const g1 = d[2]! + u * (d[3]! - d[2]!);
        const g2 = d[4]! + u * (d[5]! - d[4]!);
        const g3 = d[6]! + u * (d[7]! - d[6]!);
        const slopeV = (1 - w) * (g1 - g0) + w * (g3 - g2);
        const slopeW = (1 - v) * (g2 - g0) + v * (g3 - g1);
        const width = Math.sqrt(slopeU * slopeU + slopeV * slopeV + slopeW * slopeW) / PARTS;
        const value = e0 + u * slopeU;
        if (width > 0) sum += Math.min(1, Math.max(0, 0.5 + (value - level) / width));
        else if (value >= level) sum += 1;
      }
    }
  }
  return sum / (PARTS * PARTS * PARTS);
}
