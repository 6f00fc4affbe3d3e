import { discGauge } from "./disc-gauge.ts";
import { HALF } from "./half.ts";
import type { NearestSurface } from "./nearest-surface.ts";
import { PATCH_SIZE } from "./surface-patch.ts";
import type { SurfacePoints } from "./surface-points.ts";

/** Steps of Newton's method; two or three do on smooth surfaces. */
const STEPS = 8;
/** The foot is found when it moves by less, voxels. */
const STILL = 1e-4;
/** Beside its patch by more than this a surface does not say which side a voxel is on. */
const SIDE_WITHIN = 1;

/**
 * Signed distance from the surface in units of direction-dependent lengths, from the patch of the nearest surface point.
 *
 *   N(p) = min_(q on the surface) |(p − q) / m|,   m per axis and side of q
 *
 * The nearest point of the patch is found by Newton's method. With m = 1 mm the result is in mm.
 */
export interface SurfaceGauge {
  /** N, < 0 inside; ±Infinity where no surface is within the limit. */
  value: number;
  /** Its change per voxel along i, j, k. */
  gi: number;
  gj: number;
  gk: number;
}

/** What the gauge is made from. */
export interface GaugeField {
  readonly data: Float32Array;
  readonly size: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
  readonly points: SurfacePoints;
  readonly field: NearestSurface;
  /** 1/m along +i, +j, +k and −i, −j, −k. */
  readonly perMmPlus: readonly [number, number, number];
  readonly perMmMinus: readonly [number, number, number];
  /** Into how many of these voxels each axis of those was cut that the points were found in. */
  readonly per: readonly [number, number, number];
  /** All six lengths are the same. */
  readonly isUniform: boolean;
}

/** Write the gauge of the centre of voxel (i, j, k) into `out`. */
export function surfaceGauge(scene: GaugeField, i: number, j: number, k: number, out: SurfaceGauge): void {
  const { size, spacingMm, points, perMmPlus, perMmMinus } = scene;
  const v = i + size[0] * (j + size[1] * k);
  const nearest = scene.field.nearest[v]!;
  if (nearest < 0) {
    out.value = scene.data[v]! >= HALF ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return;
  }
  if (points.isDisc[nearest]) {
    discGauge(scene, nearest, i, j, k, out);
    return;
  }
  const a = points.axis[nearest]!;
  const b = a === 2 ? 0 : a + 1;
  const c = b === 2 ? 0 : b + 1;
  const { position, normal, patch } = points;
  const di = i - position[3 * nearest]!;
  const dj = j - position[3 * nearest + 1]!;
  const dk = k - position[3 * nearest + 2]!;
  const pa = a === 0 ? di : a === 1 ? dj : dk;
  const ps = b === 0 ? di : b === 1 ? dj : dk;
  const pt = c === 0 ? di : c === 1 ? dj : dk;
  const at = PATCH_SIZE * nearest;
  const hs = patch[at]!;
  const ht = patch[at + 1]!;
  const hss = patch[at + 2]!;
  const hst = patch[at + 3]!;
  const htt = patch[at + 4]!;
  const s0 = patch[at + 5]!;
  const s1 = patch[at + 6]!;
  const t0 = patch[at + 7]!;
  const t1 = patch[at + 8]!;
  const plusA = (perMmPlus[a]! * spacingMm[a]!) ** 2;
  const minusA = (perMmMinus[a]! * spacingMm[a]!) ** 2;
  const plusB = (perMmPlus[b]! * spacingMm[b]!) ** 2;
  const minusB = (perMmMinus[b]! * spacingMm[b]!) ** 2;
  const plusC = (perMmPlus[c]! * spacingMm[c]!) ** 2;
  const minusC = (perMmMinus[c]! * spacingMm[c]!) ** 2;
  const na = normal[3 * nearest + a]!;
  const nb = normal[3 * nearest + b]!;
  const nc = normal[3 * nearest + c]!;

  let s = 0;
  let t = 0;
  let ra = 0;
  let rs = 0;
  let rt = 0;
  let wa = 0;
  let wb = 0;
  let wc = 0;
  let slopeS = hs;
  let slopeT = ht;
  for (let step = 0; ; step++) {
    ra = pa - (hs * s + ht * t + 0.5 * hss * s * s + hst * s * t + 0.5 * htt * t * t);
    rs = ps - s;
    rt = pt - t;
    slopeS = hs + hss * s + hst * t;
    slopeT = ht + hst * s + htt * t;
    // On the surface itself the normal says which side's length counts.
    wa = (Math.abs(ra) > 1e-6 ? ra : na) >= 0 ? plusA : minusA;
    wb = (Math.abs(rs) > 1e-6 ? rs : nb) >= 0 ? plusB : minusB;
    wc = (Math.abs(rt) > 1e-6 ? rt : nc) >= 0 ? plusC : minusC;
    if (step === STEPS) break;
    // Half the gradient of wa ra² + wb rs² + wc rt² over s, t.
    const gs = -wa * ra * slopeS - wb * rs;
    const gt = -wa * ra * slopeT - wc * rt;
    let mss = wa * (slopeS * slopeS - ra * hss) + wb;
    let mst = wa * (slopeS * slopeT - ra * hst);
    let mtt = wa * (slopeT * slopeT - ra * htt) + wc;
    if (!(mss > 0.1 * wb && mtt > 0.1 * wc && mss * mtt > 1.05 * mst * mst)) {
      mss = wa * slopeS * slopeS + wb;
      mst = wa * slopeS * slopeT;
      mtt = wa * slopeT * slopeT + wc;
    }
    const heldS = (s <= s0 && gs > 0) || (s >= s1 && gs < 0);
    const heldT = (t <= t0 && gt > 0) || (t >= t1 && gt < 0);
    let ds = 0;
    let dt = 0;
    if (heldS && heldT) break;
    if (heldS) dt = -gt / mtt;
    else if (heldT) ds = -gs / mss;
    else {
      const det = mss * mtt - mst * mst;
      ds = (mst * gt - mtt * gs) / det;
      dt = (mst * gs - mss * gt) / det;
    }
    const nextS = Math.max(s0, Math.min(s1, s + ds));
    const nextT = Math.max(t0, Math.min(t1, t + dt));
    const moved = Math.abs(nextS - s) + Math.abs(nextT - t);
    s = nextS;
    t = nextT;
    if (moved < STILL) {
      step = STEPS - 1;
    }
  }
  const edgeS = patch[at + 9]!;
  const edgeT = patch[at + 10]!;
  if (edgeS * s + edgeT * t > 1) {
    // Beyond an edge that cuts a level patch: the nearest point of the edge.
    const beyond = (edgeS * ps + edgeT * pt - 1) / ((edgeS * edgeS) / wb + (edgeT * edgeT) / wc);
    s = Math.max(s0, Math.min(s1, ps - (beyond * edgeS) / wb));
    t = Math.max(t0, Math.min(t1, (1 - edgeS * s) / edgeT));
    s = Math.max(s0, Math.min(s1, (1 - edgeT * t) / edgeS));
    ra = pa - hs * s - ht * t;
    rs = ps - s;
    rt = pt - t;
  }
  const distance = Math.sqrt(wa * ra * ra + wb * rs * rs + wc * rt * rt);
  // Next to the surface the patch says which side it is, elsewhere the voxel.
  const up = na >= 0 ? 1 : -1;
  const isBeside =
    edgeS * ps + edgeT * pt > 1 ||
    ps < s0 - 1e-9 ||
    ps > s1 + 1e-9 ||
    pt < t0 - 1e-9 ||
    pt > t1 + 1e-9 ||
    Math.abs(pa) > SIDE_WITHIN + 0.5;
  const inside = isBeside ? scene.data[v]! >= HALF : up * ra < 0;
  const value = inside ? -distance : distance;
  out.value = value;
  let ga = 0;
  let gs = 0;
  let gt = 0;
  if (distance < 1e-6) {
    const scale = 1 / Math.sqrt(1 / wa + (slopeS * slopeS) / wb + (slopeT * slopeT) / wc);
    ga = up * scale;
    gs = -up * slopeS * scale;
    gt = -up * slopeT * scale;
  } else {
    ga = (ra * wa) / value;
    gs = (rs * wb) / value;
    gt = (rt * wc) / value;
  }
  out.gi = a === 0 ? ga : b === 0 ? gs : gt;
  out.gj = a === 1 ? ga : b === 1 ? gs : gt;
  out.gk = a === 2 ? ga : b === 2 ? gs : gt;
}
