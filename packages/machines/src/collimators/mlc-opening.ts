import { InvalidInputError } from "@isodose/core";
import { assertJaws, type JawPositions } from "./jaw-opening.ts";
import { assertMultileafCollimator, type MultileafCollimator } from "./multileaf-collimator.ts";
import type { CollimatorOpening, OpeningPolygon } from "./opening.ts";

/** A run of pairs with one gap: along the leaves from low to high, across them from first to last. */
interface Gap {
  readonly lowMm: number;
  readonly highMm: number;
  readonly firstMm: number;
  lastMm: number;
}

/**
 * Opening between leaves and jaws, as rectangles, and leakage through the leaves between the jaws.
 *
 * Each gap is wider by the collimator's `leafEndOffsetMm` on both sides. A pair whose leaves meet (equal positions) is closed: what comes
 * through between rounded ends, between leaves, and through the jaws is not modelled.
 *
 * @param leafPositionsMm - ends of the leaves at the isocenter as DICOM lists them: of the bank on the negative side, then of the other
 * @param jaws - default: along the leaves' boundaries all of them, along their travel what is open
 * @throws InvalidInputError if the number of positions is not twice that of the pairs, a leaf has passed its partner, a jaw pair has no
 * gap, or nothing is open
 */
export function mlcOpening(
  mlc: MultileafCollimator,
  leafPositionsMm: readonly number[],
  jaws?: JawPositions,
): CollimatorOpening {
  assertMultileafCollimator(mlc);
  if (jaws) assertJaws(jaws);
  const { leafBoundariesMm: boundaries, leafEndOffsetMm: offset, transmission } = mlc;
  const pairs = boundaries.length - 1;
  if (leafPositionsMm.length !== 2 * pairs)
    throw new InvalidInputError(
      "leafPositionsMm",
      leafPositionsMm.length,
      `${2 * pairs} numbers, two for each of ${pairs} pairs`,
    );
  leafPositionsMm.forEach((at, i) => {
    if (!Number.isFinite(at)) throw new InvalidInputError(`leafPositionsMm[${i}]`, at, "a finite number, mm");
    if (i >= pairs && at < leafPositionsMm[i - pairs]!)
      throw new InvalidInputError(
        `leafPositionsMm[${i}]`,
        at,
        `at least ${leafPositionsMm[i - pairs]}, where the leaf opposite ends`,
      );
  });
  const alongX = mlc.movesAlong === "x";
  const [jawLow, jawHigh, jawFirst, jawLast] = jaws
    ? alongX
      ? [jaws.x1Mm, jaws.x2Mm, jaws.y1Mm, jaws.y2Mm]
      : [jaws.y1Mm, jaws.y2Mm, jaws.x1Mm, jaws.x2Mm]
    : [-Infinity, Infinity, boundaries[0]!, boundaries[pairs]!];
  const gaps: Gap[] = [];
  for (let i = 0; i < pairs; i++) {
    const [left, right] = [leafPositionsMm[i]!, leafPositionsMm[i + pairs]!];
    const gap: Gap = {
      lowMm: Math.max(left - offset, jawLow),
      highMm: Math.min(right + offset, jawHigh),
      firstMm: Math.max(boundaries[i]!, jawFirst),
      lastMm: Math.min(boundaries[i + 1]!, jawLast),
    };
    if (!(right > left && gap.highMm > gap.lowMm && gap.lastMm > gap.firstMm)) continue;
    const last = gaps.at(-1);
    const goesOn = last?.lastMm === gap.firstMm && last.lowMm === gap.lowMm && last.highMm === gap.highMm;
    if (goesOn) last.lastMm = gap.lastMm;
    else gaps.push(gap);
  }
  if (gaps.length === 0)
    throw new InvalidInputError(
      "leafPositionsMm",
      leafPositionsMm,
      "one pair at least that is open between the jaws",
    );
  const corner = (along: number, across: number) =>
    alongX ? ([along, across] as const) : ([across, along] as const);
  const polygonsMm = gaps.map(
    (g): OpeningPolygon => [
      corner(g.lowMm, g.firstMm),
      corner(g.highMm, g.firstMm),
      corner(g.highMm, g.lastMm),
      corner(g.lowMm, g.lastMm),
    ],
  );
  const low = Math.min(...gaps.map((g) => g.lowMm));
  const high = Math.max(...gaps.map((g) => g.highMm));
  const leakage = {
    transmission,
    lowMm: corner(jaws ? jawLow : low, jawFirst),
    highMm: corner(jaws ? jawHigh : high, jawLast),
  };
  return { polygonsMm, leakage };
}
