import { boxBelowPlane } from "./box-below-plane.ts";
import { HALF } from "./half.ts";
import { nearestSurface } from "./nearest-surface.ts";
import { type GaugeField, type SurfaceGauge, surfaceGauge } from "./surface-gauge.ts";
import { PATCH_SIZE } from "./surface-patch.ts";
import { type SurfacePoints, surfacePoints } from "./surface-points.ts";

type Three = readonly [number, number, number];

/** A margin of 0 beside others counts as this part of a voxel in the distances; where it alone is met the surface stays where it is. */
const ZERO_MARGIN_VOXELS = 1e-3;
/** A surface that would move by less than this part of a voxel stays. */
const STAYS_VOXELS = 1e-2;

/**
 * Fractions of a region grown by margins towards growing and falling i, j, k; `thinVoxels` is what has no voxel inside.
 * @param shrinks - the region is the outside of one that shrinks
 */
export function growFractions(
  data: Float32Array,
  size: Three,
  spacingMm: Three,
  plusMm: Three,
  minusMm: Three,
  shrinks: boolean,
): { fractions: Float32Array; thinVoxels: number } {
  const surface = surfacePoints(data, size, spacingMm);
  const all = [...plusMm, ...minusMm];
  const hasZero = all.includes(0);
  const isUniform = all.every((m) => m === all[0]);
  // Voxels longer than others are written in odd parts, so that the centres stay among those of the parts.
  const finest = Math.min(...spacingMm);
  // Within a margin shorter than they are long the grown voxel's own fraction says more.
  const isShort = !hasZero && Math.min(...all) < Math.max(...spacingMm);
  const per = spacingMm.map((s) => (isShort && !shrinks ? 1 : oddParts(s / finest))) as unknown as Three;
  const points = onParts(surface, per);
  const partMm = [spacingMm[0] / per[0], spacingMm[1] / per[1], spacingMm[2] / per[2]] as const;
  const partSize = [size[0] * per[0], size[1] * per[1], size[2] * per[2]] as const;
  const perMm = (m: number, axis: 0 | 1 | 2) => 1 / (m > 0 ? m : ZERO_MARGIN_VOXELS * spacingMm[axis]);
  const perMmPlus = [perMm(plusMm[0], 0), perMm(plusMm[1], 1), perMm(plusMm[2], 2)] as const;
  const perMmMinus = [perMm(minusMm[0], 0), perMm(minusMm[1], 1), perMm(minusMm[2], 2)] as const;
  const cost = (axis: 0 | 1 | 2) => ({
    plus: (partMm[axis] * perMmPlus[axis]) ** 2,
    minus: (partMm[axis] * perMmMinus[axis]) ** 2,
  });
  // Surface points lie beside the foot of a voxel, and half a voxel beyond the margin is partly in.
  const perVoxel = Math.max(...all.map((m, n) => (m > 0 ? spacingMm[(n % 3) as 0 | 1 | 2] / m : 0)));
  const field = nearestSurface(points, partSize, [cost(0), cost(1), cost(2)], (1 + 1.6 * perVoxel) ** 2);
  const stays = hasZero ? stayingPoints(points.normal, points.count, spacingMm, plusMm, minusMm) : undefined;

  // A surface is no farther than its nearest point: a part this near lies wholly within the margin.
  const diagonal = Math.hypot(...[0, 1, 2].map((a) => partMm[a]! / Math.min(plusMm[a]!, minusMm[a]!)));
  const wholeWithin = Math.max(0, 1 - 0.51 * diagonal) ** 2;

  const inside = per[0] * per[1] * per[2] === 1 ? data : spread(data, size, per);
  const scene = {
    data: inside,
    size: partSize,
    spacingMm: partMm,
    points,
    field,
    perMmPlus,
    perMmMinus,
    per,
    isUniform,
  };
  const parts = new Float32Array(inside.length);
  const gauge: SurfaceGauge = { value: 0, gi: 0, gj: 0, gk: 0 };
  let v = 0;
  for (let k = 0; k < partSize[2]; k++) {
    for (let j = 0; j < partSize[1]; j++) {
      for (let i = 0; i < partSize[0]; i++, v++) {
        let fraction = inside[v]!;
        const nearest = field.nearest[v]!;
        if (nearest >= 0) {
          if (field.squared[v]! < wholeWithin && !stays?.[nearest]) {
            fraction = 1;
          } else if (fraction < 1 && !stays?.[nearest]) {
            surfaceGauge(scene, i, j, k, gauge);
            const grown = boxBelowPlane(gauge.gi, gauge.gj, gauge.gk, 1 - gauge.value);
            const most = hasZero ? mostBeside(points, nearest, [i, j, k], plusMm, minusMm) : 1;
            fraction = inside === data ? Math.max(fraction, Math.min(grown, most)) : Math.min(grown, most);
          }
        } else if (
          fraction >= HALF &&
          (!hasZero || isBehindMoving(inside, partSize, per, [i, j, k], plusMm, minusMm))
        ) {
          fraction = 1;
        } else if (inside !== data && !hasZero) {
          fraction = 0;
        }
        parts[v] = fraction;
      }
    }
  }
  const fractions = inside === data ? parts : gather(parts, data, size, per);
  if (inside !== data && isShort) keepDiscsWhole(scene, data, size, fractions);
  return { fractions, thinVoxels: surface.thinVoxels };
}

/** Within a short margin a disc tells more of its whole voxel than of the parts. */
function keepDiscsWhole(scene: GaugeField, data: Float32Array, [nx, ny, nz]: Three, out: Float32Array): void {
  const { per, size, field, points } = scene;
  const gauge: SurfaceGauge = { value: 0, gi: 0, gj: 0, gk: 0 };
  const middle = (n: number, axis: 0 | 1 | 2) => per[axis] * n + (per[axis] - 1) / 2;
  for (let k = 0, v = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        if (data[v]! >= 1) continue;
        const [x, y, z] = [middle(i, 0), middle(j, 1), middle(k, 2)];
        const nearest = field.nearest[x + size[0] * (y + size[1] * z)]!;
        if (nearest < 0 || !points.isDisc[nearest]) continue;
        surfaceGauge(scene, x, y, z, gauge);
        const { gi, gj, gk, value } = gauge;
        out[v] = Math.max(data[v]!, boxBelowPlane(gi * per[0], gj * per[1], gk * per[2], 1 - value));
      }
    }
  }
}

/** Slopes below this are level. */
const LEVEL_SLOPE = 0.02;

/** Part of a voxel that a margin of 0 lets be filled: what grows sideways ends where its source ends towards that side. */
function mostBeside(
  { axis, position, patch }: SurfacePoints,
  n: number,
  voxel: Three,
  plusMm: Three,
  minusMm: Three,
): number {
  const at = PATCH_SIZE * n;
  let most = 1;
  for (const m of [0, 1]) {
    const a = ((axis[n]! + 1 + m) % 3) as 0 | 1 | 2;
    if (Math.abs(patch[at + m]!) > LEVEL_SLOPE) continue;
    const off = voxel[a] - position[3 * n + a]!;
    if (plusMm[a] === 0) most = Math.min(most, patch[at + 6 + 2 * m]! - off + 0.5);
    if (minusMm[a] === 0) most = Math.min(most, off - patch[at + 5 + 2 * m]! + 0.5);
  }
  return Math.max(0, most);
}

/** Whether a voxel inside has an outside neighbour in a direction with a margin: its surface moves off. */
function isBehindMoving(
  data: Float32Array,
  size: Three,
  per: Three,
  voxel: Three,
  plusMm: Three,
  minusMm: Three,
): boolean {
  const strides = [1, size[0], size[0] * size[1]] as const;
  const v = voxel[0] + voxel[1] * strides[1] + voxel[2] * strides[2];
  for (const a of [0, 1, 2] as const) {
    const step = per[a];
    if (plusMm[a] > 0 && voxel[a] + step < size[a] && data[v + step * strides[a]]! < HALF) return true;
    if (minusMm[a] > 0 && voxel[a] >= step && data[v - step * strides[a]]! < HALF) return true;
  }
  return false;
}

function oddParts(ratio: number): number {
  return ratio < 1.5 ? 1 : ratio < 4 ? 3 : 5;
}

/** The points and patches in voxels of the parts. */
function onParts(points: SurfacePoints, per: Three): SurfacePoints {
  if (per.every((n) => n === 1)) return points;
  const position = points.position.map((p, n) => {
    const m = per[(n % 3) as 0 | 1 | 2];
    const at = m * (p + 0.5) - 0.5;
    return n % 3 === points.axis[Math.floor(n / 3)]! ? at : Math.round(at);
  });
  const patch = points.patch.slice();
  for (let n = 0; n < points.count; n++) {
    const a = points.axis[n]! as 0 | 1 | 2;
    const [h, s, t] = [per[a], per[((a + 1) % 3) as 0 | 1 | 2], per[((a + 2) % 3) as 0 | 1 | 2]];
    const scale = [h / s, h / t, h / (s * s), h / (s * t), h / (t * t), s, s, t, t, 1 / s, 1 / t];
    for (let m = 0; m < PATCH_SIZE; m++) patch[PATCH_SIZE * n + m]! *= scale[m]!;
  }
  return { ...points, position, patch };
}

/** The fractions of the voxels on their parts. */
function spread(data: Float32Array, [nx, ny, nz]: Three, [mx, my, mz]: Three): Float32Array {
  const out = new Float32Array(data.length * mx * my * mz);
  let v = 0;
  for (let k = 0; k < nz * mz; k++)
    for (let j = 0; j < ny * my; j++) {
      const row = nx * (Math.floor(j / my) + ny * Math.floor(k / mz));
      for (let i = 0; i < nx; i++) for (let a = 0; a < mx; a++) out[v++] = data[row + i]!;
    }
  return out;
}

/** Means over the parts, never less than the fractions that were grown. */
function gather(
  parts: Float32Array,
  data: Float32Array,
  [nx, ny, nz]: Three,
  [mx, my, mz]: Three,
): Float32Array {
  const out = new Float32Array(data.length);
  const weight = 1 / (mx * my * mz);
  let v = 0;
  for (let k = 0; k < nz * mz; k++)
    for (let j = 0; j < ny * my; j++) {
      const row = nx * (Math.floor(j / my) + ny * Math.floor(k / mz));
      for (let i = 0; i < nx; i++) for (let a = 0; a < mx; a++) out[row + i]! += weight * parts[v++]!;
    }
  for (let n = 0; n < out.length; n++) out[n] = Math.max(data[n]!, out[n]! > 1 - 1e-6 ? 1 : out[n]!);
  return out;
}

/** Surface points whose surface the margins do not move: the octant of an ellipsoid reaches no farther along their normal. */
function stayingPoints(
  normal: Float64Array,
  count: number,
  spacingMm: Three,
  plusMm: Three,
  minusMm: Three,
): Uint8Array {
  const stays = new Uint8Array(count);
  const least = STAYS_VOXELS * Math.min(...spacingMm);
  for (let n = 0; n < count; n++) {
    let sum = 0;
    for (const a of [0, 1, 2] as const) {
      const part = normal[3 * n + a]!;
      sum += ((part >= 0 ? plusMm[a] : minusMm[a]) * part) ** 2;
    }
    if (Math.sqrt(sum) < least) stays[n] = 1;
  }
  return stays;
}
