import { InvalidInputError, nearestName } from "@isodose/core";

const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${letter}${n + 1}`);

/** Levels that the phantom has, from cranial to caudal: C1 … C7, T1 … T12, L1 … L5, S1. */
export const PHANTOM_LEVELS: readonly string[] = Object.freeze([
  ...numbered("C", 7),
  ...numbered("T", 12),
  ...numbered("L", 5),
  "S1",
]);

/**
 * Place of a level in {@link PHANTOM_LEVELS}.
 * @throws InvalidInputError if there is no such level, naming the nearest
 */
export function levelIndex(level: string, field: string): number {
  const index = PHANTOM_LEVELS.indexOf(level);
  if (index >= 0) return index;
  // L6 is nearer to L5 than to C6: the region's letter counts first, then the number.
  const region = PHANTOM_LEVELS.filter((name) => name[0] === String(level)[0]?.toUpperCase());
  const number = Number(String(level).slice(1));
  const near =
    region.length > 0 && Number.isFinite(number)
      ? region[Math.min(region.length, Math.max(1, Math.round(number))) - 1]
      : nearestName(String(level), PHANTOM_LEVELS);
  throw new InvalidInputError(
    field,
    level,
    `${near ? `${near}, or another level` : "a level"} from C1 to C7, T1 to T12, L1 to L5, or S1`,
  );
}

/** The levels from `above` places cranial to `below` places caudal of one, as far as there are any. */
export function levelsAround(level: string, above: number, below: number): string[] {
  const index = PHANTOM_LEVELS.indexOf(level);
  return PHANTOM_LEVELS.slice(Math.max(0, index - above), index + below + 1);
}
