import { InvalidInputError } from "./errors.ts";

/** min ‖A x − b‖² with x ≥ 0, given as its normal equations: [n, n] AᵀA row-major, and Aᵀb. */
export interface NormalEquations {
  readonly gram: Float64Array;
  readonly rightHandSide: Float64Array;
}

/**
 * Form AᵀA and Aᵀb.
 * @param columns - A by columns: column j at j · rows, length columns · rows
 * @param rowWeights - each row of A and b is multiplied by its weight
 */
export function normalEquations(
  columns: Float64Array | Float32Array,
  rows: number,
  b: ArrayLike<number>,
  rowWeights: ArrayLike<number>,
): NormalEquations {
  const n = columns.length / rows;
  const gram = new Float64Array(n * n);
  const rightHandSide = new Float64Array(n);
  const weighted = new Float64Array(rows);
  for (let i = 0; i < n; i++) {
    const iStart = i * rows;
    let sumB = 0;
    for (let r = 0; r < rows; r++) {
      weighted[r] = columns[iStart + r]! * rowWeights[r]! * rowWeights[r]!;
      sumB += weighted[r]! * b[r]!;
    }
    rightHandSide[i] = sumB;
    for (let j = i; j < n; j++) {
      const jStart = j * rows;
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += weighted[r]! * columns[jStart + r]!;
      gram[i * n + j] = sum;
      gram[j * n + i] = sum;
    }
  }
  return { gram, rightHandSide };
}

/** Solve G z = h on the index set `passive` by Cholesky; a vanishing pivot drops its unknown to 0. */
function solvePassive(gram: Float64Array, h: Float64Array, n: number, passive: readonly number[], factor: Float64Array): Float64Array {
  const p = passive.length;
  for (let i = 0; i < p; i++) {
    const gi = passive[i]! * n;
    for (let j = 0; j <= i; j++) {
      let sum = gram[gi + passive[j]!]!;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
      if (i === j) factor[i * n + i] = Math.sqrt(Math.max(sum, 1e-14 * gram[gi + passive[i]!]!));
      else factor[i * n + j] = sum / factor[j * n + j]!;
    }
  }
  const z = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    let sum = h[passive[i]!]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * z[k]!;
    z[i] = sum / factor[i * n + i]!;
  }
  for (let i = p - 1; i >= 0; i--) {
    let sum = z[i]!;
    for (let k = i + 1; k < p; k++) sum -= factor[k * n + i]! * z[k]!;
    z[i] = sum / factor[i * n + i]!;
  }
  return z;
}

/**
 * Non-negative least squares by the active-set method on the normal equations.
 *
 *   minimise ½ xᵀ G x − hᵀ x   subject to x ≥ 0
 *
 * The result meets the Karush–Kuhn–Tucker conditions: where x > 0 the gradient vanishes, where x = 0 it is ≥ 0.
 *
 * @param start - warm start: unknowns > 0 there begin in the passive set
 * @returns x, length n
 * @throws InvalidInputError if the sizes do not fit
 * @source Lawson, Hanson, Solving least squares problems (1974), ch. 23; normal-equation form: Bro, De Jong,
 * J. Chemometrics 11 (1997) 393, doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L
 */
export function solveNonNegativeLeastSquares(equations: NormalEquations, start?: ArrayLike<number>): Float64Array {
  const { gram, rightHandSide: h } = equations;
  const n = h.length;
  if (gram.length !== n * n) throw new InvalidInputError("normal equations", gram.length, `${n * n} entries for ${n} unknowns`);
  const x = new Float64Array(n);
  const factor = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  const inPassive = new Uint8Array(n);
  let passive: number[] = [];
  let scale = 0;
  for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(h[i]!));
  const tolerance = 1e-10 * scale;

  /** Solve on the passive set, stepping back and dropping unknowns until all are > 0. */
  const settle = () => {
    for (let round = 0; round <= 3 * n; round++) {
      const z = solvePassive(gram, h, n, passive, factor);
      let step = 1;
      let smallest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < passive.length; i++) {
        const zi = z[i]!;
        smallest = Math.min(smallest, zi);
        const xi = x[passive[i]!]!;
        if (zi <= 0) step = Math.min(step, xi <= 0 ? 0 : xi / (xi - zi));
      }
      if (passive.length === 0 || smallest > 0) {
        for (let i = 0; i < passive.length; i++) x[passive[i]!] = z[i]!;
        return;
      }
      const kept: number[] = [];
      for (let i = 0; i < passive.length; i++) {
        const index = passive[i]!;
        const moved = x[index]! + step * (z[i]! - x[index]!);
        const drops = z[i]! <= 0 && moved <= 1e-12 * (1 + x[index]!);
        x[index] = drops ? 0 : Math.max(moved, 0);
        if (drops) inPassive[index] = 0;
        else kept.push(index);
      }
      passive = kept;
    }
  };

  if (start) {
    for (let i = 0; i < n; i++) {
      if (start[i]! > 0) {
        x[i] = start[i]!;
        inPassive[i] = 1;
        passive.push(i);
      }
    }
    settle();
  }
  for (let iteration = 0; iteration < 10 * n; iteration++) {
    let best = -1;
    let steepest = tolerance;
    for (let i = 0; i < n; i++) {
      let g = h[i]!;
      for (const j of passive) g -= gram[i * n + j]! * x[j]!;
      gradient[i] = g;
      if (inPassive[i] === 0 && g > steepest) {
        steepest = g;
        best = i;
      }
    }
    if (best < 0) break;
    inPassive[best] = 1;
    passive.push(best);
    settle();
  }
  return x;
}
