import type { Solid } from "@isodose/geometry";

/** Lines along z, and the generator of their lattice: neighbours in Fibonacci's sequence. */
const [LINES, GENERATOR] = [17711, 10946];
/** Shortest step along a line, as a part of its length. */
const SHORTEST = 1 / 256;

/**
 * Volume of a solid by chords: the mean length inside it of 17711 lines along z, on a Fibonacci lattice in x and y.
 *
 *   V ≈ Δx Δy · mean over lines of the length inside
 *
 * Each line is marched by the solid's own distance, its crossings found by halving. About 0.1 % for what the phantom is
 * made of (checked against subdivision by test), in a tenth of the time of that. Lines along z, because the phantom's
 * plane faces lean in y and z only: chords along z change steadily across them, where those along x would jump.
 *
 * @returns cc
 */
export function lineVolumeCc({ boundsMm: { min, max }, implicit }: Solid): number {
  const [dx, dy, dz] = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  if (!(dx > 0 && dy > 0 && dz > 0)) return 0;
  const least = dz * SHORTEST;
  const end = max[2] + 1e-6 * dz;
  let total = 0;
  for (let line = 0; line < LINES; line++) {
    const x = min[0] + dx * ((((line * GENERATOR) % LINES) + 0.5) / LINES);
    const y = min[1] + (dy * (line + 0.5)) / LINES;
    let z = min[2] - 1e-6 * dz;
    let f = implicit(x, y, z);
    let entry = z;
    while (z < end) {
      const next = Math.min(end, z + Math.max(Math.abs(f), least));
      const g = implicit(x, y, next);
      if (f < 0 !== g < 0) {
        const crossing = findCrossing(implicit, x, y, z, next, f < 0);
        if (g < 0) entry = crossing;
        else total += crossing - entry;
      }
      z = next;
      f = g;
    }
    if (f < 0) total += end - entry;
  }
  return (total / LINES) * dx * dy * 1e-3;
}

/** Where the surface lies between two z, by halving: the sign alone decides, whatever the function's slope. */
function findCrossing(
  implicit: Solid["implicit"],
  x: number,
  y: number,
  fromMm: number,
  toMm: number,
  insideFirst: boolean,
): number {
  let [low, high] = [fromMm, toMm];
  for (let n = 0; n < 40 && high - low > 1e-3; n++) {
    const z = (low + high) / 2;
    if (implicit(x, y, z) < 0 === insideFirst) low = z;
    else high = z;
  }
  return (low + high) / 2;
}
