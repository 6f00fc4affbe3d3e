import { determinant, type SectionMoments, sectionMoments } from "./polygon-moments.ts";
import { CLOSES_WITHIN_GAPS, closingDistance, covarianceLaw } from "./section-law.ts";
import { stretchSection } from "./stretch-section.ts";

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
/** A cap whose planes foretell the last area to this part of the neighbour's has half the weight. */
const HALF_WEIGHT_AT = 0.1;
/** Gauss–Legendre, 4 points on [0, 1]. */
const NODES = [0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970263];
const WEIGHTS = [0.17392742256872692, 0.3260725774312731, 0.3260725774312731, 0.17392742256872692];

/**
 * The rounded end of a stack of contours: from half a gap inside the last drawn plane out to where the shape closes.
 *
 * The covariance of the section follows {@link covarianceLaw}, area ∝ √det of it; the pieces are the last contours,
 * stretched to that covariance. All areas are then scaled so that the cap has the volume
 *
 *   V = w (∫ A dx − h²/24 [A′]) + (1 − w) A h
 *
 * The term in A′ is what slabs of constant section get wrong in the rest of the stack (Euler–Maclaurin), A h is the
 * half-slice end. The weight w is 1 where the second to fourth planes foretell the last, or there are only three, and
 * falls where they do not: there an edge of the shape lies between the planes, and the law holds on one side of it.
 *
 *   w = 1 / (1 + (ε / 0.1)²),     ε = (A foretold − A) / A of the next plane
 *
 * The 0.1 was chosen on cylinders and cones of 3 to 20 mm at any angle; round shapes have ε = 0.
 *
 * @param sections - the last planes, outermost first, at least 2
 * @returns undefined if the shape does not close within a gap: a flat end, of which the contours tell no more
 */
export function roundedEnd(sections: readonly DrawnSection[]): CapSlab[] | undefined {
  const [end, next] = sections as [DrawnSection, DrawnSection];
  const inwards = Math.sign(next.positionMm - end.positionMm);
  const gap = Math.abs(next.positionMm - end.positionMm);
  const moments = sections.slice(0, 4).map((section) => sectionMoments(section.polygons));
  if (!moments.every(({ areaMm2, covariance }) => areaMm2 > 0 && determinant(covariance) > 0))
    return undefined;
  const at = sections.slice(0, 4).map((section) => Math.abs(section.positionMm - end.positionMm));
  const law = covarianceLaw(moments.slice(0, 3), at);
  const tip = closingDistance(law, gap);
  if (tip === undefined) return thinningEnd(sections, moments, at);
  const closesAt = Math.min(tip, gap);

  const [m0, m1] = moments as [SectionMoments, SectionMoments];
  const shape0 = fullness(m0);
  const shape1 = fullness(m1);
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
  const integral = pieces.reduce((sum, { inner, outer, mean }) => sum + mean * (inner - outer), 0);
  const rounded = integral - (gap * (m1.areaMm2 - m0.areaMm2)) / 24;
  const fromNext = at.slice(1).map((x) => x - gap);
  const foretold = () => {
    const inner = covarianceLaw(moments.slice(1), fromNext);
    return shape1 * Math.sqrt(Math.max(0, determinant(inner(-gap))));
  };
  const factor = weighed(rounded, moments, gap, foretold) / integral;
  return pieces
    .filter(({ mean }) => mean > 0)
    .map(({ inner, outer, mean }) => {
      const middle = (inner + outer) / 2;
      const ends = [end.positionMm + inwards * inner, end.positionMm + inwards * outer];
      return {
        lowMm: Math.min(...ends),
        highMm: Math.max(...ends),
        polygons: stretchSection(
          end.polygons,
          m0,
          law(middle),
          centroidAt(m0, m1, middle / gap),
          mean * factor,
        ),
      };
    });
}

/** Volume of the end: of the cap, as far as the planes before the last foretold that one, and else of half a slice. */
function weighed(
  roundedMm3: number,
  moments: readonly SectionMoments[],
  gap: number,
  foretoldMm2: () => number,
): number {
  if (moments.length < 4) return roundedMm3;
  const [a0, a1] = [moments[0]!.areaMm2, moments[1]!.areaMm2];
  const miss = (foretoldMm2() - a0) / a1;
  const weight = 1 / (1 + (miss / HALF_WEIGHT_AT) ** 2);
  return weight * roundedMm3 + (1 - weight) * a0 * gap;
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
  const areas = moments.map((m) => m.areaMm2);
  const [a0, a1] = areas as [number, number];
  const gap = at[1]!;
  if (areas.length < 3) return undefined;
  const square = squaredAreaLaw(areas, at);
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
  const fromNext = at.slice(1).map((x) => x - gap);
  volume = weighed(volume, moments, gap, () =>
    Math.sqrt(Math.max(0, squaredAreaLaw(areas.slice(1), fromNext)(-gap))),
  );
  const [end, next] = sections as [DrawnSection, DrawnSection];
  const inner = (end.positionMm + next.positionMm) / 2;
  const outer = inner - Math.sign(next.positionMm - end.positionMm) * (volume / a0);
  return [{ lowMm: Math.min(inner, outer), highMm: Math.max(inner, outer), polygons: end.polygons }];
}

/** A² at a distance inwards, mm⁴: the quadratic through three planes, the first at 0. */
function squaredAreaLaw(areas: readonly number[], at: readonly number[]): (x: number) => number {
  const [a0, a1, a2] = areas as [number, number, number];
  const [, gap, far] = at as [number, number, number];
  const slope = (a1 ** 2 - a0 ** 2) / gap;
  const bend = ((a2 ** 2 - a1 ** 2) / (far - gap) - slope) / far;
  return (x) => a0 ** 2 + x * slope + x * (x - gap) * bend;
}

/** Area over √det of the covariance: 4 π for an ellipse, 12 for a parallelogram. */
function fullness({ areaMm2, covariance }: SectionMoments): number {
  return areaMm2 / Math.sqrt(determinant(covariance));
}

function centroidAt(m0: SectionMoments, m1: SectionMoments, t: number): [number, number] {
  const along = (n: 0 | 1) => m0.centroidMm[n] + t * (m1.centroidMm[n] - m0.centroidMm[n]);
  return [along(0), along(1)];
}
