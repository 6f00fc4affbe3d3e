/**
 * Outlines of the nodes that are inside, as closed walks over the raster's sides, with the inside to the left.
 *
 * Sides are numbered 2 (i + nx j) for the one from node (i, j) to (i + 1, j), plus 1 for that to (i, j + 1).
 *
 * @param inside - 1 or 0 per node, index i + nx j; the border nodes must be 0, so that every outline closes
 * @param isJoined - whether the middle of cell (i, j) is inside, asked where only opposite corners are
 * @source marching squares: Lorensen, Cline, SIGGRAPH (1987) 163, doi:10.1145/37401.37422, in two dimensions
 */
export function outlines(
  inside: Uint8Array,
  nx: number,
  ny: number,
  isJoined: (i: number, j: number) => boolean,
): number[][] {
  const next = new Map<number, number>();
  for (let j = 0; j + 1 < ny; j++) {
    for (let i = 0; i + 1 < nx; i++) {
      const node = j * nx + i;
      // Corners counter-clockwise from the low one: bits 1, 2, 4, 8.
      const corners =
        inside[node]! | (inside[node + 1]! << 1) | (inside[node + nx + 1]! << 2) | (inside[node + nx]! << 3);
      if (corners === 0 || corners === 15) continue;
      const sides = [2 * node, 2 * node + 3, 2 * (node + nx), 2 * node + 1];
      const joined = (corners === 5 || corners === 10) && isJoined(i, j);
      for (const [from, to] of STEPS[corners]![joined ? 1 : 0]!) next.set(sides[from]!, sides[to]!);
    }
  }
  const walks: number[][] = [];
  while (next.size > 0) {
    const walk: number[] = [];
    let side = next.keys().next().value!;
    while (next.has(side)) {
      const following = next.get(side)!;
      next.delete(side);
      walk.push(side);
      side = following;
    }
    walks.push(walk);
  }
  return walks;
}

/** From which side to which (0 bottom, 1 right, 2 top, 3 left), by corners; opposite corners apart or joined. */
type Step = readonly [number, number];
const same = (...steps: readonly Step[]): readonly [readonly Step[], readonly Step[]] => [steps, steps];
const STEPS: readonly (readonly [readonly Step[], readonly Step[]])[] = [
  same(),
  same([0, 3]),
  same([1, 0]),
  same([1, 3]),
  same([2, 1]),
  [
    [
      [0, 3],
      [2, 1],
    ],
    [
      [0, 1],
      [2, 3],
    ],
  ],
  same([2, 0]),
  same([2, 3]),
  same([3, 2]),
  same([0, 2]),
  [
    [
      [1, 0],
      [3, 2],
    ],
    [
      [1, 2],
      [3, 0],
    ],
  ],
  same([1, 2]),
  same([3, 1]),
  same([0, 1]),
  same([3, 0]),
  same(),
];
