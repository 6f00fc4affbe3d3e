import {
  type ColumnDoseRequest,
  createVolume,
  type DoseColumn,
  type DoseEngine,
  type GridDoseRequest,
  type PointDoseRequest,
  type Volume,
} from "@isodose/core";
import { rayTraceEngine } from "@isodose/dose";
import type { Remote } from "comlink";
import { assertTraced, type BeamFan, layOutFans } from "./beam-fans.ts";
import { chunkFans, type RayTraceWorkersOptions } from "./chunk-fans.ts";
import { FAN_LENGTH } from "./fan-fields.ts";
import { compileKernels, hasSharedMemory, type KernelCall, PAGE_BYTES } from "./kernel-module.ts";
import type { KernelJob, KernelWorkerApi } from "./kernel-worker-api.ts";
import { hasOnlyCircles } from "./only-circles.ts";
import { rangesOf } from "./ranges.ts";
import { createSceneMemory, type SceneMemory } from "./scene-memory.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Pieces of work per worker: enough that none waits long for the last. */
const PIECES_PER_WORKER = 6;

/**
 * The ray-trace engine on workers: depth maps first, shared out by beams, then dose, shared out by slices, all in one memory that the
 * workers see. Every voxel is summed by one worker in the order of the beams, so the dose has the same bits for any number of workers,
 * and the bits of `rayTraceWasmEngine`. A worker that dies is replaced and its piece begun again. Where memory cannot be shared (a page
 * without the headers COOP and COEP) each worker traces the maps for its own slices.
 *
 * @param pool - of workers that expose `kernelWorkerApi()`; kept for the next run, and closed by the caller
 */
export function rayTraceInWorkers(
  pool: WorkerPool<KernelWorkerApi>,
  options: RayTraceWorkersOptions = {},
): DoseEngine {
  return {
    id: "ray-trace",
    title: rayTraceEngine.title,
    doseAtPoints: (request) => pool.exclusively(() => doseAtPoints(pool, request)),
    doseOnGrid: (request) => pool.exclusively(() => doseOnGrid(pool, options, request)),
    doseColumns: (request: ColumnDoseRequest, take: (column: DoseColumn) => void | Promise<void>) =>
      rayTraceEngine.doseColumns(request, take),
  };
}

async function doseAtPoints(
  pool: WorkerPool<KernelWorkerApi>,
  request: PointDoseRequest,
): Promise<Float32Array> {
  if (!hasOnlyCircles(request.beams)) return rayTraceEngine.doseAtPoints(request);
  const { pointsMm, beams, signal, onProgress } = request;
  const n = pointsMm.length / 3;
  const fans = await layOutFans(request);
  const out = new Float32Array(beams.length * n);
  if (fans.length === 0) return out;
  const shared = hasSharedMemory();
  const mapRoom = largestMap(fans);
  const at = createSceneMemory({
    scene: request,
    fans,
    target: { pointsMm },
    mapBytes: mapRoom * (shared ? pool.size : 1),
    doseBuffers: 1,
    shared,
    earlier: shared ? keptMemory(pool) : undefined,
  });
  if (shared) pool.kept.set(MEMORY, at.memory);
  const job = await jobOf(at, shared);
  const pieces = rangesOf(fans.length, pool.size * PIECES_PER_WORKER);
  let done = 0;
  const results = await pool.run({
    who: "ray-trace",
    signal,
    prepare: (worker) => worker.open(job),
    tasks: pieces.map(([from, to]) => async (worker, slot) => {
      const map = at.maps + (shared ? slot * mapRoom : 0);
      const calls: KernelCall[] = [];
      for (let f = from; f < to; f++) {
        calls.push(["trace_fan", at.density, at.fans[f]!, map]);
        calls.push(["point_dose", at.rows[f]!, at.tables[f]!, map, at.points, n, at.dose[0]! + 4 * n * f]);
      }
      await worker.call(calls);
      return {
        fields: await readFans(worker, at, shared, from, to),
        dose: shared ? undefined : await worker.read(at.dose[0]! + 4 * n * from, n * (to - from)),
      };
    }),
    onTask: (piece) => {
      done += pieces[piece]![1] - pieces[piece]![0];
      onProgress?.({ stage: "unit dose", done, total: fans.length });
    },
  });
  await pool.each((worker) => worker.close());
  for (const [p, [from, to]] of pieces.entries()) {
    const { fields, dose } = results[p]!;
    const all = dose ?? new Float32Array(at.memory.buffer, at.dose[0]! + 4 * n * from, n * (to - from));
    for (let f = from; f < to; f++) {
      assertTraced(fans[f]!, fields.subarray((f - from) * FAN_LENGTH));
      out.set(all.subarray((f - from) * n, (f - from + 1) * n), n * fans[f]!.index);
    }
  }
  return out;
}

async function doseOnGrid(
  pool: WorkerPool<KernelWorkerApi>,
  options: RayTraceWorkersOptions,
  request: GridDoseRequest,
): Promise<Volume> {
  if (!hasOnlyCircles(request.beams)) return rayTraceEngine.doseOnGrid(request);
  const { grid, monitorUnits, relativeElectronDensity } = request;
  const fans = await layOutFans(request, (beam) => monitorUnits[beam]! > 0);
  const dose =
    fans.length === 0
      ? undefined
      : hasSharedMemory()
        ? await sharedDose(pool, options, request, fans)
        : await copiedDose(pool, request, fans);
  return createVolume(grid, "Gy", relativeElectronDensity.frameOfReferenceUid, dose);
}

/** Maps, then slices, in shared memory; in as many chunks of beams as the memory takes. */
async function sharedDose(
  pool: WorkerPool<KernelWorkerApi>,
  options: RayTraceWorkersOptions,
  request: GridDoseRequest,
  fans: readonly BeamFan[],
): Promise<Float32Array> {
  const { grid, monitorUnits, signal, onProgress } = request;
  const target = { grid, monitorUnits };
  const { chunks, mapBytes } = chunkFans({ scene: request, fans, target }, options);
  const doseBuffers = chunks.length > 1 ? 2 : 1;
  const earlier = keptMemory(pool, options);
  const at = createSceneMemory({
    scene: request,
    fans,
    target,
    mapBytes,
    doseBuffers,
    shared: true,
    earlier,
  });
  pool.kept.set(MEMORY, at.memory);
  const job = await jobOf(at, true);
  const slabs = rangesOf(grid.size[2], pool.size * PIECES_PER_WORKER);
  const sliceFloats = grid.size[0] * grid.size[1];
  // Progress counts the beams' maps and their slices alike.
  const total = 2 * fans.length;
  let done = 0;
  const round = { who: "ray-trace", signal, prepare: (worker: Remote<KernelWorkerApi>) => worker.open(job) };

  for (const [c, { from, to, mapAt }] of chunks.entries()) {
    const map = (f: number) => at.maps + mapAt[f - from]!;
    const pieces = rangesOf(to - from, pool.size * PIECES_PER_WORKER);
    await pool.run<void>({
      ...round,
      tasks: pieces.map(([a, b]) => async (worker) => {
        const calls = Array.from(
          { length: b - a },
          (_, n): KernelCall => ["trace_fan", at.density, at.fans[from + a + n]!, map(from + a + n)],
        );
        await worker.call(calls);
      }),
      onTask: (piece) => {
        done += pieces[piece]![1] - pieces[piece]![0];
        onProgress?.({ stage: "dose", done, total });
      },
    });
    for (let f = from; f < to; f++)
      assertTraced(fans[f]!, new Float64Array(at.memory.buffer, at.fans[f]!, FAN_LENGTH));

    // A slab starts from the dose of the chunks before, in the other buffer: begun again, it gives the same.
    const before = at.dose[(c + 1) % 2]!;
    const now = at.dose[c % doseBuffers]!;
    const doneBefore = done;
    let slabsDone = 0;
    await pool.run<void>({
      ...round,
      tasks: slabs.map(([kFrom, kTo]) => async (worker) => {
        const offset = 4 * kFrom * sliceFloats;
        const floats = (kTo - kFrom) * sliceFloats;
        const calls: KernelCall[] = [
          c === 0
            ? ["clear_floats", now + offset, floats]
            : ["copy_floats", now + offset, before + offset, floats],
        ];
        for (let f = from; f < to; f++)
          calls.push(["add_rows", at.rows[f]!, at.tables[f]!, map(f), now, kFrom, kTo]);
        await worker.call(calls);
      }),
      onTask: () => {
        slabsDone++;
        done = doneBefore + Math.floor(((to - from) * slabsDone) / slabs.length);
        onProgress?.({ stage: "dose", done, total });
      },
    });
  }
  await pool.each((worker) => worker.close());
  const last = at.dose[(chunks.length - 1) % doseBuffers]!;
  return new Float32Array(at.memory.buffer, last, at.doseLength).slice();
}

/** Each worker has a copy of the scene, and traces one map at a time for its own slices. */
async function copiedDose(
  pool: WorkerPool<KernelWorkerApi>,
  request: GridDoseRequest,
  fans: readonly BeamFan[],
): Promise<Float32Array> {
  const { grid, monitorUnits, signal, onProgress } = request;
  const at = createSceneMemory({
    scene: request,
    fans,
    target: { grid, monitorUnits },
    mapBytes: largestMap(fans),
    doseBuffers: 1,
    shared: false,
  });
  const job = await jobOf(at, false);
  const slabs = rangesOf(grid.size[2], pool.size);
  const sliceFloats = grid.size[0] * grid.size[1];
  const dose = new Float32Array(at.doseLength);
  let done = 0;
  await pool.run({
    who: "ray-trace",
    signal,
    prepare: (worker) => worker.open(job),
    tasks: slabs.map(([kFrom, kTo], s) => async (worker) => {
      const floats = (kTo - kFrom) * sliceFloats;
      const first = at.dose[0]! + 4 * kFrom * sliceFloats;
      await worker.call([["clear_floats", first, floats]]);
      for (const [from, to] of rangesOf(fans.length, PIECES_PER_WORKER)) {
        const calls: KernelCall[] = [];
        for (let f = from; f < to; f++) {
          calls.push(["trace_fan", at.density, at.fans[f]!, at.maps]);
          calls.push(["add_rows", at.rows[f]!, at.tables[f]!, at.maps, at.dose[0]!, kFrom, kTo]);
        }
        await worker.call(calls);
      }
      const fields = s === 0 ? await readFans(worker, at, false, 0, fans.length) : undefined;
      return { fields, part: await worker.read(first, floats) };
    }),
    onTask: (slab, { fields, part }) => {
      for (const [f, fan] of fans.entries()) {
        if (fields) assertTraced(fan, fields.subarray(f * FAN_LENGTH));
      }
      dose.set(part, slabs[slab]![0] * sliceFloats);
      onProgress?.({ stage: "dose", done: ++done, total: slabs.length });
    },
  });
  await pool.each((worker) => worker.close());
  return dose;
}

/** Under this name a pool keeps the memory that its workers share: theirs is let go of only when they clear up, which may be never. */
const MEMORY = "ray-trace memory";

/** The memory of an earlier run, if it is not above the ceiling. */
function keptMemory(
  pool: WorkerPool<KernelWorkerApi>,
  { maxMemoryMb, otherMemoryMb = 0 }: RayTraceWorkersOptions = {},
): WebAssembly.Memory | undefined {
  const kept = pool.kept.get(MEMORY) as WebAssembly.Memory | undefined;
  const tooLarge =
    kept && maxMemoryMb !== undefined && kept.buffer.byteLength > 1e6 * (maxMemoryMb - otherMemoryMb);
  return tooLarge ? undefined : kept;
}

/** What a worker is given. */
async function jobOf(at: SceneMemory, shared: boolean): Promise<KernelJob> {
  const module = await compileKernels(shared);
  if (shared) return { module, shared: at.memory };
  const start = new Uint8Array(at.memory.buffer as ArrayBuffer, 0, at.writtenBytes).slice();
  return { module, copy: { start, pages: at.memory.buffer.byteLength / PAGE_BYTES } };
}

/** The doubles of fans after they were traced. */
async function readFans(
  worker: Remote<KernelWorkerApi>,
  at: SceneMemory,
  shared: boolean,
  from: number,
  to: number,
): Promise<Float64Array> {
  const doubles = FAN_LENGTH * (to - from);
  if (shared) return new Float64Array(at.memory.buffer, at.fans[from]!, doubles).slice();
  return new Float64Array((await worker.read(at.fans[from]!, 2 * doubles)).buffer);
}

function largestMap(fans: readonly BeamFan[]): number {
  return fans.reduce((most, fan) => Math.max(most, fan.mapBytes), 0);
}
