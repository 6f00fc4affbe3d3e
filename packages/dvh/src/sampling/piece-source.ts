import type { DoseLattice } from "./dose-lattice.ts";
import type { DoseSampler } from "./dose-sampler.ts";

/** A structure that gives its pieces to a sampler, as often as asked. */
export interface PieceSource {
  readonly lattice: DoseLattice;
  /** Lowest and highest lattice coordinates along each axis; low > high for a structure of nothing. */
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
  /** About its volume, mm³, to choose how finely it is cut at first. */
  readonly roughMm3: number;
  give(sampler: DoseSampler): void;
}
