import { type Grid, type PatientPoint, voxelToPatient } from "@isodose/core";

/**
 * The dose grid: cubes of `spacingMm` along the axes of the CT, covering its box and centred on it. The dose is computed
 * wherever there is CT, so that no structure drawn on it lies outside.
 */
export function doseGridFor(ct: Grid, spacingMm: number): Grid {
  const cells = ([0, 1, 2] as const).map((axis) =>
    Math.ceil((ct.size[axis] * ct.spacingMm[axis]) / spacingMm - 1e-6),
  );
  const size = [cells[0]!, cells[1]!, cells[2]!] as const;
  // First voxel centre in CT voxel indices, so that both boxes share their centre.
  const first = ([0, 1, 2] as const).map(
    (axis) => (ct.size[axis] - 1) / 2 - ((size[axis] - 1) * spacingMm) / (2 * ct.spacingMm[axis]),
  );
  const originMm: PatientPoint = voxelToPatient(ct, [first[0]!, first[1]!, first[2]!]);
  return { size, spacingMm: [spacingMm, spacingMm, spacingMm], originMm, direction: ct.direction };
}
