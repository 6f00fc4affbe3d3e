import { InvalidInputError } from "@isodose/core";
import type { InfluenceMatrix } from "./influence-matrix.ts";

/** Where the columns of an influence matrix go, one after the other. */
export interface InfluenceSink {
  /**
   * Take the next column. The arrays are used again for the next: copy or write what is to last.
   * @param voxels - rows of the entries, increasing
   * @param doseGyPerMonitorUnit - of each
   */
  readonly addColumn: (voxels: Uint32Array, doseGyPerMonitorUnit: Float32Array) => void | Promise<void>;
  /** Bytes of memory that the sink holds now. */
  readonly bytesHeld: () => number;
}

/** A sink that keeps the matrix in memory. */
export interface InfluenceMemory extends InfluenceSink {
  /** The matrix of the columns so far. */
  readonly matrix: () => InfluenceMatrix;
}

/**
 * Keep an influence matrix in memory: 8 bytes an entry, and up to 12 more while its arrays grow.
 * @param rows - voxels of the grid
 * @throws InvalidInputError if rows is no whole number ≥ 1
 */
export function influenceInMemory(rows: number): InfluenceMemory {
  if (!Number.isInteger(rows) || rows < 1) throw new InvalidInputError("rows", rows, "a whole number ≥ 1");
  let indices = new Uint32Array(1 << 16);
  let data = new Float32Array(1 << 16);
  const indptr = [0];
  return {
    addColumn: (voxels, dose) => {
      const from = indptr.at(-1)!;
      const to = from + voxels.length;
      if (to > indices.length) {
        const length = Math.max(to, Math.ceil(1.5 * indices.length));
        indices = grown(indices, new Uint32Array(length), from);
        data = grown(data, new Float32Array(length), from);
      }
      indices.set(voxels, from);
      data.set(dose, from);
      indptr.push(to);
    },
    bytesHeld: () => indices.byteLength + data.byteLength + 8 * indptr.length,
    matrix: () => {
      const entries = indptr.at(-1)!;
      return {
        rows,
        columns: indptr.length - 1,
        indptr: Float64Array.from(indptr),
        indices: indices.subarray(0, entries),
        data: data.subarray(0, entries),
      };
    },
  };
}

function grown<T extends Uint32Array | Float32Array>(from: T, to: T, count: number): T {
  to.set(from.subarray(0, count));
  return to;
}
