import { type Volume, voxelVolumeMm3 } from "@isodose/core";
import { GRID_ERROR_FACTOR } from "../curve-of-samples.ts";
import { type InterpolatedValue, interpolateVoxels } from "../dose-interpolation.ts";
import { interpolateTricubic } from "../tricubic.ts";

/** A cell that the isodose crosses is cut in so many parts along each axis. */
const PARTS = 4;
/** The smoother interpolant leaves the range of a cell's corners by at most about this part of the range. */
const OVERSHOOT = 0.5;

/** What lies inside an isodose, and what the grid costs. */
export interface IsodoseWithError {
  /** As `measureIsodose`, with coarser parts: the difference of the two is how far either may be off. */
  readonly volumeCc: number;
  /** The volume by a smoother interpolant of the same voxels, minus this one, cc. */
  readonly gridErrorCc: number;
  /** ∫ D dV over { D ≥ level }, Gy cc, and the same difference of it. */
  readonly integralDoseGyCc: number;
  readonly gridErrorGyCc: number;
  readonly reachesGridEdge: boolean;
}

type Interpolate = typeof interpolateVoxels;

/**
 * Volume and integral dose inside an isodose of the trilinear interpolant, with their grid errors: in the cells near the
 * isodose the same points are read from the tricubic interpolant. Beyond the outermost centres the end value is held.
 * @param levelGy - Gy
 */
export function isodoseWithError(dose: Volume, levelGy: number): IsodoseWithError {
  const data = dose.values.data;
  const [nx, ny, nz] = dose.grid.size;
  const out: InterpolatedValue = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
  const found = { part: 0, dose: 0 };
  let cells = 0;
  let doseSum = 0;
  let shift = 0;
  let doseShift = 0;
  let reachesGridEdge = false;

  /** Part of a cell at or above the level, and its dose: dose spreads evenly over ± width / 2 about a point's. */
  const measureCell = (at: Interpolate, i: number, j: number, k: number): void => {
    const [x0, sx] = cellSpan(i, nx);
    const [y0, sy] = cellSpan(j, ny);
    const [z0, sz] = cellSpan(k, nz);
    let part = 0;
    let sum = 0;
    for (let c = 0; c < PARTS; c++) {
      const z = z0 + ((c + 0.5) / PARTS) * sz;
      for (let b = 0; b < PARTS; b++) {
        const y = y0 + ((b + 0.5) / PARTS) * sy;
        for (let a = 0; a < PARTS; a++) {
          at(data, nx, ny, nz, x0 + ((a + 0.5) / PARTS) * sx, y, z, out);
          const u = out.slopeI * sx;
          const v = out.slopeJ * sy;
          const w = out.slopeK * sz;
          const width = Math.sqrt(u * u + v * v + w * w) / PARTS;
          const over = out.value - levelGy;
          const f = width > 0 ? Math.min(1, Math.max(0, 0.5 + over / width)) : over >= 0 ? 1 : 0;
          part += f;
          sum += f * (out.value + 0.5 * (1 - f) * width);
        }
      }
    }
    found.part = part / PARTS ** 3;
    found.dose = sum / PARTS ** 3;
  };

  for (let k = 0; k <= nz; k++) {
    const k0 = Math.max(0, k - 1) * nx * ny;
    const k1 = Math.min(nz - 1, k) * nx * ny;
    for (let j = 0; j <= ny; j++) {
      const j0 = Math.max(0, j - 1) * nx;
      const j1 = Math.min(ny - 1, j) * nx;
      const isEdgeRow = k === 0 || k === nz || j === 0 || j === ny;
      const sizeJk = (k === 0 || k === nz ? 0.5 : 1) * (j === 0 || j === ny ? 0.5 : 1);
      for (let i = 0; i <= nx; i++) {
        const i0 = Math.max(0, i - 1);
        const i1 = Math.min(nx - 1, i);
        const a = data[k0 + j0 + i0]!;
        const b = data[k0 + j0 + i1]!;
        const c = data[k0 + j1 + i0]!;
        const d = data[k0 + j1 + i1]!;
        const e = data[k1 + j0 + i0]!;
        const f = data[k1 + j0 + i1]!;
        const g = data[k1 + j1 + i0]!;
        const h = data[k1 + j1 + i1]!;
        const most = Math.max(a, b, c, d, e, f, g, h);
        const least = Math.min(a, b, c, d, e, f, g, h);
        const margin = OVERSHOOT * (most - least);
        if (most + margin < levelGy) continue;
        const isEdge = isEdgeRow || i === 0 || i === nx;
        const size = sizeJk * (i === 0 || i === nx ? 0.5 : 1);
        if (isEdge && most >= levelGy) reachesGridEdge = true;
        if (least - margin >= levelGy) {
          cells += size;
          doseSum += (size * (a + b + c + d + e + f + g + h)) / 8;
          continue;
        }
        measureCell(interpolateVoxels, i, j, k);
        const { part, dose: partDose } = found;
        cells += size * part;
        doseSum += size * partDose;
        measureCell(interpolateTricubic, i, j, k);
        shift += size * (found.part - part);
        doseShift += size * (found.dose - partDose);
      }
    }
  }
  const voxelCc = voxelVolumeMm3(dose.grid) / 1000;
  return {
    volumeCc: cells * voxelCc,
    gridErrorCc: GRID_ERROR_FACTOR * shift * voxelCc,
    integralDoseGyCc: doseSum * voxelCc,
    gridErrorGyCc: GRID_ERROR_FACTOR * doseShift * voxelCc,
    reachesGridEdge,
  };
}

/** Where cell i of n voxels begins, in voxel coordinates, and how far it reaches: half a voxel at the edges. */
function cellSpan(i: number, n: number): [number, number] {
  return i === 0 ? [-0.5, 0.5] : i === n ? [n - 1, 0.5] : [i - 1, 1];
}
