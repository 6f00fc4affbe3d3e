import { type PatientPoint, patientToVoxel, type Volume } from "@isodose/core";

/**
 * Gamma of one reference point, slow and obvious: walk through every cell of the evaluated grid in `steps` per edge, and take
 * the least. Never below the exact value. The fast search is tested against it.
 * @param criterionGy - dose criterion, Gy
 * @param distanceMm - distance criterion, mm
 */
export function gammaBySampling(
  evaluated: Volume,
  pointMm: PatientPoint,
  doseGy: number,
  criterionGy: number,
  distanceMm: number,
  steps: number,
): number {
  const { size, spacingMm } = evaluated.grid;
  const point = patientToVoxel(evaluated.grid, pointMm);
  const fine = size.map((n) => (n - 1) * steps);
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= fine[2]!; k++) {
    for (let j = 0; j <= fine[1]!; j++) {
      for (let i = 0; i <= fine[0]!; i++) {
        const x = (i / steps - point[0]) * spacingMm[0];
        const y = (j / steps - point[1]) * spacingMm[1];
        const z = (k / steps - point[2]) * spacingMm[2];
        const distance2 = (x * x + y * y + z * z) / distanceMm ** 2;
        if (distance2 >= least) continue;
        const r = (simplexDoseGy(evaluated, i / steps, j / steps, k / steps) - doseGy) / criterionGy;
        least = Math.min(least, distance2 + r * r);
      }
    }
  }
  return Math.sqrt(least);
}

/**
 * The piecewise linear dose, Gy, at voxel coordinates (x, y, z): from the lower corner of the cell along the axis with the
 * largest fraction first, then the next, then the last.
 */
export function simplexDoseGy(volume: Volume, x: number, y: number, z: number): number {
  const { size } = volume.grid;
  const corner = [x, y, z].map((t, axis) => Math.max(0, Math.min(Math.floor(t), size[axis]! - 2)));
  const fraction = [x, y, z].map((t, axis) => t - corner[axis]!);
  const at = ([i, j, k]: number[]) => volume.values.get(k!, j!, i!);
  let dose = at(corner);
  for (const axis of [0, 1, 2].toSorted((a, b) => fraction[b]! - fraction[a]!)) {
    if (size[axis] === 1) continue;
    const next = corner.with(axis, corner[axis]! + 1);
    dose += fraction[axis]! * (at(next) - at(corner));
    corner[axis] = next[axis]!;
  }
  return dose;
}
