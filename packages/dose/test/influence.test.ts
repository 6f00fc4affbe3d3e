import {
  type Beam,
  type DoseEngine,
  isLibraryError,
  type Medium,
  type RectangleAperture,
  uniformStream,
  voxelCount,
} from "@isodose/core";
import {
  beamletsOfBeam,
  collapsedConeEngine,
  doseOfWeights,
  fullGridDose,
  type InfluenceRequest,
  influenceInMemory,
  influenceMatrix,
  rayTraceEngine,
  transposedProduct,
} from "@isodose/dose";
import { MATERIALS } from "@isodose/physics";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipRowToPyramid } from "../src/clip-row.ts";
import { analyticBeamData } from "./analytic-beam-data.ts";
import { beamFrom, centredGrid, uniformCube } from "./scene.ts";

const beamData = analyticBeamData();
const density = uniformCube(40, 4);
const random = uniformStream(11, 0);
const tissue = density.values.data as Float32Array;
for (let v = 0; v < tissue.length; v++)
  tissue[v] = 1 + 0.2 * Math.sin(v / 700) * Math.cos((v % 1600) / 90) + 0.02 * random();

/** A beam with a rectangle beside its axis. */
const rectangleBeam = (beam: Beam, aperture: Omit<RectangleAperture, "kind">): Beam => ({
  ...beam,
  aperture: { kind: "rectangle", ...aperture },
});
const oblique = beamFrom([1, -2, 0.5], [5, 3, -4], 20);
const steep = beamFrom([-0.3, -1, -1], [-6, 0, 8], 10, 800, 900);
const target = Float64Array.of(0, 0, 0, 6, 2, -3, -5, 8, 4);
const beams: readonly Beam[] = [
  oblique,
  ...beamletsOfBeam(oblique, target, { beamletMm: 6 }),
  steep,
  rectangleBeam(steep, { widthMm: 14, heightMm: 5, centerMm: [-7, 3] }),
];
const grid = centredGrid(24, 5);
const scene = { relativeElectronDensity: density, beamData, beams, grid };
const request: InfluenceRequest = { ...scene, engine: rayTraceEngine };
const monitorUnits = Float64Array.from(beams, (_, b) => 10 + ((7 * b) % 31));

async function matrixOf(change: Partial<InfluenceRequest> = {}) {
  const memory = influenceInMemory(voxelCount((change.grid ?? grid) as typeof grid));
  const report = await influenceMatrix({ ...request, ...change }, memory);
  return { report, matrix: memory.matrix() };
}

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => Math.max(a, b), 0);

describe("rectangles in the ray-trace engine", () => {
  it("agree with the dose formula written out for every voxel, oblique and in uneven tissue", async () => {
    const fast = await rayTraceEngine.doseOnGrid({ ...scene, monitorUnits });
    const slow = fullGridDose(density, beams, beamData, monitorUnits, grid);
    const most = largest(slow);
    let worst = 0;
    for (let v = 0; v < slow.length; v++)
      worst = Math.max(worst, Math.abs(fast.values.data[v]! - slow[v]!) / most);
    // The depth map is linear between rays 2 mm apart; voxels are boxes of other densities.
    expect(worst).toBeLessThan(0.005);
  });

  it("give points and grid the same dose, whatever beams come before", async () => {
    const alone = await rayTraceEngine.doseAtPoints({
      ...scene,
      beams: [beams[3]!],
      pointsMm: Float64Array.of(5, 3, -4, 9, 1, 2),
    });
    const among = await rayTraceEngine.doseAtPoints({
      ...scene,
      pointsMm: Float64Array.of(5, 3, -4, 9, 1, 2),
    });
    // The beamlets of a beam share a wider depth map: samples may begin elsewhere along the rays.
    for (const p of [0, 1]) expect(among[3 * 2 + p]! / alone[p]!).toBeCloseTo(1, 4);
  });
});

describe("clipping a row to a pyramid", () => {
  it("keeps exactly the voxels inside", () => {
    const number = fc.double({ min: -40, max: 40, noNaN: true });
    const step = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(number, number, step, step, step, (x, y, dx, dy, df) => {
        const slopes = [-0.02, 0.05, 0.01, 0.03] as const;
        const f = 500;
        const span = new Int32Array(2);
        const meets = clipRowToPyramid(x, y, f, dx, dy, df, slopes, 60, span);
        for (let i = 0; i < 60; i++) {
          const depth = f + i * df;
          const [u, v] = [(x + i * dx) / depth, (y + i * dy) / depth];
          const margin = Math.min(u - slopes[0], slopes[1] - u, v - slopes[2], slopes[3] - v);
          if (Math.abs(margin) < 1e-9) continue;
          expect(meets && i >= span[0]! && i <= span[1]!).toBe(margin > 0);
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe("influence matrix", () => {
  it("times weights is the dose on the grid, to the rounding of Float32", async () => {
    const { report, matrix } = await matrixOf();
    expect(matrix.columns).toBe(beams.length);
    expect(report.entries).toBe(matrix.data.length);
    const dose = await rayTraceEngine.doseOnGrid({ ...scene, monitorUnits });
    const product = doseOfWeights(matrix, monitorUnits);
    const most = largest(product);
    for (let v = 0; v < product.length; v++)
      expect(Math.abs(product[v]! - dose.values.data[v]!)).toBeLessThan(1e-6 * most);
  });

  it("has rising rows in every column, and beams that miss the patient as empty columns", async () => {
    const away = beamFrom([0, 0, 1], [500, 500, 0], 20);
    const { matrix, report } = await matrixOf({ beams: [away, ...beams.slice(0, 3), away] });
    expect(report.columns.map((c) => c.entries > 0)).toEqual([false, true, true, true, false]);
    for (let c = 0; c < matrix.columns; c++)
      for (let n = matrix.indptr[c]! + 1; n < matrix.indptr[c + 1]!; n++)
        expect(matrix.indices[n]!).toBeGreaterThan(matrix.indices[n - 1]!);
  });

  it("is its own adjoint: v · (A w) = (Aᵀ v) · w", async () => {
    const { matrix } = await matrixOf();
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((sum, x, n) => sum + x * b[n]!, 0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const next = uniformStream(seed, 1);
        const w = Array.from({ length: matrix.columns }, () => next());
        const v = Array.from({ length: matrix.rows }, () => next() - 0.5);
        const left = dot(v, doseOfWeights(matrix, w));
        expect(dot(transposedProduct(matrix, v), w)).toBeCloseTo(left, 9);
      }),
      { seed: 3, numRuns: 20 },
    );
  });

  it("reports what a threshold drops: kept and dropped add up", async () => {
    const whole = await matrixOf();
    const cut = await matrixOf({ thresholdPercent: 2 });
    expect(cut.report.entries + cut.report.droppedEntries).toBe(whole.report.entries);
    expect(cut.report.droppedEntries).toBeGreaterThan(0);
    const sumOf = ({ matrix }: typeof whole, c: number) => {
      let sum = 0;
      for (let n = matrix.indptr[c]!; n < matrix.indptr[c + 1]!; n++) sum += matrix.data[n]!;
      return sum;
    };
    cut.report.columns.forEach((column, c) => {
      const kept = sumOf(cut, c) / sumOf(whole, c);
      expect(100 * (1 - kept)).toBeCloseTo(column.droppedPercent, 5);
      const { matrix } = cut;
      const values = matrix.data.subarray(matrix.indptr[c]!, matrix.indptr[c + 1]!);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0.02 * column.maximumGyPerMonitorUnit * (1 - 1e-6));
      expect(column.maximumGyPerMonitorUnit).toBe(Math.max(...values));
    });
  });

  it("keeps no voxel that the mask leaves out", async () => {
    const mask = Uint8Array.from({ length: voxelCount(grid) }, (_, v) => (v % 3 === 0 ? 1 : 0));
    const whole = await matrixOf();
    const { matrix } = await matrixOf({ mask });
    expect(matrix.indices.every((v) => v % 3 === 0)).toBe(true);
    expect(matrix.data.length).toBe(whole.matrix.indices.filter((v) => v % 3 === 0).length);
  });

  it("is the same from an engine that computes whole grids alone", async () => {
    const { doseColumns: _, ...wholeGrids } = rayTraceEngine;
    const engine: DoseEngine = wholeGrids;
    const some = beams.slice(0, 4);
    const byColumns = await matrixOf({ beams: some });
    const byGrids = await matrixOf({ beams: some, engine });
    expect(byGrids.matrix.indptr).toEqual(byColumns.matrix.indptr);
    expect(byGrids.matrix.indices).toEqual(byColumns.matrix.indices);
    byGrids.matrix.data.forEach((d, n) => {
      if (Math.abs(d / byColumns.matrix.data[n]! - 1) > 1e-4) throw new Error(`entry ${n}`);
    });
  });

  it("ends with a named error where it would hold more than it may", async () => {
    const error = await matrixOf({ maxMemoryBytes: 600_000 }).catch((e: unknown) => e);
    expect(isLibraryError(error, "InvalidInputError") && error.field).toBe("maxMemoryBytes");
    const { report } = await matrixOf();
    await matrixOf({ maxMemoryBytes: report.mostBytesHeld });
  });

  it("refuses what is not usable", async () => {
    const cases: [Partial<InfluenceRequest>, string][] = [
      [{ beams: [] }, "beams"],
      [{ thresholdPercent: 100 }, "thresholdPercent"],
      [{ thresholdPercent: Number.NaN }, "thresholdPercent"],
      [{ maxMemoryBytes: 0 }, "maxMemoryBytes"],
      [{ mask: new Uint8Array(3) }, "mask"],
      [{ engine: collapsedConeEngine }, "medium"],
    ];
    for (const [change, field] of cases) {
      const error = await matrixOf(change).catch((e: unknown) => e);
      expect(isLibraryError(error, "InvalidInputError") && error.field, field).toBe(field);
    }
  });

  it("stops when told to", async () => {
    const controller = new AbortController();
    const columns: number[] = [];
    const sink = {
      addColumn: () => {
        columns.push(columns.length);
        if (columns.length === 2) controller.abort();
      },
      bytesHeld: () => 0,
    };
    const error = await influenceMatrix(request, sink, { signal: controller.signal }).catch(
      (e: unknown) => e,
    );
    expect(isLibraryError(error, "CancelledError")).toBe(true);
    expect(columns.length).toBe(2);
  });

  it("is made by collapsed cones too, off the axis at the right place", async () => {
    const n = 60;
    const water = centredGrid(n, 2);
    const medium: Medium = {
      grid: water,
      densityGPerCm3: new Float32Array(n ** 3).fill(1),
      materialIndex: new Uint8Array(n ** 3),
      materials: [MATERIALS.water],
    };
    const beamlet = rectangleBeam(beamFrom([0, -1, 0], [0, 0, 0], 20), {
      widthMm: 10,
      heightMm: 10,
      centerMm: [14, -8],
    });
    const { matrix } = await matrixOf({
      engine: collapsedConeEngine,
      relativeElectronDensity: uniformCube(n, 2),
      grid: water,
      beams: [beamlet],
      medium,
      statistics: { seed: 1, uncertaintyPercent: 2, histories: 1e6 },
    });
    // Centre of the dose in the plane through the isocenter, along the axes of the device.
    let sum = 0;
    const centre = [0, 0, 0];
    for (let e = 0; e < matrix.data.length; e++) {
      const row = matrix.indices[e]!;
      const [i, j, k] = [row % n, Math.floor(row / n) % n, Math.floor(row / n / n)];
      if (j !== 29) continue;
      sum += matrix.data[e]!;
      [i, j, k].forEach((c, a) => {
        centre[a]! += matrix.data[e]! * (2 * c - n + 1);
      });
    }
    const along = (axis: readonly number[]) => centre.reduce((s, c, a) => s + (c / sum) * axis[a]!, 0);
    expect(along(beamlet.bldXAxis)).toBeCloseTo(14, 0);
    expect(along(beamlet.bldYAxis)).toBeCloseTo(-8, 0);
  });
});

describe("beamlets of a beam", () => {
  it("cover the shadow of every target point and its margin, and nothing far from it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 6, maxLength: 30 }),
        fc.double({ min: 2, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 8, noNaN: true }),
        (numbers, beamletMm, marginMm) => {
          const points = Float64Array.from(numbers.slice(0, 3 * Math.floor(numbers.length / 3)));
          const from = beamFrom([0, -1, 0], [0, 0, 0], 20);
          const cut = beamletsOfBeam(from, points, { beamletMm, marginMm });
          const shadows: [number, number][] = [];
          for (let p = 0; p < points.length; p += 3) {
            const toSad = 800 / (800 + points[p + 1]!);
            const along = (axis: readonly number[]) =>
              (points[p]! * axis[0]! + points[p + 1]! * axis[1]! + points[p + 2]! * axis[2]!) * toSad;
            shadows.push([along(from.bldXAxis), along(from.bldYAxis)]);
          }
          const squares = cut.map(({ aperture }) => (aperture as RectangleAperture).centerMm!);
          const away = ([x, y]: readonly [number, number], [cx, cy]: readonly [number, number]) =>
            Math.hypot(
              Math.max(0, Math.abs(x - cx) - beamletMm / 2),
              Math.max(0, Math.abs(y - cy) - beamletMm / 2),
            );
          for (const shadow of shadows) expect(squares.some((s) => away(shadow, s) < 1e-9)).toBe(true);
          for (const square of squares)
            expect(shadows.some((shadow) => away(shadow, square) <= marginMm + 1e-9)).toBe(true);
          expect(new Set(cut.map((b) => b.name)).size).toBe(cut.length);
        },
      ),
      { seed: 8, numRuns: 60 },
    );
  });
});
