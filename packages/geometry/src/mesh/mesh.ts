/** A closed surface of triangles. */
export interface Mesh {
  /** x0, y0, z0, x1, …, LPS, mm. */
  readonly positionsMm: Float64Array;
  /** Three vertex numbers per triangle, counter-clockwise as seen from outside. */
  readonly triangles: Uint32Array;
}

/**
 * Volume inside a closed mesh: V = ⅙ Σ a · (b × c).
 * @returns cc
 */
export function meshVolumeCc({ positionsMm: p, triangles }: Mesh): number {
  // Relative to the first vertex: positions of hundreds of mm would cost digits.
  const [x0, y0, z0] = [p[0] ?? 0, p[1] ?? 0, p[2] ?? 0];
  let six = 0;
  for (let n = 0; n < triangles.length; n += 3) {
    const [a, b, c] = [3 * triangles[n]!, 3 * triangles[n + 1]!, 3 * triangles[n + 2]!];
    const [ax, ay, az] = [p[a]! - x0, p[a + 1]! - y0, p[a + 2]! - z0];
    const [bx, by, bz] = [p[b]! - x0, p[b + 1]! - y0, p[b + 2]! - z0];
    const [cx, cy, cz] = [p[c]! - x0, p[c + 1]! - y0, p[c + 2]! - z0];
    six += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  }
  return six / 6000;
}
