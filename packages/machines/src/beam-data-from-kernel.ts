import {
  type BeamData,
  type BeamOptics,
  type ConeBeamData,
  type EnergySpectrum,
  type FieldLeakage,
  type FluenceProfile,
  type HeadScatter,
  InvalidInputError,
  type RectangleBeamData,
} from "@isodose/core";
import {
  assertPencilKernel,
  circleFieldDose,
  energySpectrumOf,
  kernelWeightsAt,
  MOHAN_6_MV,
  type PencilKernel,
  SIGMA_PER_FWHM,
} from "@isodose/physics";
import { addCircleFractions, assertBeamOptics, circleBeamDose, partsOfOptics } from "./circle-fluence.ts";
import { makeRectangleBeamData } from "./rectangle-beam-data.ts";

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
  /** Default: none. */
  readonly headScatter?: HeadScatter;
  /** Default: none. */
  readonly leakage?: FieldLeakage;
  /** Of the open beam, [mm from the axis at SAD, relative fluence]. Default: flat. */
  readonly fluenceProfile?: FluenceProfile;
  /** Field diameters at `sadMm`, mm. */
  readonly coneDiametersMm: readonly number[];
  /** Cone and depth (at distance SAD from the source) where the output factor is 1. */
  readonly reference: { readonly diameterMm: number; readonly depthMm: number };
  /** k: dose per monitor unit there, Gy/MU. */
  readonly doseGyPerMonitorUnit: number;
  /** "Gy/min": a monitor unit is a minute. Default "Gy/MU". */
  readonly doseUnit?: "Gy/MU" | "Gy/min";
  /**
   * Distances from the source that the tables cover, mm. Default [500, 1500], for a SAD below 500 mm [0.75, 1.75] SAD; from the
   * collimator's exit where that lies further out. Nodes lie 100 mm apart or less.
   */
  readonly sourceDistanceRangeMm?: readonly [number, number];
}

/** Depth nodes of the tables: 0 … 600 mm, deeper than any patient; from 300 mm on the kernel continues exponentially. */
const DEPTH_STEP_MM = 1;
const DEPTH_COUNT = 601;
/** Tables reach this far beyond the field's edge at SAD: as far as the kernel was fitted; with leakage at least to its radius. */
const MARGIN_MM = 20;
/** A beamlet's scatter reaches the other side of the field that it is part of. */
const RECTANGLE_MARGIN_MM = 40;
/** Numbers in one table, at most: 6 MB; more where leakage makes it wide. The radius step is what this leaves. */
const MAX_TABLE_LENGTH = 1.5e6;
const MAX_WIDE_TABLE_LENGTH = 4e6;
const MAX_DISTANCE_STEP_MM = 100;
/** Scatter from the head and leakage change slowly across the field: they are computed this far apart, mm, and linear between. */
const SMOOTH_STEP_MM = 1;

/**
 * Beam data of a machine from a pencil kernel: every cone's TPR, OAR and output factor by superposition of the kernel over the
 * field, blurred by the focal spot, with scatter from the head, leakage and the open beam's profile where they are given.
 *
 *   D(r; d, f) = (SAD/f)² e^{−μ d} Σⱼ wⱼ(d) Fⱼ(r; R, f)
 *
 * R is the cone's radius at SAD, f the distance from the source, F that of {@link addCircleFractions}: it depends on f and r alone, so
 * a cone costs one small product per depth. Cones are made on first use and kept. Beyond 20 mm from the edge, or the radius of leakage
 * where that is greater, there is no dose.
 *
 * @throws InvalidInputError if a length, diameter or the kernel is not usable; `cone(d)` if there is no such cone
 */
export function makeBeamData(options: BeamDataOptions): BeamData {
  assertBeamDataOptions(options);
  const { kernel, sadMm, reference, coneDiametersMm } = options;
  const made = new Map<number, ConeBeamData>();
  const rectangles = new Map<string, RectangleBeamData>();
  const referenceDose = axisDoseAtReference(options, reference.diameterMm);
  return {
    machine: options.machineName,
    label: options.label,
    provenance: {
      title: `Beam data of ${options.machineName}: ${kernel.name} pencil kernel over circular fields`,
      source: kernel.provenance.source,
      note: `focal spot ${options.source.fwhmMm} mm FWHM, collimator exit ${options.collimatorExitMm} mm from the source; ${kernel.provenance.note}; ${kernel.surfaceNote}; ${opticsNote(options)}`,
    },
    sadMm,
    doseGyPerMonitorUnit: options.doseGyPerMonitorUnit,
    ...(options.doseUnit && { doseUnit: options.doseUnit }),
    reference,
    photons: {
      ...photonOptics(options),
      spectrum: options.spectrum,
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
    rectangle: (widthMm, heightMm) => {
      const key = `${widthMm} × ${heightMm}`;
      let rectangle = rectangles.get(key);
      if (!rectangle) {
        rectangle = makeRectangle(options, widthMm, heightMm, referenceDose);
        rectangles.set(key, rectangle);
      }
      return rectangle;
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

function opticsOf(options: BeamDataOptions): BeamOptics {
  const { headScatter, leakage, fluenceProfile } = options;
  return {
    sadMm: options.sadMm,
    sourceSigmaMm: options.source.fwhmMm * SIGMA_PER_FWHM,
    collimatorDistanceMm: options.collimatorExitMm,
    ...(headScatter && { headScatter }),
    ...(leakage && { leakage }),
    ...(fluenceProfile && { fluenceProfile }),
  };
}

function photonOptics(options: BeamDataOptions): Omit<BeamOptics, "sadMm"> {
  const { sadMm: _, ...optics } = opticsOf(options);
  return optics;
}

/** What the field holds beside the focal spot's photons, in words. */
function opticsNote({ headScatter, leakage, fluenceProfile }: BeamDataOptions): string {
  const scatter = headScatter
    ? `head scatter ${Number((100 * headScatter.share).toPrecision(3))} % of the open fluence`
    : "no head scatter";
  const leak = leakage
    ? `leakage ${Number((100 * leakage.transmission).toPrecision(3))} % out to ${leakage.radiusMm} mm`
    : `no leakage, dose ends ${MARGIN_MM} mm beyond the edge`;
  return `${scatter}; ${leak}; open beam ${fluenceProfile ? "with a fluence profile" : "flat"}`;
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
  assertBeamOptics(opticsOf(options));
  const widest = Math.max(...options.coneDiametersMm, options.reference.diameterMm);
  if (options.leakage && options.leakage.radiusMm < widest / 2)
    throw new InvalidInputError(
      "leakage.radiusMm",
      options.leakage.radiusMm,
      `at least the radius of the widest field, ${widest / 2} mm`,
    );
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
  const { sadMm, collimatorExitMm } = options;
  const [near, far] = sadMm < 500 ? [0.75 * sadMm, 1.75 * sadMm] : [500, 1500];
  return options.sourceDistanceRangeMm ?? [Math.max(near, collimatorExitMm), far];
}

function axisDoseAtReference(options: BeamDataOptions, diameterMm: number): number {
  const { sadMm, reference } = options;
  return circleBeamDose(options.kernel, opticsOf(options), {
    diameterMm,
    sourceDistanceMm: sadMm,
    depthMm: reference.depthMm,
  });
}

function makeRectangle(
  options: BeamDataOptions,
  widthMm: number,
  heightMm: number,
  referenceDose: number,
): RectangleBeamData {
  const { kernel, doseGyPerMonitorUnit } = options;
  const [near, far] = distanceRangeMm(options);
  const count = Math.ceil((far - near) / MAX_DISTANCE_STEP_MM - 1e-9) + 1;
  const sourceDistanceMm = { first: near, step: (far - near) / (count - 1), count };
  return makeRectangleBeamData(
    {
      kernel,
      optics: opticsOf(options),
      fluencePerCm2PerMonitorUnit: doseGyPerMonitorUnit / referenceDose,
      sourceDistanceMm,
      deepestMm: (DEPTH_COUNT - 1) * DEPTH_STEP_MM,
      marginMm: RECTANGLE_MARGIN_MM,
    },
    widthMm,
    heightMm,
  );
}

/** Add `weight` times rows of n numbers, given at every `stride`-th row of `out`. */
function addInterpolatedRows(
  atKnots: Float64Array,
  n: number,
  stride: number,
  weight: number,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length / n; i++) {
    const k = Math.floor(i / stride);
    const t = (i - k * stride) / stride;
    for (let j = 0; j < n; j++) {
      const here = atKnots[k * n + j]!;
      const next = t === 0 ? here : atKnots[(k + 1) * n + j]!;
      out[i * n + j]! += weight * (here + t * (next - here));
    }
  }
}

function makeCone(options: BeamDataOptions, diameterMm: number, referenceDose: number): ConeBeamData {
  const { kernel, sadMm } = options;
  const [near, far] = distanceRangeMm(options);
  const distances = Math.ceil((far - near) / MAX_DISTANCE_STEP_MM - 1e-9) + 1;
  const distanceStep = (far - near) / (distances - 1);
  // The edge lies on a node: the dose falls steepest there. Two radii more, so that the margin lies inside the table.
  const radiusMm = diameterMm / 2;
  const optics = opticsOf(options);
  const reachMm = Math.max(radiusMm + MARGIN_MM, options.leakage?.radiusMm ?? 0);
  const maxLength = reachMm > radiusMm + MARGIN_MM ? MAX_WIDE_TABLE_LENGTH : MAX_TABLE_LENGTH;
  const wanted = Math.floor(maxLength / (distances * DEPTH_COUNT)) - 3;
  const radiusStep = radiusMm / Math.max(1, Math.floor((radiusMm * wanted) / reachMm));
  const radii = Math.ceil(reachMm / radiusStep - 1e-9) + 2;
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
    fractions.fill(0);
    for (const [p, part] of partsOfOptics(optics).entries()) {
      const stride = p === 0 ? 1 : Math.max(1, Math.floor(SMOOTH_STEP_MM / radiusStep));
      const knots = Math.ceil((radii - 1) / stride) + 1;
      const atKnots = new Float64Array(n * knots);
      for (let k = 0; k < knots; k++) {
        const offAxisMm = k * stride * radiusStep * magnification;
        addCircleFractions(
          part.optics,
          diameterMm,
          f,
          offAxisMm,
          rates,
          atKnots.subarray(k * n, (k + 1) * n),
        );
      }
      addInterpolatedRows(atKnots, n, stride, part.weight, fractions);
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
