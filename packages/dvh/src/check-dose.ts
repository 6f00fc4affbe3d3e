import { assertGrid, InvalidInputError, type Volume } from "@isodose/core";

/** Volumes whose values have been looked at. They are read-only by contract, so once is enough. */
const checked = new WeakSet<Float32Array>();

/**
 * Check a dose once, at the public edge: unit Gy, a usable grid, no voxel that is not a number or negative.
 * @throws InvalidInputError which names the first such voxel, its index and value
 */
export function assertDose(dose: Volume, field = "dose"): void {
  if (dose.unit !== "Gy") throw new InvalidInputError(`${field}.unit`, dose.unit, '"Gy" (absolute dose)');
  assertGrid(dose.grid, `${field}.grid`);
  const data = dose.values.data;
  if (checked.has(data)) return;
  const [nx, ny, nz] = dose.grid.size;
  if (data.length < nx * ny * nz)
    throw new InvalidInputError(`${field}.values`, data.length, `${nx * ny * nz} voxels`);
  for (let n = 0; n < data.length; n++) {
    const d = data[n]!;
    if (d >= 0 && d <= 3.4e38) continue;
    const voxel = `${n % nx}, ${Math.floor(n / nx) % ny}, ${Math.floor(n / (nx * ny))}`;
    throw new InvalidInputError(`${field}.values[${voxel}]`, d, "a finite dose ≥ 0 Gy");
  }
  checked.add(data);
}
