import type { Solid } from "@isodose/geometry";

/** A number for every z, mm. */
export type Profile = (zMm: number) => number;

/** Section of a tube at each z: an axial ellipse with its centre and semi-axes, mm. */
export interface TubeSection {
  readonly x: Profile;
  readonly y: Profile;
  readonly a: Profile;
  readonly b: Profile;
}

/** A solid with its volume in closed form. */
export interface ExactSolid {
  readonly solid: Solid;
  readonly volumeCc: number;
}

/** Distance between the sections that define a tube, mm; between them centre and semi-axes are linear. */
const STEP_MM = 1;

/**
 * A tube with axial elliptic sections whose centre and size change along z, with flat ends.
 *
 *   ((x − x₀(z)) / a(z))² + ((y − y₀(z)) / b(z))² ≤ 1,   V = ∫ π a(z) b(z) dz
 *
 * x₀, y₀, a and b are taken at about every millimetre and linear in between, so that Simpson's rule is the exact integral.
 *
 * @param lowMm - lower end, z; `highMm` the upper one, greater
 */
export function curvedTube(section: TubeSection, lowMm: number, highMm: number): ExactSolid {
  const steps = Math.max(1, Math.ceil((highMm - lowMm) / STEP_MM));
  const step = (highMm - lowMm) / steps;
  const table = new Float64Array(4 * (steps + 1));
  for (let n = 0; n <= steps; n++) {
    const z = lowMm + n * step;
    table[4 * n] = section.x(z);
    table[4 * n + 1] = section.y(z);
    table[4 * n + 2] = Math.max(1e-3, section.a(z));
    table[4 * n + 3] = Math.max(1e-3, section.b(z));
  }
  let [minX, maxX, minY, maxY] = [Infinity, -Infinity, Infinity, -Infinity];
  let steepest = 0;
  let flare = 0;
  let volume = 0;
  for (let n = 0; n <= steps; n++) {
    const [x, y, a, b] = [table[4 * n]!, table[4 * n + 1]!, table[4 * n + 2]!, table[4 * n + 3]!];
    minX = Math.min(minX, x - a);
    maxX = Math.max(maxX, x + a);
    minY = Math.min(minY, y - b);
    maxY = Math.max(maxY, y + b);
    if (n === 0) continue;
    const [xb, yb, ab, bb] = [table[4 * n - 4]!, table[4 * n - 3]!, table[4 * n - 2]!, table[4 * n - 1]!];
    steepest = Math.max(steepest, Math.hypot(x - xb, y - yb) / step);
    flare = Math.max(flare, Math.abs(a - ab) / step, Math.abs(b - bb) / step);
    volume += ((Math.PI * step) / 6) * (ab * bb + (ab + a) * (bb + b) + a * b);
  }
  // Shear stretches a length at most by its greatest singular value, a flare tilts the wall: no distance is overstated.
  const scale = 2 / (steepest + Math.sqrt(steepest * steepest + 4)) / Math.sqrt(1 + flare * flare);
  const middle = (lowMm + highMm) / 2;
  const half = (highMm - lowMm) / 2;
  const last = steps - 1e-9;
  return {
    volumeCc: volume / 1000,
    solid: {
      boundsMm: { min: [minX, minY, lowMm], max: [maxX, maxY, highMm] },
      implicit: (x, y, z) => {
        const t = Math.min(last, Math.max(0, (z - lowMm) / step));
        const n = Math.floor(t);
        const f = t - n;
        const g = 1 - f;
        const at = 4 * n;
        const a = g * table[at + 2]! + f * table[at + 6]!;
        const b = g * table[at + 3]! + f * table[at + 7]!;
        const p = (x - g * table[at]! - f * table[at + 4]!) / a;
        const q = (y - g * table[at + 1]! - f * table[at + 5]!) / b;
        return Math.max((Math.sqrt(p * p + q * q) - 1) * Math.min(a, b) * scale, Math.abs(z - middle) - half);
      },
    },
  };
}

/** The same section with its semi-axes longer by `growMm` (shorter if negative). */
export function grownSection(section: TubeSection, growMm: number): TubeSection {
  return { ...section, a: (z) => section.a(z) + growMm, b: (z) => section.b(z) + growMm };
}

/** Linear between points, constant beyond them. @param points - [z, value], z ascending */
export function profileThrough(points: readonly (readonly [number, number])[]): Profile {
  return (z) => {
    const above = points.findIndex(([at]) => at >= z);
    if (above === 0) return points[0]![1];
    if (above < 0) return points[points.length - 1]![1];
    const [z0, v0] = points[above - 1]!;
    const [z1, v1] = points[above]!;
    return v0 + ((v1 - v0) * (z - z0)) / (z1 - z0);
  };
}
