/**
 * Part of a cube where a function is < 0, taken as linear in each of six tetrahedra: exact for plane faces.
 * @param corner - values at the corners; bits of the index: 1 x, 2 y, 4 z
 */
export function cubeFraction(corner: Float64Array): number {
  let inside = 0;
  for (const [a, b] of MIDDLE_CORNERS)
    inside += tetrahedronFraction(corner[0]!, corner[a]!, corner[b]!, corner[7]!);
  return inside / 6;
}

/** Six tetrahedra around the diagonal from corner 0 to corner 7 (Kuhn): one for each order of the axes. */
const MIDDLE_CORNERS = [
  [1, 3],
  [1, 5],
  [2, 3],
  [2, 6],
  [4, 5],
  [4, 6],
] as const;

/**
 * Part of a tetrahedron where the function that is linear between the corner values is < 0: a tip where one corner is
 * inside, all but a tip where three are, a wedge where two are.
 */
function tetrahedronFraction(a: number, b: number, c: number, d: number): number {
  const count = (a < 0 ? 1 : 0) + (b < 0 ? 1 : 0) + (c < 0 ? 1 : 0) + (d < 0 ? 1 : 0);
  if (count === 0) return 0;
  if (count === 4) return 1;
  if (count === 1)
    return a < 0 ? tip(a, b, c, d) : b < 0 ? tip(b, a, c, d) : c < 0 ? tip(c, a, b, d) : tip(d, a, b, c);
  if (count === 3)
    return (
      1 - (a >= 0 ? tip(a, b, c, d) : b >= 0 ? tip(b, a, c, d) : c >= 0 ? tip(c, a, b, d) : tip(d, a, b, c))
    );
  if (a < 0) {
    if (b < 0) return wedge(a, b, c, d);
    if (c < 0) return wedge(a, c, b, d);
    return wedge(a, d, b, c);
  }
  if (b < 0) return c < 0 ? wedge(b, c, a, d) : wedge(b, d, a, c);
  return wedge(c, d, a, b);
}

/** The corner p lies alone on its side: the tip's edges are cut at p / (p − q). */
function tip(p: number, q: number, r: number, s: number): number {
  return (p / (p - q)) * (p / (p - r)) * (p / (p - s));
}

/** p and q inside, r and s outside: the wedge as three tetrahedra, from the four cut edges. */
function wedge(p: number, q: number, r: number, s: number): number {
  const pr = p / (p - r);
  const ps = p / (p - s);
  const qr = q / (q - r);
  const qs = q / (q - s);
  return pr * ps + qr * (1 - pr) * ps + qr * qs * (1 - ps);
}
