import { createVolume, type Direction, type Grid, type Vec3, type Volume, voxelCount } from "@isodose/core";
import { beamFrame, type RayFan, radiologicalDepthMap, radiologicalPathMm } from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";

const seed = 1985;
const size: Vec3 = [24, 18, 20];
const spacingMm: Vec3 = [2.5, 3, 2];

/** Multiply by a matrix with these columns. */
type Columns = { readonly xAxis: Vec3; readonly yAxis: Vec3; readonly zAxis: Vec3 };
const turn = ({ xAxis: x, yAxis: y, zAxis: z }: Columns, v: Vec3): Vec3 => [
  x[0] * v[0] + y[0] * v[1] + z[0] * v[2],
  x[1] * v[0] + y[1] * v[1] + z[1] * v[2],
  x[2] * v[0] + y[2] * v[1] + z[2] * v[2],
];

/** A volume whose grid and place are turned as a whole about the origin. */
function turnedVolume(columns: Columns, rho: (n: number) => number): Volume {
  const { xAxis: x, yAxis: y, zAxis: z } = columns;
  const direction: Direction = [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]];
  const corner = size.map((n, a) => (-(n - 1) / 2) * spacingMm[a]!) as unknown as Vec3;
  const grid: Grid = { size, spacingMm, originMm: turn(columns, corner), direction };
  const data = Float32Array.from({ length: voxelCount(grid) }, (_, n) => rho(n));
  return createVolume(grid, "relative-electron-density", "1.2.3", data);
}

function fanFrom(gantryDeg: number, couchDeg: number, columns: Columns): RayFan {
  const frame = beamFrame({ gantryDeg, couchDeg, collimatorDeg: 20, position: "HFS" });
  const z = turn(columns, frame.zAxis);
  // Off the middle, where voxel faces meet: to which side a ray within a face belongs is a matter of rounding.
  const aim = turn(columns, [0.13, 0.27, 0.41]);
  return {
    sourceMm: [aim[0] + 800 * z[0], aim[1] + 800 * z[1], aim[2] + 800 * z[2]],
    axis: [-z[0], -z[1], -z[2]],
    xAxis: turn(columns, frame.xAxis),
    yAxis: turn(columns, frame.yAxis),
    sadMm: 800,
    clipRadiusMm: 13,
  };
}

const straight: Columns = { xAxis: [1, 0, 0], yAxis: [0, 1, 0], zAxis: [0, 0, 1] };
const angle = evenly(0, 360);
const mottled = (n: number) => (n % 7 === 0 ? 0 : 0.2 + ((n * 37) % 101) / 70);

describe(`radiological depth map (seed ${seed})`, () => {
  test("through a turned grid is that through the straight one", () => {
    let worst = 0;
    fc.assert(
      fc.property(angle, angle, angle, angle, angle, (a, b, c, gantryDeg, couchDeg) => {
        const columns = beamFrame({ gantryDeg: a, couchDeg: b, collimatorDeg: c, position: "HFS" });
        const plain = radiologicalDepthMap(
          turnedVolume(straight, mottled),
          fanFrom(gantryDeg, couchDeg, straight),
        )!;
        const turned = radiologicalDepthMap(
          turnedVolume(columns, mottled),
          fanFrom(gantryDeg, couchDeg, columns),
        )!;
        expect(turned.rays).toBe(plain.rays);
        // Rounding may move the first sample by one.
        const offset = Math.round((plain.firstDistanceMm - turned.firstDistanceMm) * turned.perSampleMm);
        for (let ray = 0; ray < plain.rays ** 2; ray++) {
          for (let n = 2; n < plain.samples - 2; n++) {
            const there = turned.depthMm[ray * turned.samples + n + offset]!;
            worst = Math.max(worst, Math.abs(there - plain.depthMm[ray * plain.samples + n]!));
          }
        }
        expect(worst).toBeLessThan(1e-3);
      }),
      { seed, numRuns: 25 },
    );
    console.log(
      `turned and straight grids: depths differ by at most ${worst.toExponential(1)} mm (seed ${seed})`,
    );
  });

  test("is the path sum along each ray", () => {
    const columns = beamFrame({ gantryDeg: 33, couchDeg: 20, collimatorDeg: 50, position: "HFS" });
    const density = turnedVolume(columns, mottled);
    fc.assert(
      fc.property(angle, angle, fc.nat(), fc.nat(), (gantryDeg, couchDeg, anyRay, anySample) => {
        const fan = fanFrom(gantryDeg, couchDeg, straight);
        const map = radiologicalDepthMap(density, fan, { raySpacingMm: 3, sampleSpacingMm: 0.5 })!;
        const ray = anyRay % map.rays ** 2;
        const n = anySample % map.samples;
        const u = map.firstRayMm + (ray % map.rays) / map.perRayMm;
        const v = map.firstRayMm + Math.floor(ray / map.rays) / map.perRayMm;
        if (Math.hypot(u, v) > fan.clipRadiusMm) return;
        const f = map.firstDistanceMm + n / map.perSampleMm;
        const end = [0, 1, 2].map(
          (a) => fan.sourceMm[a]! + f * (fan.axis[a]! + (u * fan.xAxis[a]! + v * fan.yAxis[a]!) / fan.sadMm),
        ) as unknown as Vec3;
        expect(
          Math.abs(map.depthMm[ray * map.samples + n]! - radiologicalPathMm(density, fan.sourceMm, end)),
        ).toBeLessThan(1e-3);
      }),
      { seed, numRuns: 200 },
    );
  });

  test("of a water box is its thickness, and a fan that misses is none", () => {
    const water = turnedVolume(straight, () => 1);
    const map = radiologicalDepthMap(water, fanFrom(0, 0, straight))!;
    const middle = (map.rays ** 2 - 1) / 2;
    expect(map.depthMm[(middle + 1) * map.samples - 1]).toBeCloseTo(18 * 3, 4);
    expect(Math.abs(map.nearestTissueMm - (800 - 27))).toBeLessThanOrEqual(1);
    expect(map.deepestMm).toBeGreaterThanOrEqual(54);
    expect(radiologicalDepthMap(water, { ...fanFrom(0, 0, straight), axis: [0, -1, 0] })).toBeUndefined();
  });

  test("refuses lengths and axes that are none", () => {
    const water = turnedVolume(straight, () => 1);
    const fan = fanFrom(0, 0, straight);
    expect(() => radiologicalDepthMap(water, { ...fan, clipRadiusMm: 0 })).toThrow(/clipRadiusMm: is 0/);
    expect(() => radiologicalDepthMap(water, fan, { sampleSpacingMm: -1 })).toThrow(/sampleSpacingMm: is -1/);
    expect(() => radiologicalDepthMap(water, { ...fan, axis: [0, 2, 0] })).toThrow(
      /axis: is \[0,2,0\]; expected a unit vector/,
    );
  });
});
