/** Where {@link BoxDose.model} and {@link BoxDose.extremes} leave their results. */
export const VALUE = 0;
/** Change of dose across the box along x, y, z. */
export const SLOPE_X = 1;
export const SLOPE_Y = 2;
export const SLOPE_Z = 3;
/** Largest distance of dose in the box from value + slopes. */
export const DELTA = 4;
/** Part of the box inside the dose grid. */
export const INSIDE = 5;
/** Lowest and highest dose found in the box. */
export const LOWEST = 6;
export const HIGHEST = 7;
/** Bounds below and above which dose in the box does not go. */
export const LOW_BOUND = 8;
export const HIGH_BOUND = 9;

/** Dose in boxes of a lattice: the mean, the slopes, and how far dose is from that plane. Gy throughout. */
export interface BoxDose {
  readonly out: Float64Array;
  /** All that follows lies in this cell of the lattice. */
  enterCell(i: number, j: number, k: number): void;
  /**
   * Fill `out` from VALUE to INSIDE: VALUE is the mean over the box.
   * @param boxes - x0, x1, y0, y1, z0, z1 from index `at` on: numbers in an array need no allocation on their way
   */
  model(boxes: Float64Array, at: number): void;
  /** Fill `out` from LOWEST to HIGH_BOUND for the box of the last `model`. */
  extremes(x0: number, x1: number, y0: number, y1: number, z0: number, z1: number): void;
  /** Dose at a point of the cell. */
  at(x: number, y: number, z: number): number;
}
