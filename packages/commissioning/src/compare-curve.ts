import { InvalidInputError } from "@isodose/core";
import type { ReferenceCase, ReferenceCurve } from "./reference-case.ts";

/** When a computed point agrees with the reference: one of dose and distance is enough. */
export interface CurveTolerance {
  /** Percent of the reference dose on the axis at the same depth. */
  readonly dosePercent: number;
  /** Standard errors of the reference. */
  readonly sigmas: number;
  /** Distance along the curve, mm. */
  readonly distanceMm: number;
}

/** How one computed curve compares with its reference. */
export interface CurveComparison {
  readonly name: string;
  readonly points: number;
  readonly passed: number;
  readonly passPercent: number;
  /** Largest deviation with its sign, percent of the reference dose on the axis at the same depth. */
  readonly worstPercent: number;
  /** Where along the curve that is, mm. */
  readonly worstAtMm: number;
  /** Largest distance to agreement among the points that dose alone does not pass, mm; 0 if there are none, at most 5. */
  readonly worstMm: number;
}

/**
 * What a water circle asks of the ray-trace engine: max(1 % of the dose on the axis at the same depth, 2 σ), or 0.2 mm along
 * the curve for fields up to 10 mm, 0.3 mm for larger ones.
 */
export function circleTolerance(reference: Pick<ReferenceCase, "diameterMm">): CurveTolerance {
  return { dosePercent: 1, sigmas: 2, distanceMm: reference.diameterMm <= 10 ? 0.2 : 0.3 };
}

/** How far a distance to agreement is looked for, mm. */
const DISTANCE_SEARCH_MM = 5;

/**
 * Compare a computed curve with its reference, point by point.
 *
 * A point passes if |D − Dref| ≤ max(dosePercent · D(axis, same depth), sigmas · σ), or if the reference curve, linear between its
 * points, takes the value D within `distanceMm` of it.
 *
 * @param computed - one dose per sample of the curve, in the samples' unit
 * @throws InvalidInputError if the lengths differ or a dose is not finite
 */
export function compareCurve(
  curve: ReferenceCurve,
  computed: ArrayLike<number>,
  tolerance: CurveTolerance,
): CurveComparison {
  const { samples } = curve;
  if (computed.length !== samples.length)
    throw new InvalidInputError("computed doses", computed.length, `${samples.length}, one per sample`);
  const axis = samples.reduce((a, b) => (b.offAxisMm < a.offAxisMm ? b : a));
  let passed = 0;
  let worst = 0;
  let worstAtMm = samples[0]?.positionMm ?? 0;
  let worstMm = 0;
  samples.forEach((sample, i) => {
    const dose = computed[i]!;
    if (!Number.isFinite(dose)) throw new InvalidInputError(`computed dose ${i}`, dose, "a finite number");
    const axisDose = curve.along === "depth" ? sample.dose : axis.dose;
    const deviation = dose - sample.dose;
    if (Math.abs(deviation) > Math.abs(worst) * axisDose) {
      worst = deviation / axisDose;
      worstAtMm = sample.positionMm;
    }
    if (
      Math.abs(deviation) <=
      Math.max((tolerance.dosePercent / 100) * axisDose, tolerance.sigmas * sample.sigma)
    ) {
      passed++;
      return;
    }
    const distance = distanceToAgreement(curve, i, dose);
    if (distance <= tolerance.distanceMm) passed++;
    worstMm = Math.max(worstMm, distance);
  });
  const points = samples.length;
  return {
    name: curve.name,
    points,
    passed,
    passPercent: (100 * passed) / points,
    worstPercent: 100 * worst,
    worstAtMm,
    worstMm,
  };
}

/** Shortest way along the curve from sample i to where the reference is `dose`, mm; at most {@link DISTANCE_SEARCH_MM}. */
function distanceToAgreement({ samples }: ReferenceCurve, i: number, dose: number): number {
  const at = samples[i]!.positionMm;
  let nearest = DISTANCE_SEARCH_MM;
  for (let k = 0; k + 1 < samples.length; k++) {
    const a = samples[k]!;
    const b = samples[k + 1]!;
    if ((a.dose - dose) * (b.dose - dose) > 0) continue;
    const t = a.dose === b.dose ? 0 : (dose - a.dose) / (b.dose - a.dose);
    nearest = Math.min(nearest, Math.abs(a.positionMm + t * (b.positionMm - a.positionMm) - at));
  }
  return nearest;
}
