import { InvalidInputError, interpolateLinear } from "@isodose/core";
import { type BinOffset, binOffsetOf } from "./bin-offset.ts";
import type { ComputedCurve } from "./reference-engine.ts";
import type { FileCurve, PhotonReference, RegionSample } from "./reference-file.ts";
import type { EngineTolerance } from "./tolerances.ts";

/** How one computed curve compares with its reference. */
export interface CurveScore {
  readonly name: string;
  /** Points that count. */
  readonly points: number;
  readonly passed: number;
  readonly passPercent: number;
  /** Largest deviation with its sign among the points that count, % of the reference dose on the axis at the same depth. */
  readonly worstPercent: number;
  /** Where along the curve that is, mm. */
  readonly worstAtMm: number;
  /** Largest distance to agreement among the points that dose and statistics do not pass, mm; 0: none, at most 5. */
  readonly worstMm: number;
  /** Mean signed deviation over all points that count, % of the reference dose on the axis at the same depth. */
  readonly meanPercent: number;
  /** Mean signed deviation, % of the reference dose at the point, over points above 20 % of the curve's maximum. */
  readonly meanLocalPercent: number;
  /**
   * Standard error of the local mean, %: the reference's and the engine's. Points of a profile come from one simulation of one depth, so they
   * share their error; bins in depth have one each in the reference, and are taken to share it in the engine.
   */
  readonly meanLocalSigmaPercent: number;
  /** How far the reference's own depth bin of a profile lies off its neighbours: part of the mean deviation, with the other sign. */
  readonly binOffset: BinOffset | undefined;
  /** Mean of (D − Dref)² / (σ² + σref² + (1 % of Dref)²) over all points that count. */
  readonly reducedChiSquare: number;
  /** Largest own standard error of points above 20 % of the curve's maximum, %. */
  readonly ownSigmaPercent: number;
  /** Points that are reported apart, with the reason of the first and the largest deviation. */
  readonly apart: { readonly points: number; readonly why: string; readonly worstPercent: number };
  readonly pass: boolean;
  /** Why it fails; empty if it passes. */
  readonly failures: readonly string[];
}

/** How far a distance to agreement is looked for, mm. */
const DISTANCE_SEARCH_MM = 5;
const MODEL_FLOOR = 0.01;
const HIGH_DOSE = 0.2;

/**
 * Compare one curve point by point.
 *
 * A point passes if |D − Dref| ≤ max(p · D₀, n √(σ² + σref²)), D₀ the dose on the axis at the same depth or at the point itself, or
 * if the reference curve, linear between its points, takes the value D within the distance allowed.
 *
 * @throws InvalidInputError if the lengths differ or a dose is not finite
 */
export function scoreCurve(
  file: PhotonReference,
  curve: FileCurve,
  computed: ComputedCurve,
  tolerance: EngineTolerance,
): CurveScore {
  const { samples } = curve;
  if (computed.values.length !== samples.length)
    throw new InvalidInputError(
      "computed doses",
      computed.values.length,
      `${samples.length}, one per sample`,
    );
  const maximum = Math.max(...samples.map((s) => s.value));
  const axisDose = axisDoseOf(file, curve);
  let points = 0;
  let passed = 0;
  let worst = 0;
  let worstAtMm = samples[0]!.positionMm;
  let worstMm = 0;
  let ofAxisSum = 0;
  let meanSum = 0;
  let meanPoints = 0;
  let meanOwn = 0;
  let meanReference = 0;
  let meanReferenceSquares = 0;
  let chiSum = 0;
  let ownSigma = 0;
  let apartPoints = 0;
  let apartWhy = "";
  let apartWorst = 0;
  samples.forEach((sample, i) => {
    const dose = computed.values[i]!;
    const sigma = computed.sigmas[i]!;
    if (!Number.isFinite(dose)) throw new InvalidInputError(`computed dose ${i}`, dose, "a finite number");
    const deviation = dose - sample.value;
    const ofAxis = deviation / axisDose(sample);
    const rule = tolerance.pointTolerance(file, curve, sample);
    if (typeof rule === "string") {
      if (apartPoints++ === 0) apartWhy = rule;
      if (Math.abs(ofAxis) > Math.abs(apartWorst)) apartWorst = ofAxis;
      return;
    }
    points++;
    ofAxisSum += ofAxis;
    if (Math.abs(ofAxis) > Math.abs(worst)) {
      worst = ofAxis;
      worstAtMm = sample.positionMm;
    }
    const variance = sigma ** 2 + sample.sigma ** 2;
    const total = variance + (MODEL_FLOOR * sample.value) ** 2;
    if (total > 0) chiSum += deviation ** 2 / total;
    if (sample.value > HIGH_DOSE * maximum) {
      meanSum += deviation / sample.value;
      meanPoints++;
      meanOwn += sigma / sample.value;
      meanReference += sample.sigma / sample.value;
      meanReferenceSquares += (sample.sigma / sample.value) ** 2;
      ownSigma = Math.max(ownSigma, sigma / sample.value);
    }
    const base = rule.of === "axis" ? axisDose(sample) : sample.value;
    if (Math.abs(deviation) <= Math.max((rule.dosePercent / 100) * base, rule.sigmas * Math.sqrt(variance))) {
      passed++;
      return;
    }
    const distance = distanceToAgreement(samples, i, dose);
    if (distance <= rule.distanceMm) passed++;
    worstMm = Math.max(worstMm, distance);
  });
  const ofReference = curve.along === "depth" ? Math.sqrt(meanReferenceSquares) : meanReference;
  const score = {
    name: curve.name,
    points,
    passed,
    passPercent: points === 0 ? 0 : (100 * passed) / points,
    worstPercent: 100 * worst,
    worstAtMm,
    worstMm,
    meanPercent: points === 0 ? 0 : (100 * ofAxisSum) / points,
    meanLocalPercent: meanPoints === 0 ? 0 : (100 * meanSum) / meanPoints,
    meanLocalSigmaPercent: meanPoints === 0 ? 0 : (100 * Math.hypot(meanOwn, ofReference)) / meanPoints,
    binOffset: binOffsetOf(file, curve),
    reducedChiSquare: points === 0 ? 0 : chiSum / points,
    ownSigmaPercent: 100 * ownSigma,
    apart: { points: apartPoints, why: apartWhy, worstPercent: 100 * apartWorst },
  };
  const failures = failuresOf(score, tolerance);
  return { ...score, pass: failures.length === 0, failures };
}

function failuresOf(
  score: Omit<CurveScore, "pass" | "failures">,
  { curvePassPercent, meanPercent, reducedChiSquare, ownSigmaPercent }: EngineTolerance,
): string[] {
  const failures: string[] = [];
  if (score.points > 0 && score.passPercent < curvePassPercent)
    failures.push(
      `${score.passPercent.toFixed(1)} % of its points pass, ${curvePassPercent} % are asked for`,
    );
  if (meanPercent !== undefined && Math.abs(score.meanPercent) > meanPercent)
    failures.push(
      `mean deviation ${score.meanPercent.toFixed(2)} % of the dose on the axis, ${meanPercent} % is allowed`,
    );
  if (reducedChiSquare !== undefined && score.reducedChiSquare > reducedChiSquare)
    failures.push(`reduced χ² ${score.reducedChiSquare.toFixed(2)}, ${reducedChiSquare} is allowed`);
  if (ownSigmaPercent !== undefined && score.ownSigmaPercent > ownSigmaPercent)
    failures.push(
      `own standard error ${score.ownSigmaPercent.toFixed(2)} %, ${ownSigmaPercent} % is allowed`,
    );
  return failures;
}

/** Reference dose on the axis at the depth of a sample: the curve's own where it holds the axis, else that of a depth curve on it. */
function axisDoseOf(file: PhotonReference, curve: FileCurve): (sample: RegionSample) => number {
  const onAxis = (s: RegionSample) => s.offAxisLowMm <= 0.5 && s.offAxisLowMm >= -0.5;
  if (curve.along !== "depth") {
    const nearest = curve.samples.reduce((a, b) =>
      Math.abs(b.offAxisLowMm) < Math.abs(a.offAxisLowMm) ? b : a,
    );
    if (onAxis(nearest)) return () => nearest.value;
  } else if (onAxis(curve.samples[0]!)) return (s) => s.value;
  const axis = file.curves.find(
    (c) => c.along === "depth" && c.quantity === curve.quantity && onAxis(c.samples[0]!),
  );
  if (!axis) return (s) => s.value;
  const depths = axis.samples.map((s) => s.positionMm);
  const doses = axis.samples.map((s) => s.value);
  return (s) => {
    const depth = (s.depthLowMm + s.depthHighMm) / 2;
    return interpolateLinear(depths, doses, depth);
  };
}

/** Shortest way along the curve from sample i to where the reference is `dose`, mm; at most {@link DISTANCE_SEARCH_MM}. */
function distanceToAgreement(samples: readonly RegionSample[], i: number, dose: number): number {
  const at = samples[i]!.positionMm;
  let nearest = DISTANCE_SEARCH_MM;
  for (let k = 0; k + 1 < samples.length; k++) {
    const a = samples[k]!;
    const b = samples[k + 1]!;
    if ((a.value - dose) * (b.value - dose) > 0) continue;
    const t = a.value === b.value ? 0 : (dose - a.value) / (b.value - a.value);
    nearest = Math.min(nearest, Math.abs(a.positionMm + t * (b.positionMm - a.positionMm) - at));
  }
  return nearest;
}
