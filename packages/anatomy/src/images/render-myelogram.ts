import { type Grid, InvalidInputError, type Volume } from "@isodose/core";
import { paintVolume } from "../paint-volume.ts";
import type { PhantomPart } from "../phantom-part.ts";

/** CT number of CSF mixed with iodine contrast: an unverified default, between soft tissue and cortical bone. */
export const MYELOGRAM_CSF_HU = 300;

/**
 * CT myelogram of a scene of tissues: the CT with contrast in the thecal sac, so that cord and roots stand out dark. Its iodine does
 * not belong in a dose calculation: override the sac to water there.
 * @param options.csfHu - CT number of the CSF with contrast, HU; default {@link MYELOGRAM_CSF_HU}
 * @returns unit "HU", rounded to whole numbers
 * @throws InvalidInputError if `csfHu` is not from 50 to 3000
 */
export function renderMyelogram(options: {
  readonly parts: readonly PhantomPart[];
  /** The grid of the CT. */
  readonly grid: Grid;
  readonly frameOfReferenceUid: string;
  readonly csfHu?: number;
}): Volume {
  const { parts, grid, frameOfReferenceUid, csfHu = MYELOGRAM_CSF_HU } = options;
  if (!(csfHu >= 50 && csfHu <= 3000))
    throw new InvalidInputError("myelogram.csfHu", csfHu, "HU from 50 to 3000");
  const volume = paintVolume(
    parts,
    grid,
    ({ id, hu }) => (id === "csf" ? csfHu : hu),
    "HU",
    frameOfReferenceUid,
  );
  const hu = volume.values.data;
  for (let n = 0; n < hu.length; n++) hu[n] = Math.round(hu[n]!);
  return volume;
}
