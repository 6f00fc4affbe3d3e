import { type Direction, type DvhCurve, uniformStream, type Vec3, type Volume } from "@isodose/core";
import {
  sphere as ball,
  cone,
  ellipticCylinder,
  rasterizeOccupancy,
  type Solid,
  transformSolid,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { interpolateCurve } from "../src/dvh-curve.ts";
import { computeDvh, evaluateMetricWithError, interpolateVoxels, volumeCcAtLeast } from "../src/index.ts";
import { circle, cubeGrid, doseOf, slabMiddles, structureOf } from "./shapes.ts";

const SEED = 77123;

/** Rotation by Euler angles. */
function turn(a: number, b: number, c: number): Direction {
  const [ca, sa, cb, sb, cc, sc] = [
    Math.cos(a),
    Math.sin(a),
    Math.cos(b),
    Math.sin(b),
    Math.cos(c),
    Math.sin(c),
  ];
  return [
    ca * cb,
    ca * sb * sc - sa * cc,
    ca * sb * cc + sa * sc,
    sa * cb,
    sa * sb * sc + ca * cc,
    sa * sb * cc - ca * sc,
    -sb,
    cb * sc,
    cb * cc,
  ];
}

const angle = evenly(-3, 3);
const rotation = fc.tuple(angle, angle, angle).map(([a, b, c]) => turn(a, b, c));
const shift = fc.tuple(evenly(-1.3, 1.3), evenly(-1.3, 1.3), evenly(-1.3, 1.3));

/** The truth lies within the band of the curve, at doses between its points. */
function expectInBand(curve: DvhCurve, truthCc: (doseGy: number) => number, slackCc: number): void {
  const { doseGy, errors } = curve;
  for (let n = 0; n < 40; n++) {
    const d = curve.minGy + ((n + 0.37) / 40) * (curve.maxGy - curve.minGy);
    const off = Math.abs(volumeCcAtLeast(curve, d) - truthCc(d));
    const bar = interpolateCurve(doseGy, errors!.samplingErrorCc, d);
    expect(off, `at ${d} Gy of ${curve.structure}`).toBeLessThanOrEqual(bar + slackCc);
  }
}

describe("the true DVH lies within the error bars", () => {
  // A linear dose is its own trilinear interpolant, so closed forms are the truth, on grids turned in any way.
  const shapes: readonly {
    readonly name: string;
    readonly solid: (sizeMm: number) => Solid;
    readonly volumeMm3: (sizeMm: number) => number;
    /** Part of the volume above t = −1 … 1 along the gradient, which reaches ± reach mm. */
    readonly axis: Vec3;
    readonly reach: number;
    readonly above: (t: number) => number;
  }[] = [
    {
      name: "sphere",
      solid: (size) => ball([0, 0, 0], size / 2),
      volumeMm3: (size) => (Math.PI * size ** 3) / 6,
      axis: [0.6, 0, 0.8],
      reach: 0.5,
      above: (t) => ((1 - t) ** 2 * (2 + t)) / 4,
    },
    {
      name: "cylinder",
      solid: (size) => ellipticCylinder([0, 0, 0], "z", [size / 2, size / 2, size / 2]),
      volumeMm3: (size) => (Math.PI * size ** 3) / 4,
      axis: [0.6, 0.8, 0],
      reach: 0.5,
      above: (t) => (Math.acos(t) - t * Math.sqrt(1 - t * t)) / Math.PI,
    },
    {
      name: "cone",
      solid: (size) => cone([0, 0, size / 2], [0, 0, -size / 2], size / 2),
      volumeMm3: (size) => (Math.PI * size ** 3) / 12,
      axis: [0, 0, 1],
      reach: 0.5,
      above: (t) => 1 - ((1 + t) / 2) ** 3,
    },
  ];
  for (const shape of shapes) {
    test(`${shape.name} of 3 to 20 mm, as a solid, in a linear gradient`, () => {
      fc.assert(
        fc.property(
          rotation,
          shift,
          evenly(3, 20),
          fc.constantFrom(1, 2.5),
          evenly(0.2, 1.5),
          (m, at, size, spacingMm, slope) => {
            const half = size + 3 * spacingMm;
            const dose = doseOf(
              cubeGrid(at, half, spacingMm, m),
              (p) => 150 + slope * (p[0] * shape.axis[0] + p[1] * shape.axis[1] + p[2] * shape.axis[2]),
            );
            const curve = computeDvh({ structure: shape.solid(size), dose, volumeTolerancePercent: 0.5 });
            const volumeCc = shape.volumeMm3(size) / 1000;
            expect(Math.abs(curve.volumeCc / volumeCc - 1)).toBeLessThan(2e-3);
            const reachGy = slope * shape.reach * size;
            expectInBand(
              curve,
              (d) => volumeCc * shape.above(Math.min(1, Math.max(-1, (d - 150) / reachGy))),
              1e-5 * volumeCc,
            );
            const max = evaluateMetricWithError(curve, "max");
            expect(Math.abs(max.value - 150 - reachGy)).toBeLessThanOrEqual(max.samplingError! + 1e-4);
            const min = evaluateMetricWithError(curve, "min");
            expect(Math.abs(min.value - 150 + reachGy)).toBeLessThanOrEqual(min.samplingError! + 1e-4);
          },
        ),
        { seed: SEED, numRuns: 5 },
      );
    });
  }

  /** Volumes above levels by many jittered points: the slow, obvious reference. */
  function sampledTruth(
    dose: Volume,
    inside: (x: number, y: number, z: number) => boolean,
    center: Vec3,
    half: number,
    perAxis: number,
  ): { readonly volumeCc: number; readonly aboveCc: (doseGy: number) => number } {
    const random = uniformStream(SEED, 1);
    const [nx, ny, nz] = dose.grid.size;
    const d = dose.grid.direction;
    const o = dose.grid.originMm;
    const s = dose.grid.spacingMm;
    const out = { value: 0, slopeI: 0, slopeJ: 0, slopeK: 0 };
    const doses: number[] = [];
    const h = (2 * half) / perAxis;
    for (let n = 0; n < perAxis ** 3; n++) {
      const x = center[0] - half + h * ((n % perAxis) + random());
      const y = center[1] - half + h * ((Math.floor(n / perAxis) % perAxis) + random());
      const z = center[2] - half + h * (Math.floor(n / perAxis ** 2) + random());
      if (!inside(x, y, z)) continue;
      const [a, b, c] = [x - o[0], y - o[1], z - o[2]];
      interpolateVoxels(
        dose.values.data,
        nx,
        ny,
        nz,
        (d[0] * a + d[3] * b + d[6] * c) / s[0],
        (d[1] * a + d[4] * b + d[7] * c) / s[1],
        (d[2] * a + d[5] * b + d[8] * c) / s[2],
        out,
      );
      doses.push(out.value);
    }
    const sorted = Float64Array.from(doses).sort();
    const cc = h ** 3 / 1000;
    return {
      volumeCc: sorted.length * cc,
      aboveCc: (level) => {
        let low = 0;
        let high = sorted.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (sorted[middle]! < level) low = middle + 1;
          else high = middle;
        }
        return (sorted.length - low) * cc;
      },
    };
  }

  test("contours of a polygonal ring in a Gaussian, on grids along and across the slices, and as a solid", () => {
    fc.assert(
      fc.property(
        fc.option(rotation, { nil: undefined }),
        shift,
        evenly(3, 14),
        fc.constantFrom(1, 2.5),
        (m, at, size, spacingMm) => {
          const radius = size / 2;
          const sigma = Math.max(3, 0.7 * size);
          const half = size + 3 * spacingMm;
          const dose = doseOf(
            cubeGrid(at, half, spacingMm, m),
            (p) =>
              20 *
              Math.exp(-((p[0] - 0.2 * size) ** 2 + p[1] ** 2 + (p[2] + 0.1 * size) ** 2) / (2 * sigma ** 2)),
          );
          // A hole of half the radius; 5 slices.
          const structure = structureOf(
            "ring",
            slabMiddles(-radius, radius, 5).flatMap((z) => [
              circle(0, 0, z, radius, 24),
              circle(0, 0, z, radius / 2, 24),
            ]),
          );
          const curve = computeDvh({ structure, dose, volumeTolerancePercent: 0.3 });
          const apothem = Math.cos(Math.PI / 24);
          const step = Math.PI / 12;
          const polygonRadius = Math.sqrt(step / Math.sin(step));
          const within = (x: number, y: number, r: number) => {
            const to = Math.round(Math.atan2(y, x) / step) * step;
            return x * Math.cos(to) + y * Math.sin(to) <= r * polygonRadius * apothem;
          };
          const truth = sampledTruth(
            dose,
            (x, y, z) => Math.abs(z) <= radius && within(x, y, radius) && !within(x, y, radius / 2),
            [0, 0, 0],
            1.02 * radius,
            70,
          );
          expect(Math.abs(truth.volumeCc / curve.volumeCc - 1)).toBeLessThan(2e-3);
          // Jittered points are right to about N^(−2/3), 2e-4 of the volume; the largest of many is five times that.
          expectInBand(curve, truth.aboveCc, 1e-3 * curve.volumeCc);
        },
      ),
      { seed: SEED, numRuns: 7 },
    );
  });

  test("a sphere in a Gaussian, as a solid", () => {
    fc.assert(
      fc.property(rotation, shift, evenly(3, 12), fc.constantFrom(1, 2.5), (m, at, size, spacingMm) => {
        const radius = size / 2;
        const dose = doseOf(
          cubeGrid(at, size + 3 * spacingMm, spacingMm, m),
          (p) => 20 * Math.exp(-(p[0] ** 2 + p[1] ** 2 + p[2] ** 2) / (2 * radius ** 2)),
        );
        const curve = computeDvh({ structure: ball([0, 0, 0], radius), dose, volumeTolerancePercent: 0.5 });
        const truth = sampledTruth(
          dose,
          (x, y, z) => x * x + y * y + z * z <= radius * radius,
          [0, 0, 0],
          radius,
          70,
        );
        expectInBand(curve, truth.aboveCc, 1e-3 * curve.volumeCc);
      }),
      { seed: SEED, numRuns: 3 },
    );
  });

  test("an occupancy: the DVH of the contours that it was made of lies within its bars", () => {
    fc.assert(
      fc.property(rotation, shift, evenly(6, 16), fc.boolean(), (m, at, size, oblique) => {
        const dose = doseOf(
          cubeGrid(at, size + 6, 2.5, oblique ? m : undefined),
          (p) => 90 + 0.7 * p[0] - 0.4 * p[1] + 0.3 * p[2],
        );
        const structure = structureOf(
          "cylinder",
          slabMiddles(-size / 2, size / 2, 6).map((z) => circle(0, 0, z, size / 2)),
        );
        const exact = computeDvh({ structure, dose });
        const occupancy = rasterizeOccupancy(structure, cubeGrid([0.2, -0.1, 0.3], size / 2 + 2, 1.25));
        const curve = computeDvh({ structure: occupancy, dose, name: "cylinder" });
        expect(Math.abs(curve.volumeCc / exact.volumeCc - 1)).toBeLessThan(1e-5);
        expectInBand(curve, (d) => volumeCcAtLeast(exact, d), 2e-3 * exact.volumeCc);
        // As best guess, the plane of the gradient is far better than the bar.
        expect(Math.abs(curve.meanGy - exact.meanGy)).toBeLessThan(0.02);
        for (const metric of ["min", "max"] as const) {
          const a = evaluateMetricWithError(curve, metric);
          const b = evaluateMetricWithError(exact, metric);
          expect(Math.abs(a.value - b.value)).toBeLessThanOrEqual(a.samplingError! + b.samplingError! + 1e-6);
        }
      }),
      { seed: SEED, numRuns: 5 },
    );
  });
});

test("default tolerances are met: volumes within 0.1 % and doses within 0.05 Gy, closed form, contours and solids", () => {
  for (const spacingMm of [1, 2.5]) {
    for (const size of [3, 5, 12]) {
      const dose = doseOf(
        cubeGrid([0.3, -0.4, 0.1], size + 4 * spacingMm, spacingMm),
        (p) => 50 + 0.6 * p[0] - 0.8 * p[1],
      );
      const turned = transformSolid(ball([0, 0, 0], size / 2), {
        rotation: turn(0.3, 0.2, 0.1),
        translationMm: [0, 0, 0],
      });
      const curve = computeDvh({ structure: turned, dose });
      const volumeCc = (Math.PI * size ** 3) / 6000;
      for (let s = -0.9; s < 0.95; s += 0.1) {
        const exact = (volumeCc * (1 - s) ** 2 * (2 + s)) / 4;
        expect(Math.abs(volumeCcAtLeast(curve, 50 + (s * size) / 2) - exact)).toBeLessThan(1e-3 * volumeCc);
      }
    }
  }
});
