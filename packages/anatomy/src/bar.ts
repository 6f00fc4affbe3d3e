import type { Vec3 } from "@isodose/core";
import type { Solid } from "@isodose/geometry";

/** A straight piece of bone or metal: a box with rounded edges between two points. */
export interface BarShape {
  /** Ends of the middle line, mm; the rounding goes beyond them. */
  readonly from: Vec3;
  readonly to: Vec3;
  /** Half widths across: the first in the direction nearest to x (or y for a bar along x), the second across both, mm. */
  readonly halfMm: readonly [number, number];
  /** Radius of the edges, mm; at most the smaller half width. Left out: the smaller half width. */
  readonly roundMm?: number;
}

/**
 * A rounded bar, by its exact distance: |max(|p| − h, 0)| + min(max(|p| − h), 0) − r along its own axes.
 * @param growMm - offset of the whole surface; negative for what lies under a shell
 */
export function bar({ from, to, halfMm, roundMm }: BarShape, growMm = 0): Solid {
  const radius = Math.min(roundMm ?? Infinity, ...halfMm);
  const r = radius + growMm;
  const delta: Vec3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length = Math.hypot(...delta);
  const along: Vec3 = length > 0 ? [delta[0] / length, delta[1] / length, delta[2] / length] : [0, 0, 1];
  const hint: Vec3 = Math.abs(along[0]) > 0.8 ? [0, 1, 0] : [1, 0, 0];
  const dot = hint[0] * along[0] + hint[1] * along[1] + hint[2] * along[2];
  const raw: Vec3 = [hint[0] - dot * along[0], hint[1] - dot * along[1], hint[2] - dot * along[2]];
  const norm = Math.hypot(...raw);
  const [ux, uy, uz] = [raw[0] / norm, raw[1] / norm, raw[2] / norm];
  const [ax, ay, az] = along;
  const [wx, wy, wz] = [ay * uz - az * uy, az * ux - ax * uz, ax * uy - ay * ux];
  const [cx, cy, cz] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
  const [hu, hw, ha] = [halfMm[0] - radius, halfMm[1] - radius, length / 2];
  const reach = (u: number, w: number, a: number) =>
    Math.abs(u) * hu + Math.abs(w) * hw + Math.abs(a) * ha + Math.max(0, r);
  const [ex, ey, ez] = [reach(ux, wx, ax), reach(uy, wy, ay), reach(uz, wz, az)];
  return {
    boundsMm: { min: [cx - ex, cy - ey, cz - ez], max: [cx + ex, cy + ey, cz + ez] },
    implicit: (x, y, z) => {
      const [dx, dy, dz] = [x - cx, y - cy, z - cz];
      const u = Math.abs(dx * ux + dy * uy + dz * uz) - hu;
      const w = Math.abs(dx * wx + dy * wy + dz * wz) - hw;
      const a = Math.abs(dx * ax + dy * ay + dz * az) - ha;
      const [pu, pw, pa] = [Math.max(0, u), Math.max(0, w), Math.max(0, a)];
      return Math.sqrt(pu * pu + pw * pw + pa * pa) + Math.min(0, Math.max(u, w, a)) - r;
    },
  };
}

/** A ball-ended rod. */
export function rod(from: Vec3, to: Vec3, radiusMm: number, growMm = 0): Solid {
  return bar({ from, to, halfMm: [radiusMm, radiusMm] }, growMm);
}
