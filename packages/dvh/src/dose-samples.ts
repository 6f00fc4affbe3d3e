/** Dose samples of a structure: each a small box of it, with the dose at its centre and the spread of dose within. */
export interface DoseSamples {
  readonly count: number;
  /** Gy, at the centre of the box. Only the first `count` entries count, as below. */
  readonly doseGy: Float64Array;
  /** Gy: dose in the box runs from doseGy − halfWidthGy to doseGy + halfWidthGy. */
  readonly halfWidthGy: Float32Array;
  /** mm³ of the structure. */
  readonly volumeMm3: Float32Array;
}

/** Samples collected one by one in arrays that grow by doubling. */
export class DoseSampleBuffer implements DoseSamples {
  count = 0;
  doseGy: Float64Array = new Float64Array(1 << 14);
  halfWidthGy: Float32Array = new Float32Array(1 << 14);
  volumeMm3: Float32Array = new Float32Array(1 << 14);

  push(doseGy: number, halfWidthGy: number, volumeMm3: number): void {
    const n = this.count;
    if (n === this.doseGy.length) this.#grow();
    this.doseGy[n] = doseGy;
    this.halfWidthGy[n] = halfWidthGy;
    this.volumeMm3[n] = volumeMm3;
    this.count = n + 1;
  }

  #grow(): void {
    const length = 2 * this.doseGy.length;
    const dose = new Float64Array(length);
    dose.set(this.doseGy);
    this.doseGy = dose;
    const halfWidth = new Float32Array(length);
    halfWidth.set(this.halfWidthGy);
    this.halfWidthGy = halfWidth;
    const volume = new Float32Array(length);
    volume.set(this.volumeMm3);
    this.volumeMm3 = volume;
  }
}
