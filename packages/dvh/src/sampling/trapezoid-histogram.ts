/** Where a piece holds its mean dose, half its range, the widths of its trapezoid, Gy; its volume inside the grid, mm³; … */
export const MEAN = 0;
export const HALF = 1;
export const WIDE = 2;
export const NARROW = 3;
export const VOLUME = 4;
/** … how far its cumulative dose may be off, a part of its volume; its mean, Gy; and the part of it inside the grid. */
export const OFF = 5;
export const MEAN_ERROR = 6;
export const PART_INSIDE = 7;
/** Doses below and above which it has none, Gy. */
export const LOW = 8;
export const HIGH = 9;

/** Spreads narrower than this part of a bin count as one single dose. */
const NARROWEST_BINS = 1e-3;
/**
 * A trapezoid whose shorter spread is narrower than this part of a bin becomes an even spread of the same variance: steeper
 * ramps would cost digits in the sums.
 */
const NARROWEST_RAMP_BINS = 0.25;
/** Largest distance of the cumulative trapezoid from that even spread: 0.031, of two equal spreads. Computed. */
const EVEN_ERROR = 0.032;

/** Of a cut trapezoid at least this part must be left. */
const LEAST_LEFT = 0.02;

const square = (x: number): number => (x > 0 ? x * x : 0);

/**
 * A cumulative histogram of pieces, with an error at every edge of the bins.
 *
 * The dose of a piece is spread as the sum of two even spreads of widths a ≥ b about its mean (a trapezoid). The volume
 * below an edge x is then
 *
 *   F = v [(x − k1)²₊ − (x − k2)²₊ − (x − k3)²₊ + (x − k4)²₊] / (2 a b),   k = mean ∓ a/2 ∓ b/2
 *
 * exactly at every edge: each piece adds four changes of curvature, whatever the number of bins that it spans.
 */
export class TrapezoidHistogram {
  readonly lowGy: number;
  readonly binGy: number;
  readonly bins: number;
  /** Per edge: jump of F, of its slope, of half its curvature. */
  readonly #changes: Float64Array;
  readonly #error: Float64Array;
  readonly #grid: Float64Array;
  readonly #last: number;
  readonly #perGy: number;

  /**
   * @param lowGy - the first edge; pieces below it count as below all edges but the first
   * @param highGy - the last edge
   */
  constructor(lowGy: number, highGy: number, bins: number) {
    this.lowGy = lowGy;
    this.bins = bins;
    this.binGy = (highGy - lowGy) / bins;
    this.#last = bins + 1;
    this.#perGy = 1 / this.binGy;
    this.#changes = new Float64Array(3 * (bins + 2));
    this.#error = new Float64Array(bins + 3);
    this.#grid = new Float64Array(bins + 3);
  }

  /** Add a piece: its mean, widths a ≥ b ≥ 0 and volume, from {@link MEAN} on. */
  add(piece: Float64Array): void {
    const meanGy = piece[MEAN]!;
    const a = piece[WIDE]!;
    const b = piece[NARROW]!;
    const v = piece[VOLUME]!;
    const scale = this.#perGy;
    const t = (meanGy - this.lowGy) * scale;
    const wide = a * scale;
    const narrow = b * scale;
    if (wide < NARROWEST_BINS) {
      const j = this.#edge(Math.floor(t) + 1);
      this.#changes[3 * j]! += v;
    } else if (narrow < NARROWEST_RAMP_BINS) {
      const even = Math.sqrt(wide * wide + narrow * narrow);
      this.#ramp(t - 0.5 * even, v / even);
      this.#ramp(t + 0.5 * even, -v / even);
      piece[OFF]! += (EVEN_ERROR * narrow) / wide;
    } else {
      const curvature = v / (2 * wide * narrow);
      const far = 0.5 * (wide + narrow);
      const near = 0.5 * (wide - narrow);
      this.#bend(t - far, curvature);
      this.#bend(t - near, -curvature);
      this.#bend(t + near, -curvature);
      this.#bend(t + far, curvature);
    }
  }

  /**
   * As {@link add}, of the part of the trapezoid below a dose, or above it; v is the volume of this part.
   * @returns false, with nothing added, if hardly any of the trapezoid is left
   */
  addCut(meanGy: number, a: number, b: number, v: number, cutGy: number, below: boolean): boolean {
    const scale = this.#perGy;
    const t = (meanGy - this.lowGy) * scale;
    const wide = a * scale;
    const narrow = Math.max(0.1 * wide, b * scale);
    const cut = (cutGy - this.lowGy) * scale;
    if (wide < 4) return false;
    const far = 0.5 * (wide + narrow);
    const near = 0.5 * (wide - narrow);
    const c = 1 / (2 * wide * narrow);
    const part =
      c * (square(cut - t + far) - square(cut - t + near) - square(cut - t - near) + square(cut - t - far));
    const left = below ? part : 1 - part;
    if (left < LEAST_LEFT) return false;
    const curvature = (c * v) / left;
    this.#cutBend(t - far, curvature, cut, below);
    this.#cutBend(t - near, -curvature, cut, below);
    this.#cutBend(t + near, -curvature, cut, below);
    this.#cutBend(t + far, curvature, cut, below);
    return true;
  }

  /** The error of a piece, a part of its volume, at any dose that it may have. */
  addErrorOf(piece: Float64Array): void {
    const v = piece[OFF]! * piece[VOLUME]!;
    this.#error[this.#edge(Math.floor((piece[LOW]! - this.lowGy) * this.#perGy))]! += v;
    this.#error[this.#edge(Math.ceil((piece[HIGH]! - this.lowGy) * this.#perGy)) + 1]! -= v;
  }

  /** The volume at any dose from low to high may be off by v more. */
  addError(lowGy: number, highGy: number, v: number): void {
    const scale = this.#perGy;
    this.#error[this.#edge(Math.floor((lowGy - this.lowGy) * scale))]! += v;
    this.#error[this.#edge(Math.ceil((highGy - this.lowGy) * scale)) + 1]! -= v;
  }

  /** A piece of volume v, spread over width about its mean, has shiftGy more in the smoother interpolant. */
  addGridShift(meanGy: number, width: number, v: number, shiftGy: number): void {
    const scale = this.#perGy;
    const t = (meanGy - this.lowGy) * scale;
    const w = Math.max(1, width * scale);
    const height = (v * shiftGy * scale) / w;
    this.#grid[this.#edge(Math.ceil(t - 0.5 * w))]! += height;
    this.#grid[this.#edge(Math.ceil(t + 0.5 * w))]! -= height;
  }

  /** At every edge: the volume at or above it, the error of that, and what the smoother interpolant adds to it. */
  sum(): { readonly above: Float64Array; readonly error: Float64Array; readonly grid: Float64Array } {
    const n = this.bins + 1;
    const above = new Float64Array(n);
    const error = new Float64Array(n);
    const grid = new Float64Array(n);
    const changes = this.#changes;
    let e = 0;
    let g = 0;
    for (let j = 0; j < n; j++) {
      e += this.#error[j]!;
      g += this.#grid[j]!;
      error[j] = Math.max(0, e);
      grid[j] = g;
    }
    // From the top down, where nothing is left, so that the hottest volumes keep their digits.
    let value = 0;
    let slope = 0;
    let curvature = 0;
    for (let j = n; j > 0; j--) {
      value += changes[3 * j]!;
      slope -= changes[3 * j + 1]!;
      curvature -= changes[3 * j + 2]!;
      slope -= 2 * curvature;
      value += slope + curvature;
      above[j - 1] = value;
    }
    return { above, error, grid };
  }

  /** The number of an edge, held to those there are. */
  #edge(j: number): number {
    if (!(j > 0)) return 0;
    return j > this.#last ? this.#last : j | 0;
  }

  #ramp(k: number, density: number): void {
    const j = this.#edge(Math.ceil(k));
    this.#changes[3 * j]! += density * (j - k);
    this.#changes[3 * j + 1]! += density;
  }

  /** A change of curvature at k whose effect ends, or begins, at the cut. */
  #cutBend(k: number, curvature: number, cut: number, below: boolean): void {
    if (k >= cut) {
      if (!below) this.#bend(k, curvature);
      return;
    }
    if (below) this.#bend(k, curvature);
    const sign = below ? -1 : 1;
    this.#bend(cut, sign * curvature);
    this.#ramp(cut, sign * 2 * curvature * (cut - k));
  }

  #bend(k: number, curvature: number): void {
    const j = this.#edge(Math.ceil(k));
    const t = j - k;
    this.#changes[3 * j]! += curvature * t * t;
    this.#changes[3 * j + 1]! += 2 * curvature * t;
    this.#changes[3 * j + 2]! += curvature;
  }
}
