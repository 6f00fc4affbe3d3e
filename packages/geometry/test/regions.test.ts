import { createVolume, type Structure, type Vec3, type Volume, voxelVolumeMm3 } from "@isodose/core";
import {
  box,
  contourRegion,
  diceCoefficient,
  differenceOf,
  differenceOfRegions,
  ellipsoid,
  ellipticCylinder,
  expandRegion,
  intersectionOf,
  intersectionOfRegions,
  rasterizeOccupancy,
  regionCentroidMm,
  regionVolumeCc,
  type Solid,
  sphere,
  surfaceDistances,
  unionOf,
  unionOfRegions,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { gridAround, regionOfSolid } from "./support/region-of-solid.ts";

const seed = 1945;
const grid = gridAround([16, 14, 15], [1, 1, 1.5]);
const ball = (r: number) => ((4 / 3) * Math.PI * r ** 3) / 1000;
const worstDifference = (a: Volume, b: Volume) =>
  a.values.data.reduce((worst, f, v) => Math.max(worst, Math.abs(f - b.values.data[v]!)), 0);
const structureOf = (region: Volume): Structure => ({
  name: "S",
  number: 1,
  type: "",
  colorRgb: [0, 0, 0],
  contours: contourRegion(region),
  frameOfReferenceUid: region.frameOfReferenceUid,
});
const part = evenly(-0.75, 0.75);
const shift: fc.Arbitrary<Vec3> = fc.tuple(part, part, part);

describe("union, intersection, difference", () => {
  test("of crossing solids is that of the exact solids, within 0.25 of a voxel and far less on the whole", () => {
    const rows: Record<string, string>[] = [];
    fc.assert(
      fc.property(shift, shift, (p, q) => {
        const a = sphere([p[0] - 3, p[1], p[2]], 8);
        const b = ellipsoid([q[0] + 3, q[1] + 1, q[2] - 2], [9, 7, 8]);
        const [ra, rb] = [regionOfSolid(a, grid), regionOfSolid(b, grid)];
        const cases: [string, Volume, Solid][] = [
          ["union", unionOfRegions(ra, rb), unionOf(a, b)],
          ["intersection", intersectionOfRegions(ra, rb), intersectionOf(a, b)],
          ["difference", differenceOfRegions(ra, rb), differenceOf(a, b)],
        ];
        for (const [operation, result, solid] of cases) {
          const exact = regionOfSolid(solid, grid);
          const worst = worstDifference(result, exact);
          const volume = Math.abs(regionVolumeCc(result) / regionVolumeCc(exact) - 1);
          rows.push({ operation, "worst voxel": worst.toFixed(3), "volume %": (100 * volume).toFixed(3) });
          expect(worst, operation).toBeLessThan(0.25);
          expect(volume, operation).toBeLessThan(0.005);
        }
      }),
      { seed, numRuns: 4 },
    );
    console.log(`Regions of a sphere and an ellipsoid that cross, against the exact solids (seed ${seed})`);
    console.table(rows);
  });

  test("of regions that touch leaves no crack, of regions within each other is exact", () => {
    const whole = regionOfSolid(box([-9, -8, -7], [9, 8, 7]), grid);
    const front = regionOfSolid(box([-9, -8, -7], [0.3, 8, 7]), grid);
    const back = regionOfSolid(box([0.3, -8, -7], [9, 8, 7]), grid);
    // The cut through voxels leaves no crack; only its rim, where it meets the side faces, follows the angle.
    expect(Math.abs(regionVolumeCc(unionOfRegions(front, back)) / regionVolumeCc(whole) - 1)).toBeLessThan(
      0.005,
    );
    expect(regionVolumeCc(intersectionOfRegions(front, back))).toBeLessThan(0.01 * regionVolumeCc(whole));
    expect(worstDifference(unionOfRegions(front, front), front)).toBeLessThan(1e-6);
    expect(worstDifference(intersectionOfRegions(front, front), front)).toBeLessThan(1e-6);
    expect(differenceOfRegions(front, front).values.data.every((f) => f < 1e-6)).toBe(true);
    const ring = differenceOfRegions(
      regionOfSolid(sphere([0, 0, 0], 9), grid),
      regionOfSolid(sphere([0, 0, 0], 5), grid),
    );
    expect(regionVolumeCc(ring) / (ball(9) - ball(5))).toBeCloseTo(1, 3);
  });

  test("volumes add up: |A| + |B| = |A ∪ B| + |A ∩ B|, and A = (A ∩ B) + (A − B)", () => {
    const fraction = fc.constantFrom(0, 0.2, 0.5, 0.7, 1);
    const small = gridAround([1, 1, 1], [1, 2, 3]);
    const region = fc
      .array(fraction, { minLength: 27, maxLength: 27 })
      .map((f) => createVolume(small, "fraction", "1", Float32Array.from(f)));
    fc.assert(
      fc.property(region, region, (a, b) => {
        const both = intersectionOfRegions(a, b).values.data;
        const either = unionOfRegions(a, b).values.data;
        const onlyA = differenceOfRegions(a, b).values.data;
        for (let v = 0; v < both.length; v++) {
          const [x, y] = [a.values.data[v]!, b.values.data[v]!];
          expect(both[v]! + either[v]!).toBeCloseTo(x + y, 5);
          expect(both[v]! + onlyA[v]!).toBeCloseTo(x, 5);
          expect(both[v]).toBeLessThanOrEqual(Math.min(x, y) + 1e-6);
          expect(both[v]).toBeGreaterThanOrEqual(Math.max(0, x + y - 1) - 1e-6);
        }
      }),
      { seed, numRuns: 100 },
    );
  });

  test("needs regions on one grid", () => {
    const a = regionOfSolid(sphere([0, 0, 0], 5), grid);
    const b = regionOfSolid(sphere([0, 0, 0], 5), gridAround([16, 14, 15], [1, 1, 1]));
    expect(() => unionOfRegions(a, b)).toThrow(/grid of the second region/);
    expect(() => unionOfRegions()).toThrow(/regions: is 0/);
    expect(() => diceCoefficient(a, { ...a, frameOfReferenceUid: "9" })).toThrow(/frame of reference/);
  });
});

describe("measures", () => {
  test("volume and centroid of a shifted ball", () => {
    fc.assert(
      fc.property(shift, (centre) => {
        const region = regionOfSolid(sphere(centre, 7), grid);
        expect(regionVolumeCc(region) / ball(7)).toBeCloseTo(1, 3);
        for (const [a, x] of regionCentroidMm(region).entries())
          expect(Math.abs(x - centre[a]!)).toBeLessThan(0.01);
      }),
      { seed, numRuns: 10 },
    );
    expect(() => regionCentroidMm(createVolume(grid, "fraction", "1"))).toThrow(/region: is "empty"/);
  });

  test("Dice of two balls is that of their lens", () => {
    const d = 5;
    const r = 8;
    const lens = (Math.PI * (4 * r + d) * (2 * r - d) ** 2) / 12000;
    const a = regionOfSolid(sphere([-2.3, 0.2, 0.1], r), grid);
    const b = regionOfSolid(sphere([2.7, 0.2, 0.1], r), grid);
    // Only the voxels on the rim of the lens, which both surfaces cross, follow the rule for fractions.
    expect(Math.abs(diceCoefficient(a, b) - lens / ball(r))).toBeLessThan(0.003);
    expect(diceCoefficient(a, a)).toBeCloseTo(1, 6);
    expect(() =>
      diceCoefficient(createVolume(grid, "fraction", "1.2.3"), createVolume(grid, "fraction", "1.2.3")),
    ).toThrow(/both empty/);
  });

  test("distances of concentric and of shifted balls", () => {
    const inner = regionOfSolid(sphere([0.2, 0.3, -0.4], 6), grid);
    const outer = regionOfSolid(sphere([0.2, 0.3, -0.4], 9), grid);
    const gap = surfaceDistances(inner, outer);
    for (const value of [gap.meanMm, gap.percentile95Mm, gap.hausdorffMm])
      expect(Math.abs(value - 3)).toBeLessThan(0.15);
    expect(Math.abs(gap.meanMm - 3)).toBeLessThan(0.03);
    expect(gap.areasMm2[0] / (4 * Math.PI * 36)).toBeCloseTo(1, 1);
    expect(gap.areasMm2[1] / (4 * Math.PI * 81)).toBeCloseTo(1, 1);
    // Shifted by s, a point at angle t is |√(r² + s² + 2 r s cos t) − r| away.
    const [r, s] = [7, 2];
    const shifted = surfaceDistances(
      regionOfSolid(sphere([0, 0, 0], r), grid),
      regionOfSolid(sphere([0, s, 0], r), grid),
    );
    const n = 20000;
    const away = Array.from({ length: n }, (_, m) =>
      Math.abs(Math.sqrt(r * r + s * s + 2 * r * s * (-1 + (2 * m + 1) / n)) - r),
    );
    away.sort((a, b) => a - b);
    expect(Math.abs(shifted.meanMm - away.reduce((a, b) => a + b, 0) / n)).toBeLessThan(0.05);
    expect(Math.abs(shifted.percentile95Mm - away[Math.floor(0.95 * n)]!)).toBeLessThan(0.1);
    expect(Math.abs(shifted.hausdorffMm - s)).toBeLessThan(0.1);
    expect(surfaceDistances(inner, inner).hausdorffMm).toBeLessThan(0.15);
    expect(() => surfaceDistances(inner, createVolume(grid, "fraction", "1.2.3"))).toThrow(
      /second region: is "has no surface"/,
    );
  });
});

describe("contours of a region", () => {
  test("and back: slices within 1 %, volumes within 2 %, apart from half a slice at the ends", () => {
    const rows: Record<string, string>[] = [];
    const shapes: [string, (c: Vec3) => Solid][] = [
      ["sphere of 18 mm", (c) => sphere(c, 9)],
      ["cylinder 16 × 12 × 20 mm", (c) => ellipticCylinder(c, "z", [8, 6, 10])],
      [
        "ring with its canal",
        (c) => differenceOf(ellipticCylinder(c, "z", [11, 10, 9]), ellipticCylinder(c, "z", [5, 4, 20])),
      ],
    ];
    for (const [name, solid] of shapes) {
      let slices = 0;
      let volume = 0;
      fc.assert(
        fc.property(shift, (centre) => {
          const region = regionOfSolid(solid(centre), grid);
          const back = rasterizeOccupancy(structureOf(region), grid);
          const [nx, ny, nz] = grid.size;
          const areas = (r: Volume) =>
            Array.from({ length: nz }, (_, k) =>
              r.values.data.subarray(k * nx * ny, (k + 1) * nx * ny).reduce((s, f) => s + f, 0),
            );
          const [before, after] = [areas(region), areas(back)];
          const largest = Math.max(...before);
          for (let k = 2; k < nz - 2; k++) {
            // Ends apart: a slice next to an empty one.
            if (before[k - 1]! < 1 || before[k + 1]! < 1 || before[k - 2]! < 1 || before[k + 2]! < 1)
              continue;
            slices = Math.max(slices, Math.abs(after[k]! - before[k]!) / largest);
          }
          volume = Math.max(volume, Math.abs(regionVolumeCc(back) / regionVolumeCc(region) - 1));
        }),
        { seed, numRuns: 6 },
      );
      rows.push({
        shape: name,
        "worst slice, % of the largest": (100 * slices).toFixed(2),
        "volume %": (100 * volume).toFixed(2),
      });
    }
    console.log(`Occupancy to contours and back, voxels of 1 × 1 × 1.5 mm, worst of 6 shifts (seed ${seed})`);
    console.table(rows);
    for (const row of rows) expect(Number(row["worst slice, % of the largest"]), row.shape).toBeLessThan(1);
    expect(Number(rows[0]!["volume %"])).toBeLessThan(2);
    // Flat ends: half of the 1.5 mm slice at each end of 18 mm.
    for (const row of rows.slice(1)) expect(Number(row["volume %"]), row.shape).toBeLessThan(8.5);
  });

  test("a grown and contoured target is the grown target", () => {
    const region = regionOfSolid(sphere([0.2, 0.1, 0.3], 6), grid);
    const grown = rasterizeOccupancy(structureOf(expandRegion(region, 4)), grid);
    expect(Math.abs(regionVolumeCc(grown) / ball(10) - 1)).toBeLessThan(0.02);
  });

  test("outlines run counter-clockwise, holes clockwise, and the edge of the grid closes them", () => {
    const ring = regionOfSolid(differenceOf(sphere([0, 0, 0], 9), sphere([0, 0, 0], 4)), grid);
    const contours = contourRegion(ring).filter(({ pointsMm }) => Math.abs(pointsMm[2]!) < 0.1);
    const areas = contours.map(({ pointsMm: p }) => {
      let twice = 0;
      for (let a = 0, b = p.length - 3; a < p.length; b = a, a += 3)
        twice += p[b]! * p[a + 1]! - p[a]! * p[b + 1]!;
      return twice / 2;
    });
    expect(areas.sort((a, b) => b - a).map((area) => Math.round(area / Math.PI))).toEqual([81, -16]);
    const everything = createVolume(
      grid,
      "fraction",
      "1",
      new Float32Array(grid.size[0] * grid.size[1] * grid.size[2]).fill(1),
    );
    const [first] = contourRegion(everything);
    expect(Math.max(...first!.pointsMm.filter((_, n) => n % 3 === 0))).toBeCloseTo(
      grid.originMm[0] + grid.size[0] - 0.5,
      9,
    );
    expect(contourRegion(createVolume(grid, "fraction", "1"))).toEqual([]);
    expect(voxelVolumeMm3(grid)).toBeCloseTo(1.5, 12);
  });
});
