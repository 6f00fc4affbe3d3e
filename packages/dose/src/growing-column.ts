/** Entries of one column of an influence matrix as they come; its arrays grow and are used again for the next. */
export class GrowingColumn {
  count = 0;
  #voxels = new Uint32Array(1 << 14);
  #dose = new Float32Array(1 << 14);

  /** Append what is above 0 of a row of voxels, first … last, whose first voxel has the number `row`. */
  append(line: Float32Array, first: number, last: number, row: number): void {
    if (this.count + last - first + 1 > this.#voxels.length) this.#grow(this.count + last - first + 1);
    const voxels = this.#voxels;
    const dose = this.#dose;
    let n = this.count;
    for (let i = first; i <= last; i++) {
      const d = line[i]!;
      if (d > 0) {
        voxels[n] = row + i;
        dose[n] = d;
        n++;
      }
    }
    this.count = n;
  }

  /** The column so far; good until it changes. */
  parts(): { count: number; voxels: Uint32Array; doseGyPerMonitorUnit: Float32Array } {
    return { count: this.count, voxels: this.#voxels, doseGyPerMonitorUnit: this.#dose };
  }

  #grow(least: number): void {
    const length = Math.max(least, 2 * this.#voxels.length);
    const voxels = new Uint32Array(length);
    const dose = new Float32Array(length);
    voxels.set(this.#voxels);
    dose.set(this.#dose);
    this.#voxels = voxels;
    this.#dose = dose;
  }
}
