/** A cumulative dose–volume histogram of one structure. */
export interface DvhCurve {
  readonly structure: string;
  /** Geometric volume of the structure, cc: from its contours or its solid, not from voxels. */
  readonly volumeCc: number;
  /** Part of it that lies outside the dose grid, cc. Its dose is unknown and not in the curve. */
  readonly volumeOutsideDoseGridCc: number;
  /** Gy, increasing, from 0 (or from the minimum where that is below). */
  readonly doseGy: Float64Array;
  /** Volume that receives at least `doseGy`, cc; falls from volumeCc − volumeOutsideDoseGridCc to 0. */
  readonly volumeCcAtLeast: Float64Array;
  /** Lowest, highest and mean dose of the part inside the dose grid, Gy; NaN if there is none. */
  readonly minGy: number;
  readonly maxGy: number;
  readonly meanGy: number;
  /** How far the curve may be off. Absent where nobody has said so: a curve read from a file. */
  readonly errors?: DvhErrors;
}

/** Error bars of a {@link DvhCurve}. */
export interface DvhErrors {
  /** Of `volumeCcAtLeast`, against the exact DVH of the stated interpolant, cc ≥ 0, one per point: what sampling costs. */
  readonly samplingErrorCc: Float64Array;
  readonly minErrorGy: number;
  readonly maxErrorGy: number;
  readonly meanErrorGy: number;
  /**
   * What the dose grid itself costs, estimated: the DVH of a smoother interpolant of the same voxels minus this one, cc with
   * sign, one per point.
   */
  readonly gridErrorCc: Float64Array;
  readonly minGridErrorGy: number;
  readonly maxGridErrorGy: number;
  readonly meanGridErrorGy: number;
}
