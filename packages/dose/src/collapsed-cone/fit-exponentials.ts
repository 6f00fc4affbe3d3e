/**
 * Amplitudes Aₘ of least squares for a cumulative kernel:
 *
 *   F(r) ≈ Σₘ Aₘ (1 − e^{−r/λₘ}),  Σₘ Aₘ = totalFraction if that is given
 *
 * Linear in F: the amplitudes of a mixture are the mixture of the amplitudes.
 *
 * @param radiiMm - r, mm, > 0
 * @param cumulative - F(r)
 * @param lengthsMm - λₘ, mm
 * @param totalFraction - F(∞); NaN leaves the sum free
 * @param out - Aₘ, overwritten
 * @returns root mean square of the misfit
 */
export function fitAmplitudes(
  radiiMm: ArrayLike<number>,
  cumulative: ArrayLike<number>,
  lengthsMm: readonly number[],
  totalFraction: number,
  out: Float64Array,
): number {
  const m = lengthsMm.length;
  const constrained = Number.isFinite(totalFraction);
  // With the sum fixed, the last amplitude is the total less the others.
  const free = constrained ? m - 1 : m;
  const normal = new Float64Array(free * (free + 1));
  const basis = new Float64Array(m);
  for (let e = 0; e < radiiMm.length; e++) {
    for (let a = 0; a < m; a++) basis[a] = 1 - Math.exp(-radiiMm[e]! / lengthsMm[a]!);
    let target = cumulative[e]!;
    if (constrained) {
      target -= totalFraction * basis[m - 1]!;
      for (let a = 0; a < free; a++) basis[a]! -= basis[m - 1]!;
    }
    for (let a = 0; a < free; a++) {
      for (let b = 0; b < free; b++) normal[a * (free + 1) + b]! += basis[a]! * basis[b]!;
      normal[a * (free + 1) + free]! += basis[a]! * target;
    }
  }
  solveInPlace(normal, free);
  let sum = 0;
  for (let a = 0; a < free; a++) {
    out[a] = normal[a * (free + 1) + free]!;
    sum += out[a]!;
  }
  if (constrained) out[m - 1] = totalFraction - sum;
  let squares = 0;
  for (let e = 0; e < radiiMm.length; e++) {
    let value = 0;
    for (let a = 0; a < m; a++) value += out[a]! * (1 - Math.exp(-radiiMm[e]! / lengthsMm[a]!));
    squares += (value - cumulative[e]!) ** 2;
  }
  return Math.sqrt(squares / radiiMm.length);
}

/**
 * Three lengths out of `candidatesMm` (increasing) that fit a cumulative kernel best, each at least 1.6 times the one before so
 * that the amplitudes stay small.
 */
export function bestLengths(
  radiiMm: ArrayLike<number>,
  cumulative: ArrayLike<number>,
  candidatesMm: readonly number[],
  totalFraction: number,
): number[] {
  const out = new Float64Array(3);
  let best = [candidatesMm[0]!, candidatesMm[1]!, candidatesMm[2]!];
  let least = Number.POSITIVE_INFINITY;
  for (const a of candidatesMm) {
    for (const b of candidatesMm) {
      if (b < 1.6 * a) continue;
      for (const c of candidatesMm) {
        if (c < 1.6 * b) continue;
        const misfit = fitAmplitudes(radiiMm, cumulative, [a, b, c], totalFraction, out);
        if (misfit < least) {
          least = misfit;
          best = [a, b, c];
        }
      }
    }
  }
  return best;
}

/** Gauss elimination with pivots of an n × (n + 1) system; the solution stands in the last column. */
function solveInPlace(a: Float64Array, n: number): void {
  const w = n + 1;
  for (let p = 0; p < n; p++) {
    let pivot = p;
    for (let r = p + 1; r < n; r++) if (Math.abs(a[r * w + p]!) > Math.abs(a[pivot * w + p]!)) pivot = r;
    if (pivot !== p) {
      for (let c = 0; c < w; c++) {
        const swap = a[p * w + c]!;
        a[p * w + c] = a[pivot * w + c]!;
        a[pivot * w + c] = swap;
      }
    }
    const diagonal = a[p * w + p]! || 1e-300;
    for (let c = p; c < w; c++) a[p * w + c]! /= diagonal;
    for (let r = 0; r < n; r++) {
      if (r === p) continue;
      const factor = a[r * w + p]!;
      for (let c = p; c < w; c++) a[r * w + c]! -= factor * a[p * w + c]!;
    }
  }
}
