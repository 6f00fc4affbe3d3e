import { type Grid, isSameGrid, type Medium, patientToVoxel, voxelToPatient } from "@isodose/core";
import type { BeamBox, BoxMatter } from "./beam-box.ts";

/** 1 MeV/g in Gy. @source SI (2019): 1 eV = 1.602176634e-19 J */
const GY_PER_MEV_PER_GRAM = 1.602176634e-10;

/** Less than this is vacuum: no dose. */
const VACUUM_G_PER_CM3 = 1e-4;

/** Energy over mass, Gy by voxel; −1 in vacuum. */
export function boxDose(box: BeamBox, matter: BoxMatter, depositMeV: Float32Array): Float32Array {
  const gramsPerDensity = 1e-3 * box.spacingMm[0] * box.spacingMm[1] * box.spacingMm[2];
  const dose = new Float32Array(depositMeV.length);
  for (let v = 0; v < dose.length; v++) {
    const rho = matter.densityGPerCm3[v]!;
    const energy = depositMeV[v]!;
    if (rho < VACUUM_G_PER_CM3) dose[v] = -1;
    else if (energy > 0) dose[v] = (GY_PER_MEV_PER_GRAM * energy) / (rho * gramsPerDensity);
  }
  return dose;
}

/** Thinner matter than this, air, does not count. */
const MATTER_G_PER_CM3 = 0.05;

/** Largest dose to matter on the sides of a box across x and y, of those that are cropped. */
export function largestAtSides(
  box: BeamBox,
  matter: BoxMatter,
  dose: Float32Array,
  cropped: readonly [boolean, boolean],
): number {
  const [nx, ny, nz] = box.size;
  let most = 0;
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const onX = cropped[0] && (i === 0 || i === nx - 1);
      const onY = cropped[1] && (j === 0 || j === ny - 1);
      if (!onX && !onY) continue;
      const column = nz * (i + nx * j);
      for (let k = 0; k < nz; k++) {
        if (matter.densityGPerCm3[column + k]! < MATTER_G_PER_CM3) continue;
        most = Math.max(most, dose[column + k]!);
      }
    }
  }
  return most;
}

/**
 * No dose where the centre of a voxel lies in vacuum.
 * @param reached - by row, the first voxel with dose and the one behind the last
 */
export function clearVacuum(medium: Medium, grid: Grid, dose: Float32Array, reached: Int32Array): void {
  if (isSameGrid(grid, medium.grid)) {
    for (let v = 0; v < dose.length; v++) if (medium.densityGPerCm3[v]! < VACUUM_G_PER_CM3) dose[v] = 0;
    return;
  }
  const [nx, ny, nz] = grid.size;
  const [sx, sy, sz] = medium.grid.size;
  const [a0, b0, c0] = patientToVoxel(medium.grid, voxelToPatient(grid, [0, 0, 0]));
  const stepAlong = (step: readonly [number, number, number]) => {
    const p = patientToVoxel(medium.grid, voxelToPatient(grid, step));
    return [p[0] - a0, p[1] - b0, p[2] - c0] as const;
  };
  const pi = stepAlong([1, 0, 0]);
  const pj = stepAlong([0, 1, 0]);
  const pk = stepAlong([0, 0, 1]);
  const isAligned = pi[1] === 0 && pi[2] === 0 && pi[0] > 0;
  // By row of the medium; −1: not looked at yet.
  const first = new Int32Array(isAligned ? sy * sz : 0).fill(-1);
  const last = new Int32Array(first.length);
  const hasHoles = new Uint8Array(first.length);
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const from = reached[2 * (j + ny * k)]!;
      const end = reached[2 * (j + ny * k) + 1]!;
      if (end <= from) continue;
      const row = nx * (j + ny * k);
      const a = a0 + j * pj[0] + k * pk[0];
      const b = b0 + j * pj[1] + k * pk[1];
      const c = c0 + j * pj[2] + k * pk[2];
      // A face belongs to the voxel inside.
      if (isAligned) {
        const jj = Math.round(b);
        const kk = Math.round(c);
        if (jj < 0 || kk < 0 || jj >= sy || kk >= sz) {
          dose.fill(0, row + from, row + end);
          continue;
        }
        const at = jj + sy * kk;
        if (first[at]! < 0) lookAtRow(medium.densityGPerCm3, sx, at, first, last, hasHoles);
        // Voxels whose nearest one of the medium lies before the first with matter, or behind the last.
        const before = clampIndex(Math.ceil((first[at]! - 0.5 - a) / pi[0] - 1e-9), nx);
        const behind = clampIndex(Math.ceil((last[at]! + 0.5 - a) / pi[0] - 1e-9), nx);
        if (before > from) dose.fill(0, row + from, row + Math.min(before, end));
        if (behind < end) dose.fill(0, row + Math.max(behind, from), row + end);
        if (hasHoles[at] === 0) continue;
      }
      for (let i = from; i < end; i++) {
        if (dose[row + i] === 0) continue;
        const ii = Math.round(a + i * pi[0]);
        const jj = Math.round(b + i * pi[1]);
        const kk = Math.round(c + i * pi[2]);
        const inside = ii >= 0 && jj >= 0 && kk >= 0 && ii < sx && jj < sy && kk < sz;
        if (!inside || medium.densityGPerCm3[ii + sx * (jj + sy * kk)]! < VACUUM_G_PER_CM3) dose[row + i] = 0;
      }
    }
  }
}

/** First and last voxel with matter of a row, and whether there is vacuum between; n and −1 if it is empty. */
function lookAtRow(
  density: Float32Array,
  n: number,
  row: number,
  first: Int32Array,
  last: Int32Array,
  hasHoles: Uint8Array,
): void {
  const start = n * row;
  let low = 0;
  while (low < n && density[start + low]! < VACUUM_G_PER_CM3) low++;
  let high = n - 1;
  while (high >= low && density[start + high]! < VACUUM_G_PER_CM3) high--;
  let holes = 0;
  for (let i = low; i <= high; i++) if (density[start + i]! < VACUUM_G_PER_CM3) holes = 1;
  first[row] = low;
  last[row] = low < n ? high : -1;
  hasHoles[row] = holes;
}

function clampIndex(i: number, n: number): number {
  return Math.max(0, Math.min(i, n));
}
