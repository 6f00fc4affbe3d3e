import type { Box } from "./sweep-cones.ts";

/** Part of the second difference that is taken off: 2 A h² = h²/3. */
const STRENGTH = 1 / 6;

/**
 * Take back what the lattice blurs across the beam: lines that follow their direction by whole voxels of side h spread the dose by
 * a variance of h²/6, the trilinear look-up by another h²/6.
 *
 *   d' = d − A (d₋ + d₊ − 2 d),   2 A h² = h²/3
 *
 * along x, then along y. Sums over a plane stay. Next to vacuum (negative dose) nothing is changed.
 */
export function sharpenAcross(box: Box, dose: Float32Array): void {
  const [nx, ny, nz] = box.size;
  const before = new Float32Array(nz);
  const here = new Float32Array(nz);
  for (let j = 0; j < ny; j++) sharpenLine(dose, j * nx * nz, nz, nx, nz, before, here);
  for (let i = 0; i < nx; i++) sharpenLine(dose, i * nz, nx * nz, ny, nz, before, here);
}

/** One row of columns. */
function sharpenLine(
  dose: Float32Array,
  start: number,
  stride: number,
  count: number,
  nz: number,
  before: Float32Array,
  here: Float32Array,
): void {
  for (let k = 0; k < nz; k++) before[k] = dose[start + k]!;
  for (let n = 1; n < count - 1; n++) {
    const at = start + n * stride;
    for (let k = 0; k < nz; k++) {
      const d = dose[at + k]!;
      const low = before[k]!;
      const high = dose[at + stride + k]!;
      here[k] = d;
      if (d >= 0 && low >= 0 && high >= 0) {
        const sharp = d - STRENGTH * (low + high - 2 * d);
        dose[at + k] = Math.max(sharp, 0);
      }
      before[k] = d;
    }
  }
}
