import { type BeamOptics, type RunControl, throwIfCancelled, yieldToEventLoop } from "@isodose/core";
import { SIGMA_PER_FWHM } from "@isodose/physics";
import { type MonoPencils, pencilKernelOfSpectrum } from "../pencil/index.ts";
import { curvePredictor, type MeasuredCurve, scaleOfCurve } from "./beam-curves.ts";
import type { CommissionSpec, FittedQuantity } from "./commission-spec.ts";
import { type FitParameter, fitLeastSquares, type LeastSquaresFit } from "./least-squares.ts";

/** One number that a fit found. */
export interface FittedParameter {
  readonly name: string;
  /** "" for a pure number. */
  readonly unit: string;
  readonly start: number;
  readonly value: number;
  /** NaN where the value ended at the end of its range, or the data do not determine it. */
  readonly standardError: number;
}

/** What a fit of a beam found. */
export interface BeamFit {
  readonly parameters: readonly FittedParameter[];
  /** [i][j] of the parameters. */
  readonly correlations: readonly (readonly number[])[];
  /** Mean energy by number of the spectrum before, and after with its standard error, MeV. */
  readonly meanEnergyMeV: { readonly before: number; readonly after: number; readonly standardError: number };
  readonly chiSquare: number;
  /** Points less parameters less scales of curves. */
  readonly degreesOfFreedom: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Numbers of a beam that a fit may change. */
export interface BeamParameters {
  /** Photons by bin, sum 1. */
  readonly relativeNumber: readonly number[];
  readonly optics: BeamOptics;
}

interface KnownParameter extends FitParameter {
  readonly unit: string;
}

const SLOPE = "spectrum b";
const POWER = "spectrum a";

function parametersOf(quantity: FittedQuantity, spec: CommissionSpec): KnownParameter[] {
  const { sourceFwhmMm, headScatter, leakage } = spec;
  switch (quantity) {
    case "spectrum":
      return [{ name: SLOPE, unit: "1/MeV", start: 0, least: -4, most: 4, step: 0.005 }];
    case "spectrumPower":
      return [{ name: POWER, unit: "", start: 0, least: -5, most: 5, step: 0.01 }];
    case "sourceFwhm":
      return [{ name: "sourceFwhmMm", unit: "mm", start: sourceFwhmMm, least: 0.05, most: 20, step: 0.01 }];
    case "headScatterShare":
      return [
        {
          name: "headScatter.share",
          unit: "",
          start: headScatter!.share,
          least: 0,
          most: 0.9,
          step: 0.002,
        },
      ];
    case "headScatterSigma":
      return [
        {
          name: "headScatter.sigmaMm",
          unit: "mm",
          start: headScatter!.sigmaMm,
          least: 0.5,
          most: 200,
          step: 0.1,
        },
      ];
    case "leakage":
      return [
        {
          name: "leakage.transmission",
          unit: "",
          start: leakage!.transmission,
          least: 0,
          most: 0.5,
          step: 0.0002,
        },
      ];
  }
}

/**
 * A spectrum bent by two numbers, n(E) (E/E₀)^a e^{b (E − E₀)}, E₀ the mean energy of n; the sum is 1.
 * @param energiesMeV - middles of the bins
 */
export function bentSpectrum(
  relativeNumber: readonly number[],
  energiesMeV: readonly number[],
  a: number,
  b: number,
): number[] {
  const e0 = meanEnergyMeV(relativeNumber, energiesMeV);
  const bent = relativeNumber.map((n, i) => {
    const e = energiesMeV[i]!;
    return n > 0 ? n * Math.exp(a * Math.log(e / e0) + b * (e - e0)) : 0;
  });
  const sum = bent.reduce((s, n) => s + n, 0);
  return bent.map((n) => n / sum);
}

/** Mean of energies by number. */
export function meanEnergyMeV(relativeNumber: readonly number[], energiesMeV: readonly number[]): number {
  let energy = 0;
  let number = 0;
  relativeNumber.forEach((n, i) => {
    energy += n * energiesMeV[i]!;
    number += n;
  });
  return energy / number;
}

/** Middles of the bins of a spectrum, MeV. */
export function binMiddlesMeV({
  binLowMeV,
  binHighMeV,
}: {
  binLowMeV: readonly number[];
  binHighMeV: readonly number[];
}): number[] {
  return binLowMeV.map((low, i) => (low + binHighMeV[i]!) / 2);
}

/** Beam of a spec before any fit. */
export function startOf(spec: CommissionSpec): BeamParameters {
  const { spectrum, sadMm, sourceFwhmMm, collimatorExitMm, headScatter, leakage, fluenceProfile } = spec;
  return {
    relativeNumber: bentSpectrum(spectrum.relativeNumber, binMiddlesMeV(spectrum), 0, 0),
    optics: {
      sadMm,
      sourceSigmaMm: sourceFwhmMm * SIGMA_PER_FWHM,
      collimatorDistanceMm: collimatorExitMm,
      ...(headScatter && { headScatter }),
      ...(leakage && { leakage }),
      ...(fluenceProfile && { fluenceProfile }),
    },
  };
}

/** Beam of a spec with fitted numbers in place of its own. */
function beamWith(spec: CommissionSpec, names: readonly string[], values: readonly number[]): BeamParameters {
  const start = startOf(spec);
  const fittedValue = (name: string): number | undefined => {
    const at = names.indexOf(name);
    return at < 0 ? undefined : values[at];
  };
  const { headScatter, leakage } = spec;
  const a = fittedValue(POWER);
  const b = fittedValue(SLOPE);
  const fwhm = fittedValue("sourceFwhmMm");
  return {
    relativeNumber:
      a === undefined && b === undefined
        ? start.relativeNumber
        : bentSpectrum(spec.spectrum.relativeNumber, binMiddlesMeV(spec.spectrum), a ?? 0, b ?? 0),
    optics: {
      ...start.optics,
      ...(fwhm !== undefined && { sourceSigmaMm: fwhm * SIGMA_PER_FWHM }),
      ...(headScatter && {
        headScatter: {
          ...headScatter,
          share: fittedValue("headScatter.share") ?? headScatter.share,
          sigmaMm: fittedValue("headScatter.sigmaMm") ?? headScatter.sigmaMm,
        },
      }),
      ...(leakage && {
        leakage: { ...leakage, transmission: fittedValue("leakage.transmission") ?? leakage.transmission },
      }),
    },
  };
}

/**
 * Fit the quantities that a spec names to measured curves, by least squares weighted with the data's standard errors:
 *
 *   χ² = Σ over curves and points ((y − s m(p)) / σ)²
 *
 * m is the dose of the beam model, s the curve's own scale ({@link scaleOfCurve}), found anew for every p, so that standard errors of p
 * include what is not known of the scales.
 * @throws CancelledError
 */
export async function fitBeam(
  spec: CommissionSpec,
  pencils: MonoPencils,
  curves: readonly MeasuredCurve[],
  control: RunControl = {},
): Promise<{ fit: BeamFit; beam: BeamParameters }> {
  const known = spec.fit.flatMap((quantity) => parametersOf(quantity, spec));
  const names = known.map(({ name }) => name);
  const predictor = curvePredictor(curves, spec, pencils.kernels[0]!.ratesPerMm);
  const points = curves.reduce((sum, curve) => sum + curve.y.length, 0);
  const scaled = curves.filter((curve) => curve.spec.kind !== "output-factors").length;
  const residuals = (values: readonly number[]): Float64Array => {
    const { relativeNumber, optics } = beamWith(spec, names, values);
    const predicted = predictor.predict(pencilKernelOfSpectrum(pencils, relativeNumber), optics);
    const out = new Float64Array(points);
    let at = 0;
    curves.forEach((curve, c) => {
      const scale = scaleOfCurve(curve, predicted[c]!);
      curve.y.forEach((y, i) => {
        out[at++] = (y - scale * predicted[c]![i]!) / curve.sigma[i]!;
      });
    });
    return out;
  };
  const found = await fitLeastSquares(known, residuals, async (done, total) => {
    throwIfCancelled(control.signal);
    control.onProgress?.({ stage: "fit", done, total });
    await yieldToEventLoop(control.signal);
  });
  control.onProgress?.({ stage: "fit", done: 1, total: 1 });
  return {
    beam: beamWith(spec, names, found.values),
    fit: {
      parameters: known.map(({ name, unit, start }, i) => ({
        name,
        unit,
        start,
        value: found.values[i]!,
        standardError: found.standardErrors[i]!,
      })),
      correlations: found.correlations,
      meanEnergyMeV: meanEnergies(spec, names, found),
      chiSquare: found.chiSquare,
      degreesOfFreedom: points - known.length - scaled,
      iterations: found.iterations,
      converged: found.converged,
    },
  };
}

/** Mean energy before and after; its error from those of what bends the spectrum: g C gᵀ with g the gradient. */
function meanEnergies(
  spec: CommissionSpec,
  names: readonly string[],
  found: LeastSquaresFit,
): BeamFit["meanEnergyMeV"] {
  const energies = binMiddlesMeV(spec.spectrum);
  const of = (values: readonly number[]) =>
    meanEnergyMeV(beamWith(spec, names, values).relativeNumber, energies);
  const before = meanEnergyMeV(startOf(spec).relativeNumber, energies);
  const after = of(found.values);
  const bending = names.flatMap((name, i) => (name === SLOPE || name === POWER ? [i] : []));
  const step = 1e-4;
  const errors = bending.map((i) => {
    const moved = (by: number) => of(found.values.map((v, k) => (k === i ? v + by : v)));
    return (found.standardErrors[i]! * (moved(step) - moved(-step))) / (2 * step);
  });
  let variance = 0;
  bending.forEach((i, x) => {
    bending.forEach((k, y) => {
      variance += errors[x]! * errors[y]! * found.correlations[i]![k]!;
    });
  });
  return { before, after, standardError: Math.sqrt(variance) };
}
