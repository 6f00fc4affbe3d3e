/** Slopes below this part of the steepest count as this: the formula divides by all three. */
const LEAST_SLOPE = 1e-3;

const cube = (x: number): number => (x > 0 ? x * x * x : 0);

/**
 * Part of the unit cube about 0 where gx x + gy y + gz z < level: inclusion and exclusion of the corner pyramids.
 * @source Scardovelli, Zaleski, J. Comput. Phys. 164 (2000) 228, doi:10.1006/jcph.2000.6567
 */
export function partBelowPlane(gx: number, gy: number, gz: number, level: number): number {
  const steepest = Math.max(Math.abs(gx), Math.abs(gy), Math.abs(gz));
  if (!(steepest > 0)) return level > 0 ? 1 : 0;
  const least = LEAST_SLOPE * steepest;
  const a = Math.max(least, Math.abs(gx));
  const b = Math.max(least, Math.abs(gy));
  const c = Math.max(least, Math.abs(gz));
  const half = 0.5 * (a + b + c);
  if (level >= half) return 1;
  if (level <= -half) return 0;
  const t = half - Math.abs(level);
  const corner =
    cube(t) - cube(t - a) - cube(t - b) - cube(t - c) + cube(t - a - b) + cube(t - a - c) + cube(t - b - c);
  const part = corner / (6 * a * b * c);
  return level > 0 ? 1 - part : part;
}
