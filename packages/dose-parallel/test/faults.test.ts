import type { GridDoseRequest } from "@isodose/core";
import {
  createWorkerPool,
  type KernelWorkerApi,
  rayTraceInWorkers,
  rayTraceWasmEngine,
  type StartedWorker,
} from "@isodose/dose-parallel";
import { afterEach, describe, expect, it } from "vitest";
import type { Fault } from "./support/kernel-worker.ts";
import { scene } from "./support/scene.ts";
import { startThread } from "./support/threads.ts";

const threads = () =>
  process.getActiveResourcesInfo().filter((name) => /MessagePort|Worker/.test(name)).length;
/** The least ceiling for a scene, MB, as the error for a lower one says. */
async function leastMemoryMb(request: GridDoseRequest): Promise<number> {
  const pool = poolOf(2, () => startThread());
  const run = rayTraceInWorkers(pool, { maxMemoryMb: 1 }).doseOnGrid(request);
  const { message } = (await run.catch((error: Error) => error)) as Error;
  return Number(/at least (\d+) MB/.exec(message)![1]);
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

function poolOf(size: number, start: () => StartedWorker) {
  const pool = createWorkerPool<KernelWorkerApi>(start, size);
  closers.push(() => pool.close());
  return pool;
}

describe("a worker that fails", () => {
  const kinds = ["throw", "exit", "memory", "terminate"] as const;
  it.each(kinds.flatMap((kind) => [1, 3, 9].map((atCall) => ({ kind, atCall }))))(
    "by $kind at its call $atCall is replaced, and the dose is the same",
    async ({ kind, atCall }) => {
      const request = scene({ beams: 12 });
      const expected = (await rayTraceWasmEngine.doseOnGrid(request)).values.data;
      const happened = new SharedArrayBuffer(4);
      let started = 0;
      const fault: Fault = { kind, atCall, happened };
      const pool = poolOf(2, () => startThread(started++ === 0 ? fault : undefined));
      // A low ceiling, so that parts of the dose are carried over.
      const engine = rayTraceInWorkers(pool, { maxMemoryMb: await leastMemoryMb(request) });
      const found = (await engine.doseOnGrid(request)).values.data;
      expect(new Int32Array(happened)[0]).toBe(1);
      expect(started).toBe(3);
      expect(found).toEqual(expected);
    },
  );

  it("for ever is an error, and no thread is left", async () => {
    const before = threads();
    const happened = new SharedArrayBuffer(4);
    const pool = poolOf(2, () => startThread({ kind: "throw", atCall: 1, happened }));
    const run = rayTraceInWorkers(pool).doseOnGrid(scene());
    await expect(run).rejects.toMatchObject({
      tag: "EngineError",
      message: "engine ray-trace: a worker failed: a fault of the test",
    });
    expect(pool.alive()).toBe(0);
    expect(threads()).toBe(before);
  });
});

describe("a pool", () => {
  it("keeps its workers for the next run, and ends them when it is closed or a run is cancelled", async () => {
    const before = threads();
    let started = 0;
    const pool = poolOf(2, () => {
      started++;
      return startThread();
    });
    const engine = rayTraceInWorkers(pool);
    const request = scene();
    const first = await engine.doseOnGrid(request);
    const second = await engine.doseOnGrid(request);
    expect(second).toEqual(first);
    expect(started).toBe(2);
    expect(pool.alive()).toBe(2);

    const controller = new AbortController();
    const aborted = engine.doseOnGrid({
      ...request,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ tag: "CancelledError" });
    expect(pool.alive()).toBe(0);
    expect(await engine.doseOnGrid(request)).toEqual(first);
    expect(started).toBe(4);
    await pool.close();
    expect(pool.alive()).toBe(0);
    expect(threads()).toBe(before);
  });
});

describe("memory", () => {
  it("is one for all runs of a pool, which take turns", async () => {
    const pool = poolOf(2, () => startThread());
    const engine = rayTraceInWorkers(pool);
    const requests = [scene({ beams: 3 }), scene({ beams: 8 }), scene({ beams: 2, firstGantryDeg: 50 })];
    const memories = new Set<unknown>();
    const found = await Promise.all(
      requests.map(async (request) => {
        const dose = (await engine.doseOnGrid(request)).values.data;
        memories.add([...pool.kept.values()][0]);
        return dose;
      }),
    );
    expect(memories.size).toBe(1);
    for (const [n, request] of requests.entries())
      expect(found[n]).toEqual((await rayTraceWasmEngine.doseOnGrid(request)).values.data);
  });
});

describe("a memory ceiling", () => {
  it("is kept by tracing the maps in parts, with the same bits", async () => {
    const request = scene({ beams: 12 });
    const pool = poolOf(2, () => startThread());
    const whole = (await rayTraceInWorkers(pool).doseOnGrid(request)).values.data;
    const least = await leastMemoryMb(request);
    const made: WebAssembly.Memory[] = [];
    const Memory = WebAssembly.Memory;
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor);
        if (descriptor.shared) made.push(this);
      }
    };
    try {
      for (const extraMb of [0, 2, 5]) {
        const maxMemoryMb = least + extraMb;
        const fresh = poolOf(2, () => startThread());
        const found = await rayTraceInWorkers(fresh, { maxMemoryMb }).doseOnGrid(request);
        expect(found.values.data).toEqual(whole);
        expect(made.pop()!.buffer.byteLength).toBeLessThanOrEqual(1e6 * maxMemoryMb + 65536);
      }
      // A memory that an earlier run needed more of is not used under a ceiling.
      await rayTraceInWorkers(pool, { maxMemoryMb: least }).doseOnGrid(request);
      expect(made).toHaveLength(1);
    } finally {
      WebAssembly.Memory = Memory;
    }
  });

  it("too low for one map is refused with the number that would do", async () => {
    const pool = poolOf(2, () => startThread());
    const run = rayTraceInWorkers(pool, { maxMemoryMb: 2 }).doseOnGrid(scene());
    await expect(run).rejects.toThrow(/--max-memory: is 2; expected at least \d+ MB/);
    expect(pool.alive()).toBe(0);
  });
});
