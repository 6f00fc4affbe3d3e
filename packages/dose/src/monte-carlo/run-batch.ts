import type { PreparedMonteCarlo } from "./monte-carlo-dose.ts";
import { sampleEnergy, sampleRay } from "./photon-source.ts";
import { nextUniform, setFirstUniforms, setStream, startHistory } from "./random-stream.ts";
import { runHistory } from "./run-history.ts";
import type { TransportGeometry } from "./transport-scene.ts";
import { createWorkspace } from "./workspace.ts";

/** What one batch scored. */
export interface BatchResult {
  /** MeV per voxel and unit of the fields. */
  readonly score: Float64Array;
  /** [in, deposited, escaped], MeV per unit of the fields. */
  readonly tally: Float64Array;
}

/** Distance along a line at which it enters the boxes; Infinity if it misses them. */
function entryDistance(geometry: TransportGeometry, ray: Float64Array): number {
  let near = -Infinity;
  let far = Infinity;
  for (let axis = 0; axis < 3; axis++) {
    const planes = axis === 0 ? geometry.xMm : axis === 1 ? geometry.yMm : geometry.zMm;
    const end = planes[planes.length - 1];
    const d = ray[3 + axis];
    if (d === 0) {
      if (ray[axis] < 0 || ray[axis] >= end) return Infinity;
      continue;
    }
    const a = -ray[axis] / d;
    const b = (end - ray[axis]) / d;
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  return far > near ? near : Infinity;
}

/** Step inside from the entry point, mm: a ray that starts on a plane belongs to the boxes behind it. */
const INSIDE_MM = 1e-9;

/**
 * Where a photon crosses its field, and how deep its first copy goes, follow Weyl's sequence: multiples of powers of 1/g, where
 * g⁴ = g + 1, modulo 1. They fill the cube evenly; a random shift in each batch makes each point uniform and the batches independent.
 * Energies are even in the number of the history.
 * @source H. Weyl, Math. Ann. 77 (1916) 313, doi:10.1007/BF01475864; shifted: R. Cranley, T. Patterson, SIAM J. Numer. Anal. 13 (1976) 904
 */
const SPREAD_1 = 0.8191725133961645;
const SPREAD_2 = 0.6710436067037893;
const SPREAD_3 = 0.5497004779019703;
/** Number of a history that is never run. */
const SHIFT_HISTORY = 0xffffffff;

function fraction(x: number): number {
  return x - Math.floor(x);
}

/** Histories between two pauses. */
const HISTORIES_PER_PAUSE = 256;

/**
 * Run one batch: pure, the same for any order and any worker.
 * @param batch - number of the batch, ≥ 0
 */
export function runBatch(prepared: PreparedMonteCarlo, batch: number): BatchResult {
  const steps = batchInSteps(prepared, batch);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** {@link runBatch} with pauses, in which a caller can look after other things. */
export function* batchInSteps(
  prepared: PreparedMonteCarlo,
  batch: number,
): Generator<undefined, BatchResult> {
  const {
    scene,
    sources,
    historiesPerBatch,
    historyWeights,
    splitting,
    forced,
    groups,
    scatteredCopies,
    quasiRandom,
  } = prepared;
  const total = Float64Array.of(0, 0, 0);
  const ray = new Float64Array(6);
  const shift = new Float64Array(3);
  const medium = new Float64Array(scene.cells);
  const water = new Float64Array(scene.scoresWater ? scene.cells : 0);
  const ws = createWorkspace(scene, prepared.seed, 0, medium, water);
  for (let s = 0; s < sources.length; s++) {
    const source = sources[s]!;
    setStream(ws.random, s);
    const weight = historyWeights[s];
    const count = historiesPerBatch[s];
    startHistory(ws.random, batch, SHIFT_HISTORY);
    for (let i = 0; i < 3; i++) shift[i] = nextUniform(ws.random);
    for (let h = 0; h < count; h++) {
      if (h % HISTORIES_PER_PAUSE === HISTORIES_PER_PAUSE - 1) yield;
      startHistory(ws.random, batch, h);
      if (quasiRandom) {
        setFirstUniforms(
          ws.random,
          nextUniform(ws.random),
          nextUniform(ws.random),
          fraction(shift[0] + h * SPREAD_1),
          fraction(shift[1] + h * SPREAD_2),
        );
        ws.firstDepth[0] = fraction(shift[2] + h * SPREAD_3);
      }
      const energy = sampleEnergy(ws.random, source.spectrum, h, count);
      sampleRay(ws.random, source, ray);
      total[0] += weight * energy;
      const entry = entryDistance(scene.geometry, ray);
      // Parallel rays come from far away, others begin at their source.
      const near = source.perDistance === 0 ? entry : Math.max(0, entry);
      if (near === Infinity || energy < scene.photonCutMeV) {
        total[2] += weight * energy;
        continue;
      }
      const start = near + INSIDE_MM;
      runHistory(
        scene,
        ws,
        splitting,
        forced,
        energy,
        ray[0] + start * ray[3],
        ray[1] + start * ray[4],
        ray[2] + start * ray[5],
        ray[3],
        ray[4],
        ray[5],
        weight,
        groups,
        scatteredCopies,
      );
    }
  }
  total[1] += ws.tally[0];
  total[2] += ws.tally[1];
  return { score: scene.scoresWater ? water : medium, tally: total };
}
