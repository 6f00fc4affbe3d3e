import type { DvhCurve } from "@isodose/core";

/** An isodose line: its level in percent of the prescription and its look. */
export interface IsodoseLevel {
  readonly percent: number;
  readonly color: string;
  readonly strokeWidth: number;
}

/**
 * Levels of the pictures, from high to low. Yellow to blue after the colour set for colour-blind readers of Okabe and Ito.
 * @source Okabe and Ito, Color Universal Design (2008), jfly.uni-koeln.de/color
 */
export const ISODOSE_LEVELS: readonly IsodoseLevel[] = [
  { percent: 100, color: "#f0e442", strokeWidth: 2.4 },
  { percent: 95, color: "#e69f00", strokeWidth: 1.4 },
  { percent: 80, color: "#d55e00", strokeWidth: 1.6 },
  { percent: 50, color: "#cc79a7", strokeWidth: 1.8 },
  { percent: 30, color: "#56b4e9", strokeWidth: 1.6 },
  { percent: 10, color: "#2f7fd0", strokeWidth: 1.6 },
];

/** How a structure looks: light on the dark slices, dark on the white plot. */
export interface StructureStyle {
  readonly sliceColor: string;
  readonly plotColor: string;
  /** SVG dash pattern of the plot; empty: solid. */
  readonly plotDash: string;
  readonly strokeWidth: number;
}

const OTHERS: readonly (readonly [string, string])[] = [
  ["#7fe3ff", "#0072b2"],
  ["#ff9d6b", "#d55e00"],
  ["#ff9ed2", "#b5578f"],
  ["#ffd27a", "#b07800"],
  ["#bfa6ff", "#6a4fc2"],
  ["#c9c9c9", "#6e6e6e"],
];
const CORDS: readonly (readonly [string, string])[] = [
  ["#37f0a6", "#00805c"],
  ["#a6f7c1", "#4cb391"],
  ["#8fd14f", "#5a8f1c"],
];
const DASHES = ["", "7 3", "2 3", "9 3 2 3"] as const;

/** Styles by name: the target white or black and thick, cord green, the others by turns of colour and dash. */
export function structureStyles(
  names: readonly string[],
  targetName: string,
): ReadonlyMap<string, StructureStyle> {
  const styles = new Map<string, StructureStyle>();
  let cords = 0;
  let others = 0;
  for (const name of names) {
    if (name === targetName) {
      styles.set(name, { sliceColor: "#ffffff", plotColor: "#111111", plotDash: "", strokeWidth: 2.6 });
    } else if (isCord(name)) {
      styles.set(name, {
        sliceColor: CORDS[cords % CORDS.length]![0],
        plotColor: CORDS[cords % CORDS.length]![1],
        plotDash: DASHES[cords % DASHES.length]!,
        strokeWidth: 2,
      });
      cords++;
    } else {
      const [sliceColor, plotColor] = OTHERS[others % OTHERS.length]!;
      const plotDash = DASHES[Math.floor(others / OTHERS.length) % DASHES.length]!;
      styles.set(name, { sliceColor, plotColor, plotDash, strokeWidth: 1.5 });
      others++;
    }
  }
  return styles;
}

/** Is this the spinal cord or the cauda equina, by its name? */
export function isCord(name: string): boolean {
  return /cord|cauda|myelon/i.test(name);
}

/** Largest volume first would hide small organs behind the body: target, cord, then the others as they come. */
export function sortCurves(curves: readonly DvhCurve[], targetName: string): readonly DvhCurve[] {
  const rank = (curve: DvhCurve): number =>
    curve.structure === targetName ? 0 : isCord(curve.structure) ? 1 : 2;
  return [...curves].sort((a, b) => rank(a) - rank(b));
}

/** The letter of a plan among several: A, B, … */
export function planLetter(index: number): string {
  return String.fromCharCode(65 + index);
}
