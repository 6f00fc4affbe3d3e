import type { Medium } from "@isodose/core";
import type { BeamFrame, IndexOfBeam } from "./beam-frame.ts";

/** Voxels that a ray meets, in order; the segment n ends at `endMm[n]` in beam depth z, and begins where the one before ended. */
export interface RaySegments {
  count: number;
  /** Depth where the first segment begins, mm. */
  startMm: number;
  readonly endMm: Float64Array;
  readonly voxel: Int32Array;
}

/** Memory for the longest ray through a grid. */
export function raySegments(medium: Medium): RaySegments {
  const [nx, ny, nz] = medium.grid.size;
  const n = nx + ny + nz + 8;
  return { count: 0, startMm: 0, endMm: new Float64Array(n), voxel: new Int32Array(n) };
}

/**
 * Cut the ray through (u, v) of the reference plane at every voxel face that it crosses; exact.
 * @source Amanatides and Woo, Eurographics (1987)
 */
export function traceRay(
  frame: BeamFrame,
  index: IndexOfBeam,
  size: readonly [number, number, number],
  u: number,
  v: number,
  out: RaySegments,
): void {
  out.count = 0;
  const a = [0, 0, 0];
  const b = [0, 0, 0];
  let from = frame.perSourceDistance > 0 ? -1 / frame.perSourceDistance : Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (let axis = 0; axis < 3; axis++) {
    // Faces stand at whole numbers, voxel i between i and i + 1.
    a[axis] = index.origin[axis]! + u * index.perX[axis]! + v * index.perY[axis]! + 0.5;
    b[axis] = index.perZ[axis]! + frame.perSourceDistance * (u * index.perX[axis]! + v * index.perY[axis]!);
    if (Math.abs(b[axis]!) < 1e-12) {
      if (a[axis]! < 0 || a[axis]! >= size[axis]!) return;
      continue;
    }
    const z0 = -a[axis]! / b[axis]!;
    const z1 = (size[axis]! - a[axis]!) / b[axis]!;
    from = Math.max(from, Math.min(z0, z1));
    to = Math.min(to, Math.max(z0, z1));
  }
  if (!(to > from)) return;
  out.startMm = from;
  const cell = [0, 0, 0];
  const next = [0, 0, 0];
  const move = [0, 0, 0];
  const delta = [0, 0, 0];
  for (let axis = 0; axis < 3; axis++) {
    const at = a[axis]! + b[axis]! * from;
    // On a face, the ray is in the voxel that it is about to enter.
    let c = b[axis]! >= 0 ? Math.floor(at + 1e-9) : Math.ceil(at - 1e-9) - 1;
    c = Math.min(size[axis]! - 1, Math.max(0, c));
    cell[axis] = c;
    const straight = Math.abs(b[axis]!) < 1e-12;
    move[axis] = b[axis]! >= 0 ? 1 : -1;
    next[axis] = straight ? Number.POSITIVE_INFINITY : (c + (b[axis]! >= 0 ? 1 : 0) - a[axis]!) / b[axis]!;
    delta[axis] = straight ? 0 : Math.abs(1 / b[axis]!);
  }
  let n = 0;
  while (n < out.endMm.length) {
    const axis = next[0]! <= next[1]! ? (next[0]! <= next[2]! ? 0 : 2) : next[1]! <= next[2]! ? 1 : 2;
    out.voxel[n] = cell[0]! + size[0] * (cell[1]! + size[1] * cell[2]!);
    out.endMm[n] = Math.min(next[axis]!, to);
    n++;
    if (next[axis]! >= to - 1e-9) break;
    cell[axis]! += move[axis]!;
    if (cell[axis]! < 0 || cell[axis]! >= size[axis]!) break;
    next[axis]! += delta[axis]!;
  }
  out.count = n;
}
