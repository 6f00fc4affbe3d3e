import { InvalidInputError } from "@isodose/core";
import type { CollimatorOpening } from "./opening.ts";

/** Ends of four jaws in the isocentric plane along the axes of the beam-limiting device, mm: negative is beyond the axis to x1, y1. */
export interface JawPositions {
  readonly x1Mm: number;
  readonly x2Mm: number;
  readonly y1Mm: number;
  readonly y2Mm: number;
}

/**
 * Opening of two pairs of jaws; what leaks through them is not modelled.
 * @throws InvalidInputError if a position is not a number or a pair has no gap
 */
export function jawOpening(jaws: JawPositions): CollimatorOpening {
  assertJaws(jaws);
  const { x1Mm, x2Mm, y1Mm, y2Mm } = jaws;
  return {
    polygonsMm: [
      [
        [x1Mm, y1Mm],
        [x2Mm, y1Mm],
        [x2Mm, y2Mm],
        [x1Mm, y2Mm],
      ],
    ],
  };
}

/** @throws InvalidInputError if a position is not a number or a pair has no gap */
export function assertJaws(jaws: JawPositions, name = "jaws"): void {
  for (const key of ["x1Mm", "x2Mm", "y1Mm", "y2Mm"] as const) {
    if (!Number.isFinite(jaws[key]))
      throw new InvalidInputError(`${name}.${key}`, jaws[key], "a finite number, mm");
  }
  if (!(jaws.x2Mm > jaws.x1Mm))
    throw new InvalidInputError(`${name}.x2Mm`, jaws.x2Mm, `more than x1Mm, ${jaws.x1Mm} mm`);
  if (!(jaws.y2Mm > jaws.y1Mm))
    throw new InvalidInputError(`${name}.y2Mm`, jaws.y2Mm, `more than y1Mm, ${jaws.y1Mm} mm`);
}
