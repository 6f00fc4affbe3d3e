import { type Grid, InvalidInputError, UnsupportedError } from "@isodose/core";

/** A margin per direction of the patient (LPS), mm. */
export interface MarginsMm {
  readonly left: number;
  readonly right: number;
  readonly anterior: number;
  readonly posterior: number;
  readonly superior: number;
  readonly inferior: number;
}

/** Margins along the axes of a grid. */
export interface AlongGrid {
  /** Margins towards growing i, j, k, mm, ≥ 0. */
  readonly plus: readonly [number, number, number];
  readonly minus: readonly [number, number, number];
  readonly shrinks: boolean;
}

/**
 * Margins along the grid's axes; for shrinking those of the outside, which are the mirrored ones.
 * @throws InvalidInputError if a margin is not finite or signs are mixed
 * @throws UnsupportedError if margins differ and the grid's axes are not those of the patient
 */
export function marginsAlongGrid(grid: Grid, margins: number | MarginsMm): AlongGrid {
  const m: MarginsMm =
    typeof margins === "number"
      ? {
          left: margins,
          right: margins,
          anterior: margins,
          posterior: margins,
          superior: margins,
          inferior: margins,
        }
      : margins;
  const all = [m.left, m.right, m.anterior, m.posterior, m.superior, m.inferior];
  if (!all.every(Number.isFinite)) throw new InvalidInputError("marginsMm", margins, "finite margins, mm");
  const shrinks = all.some((value) => value < 0);
  if (shrinks && all.some((value) => value > 0))
    throw new InvalidInputError("marginsMm", margins, "margins that are all ≥ 0 or all ≤ 0, mm");
  if (all.every((value) => value === all[0])) {
    const size = Math.abs(all[0]!);
    return { plus: [size, size, size], minus: [size, size, size], shrinks };
  }
  // LPS: left, posterior and superior are the positive directions.
  const positive = [m.left, m.posterior, m.superior].map(Math.abs);
  const negative = [m.right, m.anterior, m.inferior].map(Math.abs);
  const plus: number[] = [];
  const minus: number[] = [];
  for (const axis of [0, 1, 2] as const) {
    const column = [0, 1, 2].map((row) => grid.direction[3 * row + axis]!);
    const patientAxis = column.findIndex((value) => Math.abs(value) > 1 - 1e-6);
    if (patientAxis < 0)
      throw new UnsupportedError(
        "different margins per direction on an oblique grid",
        "one margin in all directions is, or a grid along the patient's axes",
      );
    const forward = column[patientAxis]! > 0 !== shrinks;
    plus.push((forward ? positive : negative)[patientAxis]!);
    minus.push((forward ? negative : positive)[patientAxis]!);
  }
  return {
    plus: plus as unknown as AlongGrid["plus"],
    minus: minus as unknown as AlongGrid["minus"],
    shrinks,
  };
}
