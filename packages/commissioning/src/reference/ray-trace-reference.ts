import { type DoseEngine, type EnergySpectrum, InvalidInputError } from "@isodose/core";
import { makeBeamData } from "@isodose/machines";
import {
  circleFieldDose,
  MOHAN_6_MV,
  PENCIL_KERNEL_6MV_MOHAN,
  type PencilKernel,
  type PhotonSpectrum,
} from "@isodose/physics";
import type { ReferenceCase, ReferenceSample } from "../reference-case.ts";
import { computeReferenceCase } from "../reference-case-dose.ts";
import { placedLayers } from "./matter-at-depth.ts";
import { isNormalToSlabs } from "./photon-scene.ts";
import type { ComputedCurve, ReferenceEngine } from "./reference-engine.ts";
import type {
  FileCurve,
  PhotonReference,
  ReferenceFile,
  ReferenceQuantity,
  RegionSample,
} from "./reference-file.ts";

/** Beam data end there: 600 mm of depth, kernels were fitted to 60 mm fields. */
const LARGEST_FIELD_MM = 60;
const MIN_DISTANCE_MM = 100;
/** Rays reach a little above the surface and below the deepest point, mm. */
const DISTANCE_MARGIN_MM = 40;
const REFERENCE_DEPTH_MM = 15;
/** Points of a mean across the axis. */
const LATERAL_POINTS = 5;
/** Relative difference up to which two spectra are the same. */
const SAME_SPECTRUM = 1e-3;

/** In water all of these are one. */
const DOSES: readonly ReferenceQuantity[] = ["dose-to-medium", "dose-to-water-in-medium", "dose-to-water"];

/** Numbers that a curve in this package's first, narrower form stands for. */
type OldCurve = ReferenceCase["curves"][number];

/**
 * The ray-trace engine on circles in water: beam data of the case's geometry from the built-in pencil kernel of its spectrum, then the engine
 * through a slab.
 * @param engine - any engine that takes beam data
 */
export function rayTraceReference(engine: DoseEngine): ReferenceEngine {
  return {
    id: "ray-trace",
    title: engine.title,
    reasonAgainst,
    compute: async (file, run) => {
      const kernel = kernelOf(file)!;
      const { shape, source } = file;
      if (shape.kind !== "circle" || source.kind !== "point")
        throw new InvalidInputError("field", shape.kind, "a circle from a point source");
      const reference: ReferenceCase = {
        id: file.id,
        title: file.title,
        code: file.code,
        spectrumName: file.spectrumName,
        diameterMm: shape.diameterMm,
        referencePlaneMm: source.toReferencePlaneMm,
        surfaceMm: source.toSurfaceMm,
        thicknessMm: placedLayers(file).reduce((most, layer) => Math.max(most, layer.bottomMm), 0),
        curves: file.curves.map(spreadCurve),
      };
      const deepestMm = Math.max(...reference.curves.flatMap((c) => c.samples.map((s) => s.depthHighMm)));
      const reference0 = { diameterMm: shape.diameterMm, depthMm: REFERENCE_DEPTH_MM };
      const sadMm = source.toReferencePlaneMm;
      const beamData = makeBeamData({
        machineName: "reference-case",
        label: "point source, ideal edges",
        kernel,
        spectrum: file.spectrum,
        sadMm,
        source: { fwhmMm: 0 },
        collimatorExitMm: Math.min(sadMm, source.toSurfaceMm) / 2,
        coneDiametersMm: [shape.diameterMm],
        reference: reference0,
        doseGyPerMonitorUnit: circleFieldDose(kernel, { ...reference0, sadMm, sourceDistanceMm: sadMm }),
        sourceDistanceRangeMm: [
          Math.min(sadMm, source.toSurfaceMm) - DISTANCE_MARGIN_MM,
          Math.max(sadMm, source.toSurfaceMm + deepestMm) + 2 * DISTANCE_MARGIN_MM,
        ],
      });
      const found = await computeReferenceCase(
        engine,
        beamData,
        reference,
        run.signal ? { signal: run.signal } : {},
      );
      return {
        curves: file.curves.map((curve, i) =>
          DOSES.includes(curve.quantity) ? gatherCurve(curve, found[i]!) : `gives no ${curve.quantity}`,
        ),
        volumes: file.volumes.map(() => "the engine is compared on curves"),
        warnings: [],
        settings: `beam data from the pencil kernel ${kernel.name}`,
      };
    },
  };
}

function reasonAgainst(file: ReferenceFile): string | undefined {
  if (file.particle !== "photon") return `for photons, the case is about a ${file.particle}`;
  if (file.phantom.kind !== "slabs" || placedLayers(file).some((l) => l.material !== "water"))
    return "beam data of water: compared in water only";
  if (file.shape.kind !== "circle") return "beam data of circles: compared for circular fields only";
  if (file.shape.diameterMm > LARGEST_FIELD_MM)
    return `beam data reach fields of ${LARGEST_FIELD_MM} mm, the field has ${file.shape.diameterMm} mm`;
  if (file.source.kind !== "point" || !isNormalToSlabs(file))
    return "beam data of a point source, at right angles to the surface";
  if (file.source.toSurfaceMm < MIN_DISTANCE_MM) return `the surface lies nearer than ${MIN_DISTANCE_MM} mm`;
  if (!kernelOf(file))
    return `no beam data for the spectrum ${file.spectrumName}: built in: ${KERNELS.map((one) => one.spectrum.name).join(", ")}`;
  return undefined;
}

/** Built-in kernels with the spectra that they were made from. A kernel is added by one line here. */
const KERNELS: readonly { readonly spectrum: PhotonSpectrum; readonly kernel: PencilKernel }[] = [
  { spectrum: MOHAN_6_MV, kernel: PENCIL_KERNEL_6MV_MOHAN },
];

/** The built-in kernel that was made from the spectrum of a case. */
function kernelOf({ spectrum }: PhotonReference): PencilKernel | undefined {
  return KERNELS.find((one) => isSameSpectrum(spectrum, one.spectrum))?.kernel;
}

function isSameSpectrum(
  found: EnergySpectrum,
  { binEdgesMeV: edges, relativeNumber: shares }: PhotonSpectrum,
): boolean {
  const total = found.relativeNumber.reduce((sum, n) => sum + n, 0);
  const sum = shares.reduce((s, n) => s + n, 0);
  return (
    found.relativeNumber.length === shares.length &&
    shares.every(
      (share, i) =>
        Math.abs(found.binLowMeV[i]! - edges[i]!) < 1e-6 &&
        Math.abs(found.binHighMeV[i]! - edges[i + 1]!) < 1e-6 &&
        Math.abs(found.relativeNumber[i]! / total - share / sum) <= SAME_SPECTRUM * (share / sum),
    )
  );
}

/** A mean across the axis becomes points whose doses {@link gatherCurve} averages. */
function spreadCurve(curve: FileCurve): OldCurve {
  return {
    name: curve.name,
    along: curve.along === "depth" ? "depth" : "off-axis",
    samples: curve.samples.flatMap((s) =>
      lateralPoints(s).map(
        (offAxisMm): ReferenceSample => ({
          positionMm: s.positionMm,
          depthLowMm: s.depthLowMm,
          depthHighMm: s.depthHighMm,
          offAxisMm,
          dose: s.value,
          sigma: s.sigma,
        }),
      ),
    ),
  };
}

function gatherCurve(curve: FileCurve, doses: Float64Array): ComputedCurve {
  const values = new Float64Array(curve.samples.length);
  let d = 0;
  curve.samples.forEach((sample, i) => {
    let weights = 0;
    for (const r of lateralPoints(sample)) {
      const weight = curve.lateral === "ring" && sample.offAxisHighMm > sample.offAxisLowMm ? r : 1;
      values[i]! += weight * doses[d++]!;
      weights += weight;
    }
    values[i]! /= weights;
  });
  return { values, sigmas: new Float64Array(values.length) };
}

/** The field is round: only the distance from the axis matters. */
function lateralPoints({ offAxisLowMm: low, offAxisHighMm: high }: RegionSample): number[] {
  if (low === high) return [Math.abs(low)];
  return Array.from({ length: LATERAL_POINTS }, (_, i) =>
    Math.abs(low + ((i + 0.5) / LATERAL_POINTS) * (high - low)),
  );
}
