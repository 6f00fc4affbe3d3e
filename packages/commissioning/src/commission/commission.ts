import {
  InvalidInputError,
  isLibraryError,
  type RunControl,
  throwIfCancelled,
  type Warning,
} from "@isodose/core";
import {
  type BeamModel,
  circleBeamDose,
  type FieldProvenance,
  type MachineDefinition,
  parseMachine,
} from "@isodose/machines";
import { assertPencilKernel, type PencilKernel, SIGMA_PER_FWHM } from "@isodose/physics";
import { type MonoPencils, monoPencils, pencilKernelOfSpectrum } from "../pencil/index.ts";
import { curvePredictor, type MeasuredCurve, measuredCurve, scaleOfCurve } from "./beam-curves.ts";
import type { CommissionSpec } from "./commission-spec.ts";
import { type BeamFit, type BeamParameters, fitBeam, startOf } from "./fit-beam.ts";
import { readMeasuredCsv } from "./read-measured-csv.ts";

/** A measured curve and what the beam gives for it, before and after the fit; scaled to the measured values. */
export interface CommissionedCurve {
  readonly measured: MeasuredCurve;
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Σ ((y − after) / σ)². */
  readonly chiSquare: number;
  /** Root mean square and greatest deviation (after − measured), % of the curve's greatest value. */
  readonly rmsPercent: number;
  readonly worstPercent: number;
}

/** What {@link commission} made. */
export interface CommissionResult {
  /** Ready to be written as a machine file; `parseMachine` takes it. */
  readonly machine: MachineDefinition;
  readonly spec: CommissionSpec;
  /** Undefined where the spec fits nothing. */
  readonly fit?: BeamFit;
  readonly curves: readonly CommissionedCurve[];
  /** Photons by bin, sum 1. */
  readonly spectrumBefore: readonly number[];
  readonly spectrumAfter: readonly number[];
  /** Of the machine's cones, at reference depth and SAD. */
  readonly outputFactors: readonly { readonly diameterMm: number; readonly factor: number }[];
  readonly monteCarlo: {
    readonly histories: number;
    readonly seed: number;
    /** Standard error at 100 mm depth within 10 mm of the axis, %, of the mixture. */
    readonly sigmaPercent: number;
  };
  readonly warnings: readonly Warning[];
}

/** What {@link commission} takes beside a spec. */
export interface CommissionOptions extends RunControl {
  /** Content of each CSV file that the spec names. */
  readonly readText: (file: string) => Promise<string>;
  /** Pencils simulated before, for the same bins. Default: simulated. */
  readonly pencils?: MonoPencils;
}

/** Significant digits of a kernel's weights in a machine file. */
const WEIGHT_DIGITS = 7;
/** Above this correlation two parameters are not told apart. */
const HIGH_CORRELATION = 0.98;
/** χ² per degree of freedom from which the model does not describe the data within their errors. */
const HIGH_CHI_SQUARE = 2;

/**
 * Make the beam data of a machine: Monte Carlo of narrow pencils for every energy of the spectrum, a fit of what the spec names to the
 * measured curves, and a machine with the pencil kernel of the spectrum that was found.
 *
 * @throws InvalidInputError naming the file or key; CancelledError
 * @example
 * const spec = parseCommissionSpec(JSON.parse(text));
 * const { machine, fit } = await commission(spec, { readText: (file) => readFile(file, "utf8") });
 */
export async function commission(
  spec: CommissionSpec,
  options: CommissionOptions,
): Promise<CommissionResult> {
  const { readText, signal, onProgress } = options;
  const control: RunControl = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  throwIfCancelled(signal);
  const start = startOf(spec);
  const curves: MeasuredCurve[] = [];
  for (const one of spec.measured) {
    const text = await readText(one.file);
    curves.push(measuredCurve(one, readMeasuredCsv(text, one.file, one.kind), spec));
  }
  const pencils =
    options.pencils ??
    (await monoPencils(spec.spectrum, { histories: spec.histories, seed: spec.seed }, control));
  if (pencils.kernels.length !== spec.spectrum.relativeNumber.length)
    throw new InvalidInputError(
      "pencils",
      pencils.kernels.length,
      `${spec.spectrum.relativeNumber.length}, one for each bin of the spectrum`,
    );
  const fitted = spec.fit.length > 0 ? await fitBeam(spec, pencils, curves, control) : undefined;
  const beam = fitted?.beam ?? start;
  const kernel = kernelOfBeam(spec, pencils, beam, fitted?.fit);
  assertEnoughPhotons(kernel, pencils);
  const machine = machineOf(spec, beam, kernel, pencils, fitted?.fit);
  const factorOf = outputFactorsOf(machine, kernel, beam);
  return {
    machine,
    spec,
    ...(fitted && { fit: fitted.fit }),
    curves: compareCurves(spec, pencils, curves, start, beam, kernel),
    spectrumBefore: start.relativeNumber,
    spectrumAfter: beam.relativeNumber,
    outputFactors: machine.coneDiametersMm.map((diameterMm) => ({
      diameterMm,
      factor: factorOf(diameterMm),
    })),
    monteCarlo: {
      histories: pencils.histories.reduce((sum, n) => sum + n, 0),
      seed: pencils.seed,
      sigmaPercent: mixedSigmaPercent(pencils, beam.relativeNumber),
    },
    warnings: fitted ? warningsOf(fitted.fit) : [],
  };
}

/** A kernel whose noise makes its dose negative somewhere is not written. */
function assertEnoughPhotons(kernel: PencilKernel, pencils: MonoPencils): void {
  try {
    assertPencilKernel(kernel);
  } catch (error) {
    if (!isLibraryError(error, "InvalidInputError")) throw error;
    throw new InvalidInputError(
      "histories",
      pencils.histories.reduce((sum, n) => sum + n, 0),
      `more photons: the noise of the kernel makes it negative (${error.expected})`,
    );
  }
}

/** Dose of a cone over that of the reference field, at the reference point. */
function outputFactorsOf(
  { sadMm, beamModel }: MachineDefinition,
  kernel: PencilKernel,
  { optics }: BeamParameters,
): (diameterMm: number) => number {
  const { diameterMm: referenceMm, depthMm } = beamModel.reference;
  const dose = (diameterMm: number) =>
    circleBeamDose(kernel, optics, { diameterMm, sourceDistanceMm: sadMm, depthMm });
  const reference = dose(referenceMm);
  return (diameterMm) => dose(diameterMm) / reference;
}

function kernelOfBeam(
  spec: CommissionSpec,
  pencils: MonoPencils,
  beam: BeamParameters,
  fit: BeamFit | undefined,
): PencilKernel {
  const photons = pencils.histories.reduce((sum, n) => sum + n, 0);
  const bent = fit?.parameters.some(({ name }) => name.startsWith("spectrum"));
  const kernel = pencilKernelOfSpectrum(pencils, beam.relativeNumber, {
    name: `${spec.spectrumName}${bent ? ", fitted" : ""} of ${spec.id}`,
    provenance: {
      title: `Pencil kernel in water of ${spec.title}`,
      source: `Isodose's own Monte Carlo, ${photons} photons, seed ${pencils.seed}`,
      note: `spectrum ${spec.spectrumName}${bent ? ", bent to fit measured curves" : ""}; ${pencils.kernels.length} energies simulated apart and mixed`,
    },
  });
  return {
    ...kernel,
    attenuationPerMm: rounded(kernel.attenuationPerMm),
    weightsGyCm2: kernel.weightsGyCm2.map((row) => row.map(rounded)),
  };
}

function rounded(x: number): number {
  return Number(x.toPrecision(WEIGHT_DIGITS));
}

function machineOf(
  spec: CommissionSpec,
  beam: BeamParameters,
  pencil: PencilKernel,
  pencils: MonoPencils,
  fit: BeamFit | undefined,
): MachineDefinition {
  const { base, spectrum, output } = spec;
  const { headScatter, leakage, fluenceProfile, sourceSigmaMm } = beam.optics;
  const beamModel: BeamModel = {
    kernel: {
      spectrum: {
        binLowMeV: spectrum.binLowMeV,
        binHighMeV: spectrum.binHighMeV,
        relativeNumber: beam.relativeNumber.map(rounded),
      },
      pencil,
    },
    sourceFwhmMm: rounded(sourceSigmaMm / SIGMA_PER_FWHM),
    collimatorExitMm: spec.collimatorExitMm,
    ...(headScatter && {
      headScatter: {
        share: rounded(headScatter.share),
        sigmaMm: rounded(headScatter.sigmaMm),
        distanceFromSourceMm: headScatter.distanceFromSourceMm,
      },
    }),
    ...(leakage && {
      leakage: { transmission: rounded(leakage.transmission), radiusMm: leakage.radiusMm },
    }),
    ...(fluenceProfile && { fluenceProfile }),
    reference: spec.reference,
    ...(output.unit === "Gy/min"
      ? { doseGyPerMinute: output.value }
      : { doseGyPerMonitorUnit: output.value }),
  };
  const machine = {
    ...base,
    id: spec.id,
    title: spec.title,
    label: spec.label,
    sadMm: spec.sadMm,
    coneDiametersMm: spec.coneDiametersMm,
    beamModel,
    provenance: provenanceOf(spec, pencils, fit),
  };
  // The one check that machine files go through.
  return parseMachine(JSON.parse(JSON.stringify(machine)), "machine");
}

/** The base machine's lines for what it lends, and where the beam model's numbers come from. */
function provenanceOf(
  spec: CommissionSpec,
  pencils: MonoPencils,
  fit: BeamFit | undefined,
): FieldProvenance[] {
  const files = spec.measured.map(({ file }) => file).join(", ");
  const fitted = (name: string): string | undefined => {
    const one = fit?.parameters.find((p) => p.name === name);
    if (!one) return undefined;
    const { value, standardError, unit } = one;
    const error = Number.isFinite(standardError) ? ` ± ${standardError.toPrecision(2)}` : ", undetermined";
    return `fitted to ${files}: ${Number(value.toPrecision(4))}${error}${unit === "" ? "" : ` ${unit}`}`;
  };
  const given = "given in the commissioning file";
  const lent = spec.base.provenance.filter(({ field }) => {
    if (field.startsWith("beamModel")) return false;
    if (field === "sadMm") return spec.sadMm === spec.base.sadMm;
    if (field === "coneDiametersMm") return spec.coneDiametersMm === spec.base.coneDiametersMm;
    return true;
  });
  const photons = pencils.histories.reduce((sum, n) => sum + n, 0);
  const bent = ["a", "b"].flatMap((letter) => {
    const text = fitted(`spectrum ${letter}`);
    return text === undefined ? [] : [`${letter} ${text}`];
  });
  const entries: [field: string, source: string][] = [
    ...(spec.sadMm === spec.base.sadMm ? [] : ([["sadMm", given]] as [string, string][])),
    ...(spec.coneDiametersMm === spec.base.coneDiametersMm
      ? []
      : ([["coneDiametersMm", given]] as [string, string][])),
    [
      "beamModel.kernel",
      `Isodose's own Monte Carlo, ${photons} photons, seed ${pencils.seed}; spectrum ${spec.spectrumName}${
        bent.length > 0 ? ` times (E/E0)^a exp(b (E − E0)), ${bent.join(", ")}; what is not named is 0` : ""
      }`,
    ],
    ["beamModel.sourceFwhmMm", fitted("sourceFwhmMm") ?? given],
    ["beamModel.collimatorExitMm", given],
    ...(spec.headScatter
      ? ([
          ["beamModel.headScatter.share", fitted("headScatter.share") ?? given],
          ["beamModel.headScatter.sigmaMm", fitted("headScatter.sigmaMm") ?? given],
          ["beamModel.headScatter.distanceFromSourceMm", given],
        ] as [string, string][])
      : []),
    ...(spec.leakage
      ? ([["beamModel.leakage", fitted("leakage.transmission") ?? given]] as [string, string][])
      : []),
    ...(spec.fluenceProfile ? ([["beamModel.fluenceProfile", given]] as [string, string][]) : []),
    ["beamModel.reference", given],
    [spec.output.unit === "Gy/min" ? "beamModel.doseGyPerMinute" : "beamModel.doseGyPerMonitorUnit", given],
  ];
  return [...lent, ...entries.map(([field, source]) => ({ field, source, status: "computed" as const }))];
}

function compareCurves(
  spec: CommissionSpec,
  pencils: MonoPencils,
  curves: readonly MeasuredCurve[],
  start: BeamParameters,
  beam: BeamParameters,
  kernel: PencilKernel,
): CommissionedCurve[] {
  const predictor = curvePredictor(curves, spec, kernel.ratesPerMm);
  const before = predictor.predict(pencilKernelOfSpectrum(pencils, start.relativeNumber), start.optics);
  const after = predictor.predict(kernel, beam.optics);
  return curves.map((measured, c) => {
    const scaled = (values: Float64Array): number[] => {
      const scale = scaleOfCurve(measured, values);
      return Array.from(values, (v) => v * scale);
    };
    const found = scaled(after[c]!);
    const greatest = Math.max(...measured.y);
    const percent = found.map((v, i) => (100 * (v - measured.y[i]!)) / greatest);
    return {
      measured,
      before: scaled(before[c]!),
      after: found,
      chiSquare: found.reduce((sum, v, i) => sum + ((measured.y[i]! - v) / measured.sigma[i]!) ** 2, 0),
      rmsPercent: Math.sqrt(percent.reduce((sum, p) => sum + p * p, 0) / percent.length),
      worstPercent: percent.reduce((worst, p) => (Math.abs(p) > Math.abs(worst) ? p : worst), 0),
    };
  });
}

/** Errors of the energies' doses at 100 mm depth, mixed by what each gives there. */
function mixedSigmaPercent(pencils: MonoPencils, relativeNumber: readonly number[]): number {
  const at = pencils.kernels[0]!.depthMm.findIndex((d) => d >= 100);
  let variance = 0;
  let total = 0;
  pencils.kernels.forEach((kernel, i) => {
    const depth = kernel.depthMm[at]!;
    const broad = kernel.weightsGyCm2[at]!.reduce((sum, w) => sum + w, 0);
    const dose = relativeNumber[i]! * broad * Math.exp(-kernel.attenuationPerMm * depth);
    total += dose;
    variance += (dose * pencils.sigmaPercent[i]!) ** 2;
  });
  return Math.sqrt(variance) / total;
}

function warningsOf(fit: BeamFit): Warning[] {
  const warnings: Warning[] = [];
  if (!fit.converged)
    warnings.push({
      code: "FIT_NOT_CONVERGED",
      message: `the fit was still moving after ${fit.iterations} steps`,
    });
  fit.parameters.forEach(({ name, value, standardError }, i) => {
    if (!Number.isFinite(standardError))
      warnings.push({
        code: "PARAMETER_UNDETERMINED",
        message: `${name} = ${Number(value.toPrecision(4))} ended at the end of its range or is not determined by the data: it has no standard error`,
      });
    for (let k = 0; k < i; k++) {
      const correlation = fit.correlations[i]![k]!;
      if (Math.abs(correlation) > HIGH_CORRELATION)
        warnings.push({
          code: "PARAMETERS_CORRELATED",
          message: `${fit.parameters[k]!.name} and ${name} are correlated (${correlation.toFixed(3)}): the data tell their combination, not each`,
        });
    }
  });
  const reduced = fit.chiSquare / Math.max(1, fit.degreesOfFreedom);
  if (reduced > HIGH_CHI_SQUARE)
    warnings.push({
      code: "POOR_FIT",
      message: `χ² is ${reduced.toFixed(1)} per degree of freedom: the beam model misses the data by more than their stated errors`,
    });
  return warnings;
}
