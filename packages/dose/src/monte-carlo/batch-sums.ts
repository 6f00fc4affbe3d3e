import type { BatchResult } from "./run-batch.ts";

/** Thinnest matter that an uncertainty is about, g/cm³, without a target: lung has 0.2 and more. */
const LEAST_G_PER_CM3 = 0.1;

/** Batches added up in the order of their numbers: sums and sums of squares. */
export class BatchSums {
  count = 0;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly tally = new Float64Array(3);

  constructor(cells: number) {
    this.sum = new Float64Array(cells);
    this.squares = new Float64Array(cells);
  }

  add({ score, tally }: BatchResult): void {
    const { sum, squares } = this;
    for (let c = 0; c < sum.length; c++) {
      const value = score[c];
      if (value === 0) continue;
      sum[c] += value;
      squares[c] += value * value;
    }
    for (let i = 0; i < 3; i++) this.tally[i] += tally[i];
    this.count++;
  }

  /** Variance of the mean of one cell. */
  variance(c: number): number {
    const mean = this.sum[c] / this.count;
    return Math.max(0, this.squares[c] / this.count - mean * mean) / (this.count - 1);
  }

  /**
   * Root mean square of the relative standard error over the target, percent; Infinity while a voxel of it has no dose. Without a target:
   * over the voxels above half of the maximum, where voxels of gas do not count: they have the largest doses by chance.
   */
  uncertaintyPercent(mass: Float32Array, target: Uint8Array | undefined): number {
    let highest = 0;
    const dose = (c: number) => (mass[c] > LEAST_G_PER_CM3 ? this.sum[c] / mass[c] : 0);
    if (!target) for (let c = 0; c < mass.length; c++) highest = Math.max(highest, dose(c));
    let sum = 0;
    let n = 0;
    for (let c = 0; c < mass.length; c++) {
      if (target ? target[c] === 0 || mass[c] === 0 : !(dose(c) > highest / 2)) continue;
      const mean = this.sum[c] / this.count;
      if (mean === 0) return Infinity;
      sum += this.variance(c) / (mean * mean);
      n++;
    }
    return n === 0 ? Infinity : 100 * Math.sqrt(sum / n);
  }
}
