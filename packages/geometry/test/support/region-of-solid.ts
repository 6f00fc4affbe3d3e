import {
  AXIAL_DIRECTION,
  createVolume,
  type Grid,
  type PatientPoint,
  type Vec3,
  type Volume,
  voxelToPatient,
} from "@isodose/core";
import type { Solid } from "@isodose/geometry";

/** Subsamples along each axis of a voxel that the surface may cross. */
const FINE = 6;

/** Fractions of a solid on a grid by plain subsampling, each subsample taken as cut by a plane: good to about 1e-3. */
export function regionOfSolid(solid: Solid, grid: Grid): Volume {
  const region = createVolume(grid, "fraction", "1.2.3");
  const data = region.values.data;
  const [nx, ny, nz] = grid.size;
  const reach = Math.hypot(...grid.spacingMm) / 2;
  const sub = Math.max(...grid.spacingMm) / FINE;
  let v = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        const f = implicitAt(solid, voxelToPatient(grid, [i, j, k]));
        if (f >= reach) continue;
        if (f <= -reach) {
          data[v] = 1;
          continue;
        }
        let sum = 0;
        for (let c = 0; c < FINE; c++) {
          for (let b = 0; b < FINE; b++) {
            for (let a = 0; a < FINE; a++) {
              const at = (n: number) => (n + 0.5) / FINE - 0.5;
              const g = implicitAt(solid, voxelToPatient(grid, [i + at(a), j + at(b), k + at(c)]));
              sum += Math.min(1, Math.max(0, 0.5 - g / sub));
            }
          }
        }
        data[v] = sum / FINE ** 3;
      }
    }
  }
  return region;
}

function implicitAt(solid: Solid, [x, y, z]: PatientPoint): number {
  return solid.implicit(x, y, z);
}

/** A grid with its middle at the origin of the patient. */
export function gridAround(halfMm: Vec3, spacingMm: Vec3, direction = AXIAL_DIRECTION): Grid {
  const size = [0, 1, 2].map((a) => 2 * Math.ceil(halfMm[a]! / spacingMm[a]!) + 1) as unknown as Vec3;
  const corner = voxelToPatient({ size, spacingMm, originMm: [0, 0, 0], direction }, [
    -(size[0] - 1) / 2,
    -(size[1] - 1) / 2,
    -(size[2] - 1) / 2,
  ]);
  return { size, spacingMm, originMm: corner, direction };
}
