import { type PatientPoint, type Vec3, type Volume, voxelToPatient } from "@isodose/core";
import { box, ellipsoid, ellipticCylinder, type Solid, solidOccupancy, sphere } from "@isodose/geometry";
import { ellipsoidShape } from "./support/shapes.ts";

/** A convex shape around the origin whose distance is known in closed form, or by a root. */
export interface TrueShape {
  readonly name: string;
  readonly halfMm: Vec3;
  readonly solid: (centre: PatientPoint) => Solid;
  /** Signed distance from the surface, mm, of a point relative to the centre. */
  readonly distanceMm: (p: Vec3) => number;
}

export function trueSphere(diameterMm: number): TrueShape {
  const r = diameterMm / 2;
  return {
    name: `sphere ${diameterMm}`,
    halfMm: [r, r, r],
    solid: (c) => sphere(c, r),
    distanceMm: (p) => Math.hypot(...p) - r,
  };
}

export function trueEllipsoid(semiAxesMm: Vec3): TrueShape {
  const { distance } = ellipsoidShape("", semiAxesMm);
  const { implicit } = ellipsoid([0, 0, 0], semiAxesMm);
  return {
    name: `ellipsoid ${semiAxesMm.map((a) => 2 * a).join(" × ")}`,
    halfMm: semiAxesMm,
    solid: (c) => ellipsoid(c, semiAxesMm),
    distanceMm: (p) => {
      const { distanceMm } = distance(p);
      // Near the middle, where the foot is not unique, a bound does.
      return Number.isFinite(distanceMm) ? distanceMm : implicit(...p);
    },
  };
}

export function trueBox(halfMm: Vec3): TrueShape {
  return {
    name: `box ${halfMm.map((a) => 2 * a).join(" × ")}`,
    halfMm,
    solid: (c) =>
      box(
        c.map((x, a) => x - halfMm[a]!) as unknown as Vec3,
        c.map((x, a) => x + halfMm[a]!) as unknown as Vec3,
      ),
    distanceMm: (p) => outOf(p.map((x, a) => Math.abs(x) - halfMm[a]!)),
  };
}

export function trueCylinder(diameterMm: number, heightMm: number): TrueShape {
  const [r, h] = [diameterMm / 2, heightMm / 2];
  return {
    name: `cylinder ${diameterMm} × ${heightMm}`,
    halfMm: [r, r, h],
    solid: (c) => ellipticCylinder(c, "z", [r, r, h]),
    distanceMm: ([x, y, z]) => outOf([Math.hypot(x, y) - r, Math.abs(z) - h]),
  };
}

/** Distance from a corner whose faces are this far away: Euclidean outside, the nearest face inside. */
function outOf(q: readonly number[]): number {
  const outside = Math.hypot(...q.map((x) => Math.max(0, x)));
  return outside > 0 ? outside : Math.max(...q);
}

/** A shape moved by a margin, as a solid: where the distance is less than it. Exact for convex shapes, inwards too. */
export function movedSolid(shape: TrueShape, centre: PatientPoint, marginMm: number): Solid {
  const reach = Math.max(0, marginMm);
  const { halfMm, distanceMm } = shape;
  return {
    boundsMm: {
      min: centre.map((x, a) => x - halfMm[a]! - reach) as unknown as Vec3,
      max: centre.map((x, a) => x + halfMm[a]! + reach) as unknown as Vec3,
    },
    implicit: (x, y, z) => distanceMm([x - centre[0], y - centre[1], z - centre[2]]) - marginMm,
  };
}

/** Errors of a surface, voxels. */
export interface SurfaceErrors {
  readonly worst: number;
  readonly rms: number;
  readonly count: number;
  readonly where: string;
}

/**
 * How far the surface of a region lies from that of a solid, by the definition of the promise:
 * over every column of voxels through the surface, along the axis across which the surface is least steep, the distance along the
 * normal between the two surfaces, on average over the column's width; divided by the voxel's extent along this normal,
 * √Σ (s_a n_a)².
 */
export function surfaceErrors(found: Volume, truth: Solid): SurfaceErrors {
  const { grid } = found;
  const exact = solidOccupancy(truth, grid, { tolerance: 0.01 }).occupancy.values.data;
  const data = found.values.data;
  const [nx, ny, nz] = grid.size;
  const size = [nx, ny, nz];
  const strides = [1, nx, nx * ny];
  const { spacingMm } = grid;
  let worst = 0;
  let where = "";
  let sum = 0;
  let count = 0;
  for (let k = 0, v = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        const f = exact[v]!;
        if (!(f > 1e-4 && f < 1 - 1e-4)) continue;
        const at = [i, j, k];
        const p = voxelToPatient(grid, [i, j, k]);
        const n = normalAt(truth, p);
        const across = Math.hypot(...n.map((x, a) => x * spacingMm[a]!));
        const slopes = n.map((x, a) => Math.abs(x) * spacingMm[a]!);
        const axis = slopes.indexOf(Math.max(...slopes));
        const stride = strides[axis]!;
        // To the full and the empty end of the column.
        let low = at[axis]!;
        let high = low;
        const value = (m: number) => exact[v + (m - at[axis]!) * stride]!;
        while (low > 0 && value(low) > 1e-4 && value(low) < 1 - 1e-4) low--;
        while (high < size[axis]! - 1 && value(high) > 1e-4 && value(high) < 1 - 1e-4) high++;
        if (Math.abs(value(low) - value(high)) < 0.5) continue;
        low = Math.max(0, low - 2);
        high = Math.min(size[axis]! - 1, high + 2);
        let difference = 0;
        for (let m = low; m <= high; m++) difference += data[v + (m - at[axis]!) * stride]! - value(m);
        const error = (difference * slopes[axis]!) / across;
        sum += error ** 2;
        count++;
        if (Math.abs(error) > worst) {
          worst = Math.abs(error);
          where = `${error.toFixed(3)} at ${p.map((x) => x.toFixed(1)).join(" ")}`;
        }
      }
    }
  }
  return { worst, rms: Math.sqrt(sum / count), count, where };
}

function normalAt(solid: Solid, [x, y, z]: PatientPoint): Vec3 {
  const h = 1e-3;
  const { implicit } = solid;
  const n: Vec3 = [
    implicit(x + h, y, z) - implicit(x - h, y, z),
    implicit(x, y + h, z) - implicit(x, y - h, z),
    implicit(x, y, z + h) - implicit(x, y, z - h),
  ];
  const length = Math.hypot(...n);
  return [n[0] / length, n[1] / length, n[2] / length];
}
