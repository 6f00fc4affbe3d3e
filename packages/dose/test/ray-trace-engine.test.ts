import { createVolume, isLibraryError, uniformStream } from "@isodose/core";
import { fullGridDose, rayTraceEngine } from "@isodose/dose";
import { describe, expect, it } from "vitest";
import { ATTENUATION_PER_MM, analyticBeamData, gaussian } from "./analytic-beam-data.ts";
import { beamFrom, centredGrid, uniformCube } from "./scene.ts";

const beamData = analyticBeamData();
const water = uniformCube(100, 2);

/** Gy/MU in the water cube at lateral distance r and distance f from the source, for a beam along a cube axis. */
function closedForm(depthMm: number, radiusMm: number, distanceMm: number, diameterMm: number): number {
  const radiusAtSadMm = (radiusMm * 800) / distanceMm;
  const slant = Math.sqrt(1 + (radiusAtSadMm / 800) ** 2);
  return (
    0.01 *
    Math.exp(-ATTENUATION_PER_MM * (depthMm * slant - 15)) *
    gaussian(radiusAtSadMm, diameterMm / 2) *
    (800 / distanceMm) ** 2
  );
}

describe("ray-trace engine in water, against the closed form", () => {
  it.each([
    ["at the aim point", [0, 0, 0], 100, 0, 800],
    ["nearer, off axis", [7, -50, 3], 50, Math.hypot(7, 3), 750],
    ["deeper, off axis", [-12, 80, 5], 180, Math.hypot(12, 5), 880],
  ] as const)("%s", async (_name, point, depthMm, radiusMm, distanceMm) => {
    const beam = beamFrom([0, -1, 0], [0, 0, 0], 20);
    const dose = await rayTraceEngine.doseAtPoints({
      relativeElectronDensity: water,
      beams: [beam],
      beamData,
      pointsMm: Float64Array.from(point),
    });
    // 5e-4: tables are linear between nodes of 1 mm depth and 0.25 mm radius, distances between nodes of 200 mm.
    expect(dose[0]! / closedForm(depthMm, radiusMm, distanceMm, 20)).toBeCloseTo(1, 3);
  });

  it("scales depth with electron density: bone of twice the density counts double", async () => {
    const bone = uniformCube(100, 2, 2);
    const beam = beamFrom([1, 0, 0], [0, 0, 0], 10);
    const request = { beams: [beam], beamData, pointsMm: Float64Array.of(0, 0, 0) };
    const inWater = await rayTraceEngine.doseAtPoints({ ...request, relativeElectronDensity: water });
    const inBone = await rayTraceEngine.doseAtPoints({ ...request, relativeElectronDensity: bone });
    expect(inBone[0]! / inWater[0]!).toBeCloseTo(Math.exp(-ATTENUATION_PER_MM * 100), 4);
  });

  it("gives no dose before the surface, and none beyond the clip radius", async () => {
    const beam = beamFrom([0, -1, 0], [0, 0, 0], 10);
    const pointsMm = Float64Array.of(0, -150, 0, 60, 0, 0, 0, 0, 0);
    const dose = await rayTraceEngine.doseAtPoints({
      relativeElectronDensity: water,
      beams: [beam],
      beamData,
      pointsMm,
    });
    expect(dose[0]).toBe(0);
    expect(dose[1]).toBe(0);
    expect(dose[2]).toBeGreaterThan(0);
  });
});

describe("ray-trace engine against the full-grid reference", () => {
  it("agrees in heterogeneous tissue for oblique beams, and points agree with the grid", async () => {
    const random = uniformStream(7, 0);
    const density = uniformCube(50, 4);
    const values = density.values.data;
    // Smooth random tissue: the depth map is linear between rays 1.5 mm apart, voxels are boxes.
    for (let v = 0; v < values.length; v++) {
      const i = v % 50;
      const k = Math.floor(v / 2500);
      values[v] = 1 + 0.3 * Math.sin(i / 9) * Math.cos(k / 11) + 0.02 * random();
    }
    const beams = [
      beamFrom([1, -2, 0.5], [5, 3, -4], 20),
      beamFrom([-0.3, -1, -1], [-6, 0, 8], 10, 800, 900),
    ];
    const grid = centredGrid(26, 3);
    const monitorUnits = Float64Array.of(120, 80);
    const fast = await rayTraceEngine.doseOnGrid({
      relativeElectronDensity: density,
      beams,
      beamData,
      grid,
      monitorUnits,
    });
    const slow = fullGridDose(density, beams, beamData, monitorUnits, grid);
    const peak = slow.reduce((a, b) => Math.max(a, b), 0);
    let worst = 0;
    for (let v = 0; v < slow.length; v++) worst = Math.max(worst, Math.abs(slow[v]! - fast.values.data[v]!));
    expect(peak).toBeGreaterThan(0.5);
    // 0.1 % of the maximum: what interpolation of the depth map may cost between voxels of 4 mm.
    expect(worst / peak).toBeLessThan(1e-3);
  });

  it("is the same bits a second time, and linear in monitor units", async () => {
    const beams = [beamFrom([1, -2, 0.5], [5, 3, -4], 20), beamFrom([-1, -1, 0], [0, 0, 0], 10)];
    const grid = centredGrid(20, 4);
    const run = (monitorUnits: Float64Array) =>
      rayTraceEngine.doseOnGrid({ relativeElectronDensity: water, beams, beamData, grid, monitorUnits });
    const once = await run(Float64Array.of(100, 50));
    const again = await run(Float64Array.of(100, 50));
    const double = await run(Float64Array.of(200, 100));
    expect(again.values.data).toEqual(once.values.data);
    once.values.data.forEach((gy, v) => {
      expect(Math.abs(double.values.data[v]! - 2 * gy)).toBeLessThanOrEqual(1e-6 * gy);
    });
  });

  it("turns with the scene: a beam from another side of a cube gives the turned dose", async () => {
    const grid = centredGrid(21, 4);
    const monitorUnits = Float64Array.of(100);
    const dose = async (direction: readonly [number, number, number]) =>
      (
        await rayTraceEngine.doseOnGrid({
          relativeElectronDensity: water,
          beams: [beamFrom(direction, [0, 0, 0], 20)],
          beamData,
          grid,
          monitorUnits,
        })
      ).values.data;
    const fromX = await dose([1, 0, 0]);
    const fromY = await dose([0, 1, 0]);
    const n = 21;
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < n; i++) {
          // x → y is the swap i ↔ j.
          expect(fromY[j + n * (i + n * k)]).toBeCloseTo(fromX[i + n * (j + n * k)]!, 6);
        }
      }
    }
  });
});

describe("ray-trace engine as a guest", () => {
  it("stops at once when its signal is aborted, with progress reported until then", async () => {
    const controller = new AbortController();
    const beams = Array.from({ length: 30 }, () => beamFrom([0, -1, 0], [0, 0, 0], 20));
    let last = 0;
    const run = rayTraceEngine.doseOnGrid({
      relativeElectronDensity: water,
      beams,
      beamData,
      grid: centredGrid(20, 4),
      monitorUnits: new Float64Array(30).fill(1),
      signal: controller.signal,
      onProgress: ({ done }) => {
        last = done;
        if (done === 3) controller.abort();
      },
    });
    await expect(run).rejects.toSatisfy((e: unknown) => isLibraryError(e, "CancelledError"));
    expect(last).toBe(3);
  });

  it("refuses a patient deeper than its tables instead of extrapolating", async () => {
    const deep = createVolume(
      centredGrid(50, 4),
      "relative-electron-density",
      "1",
      new Float32Array(50 ** 3).fill(4),
    );
    const run = rayTraceEngine.doseAtPoints({
      relativeElectronDensity: deep,
      beams: [beamFrom([0, -1, 0], [0, 0, 0], 20)],
      beamData,
      pointsMm: Float64Array.of(0, 0, 0),
    });
    await expect(run).rejects.toThrow(/radiological depth along beam: is 8\d\d; expected at most 500 mm/);
  });

  it("refuses a patient nearer to the source than its tables", async () => {
    const run = rayTraceEngine.doseAtPoints({
      relativeElectronDensity: water,
      beams: [beamFrom([0, -1, 0], [0, 0, 0], 20, 800, 450)],
      beamData,
      pointsMm: Float64Array.of(0, 0, 0),
    });
    await expect(run).rejects.toThrow(
      /distance of the patient from the source along beam: is \[35\d,5\d\d\]; expected 400 to 1400 mm/,
    );
  });
});
