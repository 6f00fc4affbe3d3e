/** A cumulative dose–volume histogram of one structure. */
export interface DvhCurve {
  readonly structure: string;
  /** Geometric volume of the structure, cc: from its contours, not from voxels. */
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
}
