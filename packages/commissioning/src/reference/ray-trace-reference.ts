import { type DoseEngine, type EnergySpectrum, InvalidInputError } from "@isodose/core";
import { makeBeamData } from "@isodose/machines";
import {
  CO60_LINES,
  circleFieldDose,
  energySpectrumOf,
  MOHAN_6_MV,
  PENCIL_KERNEL_6MV_MOHAN,
  PENCIL_KERNEL_CO60,
  type PencilKernel,
} from "@isodose/physics";
import { pencilKernelFromMonteCarlo } from "../pencil/pencil-kernel-from-monte-carlo.ts";
import { placedLayers } from "./matter-at-depth.ts";
import { isNormalToSlabs, reachOfCurves } from "./photon-scene.ts";
import { curvesOfPoints, rayTraceSlab } from "./ray-trace-slab.ts";
import type { ReferenceEngine, ReferenceRun } from "./reference-engine.ts";
import type { PhotonReference, ReferenceFile, ReferenceQuantity } from "./reference-file.ts";

/** Kernels are fitted to circles of 200 mm at the most; tables reach 20 mm beyond a field. */
const LARGEST_FIELD_MM = 100;
const MIN_DISTANCE_MM = 100;
/** Rays reach a little above the surface and below the deepest point, mm. */
const DISTANCE_MARGIN_MM = 40;
/** Any field and depth will do: doses are absolute. */
const REFERENCE = { diameterMm: 20, depthMm: 15 };
/** Relative difference up to which two spectra are the same, and of their energies, MeV. */
const SAME_SPECTRUM = 1e-3;
const SAME_ENERGY_MEV = 1e-4;
const HIGHEST_MEV = 20;
/** Photons of a kernel that is not built in, at full effort. */
const KERNEL_HISTORIES = 300_000;
const LEAST_KERNEL_HISTORIES = 5000;

/** In water all of these are one. */
const DOSES: readonly ReferenceQuantity[] = ["dose-to-medium", "dose-to-water-in-medium", "dose-to-water"];

/** Built-in kernels with the spectra that they were made from. A kernel is added by one line here. */
const KERNELS: readonly { readonly spectrum: EnergySpectrum; readonly kernel: PencilKernel }[] = [
  { spectrum: energySpectrumOf(MOHAN_6_MV), kernel: PENCIL_KERNEL_6MV_MOHAN },
  { spectrum: CO60_LINES, kernel: PENCIL_KERNEL_CO60 },
];

/**
 * The ray-trace engine on fields in water: beam data of the case's geometry from the pencil kernel of its spectrum, then the engine through
 * a slab. The kernel of a spectrum that is not built in is simulated, once for the life of the object.
 * @param engine - any engine that takes beam data
 */
export function rayTraceReference(engine: DoseEngine): ReferenceEngine {
  const simulated = new Map<string, Promise<PencilKernel>>();
  return {
    id: "ray-trace",
    title: engine.title,
    reasonAgainst,
    compute: async (file, run) => {
      const kernel = builtInKernel(file.spectrum) ?? (await simulatedKernel(file, run, simulated));
      const { relativeElectronDensity, beam, pointsMm } = rayTraceSlab(file);
      const doses = await engine.doseAtPoints({
        relativeElectronDensity,
        beams: [beam],
        beamData: beamDataOfCase(file, kernel),
        pointsMm,
        ...(run.signal ? { signal: run.signal } : {}),
      });
      const curves = curvesOfPoints(file, doses);
      return {
        curves: file.curves.map(({ quantity }, i) =>
          DOSES.includes(quantity) ? curves[i]! : `gives no ${quantity}`,
        ),
        volumes: file.volumes.map(() => "the engine is compared on curves"),
        warnings: [],
        settings: `beam data from the pencil kernel ${kernel.name} (${kernel.provenance.source})`,
      };
    },
  };
}

/** A point source with ideal edges; 1 MU = one photon/cm² in the reference plane, so that Gy/MU are the case's Gy cm². */
function beamDataOfCase(file: PhotonReference, kernel: PencilKernel) {
  const { source, shape, spectrum } = file;
  if (source.kind !== "point") throw new InvalidInputError("source.kind", source.kind, "a point source");
  const sadMm = source.toReferencePlaneMm;
  const { depthMm: deepestMm } = reachOfCurves(file);
  return makeBeamData({
    machineName: "reference-case",
    label: "point source, ideal edges",
    kernel,
    spectrum,
    sadMm,
    source: { fwhmMm: 0 },
    collimatorExitMm: Math.min(sadMm, source.toSurfaceMm) / 2,
    coneDiametersMm: shape.kind === "circle" ? [shape.diameterMm] : [],
    reference: REFERENCE,
    doseGyPerMonitorUnit: circleFieldDose(kernel, { ...REFERENCE, sadMm, sourceDistanceMm: sadMm }),
    sourceDistanceRangeMm: [
      Math.min(sadMm, source.toSurfaceMm) - DISTANCE_MARGIN_MM,
      Math.max(sadMm, source.toSurfaceMm + deepestMm) + 2 * DISTANCE_MARGIN_MM,
    ],
  });
}

function reasonAgainst(file: ReferenceFile): string | undefined {
  if (file.particle !== "photon") return `for photons, the case is about a ${file.particle}`;
  if (file.phantom.kind !== "slabs" || placedLayers(file).some((l) => l.material !== "water"))
    return "beam data of water: compared in water only";
  const { shape } = file;
  const sizeMm = shape.kind === "circle" ? shape.diameterMm : Math.max(shape.widthMm, shape.heightMm);
  if (sizeMm > LARGEST_FIELD_MM)
    return `beam data reach fields of ${LARGEST_FIELD_MM} mm, the field has ${sizeMm} mm`;
  if (file.source.kind !== "point" || !isNormalToSlabs(file))
    return "beam data of a point source, at right angles to the surface";
  if (file.source.toSurfaceMm < MIN_DISTANCE_MM) return `the surface lies nearer than ${MIN_DISTANCE_MM} mm`;
  const highest = Math.max(...file.spectrum.binHighMeV);
  if (highest > HIGHEST_MEV)
    return `photons of ${highest} MeV; kernels are simulated up to ${HIGHEST_MEV} MeV`;
  return undefined;
}

function builtInKernel(spectrum: EnergySpectrum): PencilKernel | undefined {
  return KERNELS.find((one) => isSameSpectrum(spectrum, one.spectrum))?.kernel;
}

function simulatedKernel(
  { spectrum, spectrumName }: PhotonReference,
  run: ReferenceRun,
  store: Map<string, Promise<PencilKernel>>,
): Promise<PencilKernel> {
  const { binLowMeV, binHighMeV, relativeNumber } = spectrum;
  const key = JSON.stringify([binLowMeV, binHighMeV, relativeNumber]);
  let pending = store.get(key);
  if (!pending) {
    pending = pencilKernelFromMonteCarlo(
      {
        spectrum,
        name: spectrumName,
        histories: Math.max(LEAST_KERNEL_HISTORIES, Math.round(run.effort * KERNEL_HISTORIES)),
        seed: run.seed,
      },
      run.signal ? { signal: run.signal } : {},
    );
    store.set(key, pending);
    pending.catch(() => store.delete(key));
  }
  return pending;
}

function isSameSpectrum(found: EnergySpectrum, wanted: EnergySpectrum): boolean {
  const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);
  const a = total(found.relativeNumber);
  const b = total(wanted.relativeNumber);
  return (
    found.relativeNumber.length === wanted.relativeNumber.length &&
    wanted.relativeNumber.every(
      (number, i) =>
        Math.abs(found.binLowMeV[i]! - wanted.binLowMeV[i]!) < SAME_ENERGY_MEV &&
        Math.abs(found.binHighMeV[i]! - wanted.binHighMeV[i]!) < SAME_ENERGY_MEV &&
        Math.abs(found.relativeNumber[i]! / a - number / b) <= SAME_SPECTRUM * (number / b),
    )
  );
}
