import {
  type EnergySpectrum,
  InvalidInputError,
  type Material,
  type RunControl,
  throwIfCancelled,
  yieldToEventLoop,
} from "@isodose/core";
import { completeCutoffs, type MonteCarloCutoffs, PENCIL_CUTOFFS } from "./cutoffs.ts";
import { finishInSlices } from "./finish-in-slices.ts";
import { cumulativeSpectrum, highestEnergyMeV, sampleEnergy } from "./photon-source.ts";
import { startHistory } from "./random-stream.ts";
import {
  createRepetitionWorkspace,
  planRepetition,
  type RepetitionPlan,
  runRepeatedHistory,
} from "./repeat-in-depth.ts";
import { runHistory } from "./run-history.ts";
import {
  buildTransportScene,
  type RingScore,
  type TransportGeometry,
  type TransportScene,
} from "./transport-scene.ts";
import { createWorkspace } from "./workspace.ts";

/** One layer of a phantom that is laterally endless. */
export interface Slab {
  readonly material: Material;
  readonly densityGPerCm3: number;
  readonly thicknessMm: number;
}

/** What {@link monteCarloPencilInSlabs} needs. */
export interface SlabPencilRequest {
  /** Top first; vacuum above and below. */
  readonly slabs: readonly Slab[];
  readonly spectrum: EnergySpectrum;
  /** From source to surface, mm; Infinity: parallel rays. */
  readonly sourceToSurfaceMm: number;
  /** From source to the plane in which fields are given, mm. Ignored for parallel rays. */
  readonly sourceToReferenceMm: number;
  /** Planes between which energy is scored, mm from the surface, increasing. */
  readonly depthEdgesMm: ArrayLike<number>;
  /** Edge of the first ring in the reference plane, mm. Default 0.05. */
  readonly firstRingMm?: number;
  /** Edge of the last ring in the reference plane, mm; what falls outside is not scored. Default 200. */
  readonly lastRingMm?: number;
  /** Photons, shared evenly by the batches. */
  readonly histories: number;
  /** Default 25. */
  readonly batches?: number;
  readonly seed?: number;
  /**
   * Distance of the depths at which the first interaction of each photon is repeated, mm in matter of 1 g/cm³. Default 4; 0: no
   * repetition, every history is followed for itself.
   */
  readonly repetitionMm?: number;
  /** Copies per photon (with repetition: of the scattered ones), 1: analog. Default 8. */
  readonly splitting?: number;
  /** Default {@link PENCIL_CUTOFFS}. */
  readonly cutoffs?: Partial<MonteCarloCutoffs>;
}

/** Energy around one pencil of photons on the axis of a slab phantom, per photon, by depth and ring; one table a batch. */
export interface SlabPencil {
  readonly slabs: readonly Slab[];
  readonly sourceToSurfaceMm: number;
  readonly sourceToReferenceMm: number;
  readonly depthEdgesMm: Float64Array;
  /** Edges of the rings in the reference plane, from 0, mm: a point at radius r and depth z belongs to s = r · SRD/(SSD + z). */
  readonly ringEdgesMm: Float64Array;
  readonly batches: number;
  readonly histories: number;
  /** MeV per photon, [batch][depth][ring]. */
  readonly energyMeV: Float64Array;
  /** The same, each deposition times the ratio of the stopping powers of water and medium. */
  readonly waterEnergyMeV: Float64Array;
  readonly energyBalance: {
    readonly inMeV: number;
    readonly depositedMeV: number;
    readonly escapedMeV: number;
  };
}

const RINGS_PER_OCTAVE = 6;
const LATERAL_MM = 1e5;

/** Slabs as boxes that are laterally endless. */
export function slabGeometry(slabs: readonly Slab[]): TransportGeometry {
  const zMm = new Float64Array(slabs.length + 1);
  slabs.forEach(({ thicknessMm }, i) => {
    if (!(thicknessMm > 0))
      throw new InvalidInputError(`slabs[${i}].thicknessMm`, thicknessMm, "a length > 0, mm");
    zMm[i + 1] = zMm[i] + thicknessMm;
  });
  return {
    nx: 1,
    ny: 1,
    nz: slabs.length,
    xMm: Float64Array.of(-LATERAL_MM, LATERAL_MM),
    yMm: Float64Array.of(-LATERAL_MM, LATERAL_MM),
    zMm,
    perX: 0,
    perY: 0,
    perZ: 0,
    density: Float32Array.from(slabs, (slab) => slab.densityGPerCm3),
    material: Uint8Array.from(slabs, (_, i) => i),
  };
}

/**
 * First depth bin at each of equal small steps, for a quick search.
 * @throws InvalidInputError if depths are not ≥ 0 and increasing
 */
export function depthLookupOf(depthMm: Float64Array): { depthLookup: Int32Array; lookupsPerMm: number } {
  for (let i = 0; i < depthMm.length; i++) {
    if (!(depthMm[i] >= 0 && (i === 0 || depthMm[i] > depthMm[i - 1])))
      throw new InvalidInputError(`depthEdgesMm[${i}]`, depthMm[i], "depths ≥ 0, increasing, mm");
  }
  if (depthMm.length < 2) throw new InvalidInputError("depthEdgesMm", depthMm.length, "two planes at least");
  const lookupsPerMm = 10;
  const length = Math.ceil((depthMm.at(-1)! - depthMm[0]) * lookupsPerMm) + 2;
  const depthLookup = new Int32Array(length);
  for (let i = 0, d = 0; i < length; i++) {
    while (d < depthMm.length - 2 && depthMm[d + 1] <= depthMm[0] + i / lookupsPerMm) d++;
    depthLookup[i] = d;
  }
  return { depthLookup, lookupsPerMm };
}

function ringScore(
  request: SlabPencilRequest,
  depthMm: Float64Array,
): { rings: RingScore; edges: Float64Array } {
  const first = request.firstRingMm ?? 0.05;
  const last = request.lastRingMm ?? 200;
  if (!(first > 0 && last > first))
    throw new InvalidInputError("lastRingMm", last, "a length above firstRingMm > 0");
  const count = 1 + Math.ceil(Math.log2(last / first) * RINGS_PER_OCTAVE);
  const factor = (last / first) ** (1 / (count - 1));
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => (i === 0 ? 0 : first * factor ** (i - 1)));
  const { depthLookup, lookupsPerMm } = depthLookupOf(depthMm);
  const parallel = !Number.isFinite(request.sourceToSurfaceMm);
  if (!parallel && !(request.sourceToSurfaceMm > 0 && request.sourceToReferenceMm > 0))
    throw new InvalidInputError("sourceToReferenceMm", request.sourceToReferenceMm, "distances > 0, mm");
  return {
    edges,
    rings: {
      depthMm,
      depthLookup,
      lookupsPerMm,
      rings: count,
      firstSquared: first * first,
      perLnSquared: 1 / (2 * Math.log(factor)),
      magnificationA: parallel ? 1 : request.sourceToSurfaceMm / request.sourceToReferenceMm,
      magnificationB: parallel ? 0 : 1 / request.sourceToReferenceMm,
    },
  };
}

/** Depths whose scattered photons are followed, with repetition. */
const FOLLOWED = 2;

/** One batch, first interactions repeated all along the ray, with a pause every 16 histories; pure. */
function* repeatedBatchInSteps(
  scene: TransportScene,
  plan: RepetitionPlan,
  spectrum: Float64Array,
  seed: number,
  batch: number,
  histories: number,
  splitting: number,
): Generator<undefined, { score: Float64Array; waterScore: Float64Array; tally: Float64Array }> {
  const followed = Math.min(FOLLOWED, plan.places);
  const rep = createRepetitionWorkspace(scene, plan, seed, followed);
  const { main } = rep;
  let inMeV = 0;
  for (let h = 0; h < histories; h++) {
    if (h % 16 === 15) yield;
    startHistory(main.random, batch, h);
    const energy = sampleEnergy(main.random, spectrum, h, histories);
    inMeV += energy;
    if (energy < scene.photonCutMeV) main.tally[1] += energy;
    else runRepeatedHistory(scene, plan, rep, batch, h, energy, followed, splitting);
  }
  const tally = Float64Array.of(inMeV, main.tally[0], main.tally[1]);
  return { score: main.score, waterScore: main.waterScore, tally };
}

/** Energy of one batch of pencil photons, with a pause every 64 histories; pure. */
function* pencilBatchInSteps(
  scene: TransportScene,
  spectrum: Float64Array,
  seed: number,
  batch: number,
  histories: number,
  splitting: number,
): Generator<undefined, { score: Float64Array; waterScore: Float64Array; tally: Float64Array }> {
  const ws = createWorkspace(scene, seed, 0);
  let inMeV = 0;
  for (let h = 0; h < histories; h++) {
    if (h % 64 === 63) yield;
    startHistory(ws.random, batch, h);
    const energy = sampleEnergy(ws.random, spectrum, h, histories);
    inMeV += energy;
    if (energy < scene.photonCutMeV) {
      ws.tally[1] += energy;
      continue;
    }
    runHistory(scene, ws, splitting, false, energy, 0, 0, 0, 0, 0, 1, 1);
  }
  return {
    score: ws.score,
    waterScore: ws.waterScore,
    tally: Float64Array.of(inMeV, ws.tally[0], ws.tally[1]),
  };
}

/**
 * Monte Carlo of one pencil of photons on the axis of a laterally endless slab phantom. Since phantom and rays are the same everywhere,
 * the dose of any field follows by superposition ({@link fieldDoseOfPencil}), with far fewer histories than a field in voxels takes. The
 * rays of a diverging field are taken parallel to the axis; distances off it are scaled to the reference plane.
 *
 * @throws InvalidInputError if lengths, spectrum or numbers are not usable; CancelledError
 */
export async function monteCarloPencilInSlabs(
  request: SlabPencilRequest,
  control: RunControl = {},
): Promise<SlabPencil> {
  const { batches = 25, seed = 1, splitting = 8, repetitionMm = 4 } = request;
  if (!(Number.isInteger(batches) && batches >= 2))
    throw new InvalidInputError("batches", batches, "a whole number ≥ 2");
  if (!(request.histories >= batches))
    throw new InvalidInputError(
      "histories",
      request.histories,
      `a number ≥ ${batches}, the number of batches`,
    );
  if (!(Number.isInteger(splitting) && splitting >= 1 && splitting <= 256))
    throw new InvalidInputError("splitting", splitting, "a whole number from 1 to 256");
  if (!(repetitionMm === 0 || (repetitionMm >= 0.1 && Number.isFinite(repetitionMm))))
    throw new InvalidInputError("repetitionMm", repetitionMm, "a length ≥ 0.1, mm, or 0 for none");
  if (request.slabs.length < 1) throw new InvalidInputError("slabs", 0, "one layer at least");
  throwIfCancelled(control.signal);
  const depthEdgesMm = Float64Array.from(request.depthEdgesMm);
  const { rings, edges } = ringScore(request, depthEdgesMm);
  const spectrum = cumulativeSpectrum(request.spectrum);
  const scene = buildTransportScene(
    slabGeometry(request.slabs),
    request.slabs.map((slab) => slab.material),
    highestEnergyMeV(request.spectrum),
    completeCutoffs(request.cutoffs, PENCIL_CUTOFFS),
    rings,
    true,
  );
  const plan = repetitionMm > 0 ? planRepetition(scene, repetitionMm) : undefined;
  const perBatch = Math.ceil(request.histories / batches);
  const energyMeV = new Float64Array(batches * scene.cells);
  const waterEnergyMeV = new Float64Array(batches * scene.cells);
  const sums = new Float64Array(3);
  for (let batch = 0; batch < batches; batch++) {
    control.onProgress?.({ stage: "monte-carlo", done: batch, total: batches });
    await yieldToEventLoop(control.signal);
    const { score, waterScore, tally } = await finishInSlices(
      plan && plan.places > 0
        ? repeatedBatchInSteps(scene, plan, spectrum, seed, batch, perBatch, splitting)
        : pencilBatchInSteps(scene, spectrum, seed, batch, perBatch, splitting),
      control.signal,
    );
    for (let i = 0; i < scene.cells; i++) {
      energyMeV[batch * scene.cells + i] = score[i] / perBatch;
      waterEnergyMeV[batch * scene.cells + i] = waterScore[i] / perBatch;
    }
    for (let i = 0; i < 3; i++) sums[i] += tally[i];
  }
  const total = perBatch * batches;
  return {
    slabs: request.slabs,
    sourceToSurfaceMm: request.sourceToSurfaceMm,
    sourceToReferenceMm: request.sourceToReferenceMm,
    depthEdgesMm,
    ringEdgesMm: edges,
    batches,
    histories: total,
    energyMeV,
    waterEnergyMeV,
    energyBalance: { inMeV: sums[0] / total, depositedMeV: sums[1] / total, escapedMeV: sums[2] / total },
  };
}
