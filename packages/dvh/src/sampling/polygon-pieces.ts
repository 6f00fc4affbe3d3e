import { cellAt, cellHigh, cellLow, type DoseLattice } from "./dose-lattice.ts";

/** Kind of a piece: a rectangle, or a right-angled triangle by its corner, 0 to 3. */
export const RECTANGLE = 4;
/** Numbers per piece: cell i, j, x0, x1, y0, y1, kind. */
export const PIECE = 7;

/** Polygons cut along the cells of a lattice, exactly. */
export interface PolygonPieces {
  /** Cells wholly inside: 1 at (i − iLow) + width (j − jLow). */
  readonly iLow: number;
  readonly jLow: number;
  readonly width: number;
  readonly height: number;
  readonly full: Uint8Array;
  /** The rest of the inside. */
  readonly pieces: Float64Array;
  readonly count: number;
}

const SAME = 1e-9;
/** A sliver between crossing or meeting edges is halved so often; what is left becomes a rectangle of its area. */
const DEEPEST = 8;

/**
 * Cut polygons (even–odd rule) into cells wholly inside, rectangles and right-angled triangles, each in one cell.
 *
 * The cells of one j form a strip, which is cut across at every vertex and crossing of its border. Between two cuts the
 * edges are straight and do not meet but at the ends: sorted, every other gap is inside, a trapezoid with two slanted
 * sides. Each slanted side is cut at the borders of the cells, giving a triangle and a rectangle per cell.
 * @param polygons - closed, x0, y0, x1, y1, … in lattice coordinates
 */
export function cutPolygons(polygons: readonly Float64Array[], lattice: DoseLattice): PolygonPieces {
  let xLow = Number.POSITIVE_INFINITY;
  let xHigh = Number.NEGATIVE_INFINITY;
  let yLow = Number.POSITIVE_INFINITY;
  let yHigh = Number.NEGATIVE_INFINITY;
  for (const polygon of polygons) {
    for (let n = 0; n < polygon.length; n += 2) {
      xLow = Math.min(xLow, polygon[n]!);
      xHigh = Math.max(xHigh, polygon[n]!);
      yLow = Math.min(yLow, polygon[n + 1]!);
      yHigh = Math.max(yHigh, polygon[n + 1]!);
    }
  }
  if (!(xHigh > xLow && yHigh > yLow))
    return {
      iLow: 0,
      jLow: 0,
      width: 0,
      height: 0,
      full: new Uint8Array(0),
      pieces: new Float64Array(0),
      count: 0,
    };
  const iLow = cellAt(lattice, 0, xLow);
  const jLow = cellAt(lattice, 1, yLow);
  const width = cellAt(lattice, 0, xHigh) - iLow + 1;
  const height = cellAt(lattice, 1, yHigh) - jLow + 1;
  const cutter = new Cutter(lattice, iLow, jLow, width, height);
  const strips = clipToStrips(polygons, lattice, jLow, height);
  for (let s = 0; s < height; s++) cutter.strip(s, strips[s]!);
  return { iLow, jLow, width, height, full: cutter.full, pieces: cutter.pieces, count: cutter.count };
}

/** The edges in each strip, going up: x at the lower end, y there, x at the upper end, y there. */
function clipToStrips(
  polygons: readonly Float64Array[],
  lattice: DoseLattice,
  jLow: number,
  height: number,
): number[][] {
  const strips: number[][] = Array.from({ length: height }, () => []);
  for (const polygon of polygons) {
    let xa = polygon[polygon.length - 2]!;
    let ya = polygon[polygon.length - 1]!;
    for (let n = 0; n < polygon.length; n += 2) {
      const xb = polygon[n]!;
      const yb = polygon[n + 1]!;
      if (ya !== yb) {
        const up = yb > ya;
        const [x0, y0, x1, y1] = up ? [xa, ya, xb, yb] : [xb, yb, xa, ya];
        const slope = (x1 - x0) / (y1 - y0);
        const last = cellAt(lattice, 1, y1);
        for (let j = cellAt(lattice, 1, y0); j <= last; j++) {
          const low = Math.max(y0, cellLow(lattice, 1, j));
          const high = Math.min(y1, cellHigh(lattice, 1, j));
          if (high > low)
            strips[j - jLow]!.push(
              low === y0 ? x0 : x0 + slope * (low - y0),
              low,
              high === y1 ? x1 : x0 + slope * (high - y0),
              high,
            );
        }
      }
      xa = xb;
      ya = yb;
    }
  }
  return strips;
}

class Cutter {
  readonly full: Uint8Array;
  pieces = new Float64Array(PIECE * 64);
  count = 0;
  readonly #lattice: DoseLattice;
  readonly #iLow: number;
  readonly #jLow: number;
  readonly #width: number;
  /** Per cell of the strip: how many of the strip's bands cover its whole width, and their height together. */
  readonly #covered: Float64Array;
  /** The rectangles of the strip: first and last column, x0, x1, y0, y1. */
  #rectangles: number[] = [];
  readonly #xs: number[] = [];
  #j = 0;

  constructor(lattice: DoseLattice, iLow: number, jLow: number, width: number, height: number) {
    this.#lattice = lattice;
    this.#iLow = iLow;
    this.#jLow = jLow;
    this.#width = width;
    this.full = new Uint8Array(width * height);
    this.#covered = new Float64Array(width + 1);
  }

  strip(s: number, edges: readonly number[]): void {
    if (edges.length === 0) return;
    const j = this.#jLow + s;
    this.#j = j;
    const low = cellLow(this.#lattice, 1, j);
    const high = cellHigh(this.#lattice, 1, j);
    const cuts = new Float64Array(edges.length / 2);
    for (let e = 0; e < edges.length; e += 4) {
      cuts[e / 2] = edges[e + 1]!;
      cuts[e / 2 + 1] = edges[e + 3]!;
    }
    cuts.sort();
    this.#covered.fill(0);
    this.#rectangles.length = 0;
    let y0 = cuts[0]!;
    for (const y1 of cuts) {
      if (y1 - y0 < SAME) continue;
      const xs = this.#xs;
      xs.length = 0;
      for (let e = 0; e < edges.length; e += 4) {
        const ya = edges[e + 1]!;
        const yb = edges[e + 3]!;
        if (ya > y0 + SAME || yb < y1 - SAME) continue;
        const slope = (edges[e + 2]! - edges[e]!) / (yb - ya);
        xs.push(edges[e]! + slope * (y0 - ya), edges[e]! + slope * (y1 - ya));
      }
      this.#band(xs, y0, y1, 0);
      y0 = y1;
    }
    this.#flush(s, low, high);
  }

  /** Between two cuts: x of every edge at y0 and at y1. */
  #band(xs: readonly number[], y0: number, y1: number, depth: number): void {
    const n = xs.length >> 1;
    if (n === 2) {
      // Two edges, as nearly everywhere: no need to sort.
      const [p0, p1, q0, q1] = [xs[0]!, xs[1]!, xs[2]!, xs[3]!];
      if (p0 <= q0 + SAME && p1 <= q1 + SAME) {
        this.#trapezoid(p0, p1, q0, q1, y0, y1, 0);
        return;
      }
      if (q0 <= p0 + SAME && q1 <= p1 + SAME) {
        this.#trapezoid(q0, q1, p0, p1, y0, y1, 0);
        return;
      }
    }
    const order = Array.from({ length: n }, (_, e) => e);
    order.sort((a, b) => xs[2 * a]! + xs[2 * a + 1]! - xs[2 * b]! - xs[2 * b + 1]!);
    let crossed = false;
    for (let e = 0; e + 1 < n && !crossed; e++) {
      const [a, b] = [order[e]!, order[e + 1]!];
      crossed = xs[2 * a]! > xs[2 * b]! + SAME || xs[2 * a + 1]! > xs[2 * b + 1]! + SAME;
    }
    if (crossed && depth < DEEPEST) {
      const middle: number[] = [];
      for (let e = 0; e < n; e++) middle.push(0.5 * (xs[2 * e]! + xs[2 * e + 1]!));
      const y = 0.5 * (y0 + y1);
      this.#band(
        middle.flatMap((x, e) => [xs[2 * e]!, x]),
        y0,
        y,
        depth + 1,
      );
      this.#band(
        middle.flatMap((x, e) => [x, xs[2 * e + 1]!]),
        y,
        y1,
        depth + 1,
      );
      return;
    }
    for (let e = 0; e + 1 < n; e += 2) {
      const [a, b] = [order[e]!, order[e + 1]!];
      this.#trapezoid(xs[2 * a]!, xs[2 * a + 1]!, xs[2 * b]!, xs[2 * b + 1]!, y0, y1, 0);
    }
  }

  /** Left side from (l0, y0) to (l1, y1), right side from (r0, y0) to (r1, y1). */
  #trapezoid(l0: number, l1: number, r0: number, r1: number, y0: number, y1: number, depth: number): void {
    const left = Math.max(l0, l1);
    const right = Math.min(r0, r1);
    if (left > right) {
      // Both sides lean the same way, past each other.
      if (depth === DEEPEST) {
        const l = 0.5 * (l0 + l1);
        const r = 0.5 * (r0 + r1);
        if (r > l) this.#rectangle(l, r, y0, y1);
        return;
      }
      const [l, r, y] = [0.5 * (l0 + l1), 0.5 * (r0 + r1), 0.5 * (y0 + y1)];
      this.#trapezoid(l0, l, r0, r, y0, y, depth + 1);
      this.#trapezoid(l, l1, r, r1, y, y1, depth + 1);
      return;
    }
    this.#side(l0, l1, y0, y1, true);
    this.#side(r0, r1, y0, y1, false);
    if (right > left) this.#rectangle(left, right, y0, y1);
  }

  /** What lies between a slanted side and the upright through its inner end. */
  #side(xa: number, xb: number, y0: number, y1: number, insideRight: boolean): void {
    const low = Math.min(xa, xb);
    const high = Math.max(xa, xb);
    if (!(high - low > SAME)) return;
    const lattice = this.#lattice;
    const slope = (y1 - y0) / (xb - xa);
    const rising = xb > xa;
    // Inside is below the side where it rises with the inside on its right, or falls with it on its left.
    const below = rising === insideRight;
    const last = cellAt(lattice, 0, high);
    for (let i = cellAt(lattice, 0, low); i <= last; i++) {
      const p = Math.max(low, cellLow(lattice, 0, i));
      const q = Math.min(high, cellHigh(lattice, 0, i));
      if (!(q > p)) continue;
      const yp = Math.min(y1, Math.max(y0, y0 + slope * (p - xa)));
      const yq = Math.min(y1, Math.max(y0, y0 + slope * (q - xa)));
      const ya = Math.min(yp, yq);
      const yb = Math.max(yp, yq);
      if (below) {
        if (ya > y0) this.#push(i, p, q, y0, ya, RECTANGLE);
      } else if (yb < y1) this.#push(i, p, q, yb, y1, RECTANGLE);
      if (yb > ya) this.#push(i, p, q, ya, yb, (insideRight ? 1 : 0) + (below ? 0 : 2));
    }
  }

  #rectangle(x0: number, x1: number, y0: number, y1: number): void {
    const first = cellAt(this.#lattice, 0, x0);
    const last = cellAt(this.#lattice, 0, x1);
    this.#rectangles.push(first, last, x0, x1, y0, y1);
    for (let i = first; i <= last; i++) {
      if (x0 <= cellLow(this.#lattice, 0, i) && x1 >= cellHigh(this.#lattice, 0, i))
        this.#covered[i - this.#iLow]! += y1 - y0;
    }
  }

  /** Cells covered over the height of the strip are full; in the others the rectangles are pieces. */
  #flush(s: number, low: number, high: number): void {
    const whole = high - low - 64 * SAME;
    const at = this.#width * s;
    for (let i = 0; i < this.#width; i++) if (this.#covered[i]! >= whole) this.full[at + i] = 1;
    const r = this.#rectangles;
    for (let n = 0; n < r.length; n += 6) {
      for (let i = r[n]!; i <= r[n + 1]!; i++) {
        if (this.full[at + i - this.#iLow] === 1) continue;
        const x0 = Math.max(r[n + 2]!, cellLow(this.#lattice, 0, i));
        const x1 = Math.min(r[n + 3]!, cellHigh(this.#lattice, 0, i));
        if (x1 > x0) this.#push(i, x0, x1, r[n + 4]!, r[n + 5]!, RECTANGLE);
      }
    }
  }

  #push(i: number, x0: number, x1: number, y0: number, y1: number, kind: number): void {
    if (PIECE * (this.count + 1) > this.pieces.length) {
      const longer = new Float64Array(2 * this.pieces.length);
      longer.set(this.pieces);
      this.pieces = longer;
    }
    const at = PIECE * this.count++;
    this.pieces[at] = i;
    this.pieces[at + 1] = this.#j;
    this.pieces[at + 2] = x0;
    this.pieces[at + 3] = x1;
    this.pieces[at + 4] = y0;
    this.pieces[at + 5] = y1;
    this.pieces[at + 6] = kind;
  }
}
