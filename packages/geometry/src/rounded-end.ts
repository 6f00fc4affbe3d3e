import { type Covariance, type SectionMoments, sectionMoments } from "./polygon-moments.ts";

/** A drawn plane, seen from an end of the stack. */
export interface DrawnSection {
  readonly positionMm: number;
  readonly polygons: readonly Float64Array[];
}

/** A piece of the cap at an end of a stack: constant cross-section from lowMm to highMm. */
export interface CapSlab {
  readonly lowMm: number;
  readonly highMm: number;
  readonly polygons: readonly Float64Array[];
}

/** Slabs that a cap is cut into. */
const CAP_SLABS = 10;
/** A shape that would close farther out than this many gaps was cut off: else the next plane would have shown it. */
const CLOSES_WITHIN_GAPS = 1.25;
/** Gauss–Legendre, 4 points on [0, 1]. */
const NODES = [0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970263];
const WEIGHTS = [0.17392742256872692, 0.3260725774312731, 0.3260725774312731, 0.17392742256872692];

/**
 * The rounded end of a stack of contours: from half a gap inside the last drawn plane out to where the shape closes.
 *
 * The covariance of the cross-section is taken as a quadratic in the position, through the last three planes (two: as
 * round along the normal as across): exact for ellipsoids, and for cylinders, at any angle that a plane cuts across the
 * side alone. Area ∝ √det of it. The pieces are the last contours, stretched to that covariance. Finally all areas are
 * scaled for what slabs of constant section get wrong in the rest of the stack, Σ A h − ∫A dx = −h²/24 [A′], so that the
 * volume of the whole stack is that of the smooth shape.
 *
 * @param sections - the last planes, outermost first, at least 2
 * @returns undefined if the shape does not close within a gap, or a quarter more: a flat end, of which the contours tell no more
 */
export function roundedEnd(sections: readonly DrawnSection[]): CapSlab[] | undefined {
  const [end, next] = sections as [DrawnSection, DrawnSection];
  const inwards = Math.sign(next.positionMm - end.positionMm);
  const gap = Math.abs(next.positionMm - end.positionMm);
  const moments = sections.slice(0, 3).map((section) => sectionMoments(section.polygons));
  if (!moments.every(({ areaMm2, covariance }) => areaMm2 > 0 && determinant(covariance) > 0))
    return undefined;
  const at = sections.slice(0, 3).map((section) => Math.abs(section.positionMm - end.positionMm));
  const law = covarianceLaw(moments, at);
  const tip = closingDistance(law, gap);
  if (tip === undefined) return thinningEnd(sections, moments, at);
  const closesAt = Math.min(tip, gap);

  const [m0, m1] = moments as [SectionMoments, SectionMoments];
  const shape0 = m0.areaMm2 / Math.sqrt(determinant(m0.covariance));
  const shape1 = m1.areaMm2 / Math.sqrt(determinant(m1.covariance));
  const area = (x: number) =>
    (shape0 + (shape1 - shape0) * Math.max(0, x / gap)) * Math.sqrt(Math.max(0, determinant(law(x))));
  const pieces = Array.from({ length: CAP_SLABS }, (_, n) => {
    // Thinner towards the tip, where the section changes fastest.
    const bound = (m: number) => gap / 2 - (gap / 2 + closesAt) * Math.sin((Math.PI / 2) * (m / CAP_SLABS));
    const inner = bound(n);
    const outer = bound(n + 1);
    const mean = NODES.reduce((sum, t, i) => sum + WEIGHTS[i]! * area(outer + t * (inner - outer)), 0);
    return { inner, outer, mean };
  });
  const volume = pieces.reduce((sum, { inner, outer, mean }) => sum + mean * (inner - outer), 0);
  const factor = 1 - (gap * (m1.areaMm2 - m0.areaMm2)) / 24 / volume;
  return pieces
    .filter(({ mean }) => mean > 0)
    .map(({ inner, outer, mean }) => {
      const middle = (inner + outer) / 2;
      const ends = [end.positionMm + inwards * inner, end.positionMm + inwards * outer];
      return {
        lowMm: Math.min(...ends),
        highMm: Math.max(...ends),
        polygons: stretch(end.polygons, m0, law(middle), centroidAt(m0, m1, middle / gap), mean * factor),
      };
    });
}

/**
 * The end of a shape that thins out without drawing in, such as a ring that lies in the plane: A² as a quadratic through
 * three planes, exact for a torus. One slab of the last section, as long as gives the volume.
 */
function thinningEnd(
  sections: readonly DrawnSection[],
  moments: readonly SectionMoments[],
  at: readonly number[],
): CapSlab[] | undefined {
  const [a0, a1, a2] = moments.map((m) => m.areaMm2) as [number, number, number | undefined];
  const [, gap, far] = at as [number, number, number | undefined];
  if (a2 === undefined || far === undefined) return undefined;
  const slope = (a1 ** 2 - a0 ** 2) / gap;
  const bend = ((a2 ** 2 - a1 ** 2) / (far - gap) - slope) / far;
  const square = (x: number) => a0 ** 2 + x * slope + x * (x - gap) * bend;
  const steps = 256;
  let volume = -(gap * (a1 - a0)) / 24;
  for (let n = 0; n < steps / 4; n++)
    volume += (gap / 2 / (steps / 4)) * Math.sqrt(Math.max(0, square((n + 0.5) * (gap / 2 / (steps / 4)))));
  const step = gap / steps;
  let n = 0;
  for (; n < CLOSES_WITHIN_GAPS * steps; n++) {
    const value = square(-(n + 0.5) * step);
    if (value <= 0) break;
    if (n < steps) volume += step * Math.sqrt(value);
  }
  if (n >= CLOSES_WITHIN_GAPS * steps || !(volume > 0)) return undefined;
  const [end, next] = sections as [DrawnSection, DrawnSection];
  const inner = (end.positionMm + next.positionMm) / 2;
  const outer = inner - Math.sign(next.positionMm - end.positionMm) * (volume / a0);
  return [{ lowMm: Math.min(inner, outer), highMm: Math.max(inner, outer), polygons: end.polygons }];
}

/** The covariance at a distance inwards from the end plane: a quadratic for each entry. */
function covarianceLaw(moments: readonly SectionMoments[], at: readonly number[]): (x: number) => Covariance {
  const [s0, s1, s2] = moments.map((m) => m.covariance);
  const gap = at[1]!;
  const slope = [0, 1, 2].map((n) => (s1![n]! - s0![n]!) / gap);
  const bend = s2
    ? [0, 1, 2].map((n) => ((s2[n]! - s1![n]!) / (at[2]! - gap) - slope[n]!) / at[2]!)
    : asRoundAlongTheNormal(s0!, s1!);
  return (x) => {
    const entry = (n: 0 | 1 | 2) => s0![n] + x * slope[n]! + x * (x - gap) * bend[n]!;
    return [entry(0), entry(1), entry(2)];
  };
}

/** An ellipsoid with semi-axes a, b across and √(a b) along has Σ″ = −½ Σ / √det Σ · …: half of it is the bend. */
function asRoundAlongTheNormal(s0: Covariance, s1: Covariance): number[] {
  const mean: Covariance = [(s0[0] + s1[0]) / 2, (s0[1] + s1[1]) / 2, (s0[2] + s1[2]) / 2];
  const root = Math.sqrt(determinant(mean));
  return mean.map((value) => (-0.25 * value) / root);
}

function determinant([uu, uv, vv]: Covariance): number {
  return uu * vv - uv * uv;
}

function leastEigenvalue([uu, uv, vv]: Covariance): number {
  return (uu + vv) / 2 - Math.hypot((uu - vv) / 2, uv);
}

/** How far outside the end plane the section vanishes: its covariance becomes singular, or all but, as at a tip. */
function closingDistance(law: (x: number) => Covariance, gap: number): number | undefined {
  const start = leastEigenvalue(law(0));
  const step = gap / 64;
  let previous = start;
  for (let n = 1; n * step <= CLOSES_WITHIN_GAPS * gap; n++) {
    const value = leastEigenvalue(law(-n * step));
    if (value <= 0) {
      let [inside, outside] = [(n - 1) * step, n * step];
      for (let halving = 0; halving < 40; halving++) {
        const middle = (inside + outside) / 2;
        if (leastEigenvalue(law(-middle)) > 0) inside = middle;
        else outside = middle;
      }
      return inside;
    }
    // The square of a width that falls linearly to a tip touches 0 and, by rounding, may not reach it.
    if (value > previous && previous < 0.01 * start) return (n - 1) * step;
    previous = value;
  }
  return undefined;
}

function centroidAt(m0: SectionMoments, m1: SectionMoments, t: number): [number, number] {
  const along = (n: 0 | 1) => m0.centroidMm[n] + t * (m1.centroidMm[n] - m0.centroidMm[n]);
  return [along(0), along(1)];
}

/** Square root of a positive 2 × 2 matrix: (S + √det I) / √(trace + 2 √det). */
function squareRoot(s: Covariance): Covariance {
  const root = Math.sqrt(Math.max(0, determinant(s)));
  const scale = 1 / Math.sqrt(s[0] + s[2] + 2 * root);
  return [(s[0] + root) * scale, s[1] * scale, (s[2] + root) * scale];
}

/** p q p for symmetric p, q. */
function sandwich(p: Covariance, q: Covariance): Covariance {
  const [a, b, c] = p;
  const x = q[0] * a + q[1] * b;
  const y = q[0] * b + q[1] * c;
  const z = q[1] * a + q[2] * b;
  const w = q[1] * b + q[2] * c;
  return [a * x + b * z, a * y + b * w, b * y + c * w];
}

/** Polygons moved to a centroid and stretched, without turning, to a covariance and then to an area. */
function stretch(
  polygons: readonly Float64Array[],
  from: SectionMoments,
  to: Covariance,
  [toU, toV]: readonly [number, number],
  areaMm2: number,
): Float64Array[] {
  const root = squareRoot(from.covariance);
  const det = determinant(root);
  const inverse: Covariance = [root[2] / det, -root[1] / det, root[0] / det];
  // M Σ_from M = Σ_to for M = Σ_from^(−½) (Σ_from^½ Σ_to Σ_from^½)^½ Σ_from^(−½).
  const m = sandwich(inverse, squareRoot(sandwich(root, to)));
  const size = Math.sqrt(areaMm2 / (from.areaMm2 * determinant(m)));
  const [u0, v0] = from.centroidMm;
  return polygons.map((polygon) => {
    const out = new Float64Array(polygon.length);
    for (let n = 0; n < polygon.length; n += 2) {
      const [u, v] = [polygon[n]! - u0, polygon[n + 1]! - v0];
      out[n] = toU + size * (m[0] * u + m[1] * v);
      out[n + 1] = toV + size * (m[1] * u + m[2] * v);
    }
    return out;
  });
}
