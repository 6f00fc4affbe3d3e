import {
  AXIAL_DIRECTION,
  type ContourType,
  type Direction,
  type Grid,
  type Structure,
  type Vec3,
  voxelVolumeMm3,
} from "@isodose/core";
import {
  beamFrame,
  type ContourOptions,
  checkStructure,
  cone,
  contourSolid,
  planesOfStructure,
  rasterizeOccupancy,
  sphere,
  structureOccupancy,
  structureVolumeCc,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  circle,
  circleArea,
  contourOf,
  mapped,
  type Polygon,
  ring,
  square,
  stackOf,
  structureOf,
} from "./support/drawn.ts";

const seed = 4006;
const occupiedCc = (structure: Structure, grid: Grid, options: ContourOptions = {}) =>
  (rasterizeOccupancy(structure, grid, options).values.data.reduce((a, b) => a + b, 0) *
    voxelVolumeMm3(grid)) /
  1000;

describe("one region, drawn in four ways", () => {
  const [outer, inner] = [circle(9), circle(4, 2, 0)];
  const back = [inner[0]!, ...inner.slice(1).reverse()];
  const keyhole: Polygon = [...outer, outer[0]!, ...back, back[0]!];
  const exact = circleArea(9) - circleArea(4);
  test.each<[string, readonly [Polygon, ContourType][]]>([
    ["keyhole", [[keyhole, "CLOSED_PLANAR"]]],
    [
      "even–odd",
      [
        [outer, "CLOSED_PLANAR"],
        [inner, "CLOSED_PLANAR"],
      ],
    ],
    [
      "CLOSEDPLANAR_XOR",
      [
        [outer, "CLOSEDPLANAR_XOR"],
        [inner, "CLOSEDPLANAR_XOR"],
      ],
    ],
    [
      "CLOSEDPLANAR_XOR, hole first",
      [
        [inner, "CLOSEDPLANAR_XOR"],
        [outer, "CLOSEDPLANAR_XOR"],
      ],
    ],
  ])("%s: same volume, same voxels, no warning", (_name, drawn) => {
    const zs = [0, 1, 2];
    const structure = structureOf(zs.flatMap((z) => drawn.map(([p, type]) => contourOf(p, z, type))));
    const grid: Grid = {
      size: [20, 20, 5],
      spacingMm: [1, 1, 1],
      originMm: [-9.5, -9.5, -1],
      direction: AXIAL_DIRECTION,
    };
    expect(structureVolumeCc(structure)).toBeCloseTo((3 * exact) / 1000, 9);
    expect(occupiedCc(structure, grid)).toBeCloseTo((3 * exact) / 1000, 6);
    expect(rasterizeOccupancy(structure, grid).values.get(2, 9, 11)).toBe(0);
    expect(checkStructure(structure, grid)).toEqual([]);
  });

  test("islands, one of them in the hole, count", () => {
    const structure = stackOf([0, 1], outer, inner, circle(1, 2, 0), circle(3, 20, 0));
    expect(structureVolumeCc(structure)).toBeCloseTo((2 * (exact + circleArea(1) + circleArea(3))) / 1000, 9);
    expect(checkStructure(structure)).toEqual([]);
  });
});

describe("ends", () => {
  test.each<[ContourOptions["endSlices"], number]>([
    [undefined, 10],
    ["half", 10],
    ["full", 12],
    ["none", 8],
    ["rounded", 10],
  ])("%s: five planes 2 mm apart are %d mm high", (endSlices, heightMm) => {
    const structure = stackOf([0, 2, 4, 6, 8], square(0, 10));
    const options = endSlices === undefined ? {} : { endSlices };
    expect(structureVolumeCc(structure, options)).toBeCloseTo((100 * heightMm) / 1000, 12);
    const { planes } = planesOfStructure(structure, options);
    expect(planes[0]!.lowMm).toBe(4 - heightMm / 2);
    expect(planes.at(-1)!.highMm).toBe(4 + heightMm / 2);
  });

  test("uneven spacing: each plane reaches halfway; the ends follow their own gap", () => {
    const structure = stackOf([0, 2, 5, 6], square(0, 10));
    expect(planesOfStructure(structure).planes.map((p) => [p.lowMm, p.highMm])).toEqual([
      [-1, 1],
      [1, 3.5],
      [3.5, 5.5],
      [5.5, 6.5],
    ]);
    expect(structureVolumeCc(structure, { endSlices: "none" })).toBeCloseTo(0.6, 12);
    expect(structureVolumeCc(structure, { endSlices: "full" })).toBeCloseTo(0.1 * (6 + 2 + 1), 12);
  });

  test("each part of a structure has its own ends, and a part of one plane is never nothing", () => {
    const structure = stackOf([0, 1, 2, 20, 21, 22, 40], square(0, 10));
    const height = (endSlices: "half" | "full" | "none") => structureVolumeCc(structure, { endSlices }) * 10;
    expect(height("half")).toBeCloseTo(7, 9);
    expect(height("full")).toBeCloseTo(9, 9);
    expect(height("none")).toBeCloseTo(5, 9);
  });

  test("rounded ends of a cone: the tip closes, the base stays flat", () => {
    const drawn = structureOf(
      contourSolid(
        cone([0, 0, 0], [0, 0, 12], 6),
        Array.from({ length: 14 }, (_, n) => n + 0.5),
        0.1,
      ),
    );
    const { planes } = planesOfStructure(drawn, { endSlices: "rounded" });
    expect(planes[0]!.lowMm).toBeCloseTo(0, 9);
    expect(Math.abs(planes.at(-1)!.highMm - 12)).toBeLessThan(0.15);
  });

  test("slabs touch: nothing is counted twice or lost between them", () => {
    for (const endSlices of ["half", "full", "none", "rounded"] as const) {
      const ball = structureOf(
        contourSolid(sphere([0, 0, 0], 4), [-3.3, -2.3, -1.3, -0.3, 0.7, 1.7, 2.7, 3.7], 0.1),
      );
      const { planes } = planesOfStructure(ball, { endSlices });
      for (const [n, plane] of planes.slice(1).entries())
        expect(plane.lowMm).toBeCloseTo(planes[n]!.highMm, 12);
    }
  });

  test("a rule that is none, or a spacing that is no length, is an error", () => {
    expect(() => structureVolumeCc(ring, { endSlices: "quarter" as "half" })).toThrow(/endSlices.*quarter/);
    expect(() => structureVolumeCc(ring, { gaps: "fill" as "slab" })).toThrow(/gaps.*fill/);
    expect(() => structureVolumeCc(ring, { planeSpacingMm: 0 })).toThrow(/planeSpacingMm/);
  });
});

describe("skipped slices", () => {
  const cylinder = stackOf([0, 1, 2, 5, 6, 7], circle(5));

  test("slab reaches halfway, separate leaves the gap, interpolate fills it: a cylinder", () => {
    const height = (options: ContourOptions) => (structureVolumeCc(cylinder, options) * 1000) / circleArea(5);
    expect(height({})).toBeCloseTo(8, 9);
    expect(height({ gaps: "slab" })).toBeCloseTo(8, 9);
    expect(height({ gaps: "separate" })).toBeCloseTo(6, 9);
    expect(Math.abs(height({ gaps: "interpolate" }) / 8 - 1)).toBeLessThan(1e-3);
    expect(planesOfStructure(cylinder, { gaps: "interpolate" }).planes.map((p) => p.positionMm)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
  });

  test("between two circles the section is the circle of the mean radius, and moves with the centre", () => {
    // Signed distances of two circles, weighted: zero where (1 − t) |p − a| + t |p − b| = (1 − t) r + t s.
    const structure = structureOf(
      [0, 1, 2, 4, 5, 6].map((z) => contourOf(circle(z < 3 ? 4 : 8, 0, 0, 360), z)),
    );
    const { planes } = planesOfStructure(structure, { gaps: "interpolate" });
    const filled = planes.find((p) => p.positionMm === 3)!;
    for (let n = 0; n < filled.polygons[0]!.length; n += 2)
      expect(Math.hypot(filled.polygons[0]![n]!, filled.polygons[0]![n + 1]!)).toBeCloseTo(6, 2);
  });

  test("nearer to the ball than slabs are, voxel by voxel, where slices of it were skipped", () => {
    const grid: Grid = {
      size: [24, 24, 24],
      spacingMm: [1, 1, 1],
      originMm: [-11.5, -11.5, -11.5],
      direction: AXIAL_DIRECTION,
    };
    const all = Array.from({ length: 19 }, (_, n) => n - 9);
    const ballOn = (zs: readonly number[]) => structureOf(contourSolid(sphere([0, 0, 0], 10), zs, 0.1));
    const full = rasterizeOccupancy(ballOn(all), grid).values.data;
    const skipped = ballOn(all.filter((z) => z !== 5 && z !== 6));
    const differenceCc = (gaps: "slab" | "interpolate") =>
      rasterizeOccupancy(skipped, grid, { gaps }).values.data.reduce(
        (sum, value, n) => sum + Math.abs(value - full[n]!) / 1000,
        0,
      );
    expect(differenceCc("interpolate")).toBeLessThan(differenceCc("slab") / 3);
  });

  test("a gap that is no multiple of the spacing is not filled; one too wide parts the structure", () => {
    const odd = stackOf([0, 1, 2, 4.5, 5.5], square(0, 10));
    expect(planesOfStructure(odd, { gaps: "interpolate" }).planes.length).toBe(5);
    const apart = stackOf([0, 1, 2, 8, 9], square(0, 10));
    expect(structureVolumeCc(apart, { gaps: "interpolate" })).toBeCloseTo(0.5, 9);
    expect(structureVolumeCc(apart, { gaps: "interpolate", separateBeyondMm: 6 })).toBeCloseTo(1, 3);
    // Every other plane drawn: no gap by the median, seven planes by the slices of the image.
    const every = stackOf([0, 2, 4, 6], square(0, 10));
    expect(planesOfStructure(every, { gaps: "interpolate", planeSpacingMm: 1 }).planes.length).toBe(7);
  });
});

describe("planes of any direction on grids of any direction", () => {
  const grid: Grid = {
    size: [29, 27, 25],
    spacingMm: [1, 1.1, 1.2],
    originMm: [-14, -14, -14.4],
    direction: AXIAL_DIRECTION,
  };

  test("sagittal and coronal contours are exact: the occupancy of axial ones, with axes exchanged", () => {
    const cube: Grid = {
      size: [25, 25, 25],
      spacingMm: [1, 1, 1],
      originMm: [-12, -12, -12],
      direction: AXIAL_DIRECTION,
    };
    const axial = rasterizeOccupancy(ring, cube).values;
    const sagittal = structureOccupancy(
      mapped(ring, (x, y, z) => [z, x, y]),
      cube,
    );
    const coronal = structureOccupancy(
      mapped(ring, (x, y, z) => [y, z, x]),
      cube,
    );
    expect([sagittal.voxelError, coronal.voxelError]).toEqual([0, 0]);
    for (let a = 0; a < 25; a++) {
      for (let b = 0; b < 25; b++) {
        for (let c = 0; c < 25; c++) {
          const value = axial.get(c, b, a);
          // x, y, z = a, b, c of the axial ring.
          if (Math.abs(sagittal.occupancy.values.get(b, a, c) - value) > 1e-6) expect.unreachable("sagittal");
          if (Math.abs(coronal.occupancy.values.get(a, c, b) - value) > 1e-6) expect.unreachable("coronal");
        }
      }
    }
  });

  test("askew: the volume stays, and each voxel is within its stated error of the part that sampling finds", () => {
    fc.assert(
      fc.property(
        fc.noBias(fc.tuple(fc.integer({ min: 0, max: 359 }), fc.integer({ min: 0, max: 359 }))),
        ([gantryDeg, couchDeg]) => {
          const { xAxis, yAxis, zAxis } = beamFrame({
            gantryDeg,
            couchDeg,
            collimatorDeg: 30,
            position: "HFS",
          });
          const turned = mapped(ring, (x, y, z) => [
            x * xAxis[0] + y * yAxis[0] + z * zAxis[0],
            x * xAxis[1] + y * yAxis[1] + z * zAxis[1],
            x * xAxis[2] + y * yAxis[2] + z * zAxis[2],
          ]);
          const { occupancy, volumeCc, volumeOutsideGridCc, voxelError } = structureOccupancy(turned, grid);
          const occupied = (occupancy.values.data.reduce((a, b) => a + b, 0) * voxelVolumeMm3(grid)) / 1000;
          expect(volumeCc).toBeCloseTo(structureVolumeCc(ring), 9);
          expect(Math.abs(occupied / volumeCc - 1)).toBeLessThan(1e-3);
          expect(volumeOutsideGridCc).toBe(0);
          // The ring itself: two circles, z −7 … 5 in its own axes.
          const inside = (x: number, y: number, z: number) => {
            const [u, v, w] = [xAxis, yAxis, zAxis].map((e) => e[0] * x + e[1] * y + e[2] * z) as [
              number,
              number,
              number,
            ];
            return w > -7 && w < 5 && Math.hypot(u - 1, v - 2) < 9 && Math.hypot(u - 3, v - 2) > 4;
          };
          const n = 10;
          for (let voxel = 0; voxel < 29 * 27 * 25; voxel += 97) {
            const [i, j, k] = [voxel % 29, Math.floor(voxel / 29) % 27, Math.floor(voxel / (29 * 27))];
            let hits = 0;
            for (let a = 0; a < n; a++)
              for (let b = 0; b < n; b++)
                for (let c = 0; c < n; c++)
                  if (
                    inside(
                      -14 + (i - 0.5 + (a + 0.5) / n),
                      -14 + 1.1 * (j - 0.5 + (b + 0.5) / n),
                      -14.4 + 1.2 * (k - 0.5 + (c + 0.5) / n),
                    )
                  )
                    hits++;
            // 72 corners lie within 1 % of a circle's radius; sampling on a raster is off by up to half a layer of it.
            expect(Math.abs(occupancy.values.get(k, j, i) - hits / n ** 3)).toBeLessThan(voxelError + 0.08);
          }
        },
      ),
      { seed, numRuns: 8 },
    );
  });

  test("the same structure turned with the grid has the same voxels", () => {
    const { xAxis, yAxis, zAxis } = beamFrame({
      gantryDeg: 40,
      couchDeg: 70,
      collimatorDeg: 15,
      position: "HFS",
    });
    const turn = (x: number, y: number, z: number): Vec3 => [
      x * xAxis[0] + y * yAxis[0] + z * zAxis[0],
      x * xAxis[1] + y * yAxis[1] + z * zAxis[1],
      x * xAxis[2] + y * yAxis[2] + z * zAxis[2],
    ];
    const direction = [0, 1, 2].flatMap((r) => [xAxis[r]!, yAxis[r]!, zAxis[r]!]) as unknown as Direction;
    const there = structureOccupancy(mapped(ring, turn), {
      ...grid,
      direction,
      originMm: turn(-14, -14, -14.4),
    });
    const here = rasterizeOccupancy(ring, grid).values.data;
    expect(there.voxelError).toBe(0);
    const worst = there.occupancy.values.data.reduce(
      (m, value, n) => Math.max(m, Math.abs(value - here[n]!)),
      0,
    );
    expect(worst).toBeLessThan(1e-6);
  });

  test("volume outside the grid is told, and a finer tolerance is met", () => {
    const moved = mapped(ring, (x, y, z) => [x + 14, y, z]);
    const { volumeCc, volumeOutsideGridCc, occupancy, warnings } = structureOccupancy(moved, grid);
    const inGrid = (occupancy.values.data.reduce((a, b) => a + b, 0) * voxelVolumeMm3(grid)) / 1000;
    expect(volumeOutsideGridCc).toBeCloseTo(volumeCc - inGrid, 7);
    // The ring's x is 6 … 24, the grid ends at 14.5: about half is outside.
    expect(volumeOutsideGridCc / volumeCc).toBeGreaterThan(0.4);
    expect(warnings.map((w) => w.code)).toEqual(["STRUCTURE_OUTSIDE_GRID"]);
    const slanted = mapped(ring, (x, y, z) => [x, 0.8 * y - 0.6 * z, 0.6 * y + 0.8 * z]);
    expect(structureOccupancy(slanted, grid, { tolerance: 0.01 }).voxelError).toBeLessThanOrEqual(0.01);
    expect(() => rasterizeOccupancy(slanted, grid, { tolerance: 0 })).toThrow(/tolerance/);
  });
});
