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
 * @throws InvalidInputError if the sizes do not fit
 */
export function normalEquations(
  columns: Float64Array | Float32Array,
  rows: number,
  b: ArrayLike<number>,
  rowWeights: ArrayLike<number>,
): NormalEquations {
  if (!(rows > 0) || columns.length % rows !== 0) {
    throw new InvalidInputError("columns", columns.length, `a multiple of ${rows} rows`);
  }
  if (b.length !== rows || rowWeights.length !== rows) {
    throw new InvalidInputError("b and rowWeights", [b.length, rowWeights.length], `${rows} values each`);
  }
  const n = columns.length / rows;
  const equations = { gram: new Float64Array(n * n), rightHandSide: new Float64Array(n) };
  const squared = Float64Array.from(rowWeights, (w) => w * w);
  addToNormalEquations(
    equations,
    columns,
    rows,
    squared,
    Float64Array.from(b, (value, r) => value * squared[r]!),
  );
  return equations;
}

/**
 * Add rows to normal equations, or take them away: only rows with a number other than 0 cost time.
 *
 *   G += Σ_r g_r a_r a_rᵀ,  h += Σ_r p_r a_r
 *
 * @param equations - changed in place
 * @param columns - A by columns: column j at j · rows
 * @param gramGain - per row g, the change of its squared weight
 * @param pull - per row p, the change of squared weight times b
 */
export function addToNormalEquations(
  equations: NormalEquations,
  columns: Float64Array | Float32Array,
  rows: number,
  gramGain: ArrayLike<number>,
  pull: ArrayLike<number>,
): void {
  const n = equations.rightHandSide.length;
  const used: number[] = [];
  for (let r = 0; r < rows; r++) if (gramGain[r] !== 0 || pull[r] !== 0) used.push(r);
  // Rows in blocks: two packed blocks of all columns stay in cache while every pair of columns is summed.
  for (let start = 0; start < used.length; start += BLOCK_ROWS) {
    const block = used.slice(start, start + BLOCK_ROWS);
    const m = block.length;
    const plain = new Float64Array(n * m);
    const weighted = new Float64Array(n * m);
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < m; k++) {
        const r = block[k]!;
        const value = columns[j * rows + r]!;
        plain[j * m + k] = value;
        weighted[j * m + k] = value * gramGain[r]!;
        sum += value * pull[r]!;
      }
      equations.rightHandSide[j] += sum;
    }
    addGram(equations.gram, n, plain, weighted, m);
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) equations.gram[i * n + j] = equations.gram[j * n + i]!;
}

const BLOCK_ROWS = 128;

/** Upper triangle of G += Wᵀ P, both [n, m] by columns; 2 × 2 columns at once so that each load serves two products. */
function addGram(
  gram: Float64Array,
  n: number,
  plain: Float64Array,
  weighted: Float64Array,
  m: number,
): void {
  for (let i = 0; i < n; i += 2) {
    const i0 = i * m;
    const i1 = (i + 1 < n ? i + 1 : i) * m;
    for (let j = i; j < n; j += 2) {
      const j0 = j * m;
      const j1 = (j + 1 < n ? j + 1 : j) * m;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let k = 0; k < m; k++) {
        const w0 = weighted[i0 + k]!;
        const w1 = weighted[i1 + k]!;
        const p0 = plain[j0 + k]!;
        const p1 = plain[j1 + k]!;
        s00 += w0 * p0;
        s01 += w0 * p1;
        s10 += w1 * p0;
        s11 += w1 * p1;
      }
      gram[i * n + j] += s00;
      if (j + 1 < n) gram[i * n + j + 1] += s01;
      if (i + 1 < n && j > i) gram[(i + 1) * n + j] += s10;
      if (i + 1 < n && j + 1 < n) gram[(i + 1) * n + j + 1] += s11;
    }
  }
}
