import type { Mesh } from "./mesh.ts";

/** A function on the nodes of a lattice, < 0 inside. */
export interface Lattice {
  /** Numbers of nodes along i, j, k. */
  readonly size: readonly [number, number, number];
  /** 1 inside, 0 outside; index i + nx (j + ny k). The outermost nodes must be outside. */
  readonly inside: Uint8Array;
  /** Where on the way from an inner to an outer node the surface lies, 0 to 1. */
  readonly crossing: (inner: number, outer: number) => number;
  /** Position of a point given in nodes, mm. */
  readonly place: (i: number, j: number, k: number) => readonly [number, number, number];
  /** True if `place` mirrors. */
  readonly mirrored: boolean;
}

/**
 * Corners (bits 1 x, 2 y, 4 z) of the six tetrahedra around a cube's diagonal, each right-handed.
 * Cubes side by side are cut alike, so that tetrahedra share whole faces.
 */
const TETRAHEDRA = [
  [0, 1, 3, 7],
  [0, 5, 1, 7],
  [0, 3, 2, 7],
  [0, 2, 6, 7],
  [0, 4, 5, 7],
  [0, 6, 4, 7],
] as const;
/** For each corner alone on its side, the others in right-handed order. */
const ALONE = [
  [0, 1, 2, 3],
  [1, 0, 3, 2],
  [2, 3, 0, 1],
  [3, 2, 1, 0],
] as const;
/** For each pair inside, in order of its bits, pair and others in right-handed order. */
const PAIRS: Readonly<Record<number, readonly [number, number, number, number]>> = {
  3: [0, 1, 2, 3],
  5: [0, 2, 3, 1],
  9: [0, 3, 1, 2],
  6: [1, 2, 0, 3],
  10: [1, 3, 2, 0],
  12: [2, 3, 0, 1],
};
/** A vertex this near to a node would make triangles without area. */
const NODE_MARGIN = 1e-3;

/**
 * The surface between inside and outside, as a closed 2-manifold: every edge belongs to two triangles.
 *
 * Marching cubes with each cube cut into six tetrahedra. That has no ambiguous cases, so that there are never holes nor
 * edges with four triangles, at the price of about twice the triangles.
 *
 * @source Doi, Koide, IEICE Trans. E74 (1991) 214
 */
export function marchTetrahedra(lattice: Lattice): Mesh {
  const { size, inside } = lattice;
  const [nx, ny, nz] = size;
  const step = Array.from({ length: 8 }, (_, n) => (n & 1) + nx * (((n >> 1) & 1) + ny * (n >> 2)));
  const vertices = new Map<number, number>();
  const positions: number[] = [];
  const triangles: number[] = [];
  const vertex = (inner: number, outer: number): number => {
    const low = Math.min(inner, outer);
    const key = 8 * low + step.indexOf(inner + outer - 2 * low);
    const known = vertices.get(key);
    if (known !== undefined) return known;
    const t = Math.min(1 - NODE_MARGIN, Math.max(NODE_MARGIN, lattice.crossing(inner, outer)));
    const at = (divisor: number, modulus: number) => {
      const a = Math.floor(inner / divisor) % modulus;
      return a + t * ((Math.floor(outer / divisor) % modulus) - a);
    };
    const number = positions.length / 3;
    positions.push(...lattice.place(at(1, nx), at(nx, ny), at(nx * ny, nz)));
    vertices.set(key, number);
    return number;
  };
  const add = (a: number, b: number, c: number) =>
    lattice.mirrored ? triangles.push(a, c, b) : triangles.push(a, b, c);

  const node = [0, 0, 0, 0];
  const tetrahedron = () => {
    const bits =
      inside[node[0]!]! | (inside[node[1]!]! << 1) | (inside[node[2]!]! << 2) | (inside[node[3]!]! << 3);
    if (bits === 0 || bits === 15) return;
    const pair = PAIRS[bits];
    if (pair) {
      const [a, b, c, d] = pair.map((n) => node[n]!) as [number, number, number, number];
      const [ac, ad, bd, bc] = [vertex(a, c), vertex(a, d), vertex(b, d), vertex(b, c)];
      add(ac, ad, bd);
      add(ac, bd, bc);
      return;
    }
    const one = [1, 2, 4, 8].indexOf(bits);
    const [a, b, c, d] = ALONE[one >= 0 ? one : [14, 13, 11, 7].indexOf(bits)]!.map((n) => node[n]!) as [
      number,
      number,
      number,
      number,
    ];
    if (one >= 0) add(vertex(a, b), vertex(a, c), vertex(a, d));
    else add(vertex(b, a), vertex(d, a), vertex(c, a));
  };
  for (let k = 0; k + 1 < nz; k++) {
    for (let j = 0; j + 1 < ny; j++) {
      for (let i = 0; i + 1 < nx; i++) {
        const base = i + nx * (j + ny * k);
        let count = 0;
        for (let n = 0; n < 8; n++) count += inside[base + step[n]!]!;
        if (count === 0 || count === 8) continue;
        for (const corners of TETRAHEDRA) {
          for (let n = 0; n < 4; n++) node[n] = base + step[corners[n]!]!;
          tetrahedron();
        }
      }
    }
  }
  return { positionsMm: Float64Array.from(positions), triangles: Uint32Array.from(triangles) };
}
