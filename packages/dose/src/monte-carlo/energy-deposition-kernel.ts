import {
  InvalidInputError,
  type Material,
  type RunControl,
  throwIfCancelled,
  yieldToEventLoop,
} from "@isodose/core";
import { assertMaterial } from "@isodose/physics";
import { completeCutoffs, type MonteCarloCutoffs } from "./cutoffs.ts";
import { finishInSlices } from "./finish-in-slices.ts";
import { interactPhoton } from "./photon-interactions.ts";
import { PHOTON_COLUMNS } from "./photon-tables.ts";
import { startHistory } from "./random-stream.ts";
import { transportLepton } from "./transport-lepton.ts";
import { transportPhoton } from "./transport-photon.ts";
import { buildTransportScene, type RingScore, type TransportScene } from "./transport-scene.ts";
import { createWorkspace, PHOTON, popParticle, pushParticle, type Workspace } from "./workspace.ts";

/** What {@link energyDepositionKernel} needs. */
export interface EnergyDepositionKernelRequest {
  readonly material: Material;
  /** Default: that of the material. */
  readonly densityGPerCm3?: number;
  /** Of the photons, 0.02 … 20 MeV. */
  readonly energyMeV: number;
  /** Photons, shared evenly by the batches. */
  readonly histories: number;
  /** Default 25. */
  readonly batches?: number;
  /** A whole number from 0 to 2⁵³. Default 1. */
  readonly seed?: number;
  /** Polar bins of equal width. Default 48. */
  readonly angles?: number;
  /** Edges of the shells from 0, mm. Default: the 24 shells to 600 mm of the kernels that come with `@isodose/physics`. */
  readonly radiusEdgesMm?: ArrayLike<number>;
  /**
   * Default: electrons to a hundredth of the photon's energy, 0.01 to 0.05 MeV, in steps of 5 % of their energy and at most 0.05 g/cm²:
   * next to the origin longer steps show.
   */
  readonly cutoffs?: Partial<MonteCarloCutoffs>;
}

/** Where photons that interact at the origin leave their energy, as shares of it. */
export interface EnergyDepositionKernel {
  readonly energyMeV: number;
  readonly densityGPerCm3: number;
  /** Edges of the polar bins from the photon's direction, degrees. */
  readonly angleEdgesDeg: Float64Array;
  readonly radiusEdgesMm: Float64Array;
  /** Deposited by charged particles of the first interaction and those that they set free; [angle][radius], radius fastest. */
  readonly primary: Float64Array;
  /** Deposited by all that came of photons: scattered, bremsstrahlung, annihilation. */
  readonly scatter: Float64Array;
  /** One standard error of each, from the batches. */
  readonly primarySigma: Float64Array;
  readonly scatterSigma: Float64Array;
  /** Per batch, for sums over bins with their errors: [batch][angle][radius]. */
  readonly primaryBatches: Float64Array;
  readonly scatterBatches: Float64Array;
  /** Share of the energy that left the largest shell. */
  readonly escaped: number;
  readonly histories: number;
  readonly batches: number;
}

const DEFAULT_RADIUS_EDGES_MM: readonly number[] = [
  0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 600,
];

/**
 * Energy deposition kernel by Monte Carlo: photons along +z are forced to interact at the origin of endless matter, and the energy
 * that follows is scored by polar angle and distance. Analog: no variance reduction, so that the error of a bin is that of counting.
 *
 * Coherent scattering counts as a first interaction (its primary part is 0): the kernel belongs to µ/ρ with coherent scattering, and its
 * primary part adds up to µ_en/µ. Matter ends at the largest shell.
 *
 * @throws InvalidInputError if the material, an energy, edge or number is not usable; CancelledError
 */
export async function energyDepositionKernel(
  request: EnergyDepositionKernelRequest,
  control: RunControl = {},
): Promise<EnergyDepositionKernel> {
  const { material, energyMeV, histories, batches = 25, seed = 1, angles = 48 } = request;
  assertMaterial(material);
  const densityGPerCm3 = request.densityGPerCm3 ?? material.densityGPerCm3;
  if (!(densityGPerCm3 > 0 && densityGPerCm3 < 30))
    throw new InvalidInputError("densityGPerCm3", densityGPerCm3, "a density from 0 to 30 g/cm³");
  if (!(energyMeV >= 0.02 && energyMeV <= 20))
    throw new InvalidInputError("energyMeV", energyMeV, "an energy from 0.02 to 20 MeV");
  if (!(Number.isInteger(batches) && batches >= 2))
    throw new InvalidInputError("batches", batches, "a whole number ≥ 2");
  if (!(histories >= batches))
    throw new InvalidInputError("histories", histories, `a number ≥ ${batches}, the number of batches`);
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new InvalidInputError("seed", seed, "a whole number ≥ 0");
  if (!(Number.isInteger(angles) && angles >= 1 && angles <= 1000))
    throw new InvalidInputError("angles", angles, "a whole number from 1 to 1000");
  const radiusEdgesMm = Float64Array.from(request.radiusEdgesMm ?? DEFAULT_RADIUS_EDGES_MM);
  radiusEdgesMm.forEach((edge, i) => {
    if (!(i === 0 ? edge === 0 : edge > radiusEdgesMm[i - 1] && Number.isFinite(edge)))
      throw new InvalidInputError(`radiusEdgesMm[${i}]`, edge, "lengths from 0, increasing, mm");
  });
  const shells = radiusEdgesMm.length - 1;
  if (shells < 1) throw new InvalidInputError("radiusEdgesMm", shells, "two edges at least");
  throwIfCancelled(control.signal);

  const electronMeV = Math.max(0.01, Math.min(0.05, energyMeV / 100));
  const steps = { stepEnergyFraction: 0.05, stepGPerCm2: 0.05 };
  const cutoffs = completeCutoffs({ electronMeV, ...steps, ...request.cutoffs });
  const scene = sphereScene(material, densityGPerCm3, energyMeV, cutoffs, radiusEdgesMm, angles);
  const perBatch = Math.ceil(histories / batches);
  const primaryBatches = new Float64Array(batches * scene.cells);
  const scatterBatches = new Float64Array(batches * scene.cells);
  let escaped = 0;
  for (let batch = 0; batch < batches; batch++) {
    control.onProgress?.({ stage: "monte-carlo", done: batch, total: batches });
    await yieldToEventLoop(control.signal);
    const pieces = kernelBatchInSteps(scene, energyMeV, seed, batch, perBatch, radiusEdgesMm[shells]);
    const { primary, scatter } = await finishInSlices(pieces, control.signal);
    const share = 1 / (perBatch * energyMeV);
    let kept = 0;
    for (let c = 0; c < scene.cells; c++) {
      primaryBatches[batch * scene.cells + c] = primary[c] * share;
      scatterBatches[batch * scene.cells + c] = scatter[c] * share;
      kept += (primary[c] + scatter[c]) * share;
    }
    escaped += (1 - kept) / batches;
  }
  const [primary, primarySigma] = meanAndSigma(primaryBatches, batches);
  const [scatter, scatterSigma] = meanAndSigma(scatterBatches, batches);
  return {
    energyMeV,
    densityGPerCm3,
    angleEdgesDeg: Float64Array.from({ length: angles + 1 }, (_, a) => (180 * a) / angles),
    radiusEdgesMm,
    primary,
    scatter,
    primarySigma,
    scatterSigma,
    primaryBatches,
    scatterBatches,
    escaped,
    histories: perBatch * batches,
    batches,
  };
}

function meanAndSigma(values: Float64Array, batches: number): [Float64Array, Float64Array] {
  const cells = values.length / batches;
  const mean = new Float64Array(cells);
  const sigma = new Float64Array(cells);
  for (let c = 0; c < cells; c++) {
    let sum = 0;
    let squares = 0;
    for (let b = 0; b < batches; b++) {
      const value = values[b * cells + c];
      sum += value;
      squares += value * value;
    }
    mean[c] = sum / batches;
    sigma[c] = Math.sqrt(Math.max(0, squares / batches - mean[c] * mean[c]) / (batches - 1));
  }
  return [mean, sigma];
}

/** One box around the largest shell, scored in shells. */
function sphereScene(
  material: Material,
  densityGPerCm3: number,
  energyMeV: number,
  cutoffs: MonteCarloCutoffs,
  radiusEdgesMm: Float64Array,
  angles: number,
): TransportScene {
  const planes = Float64Array.of(-1.001 * radiusEdgesMm.at(-1)!, 1.001 * radiusEdgesMm.at(-1)!);
  const geometry = {
    nx: 1,
    ny: 1,
    nz: 1,
    xMm: planes,
    yMm: planes,
    zMm: planes,
    perX: 0,
    perY: 0,
    perZ: 0,
    density: Float32Array.of(densityGPerCm3),
    material: Uint8Array.of(0),
  };
  const rings: RingScore = {
    depthMm: new Float64Array(angles + 1),
    depthLookup: new Int32Array(0),
    lookupsPerMm: 0,
    rings: radiusEdgesMm.length - 1,
    firstSquared: 0,
    perLnSquared: 0,
    magnificationA: 1,
    magnificationB: 0,
    shells: { radiusSquared: radiusEdgesMm.map((r) => r * r), anglesPerRadian: angles / Math.PI },
  };
  return buildTransportScene(geometry, [material], energyMeV, cutoffs, rings, false);
}

/** Energy of one batch, MeV by cell, with a pause every 64 histories; pure. */
function* kernelBatchInSteps(
  scene: TransportScene,
  energyMeV: number,
  seed: number,
  batch: number,
  histories: number,
  radiusMm: number,
): Generator<undefined, { primary: Float64Array; scatter: Float64Array }> {
  // Charged particles of the first interaction score in one workspace, whatever photons do in the other.
  const charged = createWorkspace(scene, seed, 0);
  const later = createWorkspace(scene, seed, 1);
  charged.tally[2] = 1;
  later.tally[2] = 1;
  const { photons, electronCutMeV } = scene;
  // Electrons too slow to be followed keep their direction, too: at the origin itself there is none.
  const first: TransportScene = { ...scene, electronCutMeV: 0 };
  const position = (Math.log(energyMeV) - photons.lnLow) * photons.nodesPerLn;
  const node = Math.min(Math.floor(position), photons.nodes - 2);
  for (let h = 0; h < histories; h++) {
    if (h % 64 === 63) yield;
    startHistory(charged.random, batch, h);
    startHistory(later.random, batch, h);
    const row = node * PHOTON_COLUMNS;
    interactPhoton(first, charged, 0, row, PHOTON_COLUMNS, position - node, energyMeV, 0, 0, 0, 0, 0, 1, 1);
    while (charged.stackState[0] > 0) {
      popParticle(charged);
      if (charged.particle[0] === PHOTON) handOver(charged, later);
      else {
        if (charged.particle[1] <= electronCutMeV) moveOn(charged.particle);
        transportLepton(scene, charged);
      }
    }
    while (later.stackState[0] > 0) {
      popParticle(later);
      const [, , x, y, z] = later.particle;
      // Made outside the sphere: the photon left it on its way there, and matter ends with it.
      if (x * x + y * y + z * z > radiusMm * radiusMm) continue;
      if (later.particle[0] === PHOTON) transportPhoton(scene, later);
      else transportLepton(scene, later);
    }
  }
  return { primary: charged.score, scatter: later.score };
}

/** Well inside the first shell, mm. */
const NEAR_MM = 1e-3;

/** Move a particle a little along its direction. */
function moveOn(particle: Float64Array): void {
  for (let axis = 0; axis < 3; axis++) particle[2 + axis] += NEAR_MM * particle[5 + axis];
}

/** Give the particle last taken by one workspace to the stack of another. */
function handOver(from: Workspace, to: Workspace): void {
  const p = from.particle;
  pushParticle(to, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]);
}
