import type { Direction, Vec3 } from "@isodose/core";
import { fullGridDose, rayTraceEngine } from "@isodose/dose";
import {
  createWorkerPool,
  type KernelWorkerApi,
  rayTraceInWorkers,
  rayTraceWasmEngine,
} from "@isodose/dose-parallel";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { beamData, scene, worstDifference } from "./support/scene.ts";
import { startThread } from "./support/threads.ts";

const pools = [1, 2, 3].map((size) => createWorkerPool<KernelWorkerApi>(() => startThread(), size));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** Every backend of the ray-trace engine beside the reference. */
const backends = [
  ["wasm", rayTraceWasmEngine],
  ...pools.map((pool) => [`workers × ${pool.size}`, rayTraceInWorkers(pool)] as const),
] as const;

/** Of the maximum: what rounding to float32 leaves. */
const TOLERANCE = 1e-6;

describe.each(backends)("ray-trace on %s", (_, engine) => {
  it("gives the dose of the reference on a grid", async () => {
    const request = scene();
    const expected = (await rayTraceEngine.doseOnGrid(request)).values.data;
    const found = await engine.doseOnGrid(request);
    expect(worstDifference(expected, found.values.data)).toBeLessThan(TOLERANCE);
    expect(found.grid).toBe(request.grid);
    expect(found.unit).toBe("Gy");
    expect(found.frameOfReferenceUid).toBe("1.2.3");
  });

  it("gives the dose of the reference at points, beam by beam, off the grid too", async () => {
    const request = scene({ beams: 5 });
    const pointsMm = Float64Array.from({ length: 3 * 500 }, (_, n) => 45 * Math.sin(n * n + n));
    const expected = await rayTraceEngine.doseAtPoints({ ...request, pointsMm });
    const found = await engine.doseAtPoints({ ...request, pointsMm });
    expect(expected.filter((dose) => dose > 0).length).toBeGreaterThan(300);
    expect(worstDifference(expected, found)).toBeLessThan(TOLERANCE);
  });

  it("leaves out beams without monitor units and beams that miss", async () => {
    const request = scene({ beams: 3 });
    const missing = { ...request.beams[1]!, sourceMm: [5000, 0, -800] as Vec3, aimMm: [5000, 0, 0] as Vec3 };
    const beams = [request.beams[0]!, missing, request.beams[2]!];
    const monitorUnits = Float64Array.of(0, 100, 70);
    const expected = (await rayTraceEngine.doseOnGrid({ ...request, beams, monitorUnits })).values.data;
    const found = (await engine.doseOnGrid({ ...request, beams, monitorUnits })).values.data;
    expect(worstDifference(expected, found)).toBeLessThan(TOLERANCE);
    const none = await engine.doseOnGrid({ ...request, monitorUnits: new Float64Array(3) });
    expect(none.values.data.every((dose) => dose === 0)).toBe(true);
    expect(
      await engine.doseAtPoints({ ...request, beams: [missing], pointsMm: Float64Array.of(0, 0, 0) }),
    ).toEqual(Float32Array.of(0));
  });

  it("refuses what lies beyond the tables as the reference does", async () => {
    const request = scene({ beams: 2 });
    const { data } = request.relativeElectronDensity.values;
    for (let v = 0; v < data.length; v++) data[v]! *= 20;
    const error = await rayTraceEngine.doseOnGrid(request).catch((e: Error) => e);
    expect(error).toMatchObject({ tag: "InvalidInputError" });
    await expect(engine.doseOnGrid(request)).rejects.toThrow((error as Error).message);
  });

  it("computes beams with other apertures as the reference does", async () => {
    const request = scene({ beams: 2 });
    const beams = request.beams.map((beam) => ({
      ...beam,
      aperture: { kind: "rectangle", widthMm: 10, heightMm: 20 } as const,
    }));
    const expected = (await rayTraceEngine.doseOnGrid({ ...request, beams })).values.data;
    expect((await engine.doseOnGrid({ ...request, beams })).values.data).toEqual(expected);
  });

  it("is cancelled before and during the work", async () => {
    const request = scene();
    await expect(engine.doseOnGrid({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
      tag: "CancelledError",
    });
    const controller = new AbortController();
    const run = engine.doseOnGrid({
      ...request,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ tag: "CancelledError" });
  });

  it("reports progress up to the end", async () => {
    const seen: number[] = [];
    await engine.doseOnGrid({
      ...scene(),
      onProgress: ({ stage, done, total }) => {
        expect(stage).toBe("dose");
        seen.push(done / total);
      },
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(1);
  });
});

describe("ray-trace backends", () => {
  it("give the same bits: wasm, and any number of workers", async () => {
    const request = scene();
    const pointsMm = Float64Array.from({ length: 3 * 100 }, (_, n) => 60 * Math.sin(n * n + n));
    const [first, ...others] = await Promise.all(
      backends.map(async ([, engine]) => ({
        grid: (await engine.doseOnGrid(request)).values.data,
        points: await engine.doseAtPoints({ ...request, pointsMm }),
      })),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it("agree on random oblique scenes", async () => {
    // Straight, or clearly turned: between them a ray may run within a face, and rounding decides which voxel it belongs to.
    const angle = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          turn: fc.tuple(angle, angle, angle),
          firstGantryDeg: fc.constantFrom(0, 45, 90, 12.3, 271.9),
          couchDeg: fc.constantFrom([0], [90], [17, 300]),
          spacing: fc.constantFrom([2, 2, 2], [4, 4, 4], [1.5, 3, 5]),
          size: fc.constantFrom([41, 30, 33], [24, 24, 24], [1, 20, 20]),
          doseSize: fc.constantFrom([31, 1, 17], [16, 20, 12]),
          diameterMm: fc.constantFrom(5, 12.5, 60),
        }),
        async ({ turn, firstGantryDeg, couchDeg, spacing, size, doseSize, diameterMm }) => {
          const request = scene({
            direction: turned(turn),
            firstGantryDeg,
            couchDeg,
            spacingMm: spacing as unknown as Vec3,
            size: size as unknown as Vec3,
            doseSize: doseSize as unknown as Vec3,
            diametersMm: [diameterMm],
            beams: 3,
          });
          const expected = (await rayTraceEngine.doseOnGrid(request)).values.data;
          const wasm = (await rayTraceWasmEngine.doseOnGrid(request)).values.data;
          if (expected.some((dose) => dose > 0))
            expect(worstDifference(expected, wasm)).toBeLessThan(TOLERANCE);
          else expect(wasm).toEqual(expected);
          expect((await backends[2]![1].doseOnGrid(request)).values.data).toEqual(wasm);
        },
      ),
      { seed: 7, numRuns: 15, endOnFailure: true },
    );
  });

  it("agree with rays traced to every voxel", async () => {
    const request = scene({ beams: 2, doseSize: [20, 18, 16], doseSpacingMm: [6, 6, 6], diametersMm: [40] });
    const { data } = request.relativeElectronDensity.values;
    for (let v = 0; v < data.length; v++) if (data[v]! > 0) data[v] = 1;
    const obvious = fullGridDose(
      request.relativeElectronDensity,
      request.beams,
      beamData,
      request.monitorUnits,
      request.grid,
    );
    const found = (await rayTraceWasmEngine.doseOnGrid(request)).values.data;
    let misses = 0;
    const peak = Math.max(...obvious);
    for (let v = 0; v < found.length; v++) if (Math.abs(found[v]! - obvious[v]!) > 0.01 * peak) misses++;
    // Depth between rays is linear: 1 % of the maximum off only where a ray beside enters the body several mm apart.
    expect(misses).toBeLessThan(0.01 * obvious.filter((dose) => dose > 0).length);
  });
});

/** Rotations about x, y and z, radians, one after the other. */
function turned([a, b, c]: readonly [number, number, number]): Direction {
  const [sa, sb, sc] = [a, b, c].map(Math.sin) as [number, number, number];
  const [ca, cb, cc] = [a, b, c].map(Math.cos) as [number, number, number];
  return [
    cb * cc,
    sa * sb * cc - ca * sc,
    ca * sb * cc + sa * sc,
    cb * sc,
    sa * sb * sc + ca * cc,
    ca * sb * sc - sa * cc,
    -sb,
    sa * cb,
    ca * cb,
  ];
}
