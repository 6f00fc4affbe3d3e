import {
  type BoxDose,
  DELTA,
  HIGH_BOUND,
  HIGHEST,
  INSIDE,
  LOW_BOUND,
  LOWEST,
  SLOPE_X,
  SLOPE_Y,
  SLOPE_Z,
  VALUE,
} from "./box-dose.ts";
import { CellDose } from "./cell-dose.ts";
import type { CubicMean } from "./cubic-mean.ts";
import { DoseTally } from "./dose-tally.ts";
import { GridShift } from "./grid-shift.ts";
import { lowestBelowPlane } from "./lowest-below-plane.ts";
import { BOX_ERROR, PART_ERROR, PRISM_ERROR } from "./piece-errors.ts";
import type { SamplingLimits } from "./sampling-limits.ts";
import {
  HALF,
  HIGH,
  LOW,
  MEAN,
  MEAN_ERROR,
  NARROW,
  OFF,
  PART_INSIDE,
  type TrapezoidHistogram,
  VOLUME,
  WIDE,
} from "./trapezoid-histogram.ts";

const DEEPEST = 7;
const LAST = DEEPEST + 1;
/** Boxes of which more than this may be off have their doses bounded by their corners. */
const CLIP_ERROR = 0.1;
/** A box without any part inside may hold one if its fraction is so uncertain. */
const UNSEEN = 0.02;

/**
 * Takes the pieces of a structure (boxes, right-angled prisms, boxes of which a part lies inside), cuts them until their
 * dose is known well enough, and adds them to a histogram with a bound of what is not known.
 *
 * In a box dose is a plane within ± delta. The sum of the spreads along its three edges is taken as a trapezoid, whose
 * distance from the true distribution is bounded; delta moves it by at most delta / a of the volume. These bounds are added
 * up, without any hope that errors cancel.
 */
export class DoseSampler extends DoseTally {
  readonly #dose: BoxDose;
  readonly #gridShift: GridShift | undefined;
  readonly #unitMm3: number;
  readonly #limits: SamplingLimits;
  readonly #interior3: number;
  readonly #surface3: number;
  readonly #hotInterior3: number;
  readonly #hotSurface3: number;
  readonly #exactMean: boolean;
  readonly #point = new Float64Array(3);
  /** x0, x1, y0, y1, z0, z1 of the boxes of each depth, and of the piece at the surface in hand. */
  readonly #boxes = new Float64Array(6 * (DEEPEST + 2));
  readonly #tips = new Float64Array(6);

  /** @param smoother - for the grid error; `seen` - lowest and highest dose found before, if any */
  constructor(
    dose: BoxDose,
    unitMm3: number,
    histogram: TrapezoidHistogram,
    limits: SamplingLimits,
    smoother: CubicMean | undefined,
    seen?: { readonly minGy: number; readonly maxGy: number },
  ) {
    super(histogram, seen);
    this.#dose = dose;
    this.#gridShift = smoother && new GridShift(smoother, dose, limits.gridErrorDepth === 0);
    this.#exactMean = dose instanceof CellDose;
    this.#unitMm3 = unitMm3;
    this.#limits = limits;
    this.#interior3 = limits.interiorMm ** 3;
    this.#surface3 = limits.surfaceMm2 ** 3;
    this.#hotInterior3 = Math.min(limits.interiorMm, limits.hotInteriorMm) ** 3;
    this.#hotSurface3 = Math.min(limits.surfaceMm2, limits.hotSurfaceMm2) ** 3;
  }

  /** The pieces that follow lie in this cell of the lattice. */
  enterCell(i: number, j: number, k: number): void {
    this.#dose.enterCell(i, j, k);
    this.#gridShift?.enterCell(i, j, k);
  }

  /** The boxes of a row that follow have these sides. */
  enterRow(y0: number, y1: number, z0: number, z1: number): void {
    this.#place(0, 0, 0, y0, y1, z0, z1);
  }

  /** A box of the row, wholly inside the structure. */
  boxOfRow(x0: number, x1: number): void {
    this.#boxes[0] = x0;
    this.#boxes[1] = x1;
    this.#sample(0);
  }

  /** A box wholly inside the structure. */
  box(x0: number, x1: number, y0: number, y1: number, z0: number, z1: number, depth = 0): void {
    this.#place(depth, x0, x1, y0, y1, z0, z1);
    this.#sample(depth);
  }

  #place(depth: number, x0: number, x1: number, y0: number, y1: number, z0: number, z1: number): void {
    const boxes = this.#boxes;
    const at = 6 * depth;
    boxes[at] = x0;
    boxes[at + 1] = x1;
    boxes[at + 2] = y0;
    boxes[at + 3] = y1;
    boxes[at + 4] = z0;
    boxes[at + 5] = z1;
  }

  /** The box of this depth in `#boxes`, wholly inside. */
  #sample(depth: number): void {
    const dose = this.#dose;
    const out = dose.out;
    const boxes = this.#boxes;
    const at = 6 * depth;
    const x0 = boxes[at]!;
    const x1 = boxes[at + 1]!;
    const y0 = boxes[at + 2]!;
    const y1 = boxes[at + 3]!;
    const z0 = boxes[at + 4]!;
    const z1 = boxes[at + 5]!;
    const v = (x1 - x0) * (y1 - y0) * (z1 - z0) * this.#unitMm3;
    if (!(v > 0)) return;
    dose.model(boxes, at);
    const inside = out[INSIDE]!;
    if (inside === 0) {
      this.volumeMm3 += v;
      return;
    }
    const value = out[VALUE]!;
    const delta = out[DELTA]!;
    const p = Math.abs(out[SLOPE_X]!);
    const q = Math.abs(out[SLOPE_Y]!);
    const r = Math.abs(out[SLOPE_Z]!);
    const a = Math.max(p, q, r);
    const c = Math.min(p, q, r);
    const b = p + q + r - a - c;
    const half = 0.5 * (p + q + r) + delta;
    const { piece } = this;
    if (half < this.sameGy && inside === 1 && value >= this.minGy && value <= this.maxGy) {
      this.shift = 0;
      piece[MEAN] = value;
      piece[HALF] = half;
      piece[WIDE] = 0;
      piece[NARROW] = 0;
      piece[VOLUME] = v;
      piece[OFF] = 0;
      piece[LOW] = value - half;
      piece[HIGH] = value + half;
      piece[MEAN_ERROR] = half;
      piece[PART_INSIDE] = 1;
      this.add();
      return;
    }
    const off = a > 0 ? Math.min(1, (BOX_ERROR * c + delta) / a) : delta > 0 ? 1 : 0;
    let cut =
      off * off * off * v > (value + half > this.#limits.hotGy ? this.#hotInterior3 : this.#interior3) &&
      2 * half > this.#limits.negligibleGy &&
      delta + 0.5 * (b + c - Math.sqrt(b * b + c * c)) > this.#limits.shiftGy;
    if (inside < 1) cut = true;
    let touched = false;
    if (value - half < this.minGy || value + half > this.maxGy) {
      dose.extremes(x0, x1, y0, y1, z0, z1);
      if (inside === 1) this.reach(out[LOWEST]!, out[HIGHEST]!);
      if (this.#beyond(out[LOW_BOUND]!, out[HIGH_BOUND]!)) cut = true;
      touched = true;
    }
    if (cut && depth < DEEPEST) {
      if (this.pieces < this.#limits.maxPieces) {
        if (depth <= this.#limits.gridErrorDepth) this.#findShift(half, value, at);
        const x = 0.5 * (x0 + x1);
        const y = 0.5 * (y0 + y1);
        const z = 0.5 * (z0 + z1);
        for (let n = 0; n < 8; n++) {
          boxes[at + 6] = n & 1 ? x : x0;
          boxes[at + 7] = n & 1 ? x1 : x;
          boxes[at + 8] = n & 2 ? y : y0;
          boxes[at + 9] = n & 2 ? y1 : y;
          boxes[at + 10] = n & 4 ? z : z0;
          boxes[at + 11] = n & 4 ? z1 : z;
          this.#sample(depth + 1);
        }
        return;
      }
      this.limited = true;
    }
    if (depth <= this.#limits.gridErrorDepth) this.#findShift(half, value, at);
    if (touched) this.bound(out[LOW_BOUND]!, out[HIGH_BOUND]!);
    const bc = Math.sqrt(b * b + c * c);
    // Where dose is far from a plane, the plane goes far beyond the doses there are.
    if (off > CLIP_ERROR && !touched) dose.extremes(x0, x1, y0, y1, z0, z1);
    const clipped = touched || off > CLIP_ERROR;
    piece[LOW] = clipped ? Math.max(value - half, out[LOW_BOUND]!) : value - half;
    piece[HIGH] = clipped ? Math.min(value + half, out[HIGH_BOUND]!) : value + half;
    piece[MEAN] = value;
    piece[HALF] = half;
    piece[WIDE] = Math.max(a, bc);
    piece[NARROW] = Math.min(a, bc);
    piece[VOLUME] = v;
    piece[OFF] = off;
    piece[MEAN_ERROR] = this.#exactMean ? 0 : delta;
    piece[PART_INSIDE] = inside;
    this.add();
  }

  /**
   * Half a box: a right-angled triangle in x, y, reaching from z0 to z1.
   * @param corner - where the right angle is: 1 at x1 (else x0), 2 at y1 (else y0)
   */
  prism(
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    z0: number,
    z1: number,
    corner: number,
    depth = 0,
  ): void {
    const dose = this.#dose;
    const out = dose.out;
    const v = 0.5 * (x1 - x0) * (y1 - y0) * (z1 - z0) * this.#unitMm3;
    if (!(v > 0)) return;
    this.#place(LAST, x0, x1, y0, y1, z0, z1);
    dose.model(this.#boxes, 6 * LAST);
    const inside = out[INSIDE]!;
    if (inside === 0) {
      this.volumeMm3 += v;
      return;
    }
    const delta = out[DELTA]!;
    // Slopes away from the right angle.
    const gx = corner & 1 ? -out[SLOPE_X]! : out[SLOPE_X]!;
    const gy = corner & 2 ? -out[SLOPE_Y]! : out[SLOPE_Y]!;
    const c = Math.abs(out[SLOPE_Z]!);
    const atCorner = out[VALUE]! - 0.5 * (gx + gy);
    const mean = atCorner + (gx + gy) / 3;
    const low = Math.min(0, gx, gy);
    const high = Math.max(0, gx, gy);
    const half = Math.max(atCorner + high - mean, mean - atCorner - low) + 0.5 * c + delta;
    const steepest = Math.max(0.5 * (high - low), c);
    const off = steepest > 0 ? Math.min(1, PRISM_ERROR + delta / steepest) : delta > 0 ? 1 : 0;
    let cut =
      inside < 1 ||
      (off * off * off * v * v > (mean + half > this.#limits.hotGy ? this.#hotSurface3 : this.#surface3) &&
        2 * half > this.#limits.negligibleGy);
    let touched = false;
    let lowest = 0;
    let highest = 0;
    if (mean - half < this.minGy || mean + half > this.maxGy) {
      const xc = corner & 1 ? x1 : x0;
      const yc = corner & 2 ? y1 : y0;
      const xo = corner & 1 ? x0 : x1;
      const yo = corner & 2 ? y0 : y1;
      lowest = Number.POSITIVE_INFINITY;
      highest = Number.NEGATIVE_INFINITY;
      for (let n = 0; n < 6; n++) {
        const d = dose.at(n % 3 === 1 ? xo : xc, n % 3 === 2 ? yo : yc, n < 3 ? z0 : z1);
        if (d < lowest) lowest = d;
        if (d > highest) highest = d;
      }
      touched = true;
      if (inside === 1) this.reach(lowest, highest);
      lowest -= 2 * delta;
      highest += 2 * delta;
      if (this.#beyond(lowest, highest)) cut = true;
    }
    if (cut && depth < DEEPEST) {
      if (this.pieces < this.#limits.maxPieces) {
        if (depth <= this.#limits.gridErrorDepth) this.#findShift(half, out[VALUE]!, 6 * LAST);
        const x = 0.5 * (x0 + x1);
        const y = 0.5 * (y0 + y1);
        const z = 0.5 * (z0 + z1);
        for (let n = 0; n < 2; n++) {
          const za = n ? z : z0;
          const zb = n ? z1 : z;
          const [xa, xb, xp, xq] = corner & 1 ? [x, x1, x0, x] : [x0, x, x, x1];
          const [ya, yb, yp, yq] = corner & 2 ? [y, y1, y0, y] : [y0, y, y, y1];
          this.box(xa, xb, ya, yb, za, zb, depth + 1);
          this.prism(xp, xq, ya, yb, za, zb, corner, depth + 1);
          this.prism(xa, xb, yp, yq, za, zb, corner, depth + 1);
        }
        return;
      }
      this.limited = true;
    }
    if (depth <= this.#limits.gridErrorDepth) this.#findShift(half, out[VALUE]!, 6 * LAST);
    if (touched) this.bound(lowest, highest);
    // Variance of a plane over the triangle, as that of an even spread of this width.
    const width = Math.sqrt(((gx * gx + gy * gy - gx * gy) * 2) / 3);
    const { piece } = this;
    piece[LOW] = touched ? Math.max(mean - half, lowest) : mean - half;
    piece[HIGH] = touched ? Math.min(mean + half, highest) : mean + half;
    piece[MEAN] = mean;
    piece[HALF] = half;
    piece[WIDE] = Math.max(width, c);
    piece[NARROW] = Math.min(width, c);
    piece[VOLUME] = v;
    piece[OFF] = off;
    piece[MEAN_ERROR] = delta;
    piece[PART_INSIDE] = inside;
    this.add();
  }

  /**
   * A box of which the part `fraction` lies inside, below a plane.
   * @param fractionError - how far the fraction may be off
   * @param gx - the plane: g · t < level in units of the box about its centre; the surface leaves it by at most `slack`
   * @param mayCut - the caller can cut the box further
   * @returns false, with nothing added, if the box should be cut
   */
  part(
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    z0: number,
    z1: number,
    fraction: number,
    fractionError: number,
    gx: number,
    gy: number,
    gz: number,
    level: number,
    slack: number,
    mayCut: boolean,
  ): boolean {
    const dose = this.#dose;
    const out = dose.out;
    const box = (x1 - x0) * (y1 - y0) * (z1 - z0) * this.#unitMm3;
    const v = box * fraction;
    this.#place(LAST, x0, x1, y0, y1, z0, z1);
    dose.model(this.#boxes, 6 * LAST);
    const inside = out[INSIDE]!;
    // A tip or an edge that no corner has seen may be in it.
    const present = fraction > 0 || fractionError > UNSEEN;
    const within = mayCut && this.pieces < this.#limits.maxPieces;
    if (inside === 0) {
      if (within && fractionError ** 3 * box * box > this.#surface3) return false;
      this.volumeMm3 += v;
      this.volumeErrorMm3 += box * fractionError;
      return true;
    }
    const delta = out[DELTA]!;
    const sx = out[SLOPE_X]!;
    const sy = out[SLOPE_Y]!;
    const sz = out[SLOPE_Z]!;
    const value = out[VALUE]!;
    const half = 0.5 * (Math.abs(sx) + Math.abs(sy) + Math.abs(sz)) + delta;
    // What is cut away makes the part shorter along the normal, and moves its middle away from it.
    const missing = 1 - fraction;
    const steepness = Math.abs(gx) + Math.abs(gy) + Math.abs(gz);
    const across = steepness > 0 ? missing / steepness : 0;
    const mean = value - 0.5 * across * (sx * gx + sy * gy + sz * gz);
    const p = Math.abs(sx) * (1 - across * Math.abs(gx));
    const q = Math.abs(sy) * (1 - across * Math.abs(gy));
    const r = Math.abs(sz) * (1 - across * Math.abs(gz));
    const a = Math.max(p, q, r);
    const c = Math.min(p, q, r);
    const b = p + q + r - a - c;
    const bend = delta > 0 ? delta / (fraction * Math.max(Math.abs(sx), Math.abs(sy), Math.abs(sz))) : 0;
    // Where dose falls along the normal of the plane, the part is what the plane leaves of the box's trapezoid, but for
    // the slope along the plane.
    const square = gx * gx + gy * gy + gz * gz;
    const along = square > 0 ? (sx * gx + sy * gy + sz * gz) / square : 0;
    const [px, py, pz] = [Math.abs(along * gx), Math.abs(along * gy), Math.abs(along * gz)];
    const stray = 0.5 * (Math.abs(sx - along * gx) + Math.abs(sy - along * gy) + Math.abs(sz - along * gz));
    const pa = Math.max(px, py, pz);
    const pc = Math.min(px, py, pz);
    const offAlong = pa > 0 ? (BOX_ERROR * pc + stray + delta) / (pa * fraction) : 1;
    const offAcross = missing * (PART_ERROR + (1 - PART_ERROR) * missing ** 4) + BOX_ERROR + bend;
    const off = Math.min(1, offAlong, offAcross);
    const unknown = fraction > 0 && 2 * half > this.#limits.negligibleGy ? fraction * off : 0;
    if (within) {
      const most = value + half > this.#limits.hotGy ? this.#hotSurface3 : this.#surface3;
      if ((unknown + fractionError) ** 3 * box * box > most || inside < 1) return false;
      if (present && (value - half < this.minGy || value + half > this.maxGy)) {
        this.#boundPart(x0, x1, y0, y1, z0, z1, gx, gy, gz, level + slack);
        if (this.#beyond(out[LOW_BOUND]!, out[HIGH_BOUND]!)) return false;
      }
    } else if (mayCut) this.limited = true;
    this.volumeErrorMm3 += box * fractionError;
    this.insideErrorMm3 += box * fractionError;
    if (fractionError > 0)
      this.histogram.addError(Number.NEGATIVE_INFINITY, value + half, box * fractionError);
    if (present) {
      this.#boundPart(x0, x1, y0, y1, z0, z1, gx, gy, gz, level + slack);
      this.bound(out[LOW_BOUND]!, out[HIGH_BOUND]!);
    }
    if (!(v > 0)) return true;
    this.#findShift(half, value, 6 * LAST);
    const bc = Math.sqrt(b * b + c * c);
    const reach = half + Math.abs(mean - value);
    if (offAlong < offAcross && inside === 1) {
      const pb = px + py + pz - pa - pc;
      const pbc = Math.sqrt(pb * pb + pc * pc);
      this.cut[0] = Math.max(pa, pbc);
      this.cut[1] = Math.min(pa, pbc);
      this.cut[2] = value;
      this.cut[3] = value + along * level;
      this.cut[4] = along > 0 ? 1 : -1;
    } else this.cut[4] = 0;
    const { piece } = this;
    piece[LOW] = out[LOW_BOUND]!;
    piece[HIGH] = out[HIGH_BOUND]!;
    piece[MEAN] = mean;
    piece[HALF] = reach;
    piece[WIDE] = Math.max(a, bc);
    piece[NARROW] = Math.min(a, bc);
    piece[VOLUME] = v;
    piece[OFF] = off;
    piece[MEAN_ERROR] = 0.25 * half * missing + delta;
    piece[PART_INSIDE] = inside;
    this.add();
    this.cut[4] = 0;
    return true;
  }

  /** Narrow the bounds of a box to those of its part below a plane. */
  #boundPart(
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    z0: number,
    z1: number,
    gx: number,
    gy: number,
    gz: number,
    level: number,
  ): void {
    const out = this.#dose.out;
    this.#dose.extremes(x0, x1, y0, y1, z0, z1);
    const [sx, sy, sz] = [out[SLOPE_X]!, out[SLOPE_Y]!, out[SLOPE_Z]!];
    const low = out[VALUE]! + lowestBelowPlane(sx, sy, sz, gx, gy, gz, level, this.#point) - out[DELTA]!;
    const high = out[VALUE]! - lowestBelowPlane(-sx, -sy, -sz, gx, gy, gz, level, this.#point) + out[DELTA]!;
    out[LOW_BOUND] = Math.max(out[LOW_BOUND]!, low);
    out[HIGH_BOUND] = Math.min(out[HIGH_BOUND]!, high);
  }

  /**
   * The points of a box below a plane where dose is lowest and highest, if they are beyond what has been reached: x, y, z
   * of each, for the caller to try.
   */
  tipsOf(
    x0: number,
    x1: number,
    y0: number,
    y1: number,
    z0: number,
    z1: number,
    gx: number,
    gy: number,
    gz: number,
    level: number,
  ): Float64Array | undefined {
    const out = this.#dose.out;
    this.#place(LAST, x0, x1, y0, y1, z0, z1);
    this.#dose.model(this.#boxes, 6 * LAST);
    if (out[INSIDE] === 0) return undefined;
    const [sx, sy, sz] = [out[SLOPE_X]!, out[SLOPE_Y]!, out[SLOPE_Z]!];
    const half = 0.5 * (Math.abs(sx) + Math.abs(sy) + Math.abs(sz));
    if (out[VALUE]! - half >= this.minGy && out[VALUE]! + half <= this.maxGy) return undefined;
    for (let n = 0; n < 2; n++) {
      const sign = n === 0 ? 1 : -1;
      lowestBelowPlane(sign * sx, sign * sy, sign * sz, gx, gy, gz, level, this.#point);
      this.#tips[3 * n] = 0.5 * (x0 + x1) + (x1 - x0) * this.#point[0]!;
      this.#tips[3 * n + 1] = 0.5 * (y0 + y1) + (y1 - y0) * this.#point[1]!;
      this.#tips[3 * n + 2] = 0.5 * (z0 + z1) + (z1 - z0) * this.#point[2]!;
    }
    return this.#tips;
  }

  /** A point that is certainly inside the structure, in the current cell. */
  touch(x: number, y: number, z: number): void {
    const d = this.#dose.at(x, y, z);
    this.reach(d, d);
  }

  #beyond(low: number, high: number): boolean {
    return low < this.minGy - this.#limits.extremeGy || high > this.maxGy + this.#limits.extremeGy;
  }

  /** What the smoother interpolant adds to the mean dose of the box in hand; nothing where dose hardly changes. */
  #findShift(half: number, value: number, at: number): void {
    const shift = this.#gridShift;
    this.shift = shift && 2 * half > this.#limits.negligibleGy ? shift.of(this.#boxes, at, value) : 0;
  }
}
