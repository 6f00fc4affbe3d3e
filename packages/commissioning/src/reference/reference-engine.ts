import type { RunControl, Warning } from "@isodose/core";
import type { PhotonReference, ReferenceFile } from "./reference-file.ts";

/** What an engine found for one curve: one number per sample, in the unit of the curve. */
export interface ComputedCurve {
  readonly values: Float64Array;
  /** One standard error each; 0 for engines without statistics. */
  readonly sigmas: Float64Array;
}

/** What an engine found for one volume, on the grid of the volume. */
export interface ComputedVolume {
  readonly values: Float32Array;
  /** One standard error, same unit; undefined for engines without statistics. */
  readonly sigma: Float32Array | undefined;
}

/** What an engine found for one case. */
export interface ComputedReference {
  /** In the order of the file; a text says why a curve was not computed. */
  readonly curves: readonly (ComputedCurve | string)[];
  /** In the order of the file; a text says why a volume was not computed. */
  readonly volumes: readonly (ComputedVolume | string)[];
  readonly warnings: readonly Warning[];
  /** What was run, for the report: histories, spacing, beam data. */
  readonly settings: string;
}

/** What an engine may know beside the case: how much time to spend, and the cases run with it (to share a simulation). */
export interface ReferenceRun extends RunControl {
  /** Every case of the run: one simulated pencil can serve all fields on the same phantom. */
  readonly files: readonly ReferenceFile[];
  readonly seed: number;
  /** Part of the usual histories, (0, 1]; for quick tests. */
  readonly effort: number;
}

/** One engine as the validation sees it: from a case to the numbers of its curves and volumes. */
export interface ReferenceEngine {
  readonly id: string;
  readonly title: string;
  /** Why this engine does not apply to a case; undefined if it does. */
  readonly reasonAgainst: (file: ReferenceFile) => string | undefined;
  /** @throws EngineError, InvalidInputError or CancelledError */
  readonly compute: (file: PhotonReference, run: ReferenceRun) => Promise<ComputedReference>;
}
