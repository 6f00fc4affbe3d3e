/** How far pieces are cut. */
export interface SamplingLimits {
  /** A box inside may be off by this · volume^(2/3): mm. */
  readonly interiorMm: number;
  /** A piece at the surface may be off by this · volume^(1/3): mm². */
  readonly surfaceMm2: number;
  /** From this dose on, Gy, the limits are those of the hottest small volume. */
  readonly hotGy: number;
  readonly hotInteriorMm: number;
  readonly hotSurfaceMm2: number;
  /** Spreads below are not cut, Gy. */
  readonly negligibleGy: number;
  /** Boxes inside whose doses are known within this are not cut, Gy. */
  readonly shiftGy: number;
  /** Pieces at the surface that may hold a dose so far beyond the extremes found are cut, Gy. */
  readonly extremeGy: number;
  /** From so many pieces on nothing is cut. */
  readonly maxPieces: number;
  /** Boxes of at most so many halvings get their own grid error; deeper ones inherit it. 0: all of a cell share its. */
  readonly gridErrorDepth: number;
}
