import type { BoxDose } from "./box-dose.ts";
import type { CubicMean } from "./cubic-mean.ts";

/** What a smoother interpolant adds to the mean dose of pieces: each its own, or that of its cell. */
export class GridShift {
  readonly #cubic: CubicMean;
  readonly #dose: BoxDose;
  readonly #perCell: boolean;
  #i = 0;
  #j = 0;
  #k = 0;
  /** The smoother interpolant has been brought to the current cell. */
  #ready = false;
  #ofCell = 0;

  constructor(cubic: CubicMean, dose: BoxDose, perCell: boolean) {
    this.#cubic = cubic;
    this.#dose = dose;
    this.#perCell = perCell;
  }

  enterCell(i: number, j: number, k: number): void {
    this.#i = i;
    this.#j = j;
    this.#k = k;
    this.#ready = false;
  }

  /** Gy, for the box at this index of `boxes`, whose mean dose is `value`. */
  of(boxes: Float64Array, at: number, value: number): number {
    const [i, j, k] = [this.#i, this.#j, this.#k];
    if (!this.#ready) {
      this.#cubic.enterCell(i, j, k);
      this.#ready = true;
      // The mean of the trilinear interpolant over a cell is its value in the middle.
      if (this.#perCell)
        this.#ofCell =
          this.#cubic.mean(i - 1, i, j - 1, j, k - 1, k) - this.#dose.at(i - 0.5, j - 0.5, k - 0.5);
    }
    if (this.#perCell) return this.#ofCell;
    return (
      this.#cubic.mean(
        boxes[at]!,
        boxes[at + 1]!,
        boxes[at + 2]!,
        boxes[at + 3]!,
        boxes[at + 4]!,
        boxes[at + 5]!,
      ) - value
    );
  }
}
