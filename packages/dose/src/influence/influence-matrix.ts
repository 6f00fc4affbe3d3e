import { InvalidInputError } from "@isodose/core";

/**
 * Dose of each beam or beamlet in each voxel, D = A w, by columns (compressed sparse columns, as scipy.sparse.csc_matrix has it): the
 * entries of column c are those from `indptr[c]` to `indptr[c + 1]`.
 */
export interface InfluenceMatrix {
  /** Voxels of the grid; row i + nx (j + ny k). */
  readonly rows: number;
  /** Beams or beamlets, in the order of the request. */
  readonly columns: number;
  /** columns + 1 numbers from 0 to the number of entries. */
  readonly indptr: Float64Array;
  /** Row of each entry, increasing within a column. */
  readonly indices: Uint32Array;
  /** Gy/MU. */
  readonly data: Float32Array;
}

/**
 * Dose of weighted beams: D = A w.
 * @param weights - monitor units, one for each column
 * @returns Gy, one for each row
 * @throws InvalidInputError if there is not one weight for each column
 */
export function doseOfWeights(matrix: InfluenceMatrix, weights: ArrayLike<number>): Float64Array {
  const { rows, columns, indptr, indices, data } = matrix;
  if (weights.length !== columns)
    throw new InvalidInputError("weights", weights.length, `${columns}, one for each column`);
  const dose = new Float64Array(rows);
  for (let c = 0; c < columns; c++) {
    const w = weights[c]!;
    if (w === 0) continue;
    const end = indptr[c + 1]!;
    for (let n = indptr[c]!; n < end; n++) dose[indices[n]!]! += w * data[n]!;
  }
  return dose;
}

/**
 * What each beam would change: g = Aᵀ v. With v the derivative of an objective by the dose of each voxel this is its derivative by
 * the monitor units of each beam.
 * @param values - one for each row
 * @returns one for each column
 * @throws InvalidInputError if there is not one value for each row
 */
export function transposedProduct(matrix: InfluenceMatrix, values: ArrayLike<number>): Float64Array {
  const { rows, columns, indptr, indices, data } = matrix;
  if (values.length !== rows)
    throw new InvalidInputError("values", values.length, `${rows}, one for each voxel`);
  const out = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    const end = indptr[c + 1]!;
    for (let n = indptr[c]!; n < end; n++) sum += data[n]! * values[indices[n]!]!;
    out[c] = sum;
  }
  return out;
}
