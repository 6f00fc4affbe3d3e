import { InvalidInputError } from "@isodose/core";

/** Sizes of one vertebra and its canal, mm. */
export interface VertebraDimensions {
  /** Its neighbours' names, cranial and caudal. */
  readonly above: string;
  readonly below: string;
  /** Endplates: width (left–right), depth (front–back). The waist between them is 6 % narrower. */
  readonly bodyWidthMm: number;
  readonly bodyDepthMm: number;
  readonly bodyHeightMm: number;
  readonly discHeightMm: number;
  readonly canalWidthMm: number;
  readonly canalDepthMm: number;
  readonly pedicleWidthMm: number;
  readonly pedicleHeightMm: number;
  readonly laminaThicknessMm: number;
  readonly spinousLengthMm: number;
  readonly transverseSpanMm: number;
  /** Where the cord begins to taper into the conus, from the middle of the vertebra, cranial positive. */
  readonly conusStartMm: number;
}

/**
 * Unverified defaults: typical adult morphometry of the thoracolumbar junction from memory, not from a cited table.
 * Heights are rounded so that bodies, discs and margins begin and end between 2 mm slices. Nothing is tested against
 * these numbers as if they were measured.
 */
const DIMENSIONS: Readonly<Record<string, VertebraDimensions>> = Object.freeze({
  T12: {
    above: "T11",
    below: "L1",
    bodyWidthMm: 40,
    bodyDepthMm: 33,
    bodyHeightMm: 24,
    discHeightMm: 8,
    canalWidthMm: 22,
    canalDepthMm: 17,
    pedicleWidthMm: 8.5,
    pedicleHeightMm: 16,
    laminaThicknessMm: 6.5,
    spinousLengthMm: 30,
    transverseSpanMm: 56,
    conusStartMm: -42,
  },
  L1: {
    above: "T12",
    below: "L2",
    bodyWidthMm: 42,
    bodyDepthMm: 34,
    bodyHeightMm: 24,
    discHeightMm: 8,
    canalWidthMm: 22,
    canalDepthMm: 17,
    pedicleWidthMm: 8.5,
    pedicleHeightMm: 16,
    laminaThicknessMm: 6.5,
    spinousLengthMm: 32,
    transverseSpanMm: 78,
    conusStartMm: -10,
  },
});

/** Levels that the phantom can be made for. */
export const PHANTOM_LEVELS: readonly string[] = Object.freeze(Object.keys(DIMENSIONS));

/** @throws InvalidInputError if there is no such level */
export function vertebraDimensions(level: string): VertebraDimensions {
  const dimensions = Object.hasOwn(DIMENSIONS, level) ? DIMENSIONS[level] : undefined;
  if (!dimensions) throw new InvalidInputError("phantom.level", level, `one of ${PHANTOM_LEVELS.join(", ")}`);
  return dimensions;
}
