/**
 * Distance from each query point to the nearest of a set of points, mm.
 * @param queriesMm - x0, y0, z0, x1, …; likewise `pointsMm`
 */
export function nearestDistances(queriesMm: Float64Array, pointsMm: Float64Array): Float64Array {
  const out = new Float64Array(queriesMm.length / 3);
  for (let q = 0; q < out.length; q++) {
    const x = queriesMm[3 * q]!;
    const y = queriesMm[3 * q + 1]!;
    const z = queriesMm[3 * q + 2]!;
    let least = Number.POSITIVE_INFINITY;
    for (let p = 0; p < pointsMm.length; p += 3) {
      const dx = pointsMm[p]! - x;
      const dy = pointsMm[p + 1]! - y;
      const dz = pointsMm[p + 2]! - z;
      const squared = dx * dx + dy * dy + dz * dz;
      if (squared < least) least = squared;
    }
    out[q] = Math.sqrt(least);
  }
  return out;
}
