import type { LineCost } from "./lower-envelope.ts";
import type { NearestSurface } from "./nearest-surface.ts";
import type { SurfacePoints } from "./surface-points.ts";

/** {@link NearestSurface} by trying all points for every voxel: slow and obvious; what the passes are tested against. */
export function nearestSurfaceReference(
  points: Pick<SurfacePoints, "count" | "axis" | "position">,
  size: readonly [number, number, number],
  costs: readonly [LineCost, LineCost, LineCost],
): NearestSurface {
  const [nx, ny, nz] = size;
  const nearest = new Int32Array(nx * ny * nz).fill(-1);
  const squared = new Float32Array(nx * ny * nz).fill(Number.POSITIVE_INFINITY);
  const { position: p } = points;
  let v = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        let best = Number.POSITIVE_INFINITY;
        for (let n = 0; n < points.count; n++) {
          const sum =
            costAt(costs[0], i - p[3 * n]!) +
            costAt(costs[1], j - p[3 * n + 1]!) +
            costAt(costs[2], k - p[3 * n + 2]!);
          if (sum < best) {
            best = sum;
            nearest[v] = n;
          }
        }
        squared[v] = best;
      }
    }
  }
  return { nearest, squared };
}

function costAt(cost: LineCost, d: number): number {
  return (d >= 0 ? cost.plus : cost.minus) * d * d;
}
