import { InvalidInputError } from "@isodose/core";
import type { FieldProvenance } from "../machine-definition.ts";

/** Leaf pairs of a collimator, as they appear in the isocentric plane. */
export interface MultileafCollimator {
  readonly title: string;
  /** Axis of the beam-limiting device (IEC 61217) that leaves move along: "x" is DICOM's MLCX. */
  readonly movesAlong: "x" | "y";
  /** Where leaves meet, along the other axis, mm, increasing: one more than there are pairs. */
  readonly leafBoundariesMm: readonly number[];
  /**
   * How far the radiation's edge lies behind a leaf's stated end, mm: photons go through the thin part of a rounded end. Half of the
   * dosimetric leaf gap.
   */
  readonly leafEndOffsetMm: number;
  /** Fluence under the leaves over that of the open field; mean over leaves and the gaps between them. */
  readonly transmission: number;
  readonly provenance: readonly FieldProvenance[];
}

/** @throws InvalidInputError if boundaries do not increase, or offset or transmission are not usable */
export function assertMultileafCollimator(mlc: MultileafCollimator, name = "mlc"): void {
  const { leafBoundariesMm: boundaries, leafEndOffsetMm, transmission } = mlc;
  if (boundaries.length < 2)
    throw new InvalidInputError(`${name}.leafBoundariesMm`, boundaries, "two numbers at least, mm");
  boundaries.forEach((at, i) => {
    if (!Number.isFinite(at) || (i > 0 && at <= boundaries[i - 1]!))
      throw new InvalidInputError(`${name}.leafBoundariesMm[${i}]`, at, "increasing numbers, mm");
  });
  if (!(leafEndOffsetMm >= 0 && Number.isFinite(leafEndOffsetMm)))
    throw new InvalidInputError(`${name}.leafEndOffsetMm`, leafEndOffsetMm, "a length ≥ 0 mm");
  if (!(transmission >= 0 && transmission < 1))
    throw new InvalidInputError(`${name}.transmission`, transmission, "a share from 0 to below 1");
}

const boundary = (i: number) => (i < 14 ? -110 + 5 * i : i <= 46 ? -40 + 2.5 * (i - 14) : 40 + 5 * (i - 46));

/**
 * Leaves like those of a Varian HD120: 32 inner pairs of 2.5 mm and 28 outer pairs of 5 mm.
 *
 * Gaps between leaves, tongue and groove, and how far a leaf can travel are not modelled.
 */
export const HD120_LIKE_MLC: MultileafCollimator = Object.freeze({
  title: "HD120-like multileaf collimator, 60 pairs",
  movesAlong: "x",
  leafBoundariesMm: Object.freeze(Array.from({ length: 61 }, (_, i) => boundary(i))),
  leafEndOffsetMm: 0.3,
  transmission: 0.012,
  provenance: Object.freeze([
    {
      field: "leafBoundariesMm",
      source:
        "Shende et al., Int. J. Med. Phys. Clin. Eng. Radiat. Oncol. 5 (2016) 51, introduction: 32 pairs of 2.5 mm, 28 of 5 mm",
      status: "read",
    },
    {
      field: "leafEndOffsetMm",
      source:
        "T. Knöös, ESTRO course slide, citing Boyer and Li: 0.3 mm, light field against 50 % of the radiation",
      status: "read",
    },
    {
      field: "transmission",
      source: "typical clinical value for 6 MV FFF, from memory",
      status: "unverified default",
    },
    { field: "movesAlong", source: "usual mounting, from memory", status: "unverified default" },
  ] as const),
});
