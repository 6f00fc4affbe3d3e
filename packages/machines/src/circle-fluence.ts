import {
  assertFluenceProfile,
  type BeamOptics,
  type FluenceProfile,
  fluenceAt,
  InvalidInputError,
} from "@isodose/core";
import {
  addBlurredDiscFractions,
  addDiscFractions,
  assertPencilKernel,
  kernelWeightsAt,
  type PencilKernel,
} from "@isodose/physics";

/** A round source seen through a round opening, in the plane of a point. */
interface ShadowOfDisc {
  /** Of the open fluence on the axis in the plane at SAD. */
  readonly share: number;
  /** Of the opening's shadow, mm. */
  readonly radiusMm: number;
  /** Of its blur, mm. */
  readonly sigmaMm: number;
  /** Sizes here over those in the plane at SAD. */
  readonly magnification: number;
  /** Radius of leakage here over that of the target's in the plane at SAD. */
  readonly leakageMagnification: number;
  /** Fluence in the open beam over what (SAD/f)² gives. */
  readonly beyondInverseSquare: number;
}

/** Rings that stand for a fluence profile are this wide at SAD, mm. */
const PROFILE_STEP_MM = 2;

/**
 * The target's and the head's shadows of a cone at the distance f from the target. The target at 0 and the scatter source at h
 * below it see the same opening, of radius ρ = R c / SAD at the distance c:
 *
 *   R(f) = R f / SAD,  σ(f) = σ (f − c) / c;   R_h(f) = ρ (f − h) / (c − h),  σ_h(f) = σ_h (f − c) / (c − h)
 */
function shadowsOf(optics: BeamOptics, radiusMm: number, f: number): readonly ShadowOfDisc[] {
  const { sadMm, collimatorDistanceMm: c, headScatter } = optics;
  const magnification = f / sadMm;
  const fromTarget = {
    share: 1 - (headScatter?.share ?? 0),
    radiusMm: radiusMm * magnification,
    sigmaMm: (optics.sourceSigmaMm * (f - c)) / c,
    magnification,
    leakageMagnification: magnification,
    beyondInverseSquare: 1,
  };
  if (!headScatter || headScatter.share === 0) return [fromTarget];
  const h = headScatter.distanceFromSourceMm;
  const enlarged = ((c / sadMm) * (f - h)) / (c - h);
  const fromHead = {
    share: headScatter.share,
    radiusMm: radiusMm * enlarged,
    sigmaMm: (headScatter.sigmaMm * (f - c)) / (c - h),
    magnification: (f - h) / (sadMm - h),
    leakageMagnification: enlarged,
    beyondInverseSquare: ((sadMm - h) / (f - h)) ** 2 * magnification ** 2,
  };
  return [fromTarget, fromHead];
}

/**
 * What a cone's field gives to a point, for each exponential of a pencil kernel: the sum over the focal spot and the head's scatter of
 *
 *   share · ((1 − T) B(r) + T L(r))
 *
 * with B the blurred disc of the opening (times the fluence profile, for the target's photons), L the blurred disc out to the radius of leakage,
 * T its transmission. A field without scatter, leakage and profile is `addBlurredDiscFractions`.
 *
 * @param sourceDistanceMm - f, of the point's plane, mm
 * @param offAxisMm - r, in that plane, mm
 * @param out - length of `ratesPerMm`, added to in place; 1 in the middle of an endless field at any f
 */
export function addCircleFractions(
  optics: BeamOptics,
  diameterMm: number,
  sourceDistanceMm: number,
  offAxisMm: number,
  ratesPerMm: ArrayLike<number>,
  out: Float64Array,
): void {
  const transmission = optics.leakage?.transmission ?? 0;
  const shadows = shadowsOf(optics, diameterMm / 2, sourceDistanceMm);
  for (const [n, shadow] of shadows.entries()) {
    const weight = shadow.share * shadow.beyondInverseSquare;
    const open = (1 - transmission) * weight;
    const profile = n === 0 ? optics.fluenceProfile : undefined;
    if (open === 0) {
      // Nothing comes through the opening: leakage or another source alone is asked for.
    } else if (profile) addProfiledDisc(profile, shadow, diameterMm / 2, open, offAxisMm, ratesPerMm, out);
    else addBlurredDiscFractions(shadow.radiusMm, shadow.sigmaMm, offAxisMm, ratesPerMm, open, out);
    if (transmission * weight > 0) {
      const radiusMm = optics.leakage!.radiusMm * shadow.leakageMagnification;
      addBlurredDiscFractions(radiusMm, shadow.sigmaMm, offAxisMm, ratesPerMm, transmission * weight, out);
    }
  }
}

/** One part of a beam and its weight in the whole. */
export interface OpticsPart {
  readonly optics: BeamOptics;
  readonly weight: number;
}

/**
 * Optics with one of their parts alone, and the part's weight in the whole: what comes through the opening and around it, from the
 * target and from the head. Shares and transmission are in the weights only. The first is the target's opening.
 */
export function partsOfOptics(optics: BeamOptics): OpticsPart[] {
  const { sadMm, sourceSigmaMm, collimatorDistanceMm, headScatter, leakage, fluenceProfile } = optics;
  const bare = { sadMm, sourceSigmaMm: 0, collimatorDistanceMm };
  const target = { ...bare, sourceSigmaMm, ...(fluenceProfile && { fluenceProfile }) };
  const share = headScatter?.share ?? 0;
  const transmission = leakage?.transmission ?? 0;
  const parts: OpticsPart[] = [{ optics: target, weight: (1 - share) * (1 - transmission) }];
  const closed = leakage && { ...leakage, transmission: 1 };
  if (closed)
    parts.push({
      optics: { ...bare, sourceSigmaMm, leakage: closed },
      weight: (1 - share) * transmission,
    });
  if (headScatter) {
    const head = { ...bare, headScatter: { ...headScatter, share: 1 } };
    parts.push({ optics: head, weight: share * (1 - transmission) });
    if (closed) parts.push({ optics: { ...head, leakage: closed }, weight: share * transmission });
  }
  return parts;
}

/**
 * p(r) inside the disc: the disc with the profile's value at its edge, and a stack of smaller ones that make up the rest. Only the
 * former has an edge that is sharp enough for the blur to matter.
 */
function addProfiledDisc(
  profile: FluenceProfile,
  shadow: ShadowOfDisc,
  radiusMm: number,
  weight: number,
  offAxisMm: number,
  ratesPerMm: ArrayLike<number>,
  out: Float64Array,
): void {
  const atEdge = fluenceAt(profile, radiusMm);
  addBlurredDiscFractions(shadow.radiusMm, shadow.sigmaMm, offAxisMm, ratesPerMm, weight * atEdge, out);
  const rings = Math.max(4, Math.ceil(radiusMm / PROFILE_STEP_MM));
  for (let k = 0; k < rings; k++) {
    const inner = (radiusMm * k) / rings;
    const outer = (radiusMm * (k + 1)) / rings;
    const fall = fluenceAt(profile, inner) - fluenceAt(profile, outer);
    if (fall === 0) continue;
    const discMm = ((inner + outer) / 2) * shadow.magnification;
    addDiscFractions(discMm, offAxisMm, ratesPerMm, weight * fall, out);
  }
}

/** One point in the field of one cone in water. */
export interface CircleBeamPoint {
  /** At SAD, mm. */
  readonly diameterMm: number;
  /** f: distance of the point's plane from the source along the axis, mm; beyond the collimator's end. */
  readonly sourceDistanceMm: number;
  /** d: depth in water, mm, ≥ 0. */
  readonly depthMm: number;
  /** r: distance from the axis in the plane of the point, mm. Default 0. */
  readonly offAxisMm?: number;
}

/**
 * Dose of a cone in water:
 *
 *   D(r; d, f) = (SAD/f)² e^{−μ d} Σⱼ wⱼ(d) Fⱼ
 *
 * with Fⱼ of {@link addCircleFractions}.
 * @returns Gy per unit in-vacuum fluence (1/cm²) on the axis of the open beam at SAD: Gy cm²
 * @throws InvalidInputError if optics, kernel or a length is not usable
 */
export function circleBeamDose(kernel: PencilKernel, optics: BeamOptics, point: CircleBeamPoint): number {
  assertPencilKernel(kernel);
  assertBeamOptics(optics);
  const { diameterMm, sourceDistanceMm, depthMm, offAxisMm = 0 } = point;
  if (!(diameterMm > 0 && Number.isFinite(diameterMm)))
    throw new InvalidInputError("diameterMm", diameterMm, "a length > 0, mm");
  if (!(sourceDistanceMm >= optics.collimatorDistanceMm && Number.isFinite(sourceDistanceMm)))
    throw new InvalidInputError(
      "sourceDistanceMm",
      sourceDistanceMm,
      `at least that of the collimator's end, ${optics.collimatorDistanceMm} mm`,
    );
  for (const [name, value] of Object.entries({ depthMm, offAxisMm })) {
    if (!(Number.isFinite(value) && value >= 0)) throw new InvalidInputError(name, value, "a length ≥ 0, mm");
  }
  const rates = kernel.ratesPerMm;
  const fractions = new Float64Array(rates.length);
  const weights = new Float64Array(rates.length);
  addCircleFractions(optics, diameterMm, sourceDistanceMm, offAxisMm, rates, fractions);
  kernelWeightsAt(kernel, depthMm, weights);
  let sum = 0;
  for (let j = 0; j < rates.length; j++) sum += weights[j]! * fractions[j]!;
  return sum * (optics.sadMm / sourceDistanceMm) ** 2;
}

/** @throws InvalidInputError naming the first number that is not usable */
export function assertBeamOptics(optics: BeamOptics, name = ""): void {
  const of = name === "" ? "" : `${name}.`;
  const { sadMm, sourceSigmaMm, collimatorDistanceMm, headScatter, leakage, fluenceProfile } = optics;
  for (const [key, value] of Object.entries({ sadMm, collimatorDistanceMm })) {
    if (!(Number.isFinite(value) && value > 0))
      throw new InvalidInputError(`${of}${key}`, value, "a number > 0");
  }
  if (!(Number.isFinite(sourceSigmaMm) && sourceSigmaMm >= 0))
    throw new InvalidInputError(`${of}sourceSigmaMm`, sourceSigmaMm, "a length ≥ 0 mm");
  if (headScatter) {
    const { share, sigmaMm, distanceFromSourceMm } = headScatter;
    if (!(share >= 0 && share < 1))
      throw new InvalidInputError(`${of}headScatter.share`, share, "a share from 0 to below 1");
    if (!(sigmaMm > 0 && Number.isFinite(sigmaMm)))
      throw new InvalidInputError(`${of}headScatter.sigmaMm`, sigmaMm, "a length > 0 mm");
    if (!(distanceFromSourceMm >= 0 && distanceFromSourceMm < collimatorDistanceMm))
      throw new InvalidInputError(
        `${of}headScatter.distanceFromSourceMm`,
        distanceFromSourceMm,
        `a distance from 0 to below that of the collimator's end, ${collimatorDistanceMm} mm`,
      );
  }
  if (leakage) {
    const { transmission, radiusMm } = leakage;
    if (!(transmission >= 0 && transmission < 1))
      throw new InvalidInputError(`${of}leakage.transmission`, transmission, "a share from 0 to below 1");
    if (!(radiusMm > 0 && Number.isFinite(radiusMm)))
      throw new InvalidInputError(`${of}leakage.radiusMm`, radiusMm, "a length > 0 mm");
  }
  if (fluenceProfile) assertFluenceProfile(fluenceProfile, `${of}fluenceProfile`);
}
