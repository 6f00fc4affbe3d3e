import { type RunControl, throwIfCancelled, type Volume } from "@isodose/core";
import { createWorkerPool, type StartedWorker } from "@isodose/dose-parallel";
import { type GammaRequest, type GammaResult, gammaCriteria, mergeGamma } from "@isodose/dvh";
import {
  fromPlain,
  type GammaWorkerApi,
  type PlainGammaRequest,
  type PlainVolume,
  toPlain,
} from "./gamma-worker-api.ts";

/** Pieces of work per worker: enough that none waits long for the last. */
const CHUNKS_PER_WORKER = 4;

/**
 * Evaluate a gamma request on a pool of workers. Slices are handed out in the order in which workers ask; every point is
 * evaluated on its own and counted at the end in the order of the grid, so the result has the same bits for any number of
 * workers. All workers are gone when the promise settles.
 */
export async function gammaOnPool(
  request: GammaRequest,
  start: () => StartedWorker,
  workers: number,
  { signal, onProgress }: RunControl,
): Promise<GammaResult> {
  throwIfCancelled(signal);
  const criteria = gammaCriteria(request);
  const chunks = chunksOf(criteria.sliceRange, workers * CHUNKS_PER_WORKER);
  const plain: PlainGammaRequest = {
    reference: shareable(request.reference),
    evaluated: shareable(request.evaluated),
    criteria,
  };
  const total = criteria.sliceRange[1] - criteria.sliceRange[0];
  const parts: GammaResult[] = [];
  let done = 0;
  const pool = createWorkerPool<GammaWorkerApi>(start, workers);
  try {
    await pool.run({
      who: "gamma",
      signal,
      prepare: (worker) => worker.prepare(plain),
      tasks: chunks.map(
        ([from, to]) =>
          (worker) =>
            worker.evaluate(from, to),
      ),
      onTask: (chunk, part) => {
        parts.push({ ...part, gamma: fromPlain(part.gamma) });
        done += chunks[chunk]![1] - chunks[chunk]![0];
        onProgress?.({ stage: "gamma", done, total });
      },
    });
  } finally {
    await pool.close();
  }
  return mergeGamma(parts);
}

/** Cut a range of slices in about `count` ranges of equal length. */
function chunksOf([from, to]: readonly [number, number], count: number): (readonly [number, number])[] {
  const length = Math.ceil((to - from) / count);
  return Array.from({ length: Math.ceil((to - from) / length) }, (_, n) => [
    from + n * length,
    Math.min(to, from + (n + 1) * length),
  ]);
}

/** The numbers in memory that workers can see too, where there is such memory; else they are copied to each. */
function shareable(volume: Volume): PlainVolume {
  const plain = toPlain(volume);
  if (typeof SharedArrayBuffer === "undefined" || plain.data.buffer instanceof SharedArrayBuffer)
    return plain;
  const data = new Float32Array(new SharedArrayBuffer(plain.data.byteLength));
  data.set(plain.data);
  return { ...plain, data };
}
