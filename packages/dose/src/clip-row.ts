/**
 * Which voxels of a row lie inside a cone around the beam axis. Along the row the beam coordinates are
 * x + i dx, y + i dy, f + i df, and the cone is the quadric
 *
 *   (x + i dx)² + (y + i dy)² ≤ s² (f + i df)²,  f + i df > 0,  s = clip radius / SAD
 *
 * @param out - receives the first and last index, inside 0 … n − 1
 * @returns false if the row misses the cone
 */
export function clipRowToCone(
  x: number,
  y: number,
  f: number,
  dx: number,
  dy: number,
  df: number,
  slope: number,
  n: number,
  out: Int32Array,
): boolean {
  const s2 = slope * slope;
  const a = dx * dx + dy * dy - s2 * df * df;
  const b = x * dx + y * dy - s2 * f * df;
  const c = x * x + y * y - s2 * f * f;
  let low = 0;
  let high = n - 1;
  if (a > 1e-12) {
    // The row crosses one half of the double cone, or none: inside between the two roots.
    const discriminant = b * b - a * c;
    if (discriminant < 0) return false;
    const root = Math.sqrt(discriminant);
    const first = (-b - root) / a;
    const last = (-b + root) / a;
    if (f + 0.5 * (first + last) * df <= 0) return false;
    low = Math.max(low, Math.ceil(first));
    high = Math.min(high, Math.floor(last));
  } else if (a < -1e-12) {
    // The row runs inside the cone: it enters the half in front of the source at one root and stays.
    const root = Math.sqrt(Math.max(b * b - a * c, 0));
    const r1 = (-b - root) / a;
    const r2 = (-b + root) / a;
    if (df > 0) low = Math.max(low, Math.ceil(Math.max(r1, r2)));
    else high = Math.min(high, Math.floor(Math.min(r1, r2)));
  }
  // A row parallel to a line of the cone keeps all its voxels: the table returns 0 outside the clip radius anyway.
  if (low > high) return false;
  out[0] = low;
  out[1] = high;
  return true;
}

/**
 * Which voxels of a row lie inside a pyramid around a rectangle in the plane at SAD: x / f between two slopes, likewise y / f. Each
 * side is a half space, linear along the row.
 *
 *   x + i dx ≤ s (f + i df)
 *
 * @param slopes - least and greatest x / f, least and greatest y / f
 * @param out - receives the first and last index, inside 0 … n − 1
 * @returns false if the row misses the pyramid
 */
export function clipRowToPyramid(
  x: number,
  y: number,
  f: number,
  dx: number,
  dy: number,
  df: number,
  slopes: readonly [number, number, number, number],
  n: number,
  out: Int32Array,
): boolean {
  out[0] = 0;
  out[1] = n - 1;
  return (
    clipToHalfSpace(slopes[0] * f - x, slopes[0] * df - dx, out) &&
    clipToHalfSpace(x - slopes[1] * f, dx - slopes[1] * df, out) &&
    clipToHalfSpace(slopes[2] * f - y, slopes[2] * df - dy, out) &&
    clipToHalfSpace(y - slopes[3] * f, dy - slopes[3] * df, out)
  );
}

/** Keep of the range `span` where a + i b ≤ 0; false if nothing is left. */
function clipToHalfSpace(a: number, b: number, span: Int32Array): boolean {
  if (b === 0) return a <= 0;
  // A root beyond what 32 bits hold lies beyond the range.
  const root = Math.min(1e9, Math.max(-1e9, -a / b));
  if (b > 0) span[1] = Math.min(span[1]!, Math.floor(root));
  else span[0] = Math.max(span[0]!, Math.ceil(root));
  return span[0]! <= span[1]!;
}
