import type { DepositionKernels } from "./collapse-kernel.ts";
import type { Box } from "./sweep-cones.ts";

/**
 * Superpose a deposition kernel voxel by voxel in water of 1 g/cm³: slow and obvious. The cones are held against it.
 *
 *   E(x) = Σ_x' S(x') K(x − x')
 *
 * K is made by dividing every bin of the kernel into points of equal share, seen from points inside the source's voxel, and counting
 * in which voxel they land: what the kernel holds is kept.
 *
 * @param energyIndex - which kernel; the beam runs along +z of the box
 * @param sourceMeV - S by voxel, z fastest
 * @returns deposited energy by voxel, MeV
 */
export function directSuperposition(
  box: Box,
  kernels: DepositionKernels,
  part: "primary" | "scatter",
  energyIndex: number,
  sourceMeV: Float64Array,
): Float64Array {
  const [nx, ny, nz] = box.size;
  const table = offsetTable(box, kernels, part, energyIndex);
  const out = new Float64Array(nx * ny * nz);
  for (let dj = 1 - ny; dj < ny; dj++) {
    for (let di = 1 - nx; di < nx; di++) {
      for (let dk = 1 - nz; dk < nz; dk++) {
        const share = table[dk + nz - 1 + (2 * nz - 1) * (di + nx - 1 + (2 * nx - 1) * (dj + ny - 1))]!;
        if (share === 0) continue;
        for (let j = Math.max(0, -dj); j < Math.min(ny, ny - dj); j++) {
          for (let i = Math.max(0, -di); i < Math.min(nx, nx - di); i++) {
            for (let k = Math.max(0, -dk); k < Math.min(nz, nz - dk); k++) {
              const from = sourceMeV[k + nz * (i + nx * j)]!;
              if (from !== 0) out[k + dk + nz * (i + di + nx * (j + dj))]! += from * share;
            }
          }
        }
      }
    }
  }
  return out;
}

/** Points in a source voxel along each axis; in a bin of the kernel along radius, angle and azimuth. */
const SOURCE_POINTS = 3;
const RADIUS_POINTS = 2;
const ANGLE_POINTS = 2;
const AZIMUTH_POINTS = 12;

/** Share of a voxel's energy that lands (di, dj, dk) voxels from it, over all offsets in the box. */
function offsetTable(
  box: Box,
  kernels: DepositionKernels,
  part: "primary" | "scatter",
  energyIndex: number,
): Float64Array {
  const { radiusEdgesMm: radii, angleEdgesDeg: angles } = kernels;
  const [nx, ny, nz] = box.size;
  const [hx, hy, hz] = box.spacingMm;
  const nR = radii.length - 1;
  const nA = angles.length - 1;
  const table = new Float64Array((2 * nx - 1) * (2 * ny - 1) * (2 * nz - 1));
  const points = SOURCE_POINTS ** 3 * RADIUS_POINTS * ANGLE_POINTS * AZIMUTH_POINTS;
  const add = (x: number, y: number, z: number, share: number) => {
    for (let s = 0; s < SOURCE_POINTS ** 3; s++) {
      const at = [
        s % SOURCE_POINTS,
        Math.floor(s / SOURCE_POINTS) % SOURCE_POINTS,
        Math.floor(s / SOURCE_POINTS ** 2),
      ];
      const [a, b, c] = at.map((n) => (n + 0.5) / SOURCE_POINTS - 0.5) as [number, number, number];
      const di = Math.round(x / hx + a);
      const dj = Math.round(y / hy + b);
      const dk = Math.round(z / hz + c);
      if (Math.abs(di) >= nx || Math.abs(dj) >= ny || Math.abs(dk) >= nz) continue;
      table[dk + nz - 1 + (2 * nz - 1) * (di + nx - 1 + (2 * nx - 1) * (dj + ny - 1))]! += share;
    }
  };
  for (let a = 0; a < nA; a++) {
    const cosines = [angles[a]!, angles[a + 1]!].map((deg) => Math.cos((deg * Math.PI) / 180));
    for (let e = 0; e < nR; e++) {
      const share = kernels[part][(energyIndex * nA + a) * nR + e]! / points;
      if (share === 0) continue;
      for (let p = 0; p < RADIUS_POINTS * ANGLE_POINTS * AZIMUTH_POINTS; p++) {
        const q = Math.floor(p / RADIUS_POINTS);
        const tr = ((p % RADIUS_POINTS) + 0.5) / RADIUS_POINTS;
        const ta = ((q % ANGLE_POINTS) + 0.5) / ANGLE_POINTS;
        const phi = (2 * Math.PI * (Math.floor(q / ANGLE_POINTS) + 0.5)) / AZIMUTH_POINTS;
        const r = radii[e]! + tr * (radii[e + 1]! - radii[e]!);
        const cosine = cosines[0]! + ta * (cosines[1]! - cosines[0]!);
        const across = r * Math.sqrt(1 - cosine * cosine);
        add(across * Math.cos(phi), across * Math.sin(phi), r * cosine, share);
      }
    }
  }
  return table;
}
