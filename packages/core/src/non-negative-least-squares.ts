import { InvalidInputError } from "./errors.ts";
import type { NormalEquations } from "./normal-equations.ts";
import { UpdatableCholesky } from "./updatable-cholesky.ts";

/**
 * Non-negative least squares by the active-set method on the normal equations.
 *
 *   minimise ½ xᵀ G x − hᵀ x   subject to x ≥ 0
 *
 * The result meets the Karush–Kuhn–Tucker conditions: where x > 0 the gradient vanishes, where x = 0 it is ≥ 0. An unknown
 * whose column depends on those in use stays at 0, so rank-deficient problems have a solution too (one of several).
 * Unknowns are compared in units of their own column's length: scaling a column scales its x and nothing else.
 *
 * @param start - warm start: unknowns > 0 there begin in the passive set
 * @returns x, length n
 * @throws InvalidInputError if the sizes do not fit
 * @source Lawson, Hanson, Solving least squares problems (1974), ch. 23; normal-equation form: Bro, De Jong,
 * J. Chemometrics 11 (1997) 393, doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L
 */
export function solveNonNegativeLeastSquares(
  equations: NormalEquations,
  start?: ArrayLike<number>,
): Float64Array {
  const { gram, rightHandSide: h } = equations;
  const n = h.length;
  if (gram.length !== n * n)
    throw new InvalidInputError("normal equations", gram.length, `${n * n} entries for ${n} unknowns`);
  const x = new Float64Array(n);
  const z = new Float64Array(n);
  const cholesky = new UpdatableCholesky(gram, n);
  const passive = cholesky.members;
  /** 0: may join the passive set, 1: is in it, 2: may not join until x has moved. */
  const state = new Uint8Array(n);
  const columnLength = Float64Array.from(h, (_, i) => Math.sqrt(gram[i * n + i]!));
  let scale = 0;
  for (let i = 0; i < n; i++)
    if (columnLength[i]! > 0) scale = Math.max(scale, Math.abs(h[i]!) / columnLength[i]!);
  const tolerance = 1e-10 * scale;

  const leave = (place: number) => {
    const index = passive[place]!;
    x[index] = 0;
    state[index] = 0;
    cholesky.removeAt(place);
  };

  /** Solve on the passive set, stepping back and dropping unknowns until all are > 0. True if x has moved. */
  const settle = (): boolean => {
    let hasMoved = false;
    while (passive.length > 0) {
      cholesky.solve(h, z);
      let step = 1;
      let blocking = -1;
      for (let place = 0; place < passive.length; place++) {
        const to = z[place]!;
        if (to > 0) continue;
        const from = x[passive[place]!]!;
        const part = from > 0 ? from / (from - to) : 0;
        if (part < step || blocking < 0) {
          step = part;
          blocking = place;
        }
      }
      if (step > 0) hasMoved = true;
      for (let place = 0; place < passive.length; place++) {
        const from = x[passive[place]!]!;
        x[passive[place]!] = from + step * (z[place]! - from);
      }
      if (blocking < 0) return hasMoved;
      leave(blocking);
    }
    return hasMoved;
  };

  if (start) {
    for (let i = 0; i < n; i++) {
      if (start[i]! > 0 && cholesky.add(i)) {
        x[i] = start[i]!;
        state[i] = 1;
      }
    }
    settle();
  }
  for (let iteration = 0; iteration < 30 * n; iteration++) {
    let best = -1;
    let steepest = tolerance;
    for (let i = 0; i < n; i++) {
      if (state[i] !== 0 || columnLength[i] === 0) continue;
      let descent = h[i]!;
      for (const j of passive) descent -= gram[i * n + j]! * x[j]!;
      descent /= columnLength[i]!;
      if (descent > steepest) {
        steepest = descent;
        best = i;
      }
    }
    if (best < 0) break;
    if (!cholesky.add(best)) {
      state[best] = 2;
      continue;
    }
    state[best] = 1;
    if (settle()) {
      for (let i = 0; i < n; i++) if (state[i] === 2) state[i] = 0;
    } else if (state[best] === 0) {
      // Rounding sent it straight back: keep it out, or it would join and leave for ever.
      state[best] = 2;
    }
  }
  return x;
}
