import { AXIAL_DIRECTION, createVolume, type Vec3 } from "@isodose/core";
import { type GammaRequest, gammaIndex } from "@isodose/dvh";
import { gammaInWorkers } from "isodose";
import { gammaInWorkerThreads } from "isodose/node";
import { describe, expect, it } from "vitest";

function dose(size: Vec3, originMm: Vec3, scale: number) {
  const grid = { size, spacingMm: [1, 1, 1] as Vec3, originMm, direction: AXIAL_DIRECTION };
  const data = new Float32Array(size[0] * size[1] * size[2]);
  for (let n = 0; n < data.length; n++) {
    const x = originMm[0] + (n % size[0]) - 15;
    const y = originMm[1] + (Math.floor(n / size[0]) % size[1]) - 14;
    const z = originMm[2] + Math.floor(n / (size[0] * size[1])) - 16;
    data[n] = (scale * 20) / (1 + Math.exp((Math.hypot(x, y, z) - 8) / 2));
  }
  return createVolume(grid, "Gy", "1.2.3", data);
}

const request: GammaRequest = {
  reference: dose([31, 29, 33], [0, 0, 0], 1),
  evaluated: dose([30, 30, 30], [0.3, 0.2, 0.4], 1.02),
  dosePercent: 2,
  distanceMm: 1,
  cutoffPercent: 1,
};
const threads = () =>
  process.getActiveResourcesInfo().filter((name) => /MessagePort|Worker/.test(name)).length;

describe("gammaInWorkerThreads", () => {
  it("gives the bits of gammaIndex for any number of workers, and leaves none behind", async () => {
    const before = threads();
    const alone = await gammaIndex(request);
    expect(alone.outsidePoints).toBeGreaterThan(0);
    expect(alone.evaluatedPoints).toBeGreaterThan(5000);
    for (const workers of [1, 2, 3]) {
      const seen: number[] = [];
      const onProgress = ({ done, total }: { done: number; total: number }) => {
        seen.push(done / total);
        expect(threads()).toBeGreaterThan(before);
      };
      expect(await gammaInWorkerThreads(request, { workers, onProgress })).toEqual(alone);
      expect(seen.length).toBeGreaterThanOrEqual(workers);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(1);
    }
    expect(threads()).toBe(before);
  });

  it("keeps every option, and a slice range", async () => {
    const special: GammaRequest = {
      ...request,
      local: true,
      cutoffPercent: undefined,
      cutoffGy: 3,
      maxGamma: 0.5,
      sliceRange: [10, 21],
    } as GammaRequest;
    const alone = await gammaIndex(special);
    expect(alone.maxGamma).toBe(0.5);
    expect(await gammaInWorkerThreads(special, { workers: 2 })).toEqual(alone);
  });

  it("is cancelled before and during the work, and frees its threads", async () => {
    const before = threads();
    const aborted = { signal: AbortSignal.abort(), workers: 2 };
    await expect(gammaInWorkerThreads(request, aborted)).rejects.toMatchObject({ tag: "CancelledError" });
    const controller = new AbortController();
    const run = gammaInWorkerThreads(request, {
      workers: 2,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ tag: "CancelledError" });
    expect(threads()).toBe(before);
  });

  it("refuses bad input as gammaIndex does, before any thread starts", async () => {
    await expect(gammaInWorkerThreads({ ...request, distanceMm: 0 })).rejects.toThrow("distanceMm: is 0");
    await expect(gammaInWorkerThreads(request, { workers: 0 })).rejects.toThrow("workers: is 0");
    await expect(
      gammaInWorkerThreads({ ...request, cutoffPercent: 1000 }, { workers: 1 }),
    ).rejects.toMatchObject({
      tag: "InvalidInputError",
    });
  });
});

describe("gammaInWorkers", () => {
  it("says so when the worker's module does not load", async () => {
    const ended: string[] = [];
    let started = 0;
    const createWorker = (): Worker => {
      started++;
      const target = new EventTarget();
      queueMicrotask(() => target.dispatchEvent(new Event("error", { cancelable: true })));
      return Object.assign(target, {
        postMessage() {},
        terminate: () => ended.push("terminated"),
      }) as unknown as Worker;
    };
    await expect(gammaInWorkers(request, { createWorker, workers: 2 })).rejects.toMatchObject({
      tag: "EngineError",
      message: "engine gamma: a worker failed: its module did not load",
    });
    expect(ended).toHaveLength(started);
  });
});
