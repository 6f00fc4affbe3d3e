import { type BeamData, type ConeBeamData, type EnergySpectrum, InvalidInputError } from "@isodose/core";
import {
  addBlurredDiscFractions,
  assertPencilKernel,
  circleFieldDose,
  energySpectrumOf,
  kernelWeightsAt,
  MOHAN_6_MV,
  type PencilKernel,
  SIGMA_PER_FWHM,
} from "@isodose/physics";

/** What {@link makeBeamData} starts from. */
export interface BeamDataOptions {
  readonly machineName: string;
  /** Printed wherever a dose made with it is, e.g. "mohan6-based, not FFF". */
  readonly label: string;
  readonly kernel: PencilKernel;
  /** What the kernel was made with. */
  readonly spectrum: EnergySpectrum;
  readonly sadMm: number;
  /** Gaussian focal spot: full width at half maximum at the source, mm; 0 is a point. */
  readonly source: { readonly fwhmMm: number };
  /** c: distance from the source to the collimator's exit, which casts the shadow, mm. */
  readonly collimatorExitMm: number;
  /** Field diameters at `sadMm`, mm. */
  readonly coneDiametersMm: readonly number[];
  /** Cone and depth (at distance SAD from the source) where the output factor is 1. */
  readonly reference: { readonly diameterMm: number; readonly depthMm: number };
  /** k: dose per monitor unit there, Gy/MU. */
  readonly doseGyPerMonitorUnit: number;
  /**
   * Distances from the source that the tables cover, mm. Default [500, 1500], or from the collimator's exit where that lies
   * further out; nodes lie 100 mm apart or less.
   */
  readonly sourceDistanceRangeMm?: readonly [number, number];
}

/** Depth nodes of the tables: 0 … 600 mm, deeper than any patient; from 300 mm on the kernel continues exponentially. */
const DEPTH_STEP_MM = 1;
const DEPTH_COUNT = 601;
/** Tables reach this far beyond the field's edge at SAD: as far as the kernel was fitted. */
const MARGIN_MM = 20;
/** Numbers in one table, at most: 6 MB. The radius step is what this leaves. */
const MAX_TABLE_LENGTH = 1.5e6;
const MAX_DISTANCE_STEP_MM = 100;

/**
 * Beam data of a machine from a pencil kernel: every cone's TPR, OAR and output factor by superposition of the kernel over the
 * field, blurred by the focal spot.
 *
 *   D(r; d, f) = (SAD/f)² e^{−μ d} Σⱼ wⱼ(d) F(r; R f/SAD, aⱼ, σ(f)),   FWHM(f) = w (f − c) / c
 *
 * R is the cone's radius at SAD, w the spot's full width at half maximum, c the distance of the collimator's exit: the spot's
 * shadow in the plane at distance f. F depends on f and r alone, so a cone costs one small product per depth. Cones are made on
 * first use and kept. Outside the collimator there is neither leakage nor head scatter; beyond 20 mm from the edge nothing.
 *
 * @throws InvalidInputError if a length, diameter or the kernel is not usable; `cone(d)` if there is no such cone
 */
export function makeBeamData(options: BeamDataOptions): BeamData {
  assertBeamDataOptions(options);
  const { kernel, sadMm, reference, coneDiametersMm } = options;
  const made = new Map<number, ConeBeamData>();
  const referenceDose = axisDoseAtReference(options, reference.diameterMm);
  return {
    machine: options.machineName,
    label: options.label,
    provenance: {
      title: `Beam data of ${options.machineName}: ${kernel.name} pencil kernel over circular fields`,
      source: kernel.provenance.source,
      note: `focal spot ${options.source.fwhmMm} mm FWHM, collimator exit ${options.collimatorExitMm} mm from the source; ${kernel.provenance.note}; ${kernel.surfaceNote}; no leakage, dose ends ${MARGIN_MM} mm beyond the edge`,
    },
    sadMm,
    doseGyPerMonitorUnit: options.doseGyPerMonitorUnit,
    reference,
    photons: {
      spectrum: options.spectrum,
      sourceSigmaMm: options.source.fwhmMm * SIGMA_PER_FWHM,
      collimatorDistanceMm: options.collimatorExitMm,
      fluencePerCm2PerMonitorUnit: options.doseGyPerMonitorUnit / referenceDose,
    },
    coneDiametersMm,
    cone: (diameterMm) => {
      let cone = made.get(diameterMm);
      if (!cone) {
        if (!coneDiametersMm.includes(diameterMm)) {
          throw new InvalidInputError("cone diameterMm", diameterMm, `one of ${coneDiametersMm.join(", ")}`);
        }
        cone = makeCone(options, diameterMm, referenceDose);
        made.set(diameterMm, cone);
      }
      return cone;
    },
  };
}

/**
 * The machine of the reference cases: a point source and ideal edges, 1 MU = unit in-vacuum photon fluence (1/cm2) on the axis at SAD, so
 * "Gy/MU" are the cases' Gy cm2.
 * @param diametersMm - the fields, mm at SAD; the first is the reference cone, at 15 mm depth
 * @param sadMm - distance of the reference plane from the source, mm
 */
export function referenceCaseBeamData(
  kernel: PencilKernel,
  diametersMm: readonly number[],
  sadMm = 800,
): BeamData {
  if (diametersMm.length === 0)
    throw new InvalidInputError("diametersMm", diametersMm, "at least one diameter, mm");
  const reference = { diameterMm: diametersMm[0]!, depthMm: 15 };
  return makeBeamData({
    machineName: "reference-case",
    label: "point source, ideal edges",
    kernel,
    spectrum: energySpectrumOf(MOHAN_6_MV),
    sadMm,
    source: { fwhmMm: 0 },
    collimatorExitMm: sadMm / 2,
    coneDiametersMm: diametersMm,
    reference,
    doseGyPerMonitorUnit: circleFieldDose(kernel, { ...reference, sadMm, sourceDistanceMm: sadMm }),
    // The slabs reach from 785 to 1185 mm; fewer distances leave finer radii, which ideal edges need.
    sourceDistanceRangeMm: [sadMm - 100, sadMm + 400],
  });
}

function assertBeamDataOptions(options: BeamDataOptions): void {
  assertPencilKernel(options.kernel);
  const positive = {
    sadMm: options.sadMm,
    collimatorExitMm: options.collimatorExitMm,
    "reference.diameterMm": options.reference.diameterMm,
    doseGyPerMonitorUnit: options.doseGyPerMonitorUnit,
  };
  for (const [field, value] of Object.entries(positive)) {
    if (!(Number.isFinite(value) && value > 0)) throw new InvalidInputError(field, value, "a number > 0");
  }
  const { fwhmMm } = options.source;
  if (!(Number.isFinite(fwhmMm) && fwhmMm >= 0))
    throw new InvalidInputError("source.fwhmMm", fwhmMm, "a length ≥ 0 mm");
  const { depthMm } = options.reference;
  if (!(depthMm >= 0 && depthMm <= (DEPTH_COUNT - 1) * DEPTH_STEP_MM)) {
    throw new InvalidInputError("reference.depthMm", depthMm, "a depth of 0 to 600 mm");
  }
  for (const diameterMm of options.coneDiametersMm) {
    if (!(Number.isFinite(diameterMm) && diameterMm > 0))
      throw new InvalidInputError("coneDiametersMm", diameterMm, "lengths > 0 mm");
  }
  const [near, far] = distanceRangeMm(options);
  if (!(near >= options.collimatorExitMm && far > near && Number.isFinite(far))) {
    throw new InvalidInputError(
      "sourceDistanceRangeMm",
      [near, far],
      `two increasing distances beyond the collimator's exit at ${options.collimatorExitMm} mm`,
    );
  }
  if (!(options.sadMm >= near && options.sadMm <= far)) {
    throw new InvalidInputError(
      "sourceDistanceRangeMm",
      [near, far],
      `a range that holds the SAD, ${options.sadMm} mm`,
    );
  }
}

function distanceRangeMm(options: BeamDataOptions): readonly [number, number] {
  return options.sourceDistanceRangeMm ?? [Math.max(500, options.collimatorExitMm), 1500];
}

/** σ of the focal spot's shadow at distance f from the source, mm. */
function blurSigmaMm(options: BeamDataOptions, sourceDistanceMm: number): number {
  const c = options.collimatorExitMm;
  return (options.source.fwhmMm * SIGMA_PER_FWHM * (sourceDistanceMm - c)) / c;
}

function axisDoseAtReference(options: BeamDataOptions, diameterMm: number): number {
  return circleFieldDose(options.kernel, {
    diameterMm,
    sadMm: options.sadMm,
    sourceDistanceMm: options.sadMm,
    depthMm: options.reference.depthMm,
    sourceBlurFwhmMm: blurSigmaMm(options, options.sadMm) / SIGMA_PER_FWHM,
  });
}

function makeCone(options: BeamDataOptions, diameterMm: number, referenceDose: number): ConeBeamData {
  const { kernel, sadMm } = options;
  const [near, far] = distanceRangeMm(options);
  const distances = Math.ceil((far - near) / MAX_DISTANCE_STEP_MM - 1e-9) + 1;
  const distanceStep = (far - near) / (distances - 1);
  // The edge lies on a node: the dose falls steepest there. Two radii more, so that the margin lies inside the table.
  const radiusMm = diameterMm / 2;
  const wanted = Math.floor(MAX_TABLE_LENGTH / (distances * DEPTH_COUNT)) - 3;
  const radiusStep = radiusMm / Math.max(1, Math.floor((radiusMm * wanted) / (radiusMm + MARGIN_MM)));
  const radii = Math.ceil((radiusMm + MARGIN_MM) / radiusStep - 1e-9) + 2;
  const rates = kernel.ratesPerMm;
  const n = rates.length;
  const tpr = new Float32Array(distances * DEPTH_COUNT);
  const oar = new Float32Array(distances * DEPTH_COUNT * radii);
  const fractions = new Float64Array(n * radii);
  const weights = new Float64Array(n);
  const coneDose = axisDoseAtReference(options, diameterMm);

  for (let z = 0; z < distances; z++) {
    const f = near + z * distanceStep;
    const magnification = f / sadMm;
    const sigma = blurSigmaMm(options, f);
    fractions.fill(0);
    for (let i = 0; i < radii; i++) {
      const atRadius = fractions.subarray(i * n, (i + 1) * n);
      addBlurredDiscFractions(
        (diameterMm / 2) * magnification,
        sigma,
        i * radiusStep * magnification,
        rates,
        1,
        atRadius,
      );
    }
    for (let k = 0; k < DEPTH_COUNT; k++) {
      kernelWeightsAt(kernel, k * DEPTH_STEP_MM, weights);
      const row = z * DEPTH_COUNT + k;
      let axis = 0;
      for (let i = 0; i < radii; i++) {
        let dose = 0;
        for (let j = 0; j < n; j++) dose += weights[j]! * fractions[i * n + j]!;
        if (i === 0) axis = dose;
        oar[row * radii + i] = Math.max(0, dose) / axis;
      }
      tpr[row] = axis / coneDose;
    }
  }
  return {
    diameterMm,
    outputFactor: coneDose / referenceDose,
    sourceDistanceMm: { first: near, step: distanceStep, count: distances },
    depthMm: { step: DEPTH_STEP_MM, count: DEPTH_COUNT },
    radiusMm: { step: radiusStep, count: radii },
    tpr,
    oar,
  };
}
