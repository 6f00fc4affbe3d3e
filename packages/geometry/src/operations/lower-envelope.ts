/**
 * Distance from a site on a line, squared: `plus` · d² on the side of growing coordinates, `minus` · d² on the other.
 * With plus = minus = spacing² it is the Euclidean distance in mm².
 */
export interface LineCost {
  readonly plus: number;
  readonly minus: number;
}

/** Lines worked on together: one cache line of float32, so that strided lines are read once. */
const BLOCK = 16;

/**
 * One pass of the separable distance transform, in place: along every line of one axis
 *
 *   d(q) ← min_p [ d(p) + cost(q − p) ]
 *
 * with the lower envelope of the costs of all p, and `nearest` taken along. Exact: costs of one shape at different places cross
 * once, whatever convex shape it is.
 *
 * @param squared - costs so far, Infinity where there is none, x fastest
 * @param nearest - what each cost belongs to
 * @param limit - costs beyond are dropped
 * @source Felzenszwalb, Huttenlocher, Theory of Computing 8 (2012) 415, doi:10.4086/toc.2012.v008a019
 */
export function lowerEnvelopePass(
  squared: Float32Array,
  nearest: Int32Array,
  size: readonly [number, number, number],
  axis: 0 | 1 | 2,
  cost: LineCost,
  limit: number,
): void {
  const [nx, ny, nz] = size;
  const n = size[axis];
  const stride = axis === 0 ? 1 : axis === 1 ? nx : nx * ny;
  const block = axis === 0 ? 1 : BLOCK;
  const lines = new LineBlock(n, block);
  const outer = axis === 2 ? ny : nz;
  const inner = axis === 0 ? ny : nx;
  for (let o = 0; o < outer; o++) {
    for (let m = 0; m < inner; m += block) {
      const width = Math.min(block, inner - m);
      const start = axis === 0 ? nx * (m + ny * o) : axis === 1 ? m + nx * ny * o : m + nx * o;
      lines.gather(squared, nearest, start, stride, width);
      for (let b = 0; b < width; b++) {
        if (lines.count[b]! === 0) continue;
        const top = lines.buildEnvelope(b, cost.plus, cost.minus);
        lines.writeEnvelope(b, top, cost.plus, cost.minus, limit, squared, nearest, start + b, stride);
      }
    }
  }
}

/** The sites of a block of lines: those of line b from b · n on. */
class LineBlock {
  readonly n: number;
  readonly count: Int32Array;
  readonly site: Int32Array;
  readonly height: Float64Array;
  readonly owner: Int32Array;
  /** From where on each site is the lowest. */
  readonly from: Float64Array;

  constructor(n: number, block: number) {
    this.n = n;
    this.count = new Int32Array(block);
    this.site = new Int32Array(n * block);
    this.height = new Float64Array(n * block);
    this.owner = new Int32Array(n * block);
    this.from = new Float64Array(n + 1);
  }

  gather(squared: Float32Array, nearest: Int32Array, start: number, stride: number, width: number): void {
    const { n, count, site, height, owner } = this;
    count.fill(0);
    for (let q = 0; q < n; q++) {
      const at = start + q * stride;
      for (let b = 0; b < width; b++) {
        const found = nearest[at + b]!;
        if (found < 0) continue;
        const place = b * n + count[b]!++;
        site[place] = q;
        height[place] = squared[at + b]!;
        owner[place] = found;
      }
    }
  }

  /** Keep the sites that are lowest somewhere, in place; returns the number of the last. */
  buildEnvelope(b: number, plus: number, minus: number): number {
    const { n, count, site, height, owner, from } = this;
    const first = b * n;
    let top = -1;
    for (let p = first; p < first + count[b]!; p++) {
      const q = site[p]!;
      const g = height[p]!;
      let x = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        x = crossing(site[first + top]!, height[first + top]!, q, g, plus, minus);
        if (x > from[top]!) break;
        x = Number.NEGATIVE_INFINITY;
        top--;
      }
      top++;
      site[first + top] = q;
      height[first + top] = g;
      owner[first + top] = owner[p]!;
      from[top] = x;
    }
    from[top + 1] = Number.POSITIVE_INFINITY;
    return top;
  }

  /** Each site writes where it is the lowest and within the limit; elsewhere the line has no cost, as before. */
  writeEnvelope(
    b: number,
    top: number,
    plus: number,
    minus: number,
    limit: number,
    squared: Float32Array,
    nearest: Int32Array,
    start: number,
    stride: number,
  ): void {
    const { n, site, height, owner, from } = this;
    for (let s = 0; s <= top; s++) {
      const p = b * n + s;
      const at = site[p]!;
      const g = height[p]!;
      const found = owner[p]!;
      const low = Math.max(0, Math.ceil(at - Math.sqrt((limit - g) / minus)), Math.ceil(from[s]!));
      // A voxel on the border of two belongs to the next.
      const high = Math.min(n, Math.floor(at + Math.sqrt((limit - g) / plus)) + 1, Math.ceil(from[s + 1]!));
      for (let q = low; q < high; q++) {
        const d = q - at;
        squared[start + q * stride] = g + (d >= 0 ? plus : minus) * d * d;
        nearest[start + q * stride] = found;
      }
    }
  }
}

/** Where the costs of two sites x1 < x2 with heights g1, g2 are equal; the first is lower before it, the second after. */
function crossing(x1: number, g1: number, x2: number, g2: number, plus: number, minus: number): number {
  const length = x2 - x1;
  const rise = g2 - g1;
  const middle = (x1 + x2) / 2;
  if (plus === minus || rise <= -minus * length * length) return middle + rise / (2 * minus * length);
  if (rise >= plus * length * length) return middle + rise / (2 * plus * length);
  // Between the sites: plus t² − minus (t − length)² = rise, with t from x1.
  const c = minus * length * length + rise;
  const half = minus * length;
  return x1 + c / (half + Math.sqrt(half * half + (plus - minus) * c));
}
