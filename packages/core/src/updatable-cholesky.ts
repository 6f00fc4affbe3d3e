/**
 * Cholesky factor of a principal submatrix G[P, P] = L Lᵀ, kept up to date while unknowns join and leave P.
 *
 * Joining appends one row to L; leaving deletes one and restores the triangle by Givens rotations: O(p²) each.
 * @source Gill, Golub, Murray, Saunders, Methods for modifying matrix factorizations, Math. Comput. 28 (1974) 505
 */
export class UpdatableCholesky {
  /** Indices in P in the order of the factor's rows. */
  readonly members: number[] = [];
  readonly #gram: Float64Array;
  readonly #n: number;
  /** Row-major, row length n. */
  readonly #factor: Float64Array;
  readonly #work: Float64Array;

  /** @param gram - [n, n], symmetric, positive semidefinite */
  constructor(gram: Float64Array, n: number) {
    this.#gram = gram;
    this.#n = n;
    this.#factor = new Float64Array(n * n);
    this.#work = new Float64Array(n);
  }

  /** Add an unknown; false, and no change, if its column depends on those in P (pivot² ≤ 1e-13 of its diagonal). */
  add(index: number): boolean {
    const L = this.#factor;
    const n = this.#n;
    const p = this.members.length;
    const row = p * n;
    const diagonal = this.#gram[index * n + index]!;
    let pivot = diagonal;
    for (let j = 0; j < p; j++) {
      let sum = this.#gram[index * n + this.members[j]!]!;
      const other = j * n;
      for (let k = 0; k < j; k++) sum -= L[row + k]! * L[other + k]!;
      sum /= L[other + j]!;
      L[row + j] = sum;
      pivot -= sum * sum;
    }
    if (!(pivot > 1e-13 * diagonal)) return false;
    L[row + p] = Math.sqrt(pivot);
    this.members.push(index);
    return true;
  }

  /** Remove the unknown in this place of `members`. */
  removeAt(place: number): void {
    const L = this.#factor;
    const n = this.#n;
    const p = this.members.length;
    this.members.splice(place, 1);
    for (let i = place; i < p - 1; i++) {
      // Move row i + 1 up: it now reaches one column past the diagonal; rotate columns i and i + 1 to clear that.
      L.copyWithin(i * n, (i + 1) * n, (i + 1) * n + i + 2);
      const a = L[i * n + i]!;
      const b = L[i * n + i + 1]!;
      const radius = Math.hypot(a, b);
      const c = a / radius;
      const s = b / radius;
      L[i * n + i] = radius;
      L[i * n + i + 1] = 0;
      for (let r = i + 2; r < p; r++) {
        const x = L[r * n + i]!;
        const y = L[r * n + i + 1]!;
        L[r * n + i] = c * x + s * y;
        L[r * n + i + 1] = c * y - s * x;
      }
    }
  }

  /** Solve G[P, P] z = h[P]; z in the order of `members`. */
  solve(h: ArrayLike<number>, z: Float64Array): void {
    const L = this.#factor;
    const n = this.#n;
    const p = this.members.length;
    const y = this.#work;
    for (let i = 0; i < p; i++) {
      let sum = h[this.members[i]!]!;
      for (let k = 0; k < i; k++) sum -= L[i * n + k]! * y[k]!;
      y[i] = sum / L[i * n + i]!;
    }
    for (let i = p - 1; i >= 0; i--) {
      const value = y[i]! / L[i * n + i]!;
      z[i] = value;
      for (let k = 0; k < i; k++) y[k] -= L[i * n + k]! * value;
    }
  }
}
