import { levelIndex, PHANTOM_LEVELS } from "./levels.ts";
import { type Anchor, COLUMNS } from "./morphometry-columns.ts";
import type { MorphometrySourceId } from "./morphometry-sources.ts";

/** Sizes of one vertebra, the disc below it, its canal and what the canal holds, mm. */
export interface VertebraDimensions {
  readonly level: string;
  readonly region: "atlas" | "cervical" | "thoracic" | "lumbar" | "sacral";
  /** Endplates: width (left–right), depth (front–back). The waist between them is 6 % narrower. */
  readonly bodyWidthMm: number;
  readonly bodyDepthMm: number;
  readonly bodyHeightMm: number;
  readonly discHeightMm: number;
  readonly canalWidthMm: number;
  readonly canalDepthMm: number;
  readonly pedicleWidthMm: number;
  readonly pedicleHeightMm: number;
  readonly pedicleAngleDeg: number;
  readonly laminaThicknessMm: number;
  readonly spinousLengthMm: number;
  /** How far the tip of the spinous process lies below its root. */
  readonly spinousDropMm: number;
  readonly transverseSpanMm: number;
  readonly cordWidthMm: number;
  readonly cordDepthMm: number;
}

/** A size of {@link VertebraDimensions}: what has a number in the table. */
export type VertebraDimension = Exclude<keyof VertebraDimensions, "level" | "region">;

/** Where one number of the table is from. */
export interface DimensionOrigin {
  /**
   * `read`: printed for this level in the source. `derived`: worked out from printed numbers as the source's `what` says
   * (mean of two, mean over levels). `interpolated`: linear between two levels with a source. `unverified`: from memory,
   * or interpolated from such a number.
   */
  readonly kind: "read" | "derived" | "interpolated" | "unverified";
  /** Keys of `MORPHOMETRY_SOURCES`; empty if unverified. */
  readonly sources: readonly MorphometrySourceId[];
  /** The two levels of an interpolated number. */
  readonly between?: readonly [string, string];
}

interface Cell {
  readonly value: number;
  readonly origin: DimensionOrigin;
}

/** One cell for every level of a column. */
function columnCells(anchors: readonly Anchor[]): Cell[] {
  const known = anchors.flatMap(([levels, value, kind, ...sources]) => {
    const [first, last = first] = levels
      .split("-")
      .map((name) => levelIndex(name, "morphometry")) as number[];
    const origin: DimensionOrigin = Object.freeze({ kind, sources: Object.freeze(sources) });
    return Array.from({ length: last! - first! + 1 }, (_, n) => ({ index: first! + n, value, origin }));
  });
  return PHANTOM_LEVELS.map((_, index) => {
    const here = known.find((anchor) => anchor.index === index);
    if (here) return { value: here.value, origin: here.origin };
    const a = known.findLast((anchor) => anchor.index < index)!;
    const b = known.find((anchor) => anchor.index > index)!;
    const value = a.value + ((b.value - a.value) * (index - a.index)) / (b.index - a.index);
    const isVerified = a.origin.kind !== "unverified" && b.origin.kind !== "unverified";
    const origin: DimensionOrigin = Object.freeze(
      isVerified
        ? {
            kind: "interpolated",
            sources: Object.freeze([...new Set([...a.origin.sources, ...b.origin.sources])]),
            between: Object.freeze([PHANTOM_LEVELS[a.index]!, PHANTOM_LEVELS[b.index]!] as const),
          }
        : { kind: "unverified", sources: Object.freeze([]) },
    );
    return { value: Math.round(10 * value) / 10, origin };
  });
}

const CELLS = Object.entries(COLUMNS).map(([name, anchors]) => ({ name, cells: columnCells(anchors) }));

/** One thing of every cell of a level, by column. */
const row = <T>(n: number, of: (cell: Cell) => T) =>
  Object.fromEntries(CELLS.map(({ name, cells }) => [name, of(cells[n]!)])) as Record<VertebraDimension, T>;

function region(level: string): VertebraDimensions["region"] {
  if (level === "C1") return "atlas";
  const regions = { C: "cervical", T: "thoracic", L: "lumbar", S: "sacral" } as const;
  return regions[level[0] as keyof typeof regions];
}

/** Sizes by level, from cranial to caudal; {@link VERTEBRA_DIMENSION_ORIGINS} tells where each is from. */
export const VERTEBRA_DIMENSIONS: readonly VertebraDimensions[] = Object.freeze(
  PHANTOM_LEVELS.map(
    (level, n): VertebraDimensions =>
      Object.freeze({ level, region: region(level), ...row(n, ({ value }) => value) }),
  ),
);

/** Where every number of {@link VERTEBRA_DIMENSIONS} is from, by level and name. */
export const VERTEBRA_DIMENSION_ORIGINS: Readonly<
  Record<string, Readonly<Record<VertebraDimension, DimensionOrigin>>>
> = Object.freeze(
  Object.fromEntries(
    PHANTOM_LEVELS.map((level, n) => [level, Object.freeze(row(n, ({ origin }) => origin))] as const),
  ),
);

/** Front edge of the canal behind the middle of the body, local y in mm. */
export function canalFrontMm(d: VertebraDimensions): number {
  return d.bodyDepthMm / 2 - 0.073 * d.bodyDepthMm;
}

/** Middle of the canal, local y in mm: the body's middle is at 0, y points to the back. */
export function canalCentreMm(d: VertebraDimensions): number {
  return canalFrontMm(d) + d.canalDepthMm / 2;
}
