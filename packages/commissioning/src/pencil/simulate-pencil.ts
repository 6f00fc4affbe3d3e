import type { EnergySpectrum, RunControl } from "@isodose/core";
import { type MonteCarloCutoffs, monteCarloPencilInSlabs, type SlabPencil } from "@isodose/dose";
import { materialByName, type PencilKernel, photonCoefficients } from "@isodose/physics";
import { fitMonoPencil, type PencilTable, REFERENCE_RADIUS_MM } from "./fit-mono-pencil.ts";

/** One pencil to simulate. */
export interface PencilRun {
  readonly spectrum: EnergySpectrum;
  readonly histories: number;
  readonly seed: number;
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly cutoffs?: Partial<MonteCarloCutoffs>;
}

/** A pencil simulated and fitted. */
export interface SimulatedPencil {
  readonly kernel: PencilKernel;
  readonly histories: number;
  /** Relative standard error, %, of the energy within 10 mm of the axis in 10 mm of water about 105 mm of depth. */
  readonly sigmaPercent: number;
}

export const PENCIL_BATCHES = 20;
const WATER_MM = 450;
const FIRST_RING_MM = 0.05;
const LAST_RING_MM = 200;
/** Planes: [from, step] up to the next. */
const DEPTH_STEPS_MM: readonly (readonly [from: number, step: number])[] = [
  [0, 0.25],
  [2, 0.5],
  [8, 1],
  [20, 2],
  [40, 5],
  [100, 10],
];
const DEEPEST_MM = 420;
const SIGMA_DEPTH_MM = 100;
/** μ is the slope on the axis of a field of this radius between these depth nodes, mm. */
const SLOPE_DEPTHS_MM = [300, 400] as const;
const SLOPE_RADIUS_MM = 30;
const LOWEST_MEV = 0.02;

/**
 * Simulate a parallel pencil of photons on 450 mm of water with Isodose's own Monte Carlo and fit it with exponentials. μ is the slope on the
 * axis of a 60 mm field between 300 and 400 mm.
 */
export async function simulatePencil(run: PencilRun, control: RunControl): Promise<SimulatedPencil> {
  const water = materialByName("water");
  const depthEdgesMm = depthEdges();
  const pencil = await monteCarloPencilInSlabs(
    {
      slabs: [{ material: water, densityGPerCm3: 1, thicknessMm: WATER_MM }],
      spectrum: run.spectrum,
      sourceToSurfaceMm: Number.POSITIVE_INFINITY,
      sourceToReferenceMm: Number.POSITIVE_INFINITY,
      depthEdgesMm,
      firstRingMm: FIRST_RING_MM,
      lastRingMm: LAST_RING_MM,
      histories: Math.max(PENCIL_BATCHES, Math.round(run.histories)),
      batches: PENCIL_BATCHES,
      seed: run.seed,
      ...(run.cutoffs ? { cutoffs: run.cutoffs } : {}),
    },
    control,
  );
  const table = tableOf(pencil);
  const fit = (attenuationPerMm: number) =>
    fitMonoPencil(table, {
      name: run.name,
      provenance: {
        title: run.title,
        source: `Isodose's own Monte Carlo (the physics of the engine monte-carlo), ${pencil.histories} photons, seed ${run.seed}`,
        note: run.note,
      },
      attenuationPerMm,
    });
  const start = photonCoefficients(water, Math.max(LOWEST_MEV, meanEnergyMeV(run.spectrum))).total / 10;
  return {
    kernel: fit(deepSlope(fit(start))),
    histories: pencil.histories,
    sigmaPercent: 100 * table.relativeSigma[depthEdgesMm.indexOf(SIGMA_DEPTH_MM)]!,
  };
}

/** Slope on the axis of a field of 60 mm at the deepest nodes, 1/mm: −d ln D / dd. */
export function deepSlope({ depthMm, ratesPerMm, weightsGyCm2, attenuationPerMm }: PencilKernel): number {
  const [first, last] = SLOPE_DEPTHS_MM;
  const axis = (depth: number) =>
    weightsGyCm2[depthMm.indexOf(depth)]!.reduce(
      (sum, w, j) => sum - w * Math.expm1(-ratesPerMm[j]! * SLOPE_RADIUS_MM),
      0,
    );
  const fall = Math.log(axis(first) / axis(last)) / (last - first);
  // Low energies do not reach so deep: there is nothing to take a slope of.
  return attenuationPerMm + (Number.isFinite(fall) ? fall : 0);
}

function meanEnergyMeV({ binLowMeV, binHighMeV, relativeNumber }: EnergySpectrum): number {
  let energy = 0;
  let number = 0;
  relativeNumber.forEach((n, i) => {
    energy += (n * (binLowMeV[i]! + binHighMeV[i]!)) / 2;
    number += n;
  });
  return energy / number;
}

function depthEdges(): number[] {
  const edges: number[] = [];
  DEPTH_STEPS_MM.forEach(([from, step], i) => {
    const to = DEPTH_STEPS_MM[i + 1]?.[0] ?? DEEPEST_MM;
    for (let k = 0; from + k * step < to - 1e-9; k++) edges.push(from + k * step);
  });
  return [...edges, DEEPEST_MM];
}

/** Mean of the batches, and the standard error within the reference radius. */
function tableOf({ depthEdgesMm, ringEdgesMm, energyMeV, batches }: SlabPencil): PencilTable {
  const cells = energyMeV.length / batches;
  const bins = depthEdgesMm.length - 1;
  const rings = cells / bins;
  const mean = new Float64Array(cells);
  for (let i = 0; i < energyMeV.length; i++) mean[i % cells]! += energyMeV[i]! / batches;
  const inside = ringEdgesMm.findIndex((edge) => edge >= REFERENCE_RADIUS_MM);
  const relativeSigma = new Float64Array(bins);
  for (let d = 0; d < bins; d++) {
    let sum = 0;
    let squares = 0;
    for (let b = 0; b < batches; b++) {
      let energy = 0;
      for (let r = 0; r < inside; r++) energy += energyMeV[b * cells + d * rings + r]!;
      sum += energy / batches;
      squares += energy ** 2 / batches;
    }
    relativeSigma[d] = sum > 0 ? Math.sqrt(Math.max(0, squares - sum * sum) / (batches - 1)) / sum : 1;
  }
  return { depthEdgesMm, ringEdgesMm, energyMeV: mean, relativeSigma };
}
