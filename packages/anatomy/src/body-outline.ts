import { curvedTube, type ExactSolid, grownSection, type TubeSection } from "./curved-tube.ts";
import type { SpineLine } from "./spine-line.ts";

const SKIN_MM = 2;

/**
 * Half width of the body, and distances from the middle of the vertebral body to its front and back, mm, by level.
 * Unverified defaults; arms are left out, the head is a widened neck.
 */
const OUTLINE: Readonly<Record<string, readonly [number, number, number]>> = Object.freeze({
  C1: [74, 98, 76],
  C2: [68, 84, 66],
  C3: [60, 66, 58],
  C5: [59, 58, 60],
  C6: [66, 56, 64],
  C7: [92, 56, 70],
  T1: [132, 62, 76],
  T2: [156, 72, 78],
  T4: [170, 100, 76],
  T6: [170, 128, 72],
  T9: [164, 142, 70],
  T12: [160, 136, 78],
  L1: [160, 130, 90],
  L3: [160, 122, 92],
  L5: [166, 118, 96],
  S1: [170, 118, 90],
});

/** Thickness of the fat under the skin by level, mm. Unverified default. */
const FAT = { C1: 5, C5: 5, T1: 9, T6: 11, L1: 16, S1: 20 };

const column = (n: 0 | 1 | 2) =>
  Object.fromEntries(Object.entries(OUTLINE).map(([level, row]) => [level, row[n]]));

/** The body: skin, the fat under it, and the cavities of chest and abdomen. */
export interface BodyOutline {
  readonly section: TubeSection;
  readonly skin: (lowMm: number, highMm: number) => ExactSolid;
  readonly fat: (lowMm: number, highMm: number) => ExactSolid;
  readonly muscle: (lowMm: number, highMm: number) => ExactSolid;
  /** Inside of the chest or belly wall: half width and front edge in step with the body, back edge behind the body's middle. */
  readonly cavity: (wallMm: number, backMm: number) => TubeSection;
}

/** The body's outline around a spine. */
export function bodyOutline(spine: SpineLine): BodyOutline {
  const [half, front, back] = [spine.byLevel(column(0)), spine.byLevel(column(1)), spine.byLevel(column(2))];
  const fat = spine.byLevel(FAT);
  const section: TubeSection = {
    x: () => 0,
    y: (z) => spine.bodyY(z) + (back(z) - front(z)) / 2,
    a: half,
    b: (z) => (front(z) + back(z)) / 2,
  };
  const inner: TubeSection = {
    ...section,
    a: (z) => section.a(z) - SKIN_MM - fat(z),
    b: (z) => section.b(z) - SKIN_MM - 0.8 * fat(z),
  };
  return {
    section,
    skin: (low, high) => curvedTube(section, low, high),
    fat: (low, high) => curvedTube(grownSection(section, -SKIN_MM), low, high),
    muscle: (low, high) => curvedTube(inner, low, high),
    cavity: (wallMm, backMm) => ({
      x: () => 0,
      y: (z) => (section.y(z) - inner.b(z) + wallMm + spine.bodyY(z) + backMm) / 2,
      a: (z) => inner.a(z) - wallMm,
      b: (z) => (spine.bodyY(z) + backMm - section.y(z) + inner.b(z) - wallMm) / 2,
    }),
  };
}
