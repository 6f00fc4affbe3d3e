import { InvalidInputError, type PatientPoint, type Vec3, type Volume } from "@isodose/core";
import { rayToVoxelBoxes } from "./voxel-ray.ts";

/**
 * Radiological depth at equidistant points of a ray: one walk through the voxels, no allocation.
 *
 *   out[outOffset + n] = ∫₀^{n · stepMm} ρ(start + t · direction) dt,   n = 0 … count − 1
 *
 * ρ is constant in each voxel's box and 0 outside the grid. Coordinates are those of voxel boxes: voxel (i, j, k) is
 * [i, i + 1) × [j, j + 1) × [k, k + 1). A ray that runs within a face belongs to the voxel above it.
 *
 * @param data - ρ, length nx · ny · nz, x fastest
 * @param startX - start, in boxes; likewise startY, startZ
 * @param directionX - boxes per mm along the ray; likewise directionY, directionZ
 * @param stepMm - > 0
 * @param out - mm (times the unit of ρ), written from `outOffset`, `count` values
 * @returns the last value, not rounded to float32
 * @source Amanatides, Woo, A fast voxel traversal algorithm for ray tracing, Eurographics (1987), doi:10.2312/egtp.19871000;
 * Siddon, Med. Phys. 12 (1985) 252, doi:10.1118/1.595715
 */
export function traceRadiologicalDepthKernel(
  data: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  startX: number,
  startY: number,
  startZ: number,
  directionX: number,
  directionY: number,
  directionZ: number,
  stepMm: number,
  out: Float32Array,
  outOffset: number,
  count: number,
): number {
  const lastMm = (count - 1) * stepMm;
  const dX = alongFace(directionX);
  const dY = alongFace(directionY);
  const dZ = alongFace(directionZ);
  const inverseX = dX === 0 ? 0 : 1 / dX;
  const inverseY = dY === 0 ? 0 : 1 / dY;
  const inverseZ = dZ === 0 ? 0 : 1 / dZ;

  // Part of the ray inside the box of voxels: tEntry … tExit, mm.
  let tEntry = 0;
  let tExit = lastMm;
  if (dX === 0) {
    if (!(startX >= 0 && startX < nx)) tExit = -1;
  } else {
    const a = -startX * inverseX;
    const b = (nx - startX) * inverseX;
    tEntry = Math.max(tEntry, Math.min(a, b));
    tExit = Math.min(tExit, Math.max(a, b));
  }
  if (dY === 0) {
    if (!(startY >= 0 && startY < ny)) tExit = -1;
  } else {
    const a = -startY * inverseY;
    const b = (ny - startY) * inverseY;
    tEntry = Math.max(tEntry, Math.min(a, b));
    tExit = Math.min(tExit, Math.max(a, b));
  }
  if (dZ === 0) {
    if (!(startZ >= 0 && startZ < nz)) tExit = -1;
  } else {
    const a = -startZ * inverseZ;
    const b = (nz - startZ) * inverseZ;
    tEntry = Math.max(tEntry, Math.min(a, b));
    tExit = Math.min(tExit, Math.max(a, b));
  }
  const end = outOffset + count;
  let write = outOffset;
  if (!(tExit > tEntry)) {
    while (write < end) out[write++] = 0;
    return 0;
  }

  // First voxel, and per axis the distance to the next face: (face − start) / direction, faces counted as integers.
  const stepX = dX < 0 ? -1 : 1;
  const stepY = dY < 0 ? -1 : 1;
  const stepZ = dZ < 0 ? -1 : 1;
  const i0 = firstBox(startX + tEntry * dX, dX, nx);
  const j0 = firstBox(startY + tEntry * dY, dY, ny);
  const k0 = firstBox(startZ + tEntry * dZ, dZ, nz);
  let faceX = dX < 0 ? i0 : i0 + 1;
  let faceY = dY < 0 ? j0 : j0 + 1;
  let faceZ = dZ < 0 ? k0 : k0 + 1;
  let nextX = dX === 0 ? Number.POSITIVE_INFINITY : (faceX - startX) * inverseX;
  let nextY = dY === 0 ? Number.POSITIVE_INFINITY : (faceY - startY) * inverseY;
  let nextZ = dZ === 0 ? Number.POSITIVE_INFINITY : (faceZ - startZ) * inverseZ;
  let index = i0 + nx * (j0 + ny * k0);
  const strideX = stepX;
  const strideY = stepY * nx;
  const strideZ = stepZ * nx * ny;

  let t = tEntry;
  let depth = 0;
  let n = 0;
  let sampleMm = 0;
  while (n < count && sampleMm <= tEntry) {
    out[write++] = 0;
    sampleMm = ++n * stepMm;
  }
  for (;;) {
    const rho = data[index]!;
    const tFace = Math.min(nextX, nextY, nextZ);
    const inside = tFace < tExit;
    const tNext = Math.min(tFace, tExit);
    while (n < count && sampleMm <= tNext) {
      out[write++] = depth + rho * (sampleMm - t);
      sampleMm = ++n * stepMm;
    }
    if (tNext > t) {
      depth += rho * (tNext - t);
      t = tNext;
    }
    if (!inside) break;
    if (nextX <= tNext) {
      index += strideX;
      faceX += stepX;
      nextX = (faceX - startX) * inverseX;
    } else if (nextY <= tNext) {
      index += strideY;
      faceY += stepY;
      nextY = (faceY - startY) * inverseY;
    } else {
      index += strideZ;
      faceZ += stepZ;
      nextZ = (faceZ - startZ) * inverseZ;
    }
  }
  while (write < end) out[write++] = depth;
  return depth;
}

/** A component below 1e-12 boxes per mm is 0: in 10 m of ray it would not move 1e-8 of a box. */
function alongFace(direction: number): number {
  return Math.abs(direction) < 1e-12 ? 0 : direction;
}

/** Box that a ray at coordinate p with this direction is about to cross, within 0 … n − 1. */
function firstBox(p: number, direction: number, n: number): number {
  const box = direction < 0 ? Math.ceil(p) - 1 : Math.floor(p);
  return box < 0 ? 0 : box >= n ? n - 1 : box;
}

/**
 * Radiological depth at equidistant points of a ray through a volume: {@link traceRadiologicalDepthKernel} in LPS.
 *
 *   out[n] = ∫₀^{n · stepMm} ρ(startMm + t · direction) dt
 *
 * @param density - e.g. relative electron density; nearest voxel, 0 outside its grid; any orthonormal direction
 * @param startMm - LPS, mm
 * @param directionUnit - LPS unit vector
 * @param stepMm - distance between the points, mm, > 0
 * @param out - receives out.length depths, mm
 * @source see {@link traceRadiologicalDepthKernel}
 */
export function traceRadiologicalDepth(
  density: Volume,
  startMm: PatientPoint,
  directionUnit: Vec3,
  stepMm: number,
  out: Float32Array,
): void {
  if (!(stepMm > 0)) throw new InvalidInputError("stepMm", stepMm, "a length > 0 mm");
  const { start, directionPerMm } = rayToVoxelBoxes(density.grid, startMm, directionUnit);
  const [nx, ny, nz] = density.grid.size;
  traceRadiologicalDepthKernel(
    density.values.data,
    nx,
    ny,
    nz,
    start[0],
    start[1],
    start[2],
    directionPerMm[0],
    directionPerMm[1],
    directionPerMm[2],
    stepMm,
    out,
    0,
    out.length,
  );
}

const ENDS = new Float32Array(2);

/**
 * Radiological path between two points: the sum over voxels of density times length within the voxel.
 *
 *   ∫ ρ dl from `fromMm` to `toMm`
 *
 * @param density - nearest voxel, 0 outside its grid
 * @returns mm (times the unit of the density), in double precision
 * @source Siddon, Med. Phys. 12 (1985) 252, doi:10.1118/1.595715
 */
export function radiologicalPathMm(density: Volume, fromMm: PatientPoint, toMm: PatientPoint): number {
  const d: Vec3 = [toMm[0] - fromMm[0], toMm[1] - fromMm[1], toMm[2] - fromMm[2]];
  const lengthMm = Math.hypot(...d);
  if (!(lengthMm > 0)) return 0;
  const { start, directionPerMm } = rayToVoxelBoxes(density.grid, fromMm, [
    d[0] / lengthMm,
    d[1] / lengthMm,
    d[2] / lengthMm,
  ]);
  const [nx, ny, nz] = density.grid.size;
  return traceRadiologicalDepthKernel(
    density.values.data,
    nx,
    ny,
    nz,
    start[0],
    start[1],
    start[2],
    directionPerMm[0],
    directionPerMm[1],
    directionPerMm[2],
    lengthMm,
    ENDS,
    0,
    2,
  );
}
