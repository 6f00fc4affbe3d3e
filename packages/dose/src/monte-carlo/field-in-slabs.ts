import {
  type EnergySpectrum,
  InvalidInputError,
  type RunControl,
  throwIfCancelled,
  yieldToEventLoop,
} from "@isodose/core";
import { completeCutoffs, type MonteCarloCutoffs, PENCIL_CUTOFFS } from "./cutoffs.ts";
import { finishInSlices } from "./finish-in-slices.ts";
import { cumulativeSpectrum, highestEnergyMeV, sampleEnergy } from "./photon-source.ts";
import { nextUniform, startHistory } from "./random-stream.ts";
import { runHistory } from "./run-history.ts";
import { depthLookupOf, type Slab, slabGeometry } from "./slab-pencil.ts";
import { buildTransportScene, type RingScore, type TransportScene } from "./transport-scene.ts";
import { createWorkspace } from "./workspace.ts";

/** What {@link monteCarloFieldInSlabs} needs. */
export interface SlabFieldRequest {
  /** Top first; vacuum above and below. */
  readonly slabs: readonly Slab[];
  readonly spectrum: EnergySpectrum;
  /** From the point source to the surface, mm. */
  readonly sourceToSurfaceMm: number;
  /** From the source to the plane in which the field's size is given, mm. */
  readonly sourceToReferenceMm: number;
  readonly diameterMm: number;
  /** Planes between which energy is scored, mm from the surface, increasing. */
  readonly depthEdgesMm: ArrayLike<number>;
  /** Edge of the disc about the axis that is scored as one, mm. The rings beyond grow by a constant factor. */
  readonly firstRingMm: number;
  /** Edge of the last ring, mm; what falls outside is not scored. */
  readonly lastRingMm: number;
  readonly rings: number;
  /** Photons, shared evenly by the batches. */
  readonly histories: number;
  /** Default 25. */
  readonly batches?: number;
  readonly seed?: number;
  /** Copies per photon, 1: analog. Default 16. */
  readonly splitting?: number;
  readonly cutoffs?: Partial<MonteCarloCutoffs>;
}

/** Dose of a circular field in rings about its axis. */
export interface SlabField {
  readonly depthEdgesMm: Float64Array;
  /** mm at the place itself, not scaled to the reference plane. */
  readonly ringEdgesMm: Float64Array;
  /** Gy cm²: per photon/cm² in vacuum in the reference plane, [depth][ring]. To medium. */
  readonly doseGyCm2: Float64Array;
  /** One standard error of it, from the batches. */
  readonly sigmaGyCm2: Float64Array;
  readonly batches: number;
  readonly histories: number;
}

const JOULE_PER_MEV = 1.602176634e-13;

/**
 * Monte Carlo of a uniform circular field from a point source in laterally endless slabs: every ray is sampled with its own direction, so
 * divergence and inverse square come out of the geometry, unlike in a superposition of pencils. Slow for a narrow disc about the axis.
 *
 * @throws InvalidInputError if lengths, spectrum or numbers are not usable; CancelledError
 */
export async function monteCarloFieldInSlabs(
  request: SlabFieldRequest,
  control: RunControl = {},
): Promise<SlabField> {
  assertRequest(request);
  throwIfCancelled(control.signal);
  const { slabs, batches = 25, seed = 1, splitting = 16, sourceToSurfaceMm, sourceToReferenceMm } = request;
  const depthEdgesMm = Float64Array.from(request.depthEdgesMm);
  const { score, ringEdgesMm } = unscaledRings(request, depthEdgesMm);
  const scene = buildTransportScene(
    slabGeometry(slabs),
    slabs.map((slab) => slab.material),
    highestEnergyMeV(request.spectrum),
    completeCutoffs(request.cutoffs, PENCIL_CUTOFFS),
    score,
    false,
  );
  const spectrum = cumulativeSpectrum(request.spectrum);
  const perBatch = Math.ceil(request.histories / batches);
  const sum = new Float64Array(scene.cells);
  const squares = new Float64Array(scene.cells);
  const radiusAtSurfaceMm = ((request.diameterMm / 2) * sourceToSurfaceMm) / sourceToReferenceMm;
  for (let batch = 0; batch < batches; batch++) {
    control.onProgress?.({ stage: "monte-carlo", done: batch, total: batches });
    await yieldToEventLoop(control.signal);
    const found = await finishInSlices(
      fieldBatchInSteps(
        scene,
        spectrum,
        seed,
        batch,
        perBatch,
        splitting,
        radiusAtSurfaceMm,
        sourceToSurfaceMm,
      ),
      control.signal,
    );
    for (let c = 0; c < found.length; c++) {
      const mean = found[c] / perBatch;
      sum[c] += mean;
      squares[c] += mean * mean;
    }
  }
  const areaCm2 = (Math.PI * (request.diameterMm / 2) ** 2) / 100;
  const doseGyCm2 = new Float64Array(scene.cells);
  const sigmaGyCm2 = new Float64Array(scene.cells);
  for (let d = 0; d < depthEdgesMm.length - 1; d++) {
    const gramsPerMm2 = massPerArea(slabs, depthEdgesMm[d], depthEdgesMm[d + 1]) / 1000;
    for (let r = 0; r < score.rings; r++) {
      const c = d * score.rings + r;
      const grams = gramsPerMm2 * Math.PI * (ringEdgesMm[r + 1] ** 2 - ringEdgesMm[r] ** 2);
      const factor = (JOULE_PER_MEV * 1000 * areaCm2) / grams;
      const mean = sum[c] / batches;
      doseGyCm2[c] = factor * mean;
      sigmaGyCm2[c] = factor * Math.sqrt(Math.max(0, squares[c] / batches - mean * mean) / (batches - 1));
    }
  }
  return { depthEdgesMm, ringEdgesMm, doseGyCm2, sigmaGyCm2, batches, histories: perBatch * batches };
}

function assertRequest(request: SlabFieldRequest): void {
  const { batches = 25, splitting = 16, slabs, histories, firstRingMm, lastRingMm, rings } = request;
  const { sourceToSurfaceMm, sourceToReferenceMm, diameterMm } = request;
  for (const [field, value] of Object.entries({
    sourceToSurfaceMm,
    sourceToReferenceMm,
    diameterMm,
    firstRingMm,
  })) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidInputError(field, value, "a length > 0, mm");
  }
  if (!(lastRingMm > firstRingMm))
    throw new InvalidInputError("lastRingMm", lastRingMm, "a length above firstRingMm");
  if (!(Number.isInteger(rings) && rings >= 2))
    throw new InvalidInputError("rings", rings, "a whole number ≥ 2");
  if (!(Number.isInteger(batches) && batches >= 2))
    throw new InvalidInputError("batches", batches, "a whole number ≥ 2");
  if (!(histories >= batches))
    throw new InvalidInputError("histories", histories, `a number ≥ ${batches}, the number of batches`);
  if (!(Number.isInteger(splitting) && splitting >= 1 && splitting <= 256))
    throw new InvalidInputError("splitting", splitting, "a whole number from 1 to 256");
  if (slabs.length < 1) throw new InvalidInputError("slabs", 0, "one layer at least");
}

function unscaledRings(
  { firstRingMm, lastRingMm, rings }: SlabFieldRequest,
  depthMm: Float64Array,
): { score: RingScore; ringEdgesMm: Float64Array } {
  const factor = (lastRingMm / firstRingMm) ** (1 / (rings - 1));
  return {
    ringEdgesMm: Float64Array.from({ length: rings + 1 }, (_, i) =>
      i === 0 ? 0 : firstRingMm * factor ** (i - 1),
    ),
    score: {
      depthMm,
      ...depthLookupOf(depthMm),
      rings,
      firstSquared: firstRingMm ** 2,
      perLnSquared: 1 / (2 * Math.log(factor)),
      magnificationA: 1,
      magnificationB: 0,
    },
  };
}

/** Energy of one batch, MeV by cell, with a pause every 64 histories; pure. */
function* fieldBatchInSteps(
  scene: TransportScene,
  spectrum: Float64Array,
  seed: number,
  batch: number,
  histories: number,
  splitting: number,
  radiusMm: number,
  sourceMm: number,
): Generator<undefined, Float64Array> {
  const ws = createWorkspace(scene, seed, 0);
  for (let h = 0; h < histories; h++) {
    if (h % 64 === 63) yield;
    startHistory(ws.random, batch, h);
    const energy = sampleEnergy(ws.random, spectrum, h, histories);
    // Radii are uniform, not areas: more photons near the axis, of less weight there.
    const share = nextUniform(ws.random);
    const r = radiusMm * share;
    const phi = 2 * Math.PI * nextUniform(ws.random);
    if (energy < scene.photonCutMeV) continue;
    const x = r * Math.cos(phi);
    const y = r * Math.sin(phi);
    const length = Math.hypot(r, sourceMm);
    runHistory(
      scene,
      ws,
      splitting,
      false,
      energy,
      x,
      y,
      0,
      x / length,
      y / length,
      sourceMm / length,
      2 * share,
    );
  }
  return ws.score;
}

/** Mass between two depths, g/cm³ · mm. */
function massPerArea(slabs: readonly Slab[], z1: number, z2: number): number {
  let top = 0;
  let mass = 0;
  for (const { thicknessMm, densityGPerCm3 } of slabs) {
    mass += densityGPerCm3 * Math.max(0, Math.min(z2, top + thicknessMm) - Math.max(z1, top));
    top += thicknessMm;
  }
  return mass;
}
