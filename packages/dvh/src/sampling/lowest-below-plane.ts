/**
 * The point of the unit cube about 0, below the plane g · t ≤ level, where s · t is lowest: from the lowest corner, back
 * along the axes that cost least, until below the plane. A cube wholly above the plane gives its point nearest to it.
 * @param out - the point, written in place
 * @returns s · t
 */
export function lowestBelowPlane(
  sx: number,
  sy: number,
  sz: number,
  gx: number,
  gy: number,
  gz: number,
  level: number,
  out: Float64Array,
): number {
  slope[0] = sx;
  slope[1] = sy;
  slope[2] = sz;
  normal[0] = gx;
  normal[1] = gy;
  normal[2] = gz;
  let over = -level;
  for (let a = 0; a < 3; a++) {
    const s = slope[a]!;
    out[a] = s > 0 ? -0.5 : s < 0 ? 0.5 : normal[a]! > 0 ? -0.5 : 0.5;
    over += normal[a]! * out[a]!;
  }
  for (let step = 0; step < 3 && over > 0; step++) {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let a = 0; a < 3; a++) {
      if (!(normal[a]! * out[a]! > 0)) continue;
      const cost = Math.abs(slope[a]! / normal[a]!);
      if (cost < least) {
        least = cost;
        best = a;
      }
    }
    if (best < 0) break;
    const way = Math.min(1, over / Math.abs(normal[best]!));
    const moved = way < 1 ? out[best]! - Math.sign(normal[best]!) * way : -out[best]!;
    over -= Math.abs(normal[best]!) * way;
    out[best] = moved;
    // A point that stopped within the cube is on the plane.
    if (way < 1) break;
  }
  return sx * out[0]! + sy * out[1]! + sz * out[2]!;
}

const slope = new Float64Array(3);
const normal = new Float64Array(3);
