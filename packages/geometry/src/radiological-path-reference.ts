import { type PatientPoint, type Vec3, type Volume, voxelToPatient } from "@isodose/core";

/**
 * The radiological path, slow and obvious: cut the line at every face of every voxel layer, sort the cuts, and look
 * up the voxel at the middle of each piece. The fast kernel is tested against it.
 * @source Siddon, Med. Phys. 12 (1985) 252, doi:10.1118/1.595715
 */
export function radiologicalPathBySorting(density: Volume, fromMm: PatientPoint, toMm: PatientPoint): number {
  const { grid } = density;
  const lengthMm = Math.hypot(toMm[0] - fromMm[0], toMm[1] - fromMm[1], toMm[2] - fromMm[2]);
  const d = grid.direction;
  const axes: readonly Vec3[] = [
    [d[0], d[3], d[6]],
    [d[1], d[4], d[7]],
    [d[2], d[5], d[8]],
  ];
  const along = (axis: Vec3, p: Vec3, q: Vec3) =>
    axis[0] * (p[0] - q[0]) + axis[1] * (p[1] - q[1]) + axis[2] * (p[2] - q[2]);
  const corner = voxelToPatient(grid, [-0.5, -0.5, -0.5]);
  const cuts = [0, 1];
  for (let a = 0; a < 3; a++) {
    const from = along(axes[a]!, fromMm, corner);
    const to = along(axes[a]!, toMm, corner);
    for (let face = 0; face <= grid.size[a]!; face++) {
      const cut = (face * grid.spacingMm[a]! - from) / (to - from);
      if (cut > 0 && cut < 1) cuts.push(cut);
    }
  }
  cuts.sort((a, b) => a - b);
  let sum = 0;
  for (let n = 1; n < cuts.length; n++) {
    const middle = (cuts[n - 1]! + cuts[n]!) / 2;
    const p = fromMm.map((x, a) => x + middle * (toMm[a]! - x)) as unknown as PatientPoint;
    const [i, j, k] = axes.map((axis, a) => Math.floor(along(axis, p, corner) / grid.spacingMm[a]!)) as [
      number,
      number,
      number,
    ];
    const inside = i >= 0 && j >= 0 && k >= 0 && i < grid.size[0] && j < grid.size[1] && k < grid.size[2];
    if (inside) sum += density.values.get(k, j, i) * (cuts[n]! - cuts[n - 1]!) * lengthMm;
  }
  return sum;
}
