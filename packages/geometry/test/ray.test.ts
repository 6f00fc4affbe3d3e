import {
  AXIAL_DIRECTION,
  createVolume,
  type Direction,
  type Grid,
  type Vec3,
  type Volume,
  voxelCount,
  voxelToPatient,
} from "@isodose/core";
import { beamFrame, boxEntryExit, radiologicalPathMm, traceRadiologicalDepth } from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { radiologicalPathBySorting } from "../src/radiological-path-reference.ts";

const seed = 1987;

function densityOf(grid: Grid, rho: (i: number, j: number, k: number) => number): Volume {
  const [nx, ny] = grid.size;
  const data = Float32Array.from({ length: voxelCount(grid) }, (_, n) =>
    rho(n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))),
  );
  return createVolume(grid, "relative-electron-density", "1.2.3", data);
}

/** A grid turned about all three axes. */
function turned(grid: Grid, gantryDeg: number, couchDeg: number, collimatorDeg: number): Grid {
  const { xAxis: x, yAxis: y, zAxis: z } = beamFrame({ gantryDeg, couchDeg, collimatorDeg, position: "HFS" });
  const direction: Direction = [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]];
  return { ...grid, direction };
}

const straight: Grid = {
  size: [20, 16, 12],
  spacingMm: [1.5, 2, 2.5],
  originMm: [-10, 5, 30],
  direction: AXIAL_DIRECTION,
};
const oblique = turned(straight, 33, 20, 50);
const unit = (v: Vec3): Vec3 => {
  const n = Math.hypot(...v);
  return [v[0] / n, v[1] / n, v[2] / n];
};
const step = (p: Vec3, d: Vec3, mm: number): Vec3 => [p[0] + d[0] * mm, p[1] + d[1] * mm, p[2] + d[2] * mm];
const component = evenly(-1, 1);
const place = evenly(-60, 60);
const ray = fc
  .tuple(fc.tuple(place, place, place), fc.tuple(component, component, component))
  .filter(([, d]) => Math.hypot(...d) > 0.1);
/** Deterministic, different from voxel to voxel, with empty ones between. */
const bumpy = (i: number, j: number, k: number) => ((i * 7 + j * 13 + k * 29) % 11) / 7;

describe.each([
  ["straight", straight],
  ["oblique", oblique],
])("a ray through a %s grid", (_name, grid) => {
  // Away from every face, where a ray along it would be a matter of rounding.
  const centre = voxelToPatient(grid, [9.37, 7.61, 5.43]);

  test("of uniform density: path = density × chord of the box", () => {
    const water = densityOf(grid, () => 0.75);
    fc.assert(
      fc.property(ray, ([offset, d]) => {
        const direction = unit(d);
        const from = step(step(centre, direction, -200), offset, 0.1);
        const crossing = boxEntryExit(grid, from, direction);
        const chord = crossing ? crossing.exitMm - crossing.entryMm : 0;
        expect(radiologicalPathMm(water, from, step(from, direction, 400))).toBeCloseTo(0.75 * chord, 9);
      }),
      { seed },
    );
  });

  test("equals the sum by sorted cuts", () => {
    const volume = densityOf(grid, bumpy);
    fc.assert(
      fc.property(ray, ray, ([a], [b]) => {
        const from = step(centre, a, 0.7);
        const to = step(centre, b, 0.7);
        expect(radiologicalPathMm(volume, from, to)).toBeCloseTo(
          radiologicalPathBySorting(volume, from, to),
          8,
        );
      }),
      { seed, numRuns: 300 },
    );
  });

  test("has the same path in reverse, and the path of its parts together", () => {
    const volume = densityOf(grid, bumpy);
    fc.assert(
      fc.property(ray, ray, component, ([a], [b], c) => {
        const from = step(centre, a, 0.7);
        const to = step(centre, b, 0.7);
        const t = (c + 1) / 2;
        const middle: Vec3 = [
          from[0] + t * (to[0] - from[0]),
          from[1] + t * (to[1] - from[1]),
          from[2] + t * (to[2] - from[2]),
        ];
        const whole = radiologicalPathMm(volume, from, to);
        expect(radiologicalPathMm(volume, to, from)).toBeCloseTo(whole, 8);
        expect(radiologicalPathMm(volume, from, middle) + radiologicalPathMm(volume, middle, to)).toBeCloseTo(
          whole,
          8,
        );
      }),
      { seed },
    );
  });

  test("has at every sample the depth of the path to it, and never less than before", () => {
    const volume = densityOf(grid, bumpy);
    const out = new Float32Array(120);
    fc.assert(
      fc.property(ray, ([offset, d]) => {
        const direction = unit(d);
        const start = step(step(centre, direction, -45), offset, 0.2);
        traceRadiologicalDepth(volume, start, direction, 0.8, out);
        for (const n of [0, 1, 17, 56, 119]) {
          // 2e-5: float32 of a depth below 150 mm.
          expect(
            Math.abs(out[n]! - radiologicalPathMm(volume, start, step(start, direction, n * 0.8))),
          ).toBeLessThan(2e-5);
        }
        for (let n = 1; n < out.length; n++) expect(out[n]! >= out[n - 1]!).toBe(true);
      }),
      { seed },
    );
  });
});

describe("closed forms", () => {
  test("slabs across the ray: depth is piecewise linear with the slabs' densities as slopes", () => {
    const rho = [1, 0.25, 1.7, 0];
    const grid: Grid = {
      size: [4, 1, 1],
      spacingMm: [10, 50, 50],
      originMm: [5, 0, 0],
      direction: AXIAL_DIRECTION,
    };
    const slabs = densityOf(grid, (i) => rho[i]!);
    const out = new Float32Array(12);
    traceRadiologicalDepth(slabs, [-5, 3, -7], [1, 0, 0], 5, out);
    expect(Array.from(out)).toEqual([0, 0, 5, 10, 11.25, 12.5, 21, 29.5, 29.5, 29.5, 29.5, 29.5]);
    traceRadiologicalDepth(slabs, [45, 3, -7], [-1, 0, 0], 5, out);
    expect(Array.from(out)).toEqual([0, 0, 0, 0, 8.5, 17, 18.25, 19.5, 24.5, 29.5, 29.5, 29.5]);
  });

  test("slabs under a slant: each layer counts 1 / cos", () => {
    const grid: Grid = {
      size: [1, 1, 3],
      spacingMm: [200, 200, 10],
      originMm: [0, 0, 5],
      direction: AXIAL_DIRECTION,
    };
    const slabs = densityOf(grid, (_i, _j, k) => [1, 0.3, 1.5][k]!);
    const cosine = Math.cos((35 * Math.PI) / 180);
    const direction: Vec3 = [Math.sqrt(1 - cosine ** 2), 0, cosine];
    expect(
      radiologicalPathMm(slabs, step([0, 0, 0], direction, -10), step([0, 0, 0], direction, 60)),
    ).toBeCloseTo(28 / cosine, 5);
  });

  test("the main diagonal of a cube of voxels, through every corner", () => {
    const grid: Grid = {
      size: [8, 8, 8],
      spacingMm: [2, 2, 2],
      originMm: [1, 1, 1],
      direction: AXIAL_DIRECTION,
    };
    const cube = densityOf(grid, (i, j, k) => (i === j && j === k ? 1 : 1000));
    expect(radiologicalPathMm(cube, [-3, -3, -3], [20, 20, 20])).toBeCloseTo(16 * Math.sqrt(3), 9);
    expect(radiologicalPathMm(cube, [20, 20, 20], [-3, -3, -3])).toBeCloseTo(16 * Math.sqrt(3), 9);
  });

  test("a ray within a face of the voxels sees the voxels above it, in both directions", () => {
    const grid: Grid = {
      size: [4, 4, 4],
      spacingMm: [1, 1, 1],
      originMm: [0.5, 0.5, 0.5],
      direction: AXIAL_DIRECTION,
    };
    const layers = densityOf(grid, (i) => i + 1);
    expect(radiologicalPathMm(layers, [2, 0.5, -1], [2, 0.5, 9])).toBe(12);
    expect(radiologicalPathMm(layers, [2, 0.5, 9], [2, 0.5, -1])).toBe(12);
    expect(radiologicalPathMm(layers, [0, 0, 9], [0, 0, -1])).toBe(4);
    expect(radiologicalPathMm(layers, [4, 0.5, 9], [4, 0.5, -1])).toBe(0);
  });

  test("no length, no path; a ray that misses; a step that is not > 0", () => {
    const water = densityOf(straight, () => 1);
    expect(radiologicalPathMm(water, [0, 10, 35], [0, 10, 35])).toBe(0);
    const out = new Float32Array(5).fill(9);
    traceRadiologicalDepth(water, [500, 500, 500], [1, 0, 0], 1, out);
    expect(Array.from(out)).toEqual([0, 0, 0, 0, 0]);
    expect(() => traceRadiologicalDepth(water, [0, 0, 0], [1, 0, 0], 0, out)).toThrow(/stepMm/);
  });
});

describe("box of a grid", () => {
  test("is entered through the face that the ray comes to, at the voxels' edge", () => {
    // Edges: x −10.75 … 19.25, y 4 … 36, z 28.75 … 58.75.
    const entered = (origin: Vec3, direction: Vec3) => boxEntryExit(straight, origin, direction);
    const near = (value: number) => expect.closeTo(value, 10);
    expect(entered([0, 20, 0], [0, 0, 1])).toEqual({
      entryMm: near(28.75),
      exitMm: near(58.75),
      entryAxis: 2,
      entrySide: -1,
    });
    expect(entered([0, 20, 100], [0, 0, -1])).toEqual({
      entryMm: near(41.25),
      exitMm: near(71.25),
      entryAxis: 2,
      entrySide: 1,
    });
    expect(entered([0, 50, 40], [0, -1, 0])).toEqual({
      entryMm: near(14),
      exitMm: near(46),
      entryAxis: 1,
      entrySide: 1,
    });
    expect(entered([-20, 20, 40], [1, 0, 0])).toEqual({
      entryMm: near(9.25),
      exitMm: near(39.25),
      entryAxis: 0,
      entrySide: -1,
    });
  });

  test("is missed, or lies behind, or holds the origin", () => {
    expect(boxEntryExit(straight, [0, 20, 0], [0, 0, -1])).toBeUndefined();
    expect(boxEntryExit(straight, [0, 40, 0], [0, 0, 1])).toBeUndefined();
    expect(boxEntryExit(straight, [0, 20, 40], [1, 0, 0])).toMatchObject({
      entryMm: expect.closeTo(-10.75, 10),
      exitMm: expect.closeTo(19.25, 10),
    });
  });

  test("is entered on its surface, whatever the grid's direction", () => {
    fc.assert(
      fc.property(ray, ([offset, d]) => {
        const direction = unit(d);
        const from = step(step(voxelToPatient(oblique, [9.5, 7.5, 5.5]), direction, -300), offset, 0.1);
        const crossing = boxEntryExit(oblique, from, direction);
        if (!crossing) return;
        const entry = step(from, direction, crossing.entryMm);
        const e: Vec3 = [0, 1, 2].map(
          (r) => oblique.direction[3 * r + crossing.entryAxis]!,
        ) as unknown as Vec3;
        const along =
          [0, 1, 2].reduce((s, a) => s + e[a]! * (entry[a]! - oblique.originMm[a]!), 0) /
          oblique.spacingMm[crossing.entryAxis];
        expect(along).toBeCloseTo(crossing.entrySide < 0 ? -0.5 : oblique.size[crossing.entryAxis] - 0.5, 9);
      }),
      { seed },
    );
  });
});
