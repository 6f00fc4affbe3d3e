import {
  assertGrid,
  createVolume,
  type Grid,
  patientToVoxel,
  type Structure,
  type Volume,
  voxelCount,
} from "@isodose/core";
import {
  assertRigidTransform,
  invertTransform,
  type RigidTransform,
  transformPoint,
} from "@isodose/geometry";
import { sampleLinear } from "./sample-linear.ts";

/**
 * A structure drawn on one image, where it lies on another. Its contours keep their shape; after a rotation their planes are oblique
 * to the slices of the other image.
 * @param transform - from the structure's frame of reference to the other
 * @param frameOfReferenceUid - of the other image
 * @throws InvalidInputError if the transform is not rigid
 */
export function transformStructure(
  structure: Structure,
  transform: RigidTransform,
  frameOfReferenceUid: string,
): Structure {
  assertRigidTransform(transform);
  return {
    ...structure,
    frameOfReferenceUid,
    contours: structure.contours.map(({ type, pointsMm }) => {
      const moved = new Float64Array(pointsMm.length);
      for (let n = 0; n + 2 < pointsMm.length; n += 3)
        moved.set(transformPoint(transform, [pointsMm[n]!, pointsMm[n + 1]!, pointsMm[n + 2]!]), n);
      return { type, pointsMm: moved };
    }),
  };
}

/**
 * An image as it looks on the grid of another, trilinear.
 * @param transform - from the volume's frame of reference to the grid's
 * @param options.outside - value where the volume shows nothing; default 0
 * @throws InvalidInputError if the grid is not valid or the transform not rigid
 */
export function transformVolume(
  volume: Volume,
  transform: RigidTransform,
  grid: Grid,
  frameOfReferenceUid: string,
  options: { readonly outside?: number } = {},
): Volume {
  const { outside = 0 } = options;
  assertGrid(grid);
  assertRigidTransform(transform);
  const back = invertTransform(transform);
  const out = new Float32Array(voxelCount(grid));
  const [nx, ny, nz] = grid.size;
  const d = grid.direction;
  // Grid index to index in the volume is affine; along a row it grows by a fixed step.
  const toIndex = (i: number, j: number, k: number) => {
    const [x, y, z] = [i * grid.spacingMm[0], j * grid.spacingMm[1], k * grid.spacingMm[2]];
    return patientToVoxel(
      volume.grid,
      transformPoint(back, [
        grid.originMm[0] + d[0] * x + d[1] * y + d[2] * z,
        grid.originMm[1] + d[3] * x + d[4] * y + d[5] * z,
        grid.originMm[2] + d[6] * x + d[7] * y + d[8] * z,
      ]),
    );
  };
  let n = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const [i0, j0, k0] = toIndex(0, j, k);
      const [i1, j1, k1] = toIndex(1, j, k);
      for (let i = 0; i < nx; i++)
        out[n++] = sampleLinear(volume, i0 + i * (i1 - i0), j0 + i * (j1 - j0), k0 + i * (k1 - k0), outside);
    }
  }
  return createVolume(grid, volume.unit, frameOfReferenceUid, out);
}
