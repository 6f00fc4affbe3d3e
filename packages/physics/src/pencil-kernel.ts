import { InvalidInputError, intervalIndex, type Provenance } from "@isodose/core";
import { addBlurredDiscFractions, isInterleaved } from "./disc-superposition.ts";

/**
 * Dose in water around one narrow pencil of photons, as exponentials over the distance s from its axis:
 *
 *   p(s, d) = e^{−μ d} Σⱼ wⱼ(d) aⱼ e^{−aⱼ s} / (2π s)
 *
 * wⱼ is linear between the depth nodes; beyond the last node it is held, so the dose falls on as e^{−μ d}. Each term
 * integrates to wⱼ e^{−μ d} over the plane: their sum is the dose of a field wider than all of it. Single weights may be negative (electrons
 * have an end of range, which no sum of positive exponentials has), p(s, d) is not.
 * @source form: Ahnesjö, Saxner, Trepp, Med. Phys. 19 (1992) 263, doi:10.1118/1.596856
 */
export interface PencilKernel {
  readonly name: string;
  readonly provenance: Provenance;
  /** μ, 1/mm: taken out of the weights, so that they vary slowly with depth. */
  readonly attenuationPerMm: number;
  /** aⱼ, 1/mm: each twice the one before, or a, 3/2 a, 2 a, 3 a, 4 a, 6 a … (an even number). */
  readonly ratesPerMm: readonly number[];
  /** Depth nodes, mm, from 0, increasing. */
  readonly depthMm: readonly number[];
  /** wⱼ by [depth][rate]: Gy per unit fluence (1/cm2), Gy cm2. */
  readonly weightsGyCm2: readonly (readonly number[])[];
  /** What the kernel does and does not hold at the surface, in words for a report. */
  readonly surfaceNote: string;
}

/**
 * Check a kernel once, at the public edge.
 * @throws InvalidInputError if shapes do not fit, rates do not double, depths do not increase from 0 or the dose around the pencil is
 * negative anywhere by more than 0.5 % of it all per ln s
 */
export function assertPencilKernel(kernel: PencilKernel, field = "kernel"): void {
  const { ratesPerMm: rates, depthMm: depths, weightsGyCm2: weights, attenuationPerMm: mu } = kernel;
  if (!(Number.isFinite(mu) && mu >= 0))
    throw new InvalidInputError(`${field}.attenuationPerMm`, mu, "a number ≥ 0, 1/mm");
  const back = isInterleaved(rates) && rates.length % 2 === 0 ? 2 : 1;
  for (let j = 0; j < rates.length; j++) {
    const good = j < back ? rates[j]! > 0 : Math.abs(rates[j]! / rates[j - back]! - 2) < 1e-9;
    if (!good)
      throw new InvalidInputError(
        `${field}.ratesPerMm[${j}]`,
        rates[j],
        "rates > 0, each twice the one before, or pairs a, 3/2 a that double",
      );
  }
  for (let i = 0; i < depths.length; i++) {
    const good = i === 0 ? depths[0] === 0 : depths[i]! > depths[i - 1]!;
    if (!good)
      throw new InvalidInputError(`${field}.depthMm[${i}]`, depths[i], "depths increasing from 0, mm");
  }
  if (rates.length < 1 || depths.length < 2)
    throw new InvalidInputError(field, undefined, "one rate and two depths at least");
  const shaped = weights.length === depths.length && weights.every((row) => row.length === rates.length);
  if (!shaped)
    throw new InvalidInputError(
      `${field}.weightsGyCm2`,
      weights.length,
      "one row per depth, one column per rate",
    );
  const bad = weights.flat().find((w) => !Number.isFinite(w));
  if (bad !== undefined) throw new InvalidInputError(`${field}.weightsGyCm2`, bad, "numbers, Gy cm2");
  assertDensity(kernel, field);
}

/** Distances at which the density is looked at, mm, and how far below 0 it may be. */
const DENSITY_FROM_MM = 0.02;
const DENSITY_TO_MM = 200;
const DENSITY_POINTS = 100;
const DENSITY_TOLERANCE = 0.005;

/** Energy per ln s, Σⱼ wⱼ s aⱼ e^{−aⱼ s}, is ≥ 0 within the tolerance, and all of it together is ≥ 0. */
function assertDensity(
  { ratesPerMm: rates, weightsGyCm2: weights, depthMm }: PencilKernel,
  field: string,
): void {
  for (let p = 0; p < DENSITY_POINTS; p++) {
    const s = DENSITY_FROM_MM * (DENSITY_TO_MM / DENSITY_FROM_MM) ** (p / (DENSITY_POINTS - 1));
    const parts = rates.map((a) => s * a * Math.exp(-a * s));
    weights.forEach((row, i) => {
      let density = 0;
      let all = 0;
      for (let j = 0; j < row.length; j++) {
        density += row[j]! * parts[j]!;
        all += row[j]!;
      }
      if (!(all >= 0 && density >= -DENSITY_TOLERANCE * all))
        throw new InvalidInputError(
          `${field}.weightsGyCm2[${i}]`,
          density,
          `weights whose dose around the pencil is ≥ 0 everywhere (at ${depthMm[i]} mm of depth, ${s.toPrecision(2)} mm off)`,
        );
    });
  }
}

/**
 * Weights of the exponentials at one depth, attenuation included: e^{−μ d} wⱼ(d).
 * @param depthMm - d, mm, ≥ 0
 * @param out - length of `ratesPerMm`, overwritten: Gy cm2
 */
export function kernelWeightsAt(kernel: PencilKernel, depthMm: number, out: Float64Array): void {
  const nodes = kernel.depthMm;
  const i = intervalIndex(nodes, depthMm);
  const t = Math.min(1, (depthMm - nodes[i]!) / (nodes[i + 1]! - nodes[i]!));
  const upper = kernel.weightsGyCm2[i]!;
  const lower = kernel.weightsGyCm2[i + 1]!;
  const attenuation = Math.exp(-kernel.attenuationPerMm * depthMm);
  for (let j = 0; j < out.length; j++) out[j] = attenuation * (upper[j]! + t * (lower[j]! - upper[j]!));
}

/** σ of a Gaussian over its full width at half maximum: 1 / (2 √(2 ln 2)). */
export const SIGMA_PER_FWHM = 1 / (2 * Math.sqrt(2 * Math.LN2));

/** One point in one circular field. */
export interface CircleFieldPoint {
  /** Field diameter in the plane at `sadMm` from the source, mm. */
  readonly diameterMm: number;
  readonly sadMm: number;
  /** f: distance of the point's plane from the source along the axis, mm. */
  readonly sourceDistanceMm: number;
  /** d: depth in water, mm, ≥ 0. */
  readonly depthMm: number;
  /** r: distance from the axis in the plane of the point, mm. Default 0. */
  readonly offAxisMm?: number;
  /** Full width at half maximum of the focal spot's Gaussian shadow in the plane of the point, mm. Default 0. */
  readonly sourceBlurFwhmMm?: number;
}

/**
 * Dose of a uniform circular diverging field in water, by superposition of the pencil kernel over the field:
 *
 *   D = (SAD/f)² e^{−μ d} Σⱼ wⱼ(d) F(r; R f/SAD, aⱼ)
 *
 * with F of {@link addDiscFractions}, for a field blurred by the focal spot where one is given. p ≥ 0, so the dose never falls
 * when the field grows.
 *
 * @returns Gy per unit in-vacuum fluence (1/cm2) on the axis at SAD: Gy cm2
 * @throws InvalidInputError if a length is not usable
 */
export function circleFieldDose(kernel: PencilKernel, point: CircleFieldPoint): number {
  const { diameterMm, sadMm, sourceDistanceMm, depthMm, offAxisMm = 0, sourceBlurFwhmMm = 0 } = point;
  for (const [name, value] of Object.entries({ diameterMm, sadMm, sourceDistanceMm })) {
    if (!(Number.isFinite(value) && value > 0)) throw new InvalidInputError(name, value, "a length > 0, mm");
  }
  for (const [name, value] of Object.entries({ depthMm, offAxisMm, sourceBlurFwhmMm })) {
    if (!(Number.isFinite(value) && value >= 0)) throw new InvalidInputError(name, value, "a length ≥ 0, mm");
  }
  const n = kernel.ratesPerMm.length;
  const fractions = new Float64Array(n);
  const weights = new Float64Array(n);
  const radius = ((diameterMm / 2) * sourceDistanceMm) / sadMm;
  addBlurredDiscFractions(
    radius,
    sourceBlurFwhmMm * SIGMA_PER_FWHM,
    offAxisMm,
    kernel.ratesPerMm,
    1,
    fractions,
  );
  kernelWeightsAt(kernel, depthMm, weights);
  let sum = 0;
  for (let j = 0; j < n; j++) sum += weights[j]! * fractions[j]!;
  return sum * (sadMm / sourceDistanceMm) ** 2;
}
