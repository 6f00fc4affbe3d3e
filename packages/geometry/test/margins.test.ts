import { createVolume, type Grid, type Vec3, type Volume, voxelToPatient } from "@isodose/core";
import {
  beamFrame,
  box,
  expandRegion,
  type MarginsMm,
  regionVolumeCc,
  ringAround,
  shellOf,
  signedDistanceMm,
  sphere,
} from "@isodose/geometry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { boxBelowPlane } from "../src/operations/box-below-plane.ts";
import { nearestSurface } from "../src/operations/nearest-surface.ts";
import { nearestSurfaceReference } from "../src/operations/nearest-surface-reference.ts";
import { gridAround, regionOfSolid } from "./support/region-of-solid.ts";
import { boxShape, ellipsoidShape, offsetVolumeMm3 } from "./support/shapes.ts";

const seed = 2012;
const SPACINGS: Vec3[] = [
  [1, 1, 1],
  [1, 1, 2],
  [0.7, 0.7, 2.5],
];
const sideways = evenly(-0.5, 0.5);
const shift: fc.Arbitrary<Vec3> = fc.tuple(sideways, sideways, sideways);
const times = (a: Vec3, b: Vec3): Vec3 => [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
/** Size of a voxel across a surface with this normal: the projection of its axes. */
const acrossMm = (s: Vec3, n: Vec3) => Math.hypot(s[0] * n[0], s[1] * n[1], s[2] * n[2]);
const volumeMm3 = (region: Volume) => 1000 * regionVolumeCc(region);

describe("distance transform", () => {
  test("is the brute-force minimum over all surface points, for any voxel shape and any margins", () => {
    const cost = fc.record({
      plus: evenly(0.1, 9),
      minus: evenly(0.1, 9),
    });
    const whole = fc.integer({ min: 3, max: 12 });
    const unit = evenly(0, 0.999);
    fc.assert(
      fc.property(
        fc.tuple(whole, whole, whole),
        fc.tuple(cost, cost, cost),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), unit, unit, unit), { minLength: 1, maxLength: 25 }),
        (size, costs, drawn) => {
          const at = drawn.flatMap(([axis, ...p]) =>
            p.map((t, c) => (c === axis ? t * (size[c]! - 1) : Math.floor(t * size[c]!))),
          );
          const points = {
            count: drawn.length,
            axis: Uint8Array.from(drawn, ([axis]) => axis),
            position: Float64Array.from(at),
            normal: new Float64Array(at.length),
          };
          const truth = nearestSurfaceReference(points, size, costs).squared;
          const all = nearestSurface(points, size, costs, Number.MAX_VALUE).squared;
          const limit = 12;
          const near = nearestSurface(points, size, costs, limit).squared;
          for (let v = 0; v < truth.length; v++) {
            const tolerance = 1e-5 * (1 + truth[v]!);
            expect(Math.abs(all[v]! - truth[v]!)).toBeLessThan(tolerance);
            if (truth[v]! < limit - tolerance) expect(Math.abs(near[v]! - truth[v]!)).toBeLessThan(tolerance);
            if (truth[v]! > limit + tolerance) expect(near[v]).toBe(Number.POSITIVE_INFINITY);
          }
        },
      ),
      { seed, numRuns: 100 },
    );
  });

  test("fraction of a voxel below a plane is that of fine sampling, and the two sides make one", () => {
    const slope = evenly(-2, 2);
    fc.assert(
      fc.property(slope, slope, slope, slope, (a, b, c, level) => {
        const n = 24;
        let inside = 0;
        for (let m = 0; m < n ** 3; m++) {
          const at = (q: number) => ((q % n) + 0.5) / n - 0.5;
          if (a * at(m) + b * at(Math.floor(m / n)) + c * at(Math.floor(m / n / n)) <= level) inside++;
        }
        const fraction = boxBelowPlane(a, b, c, level);
        fc.pre(Math.abs(a) + Math.abs(b) + Math.abs(c) > 1e-3);
        // Sampling errs by the part of a layer of samples that the plane may skip at once.
        expect(Math.abs(fraction - inside / n ** 3)).toBeLessThan(1.5 / n);
        expect(boxBelowPlane(-a, -b, -c, -level)).toBeCloseTo(1 - fraction, 9);
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe(`signed distance and margins at random sub-voxel shifts (seed ${seed})`, () => {
  const shapes = [
    ellipsoidShape("sphere of 10 mm", [5, 5, 5]),
    ellipsoidShape("sphere of 20 mm", [10, 10, 10]),
    ellipsoidShape("ellipsoid 24 × 14 × 18 mm", [12, 7, 9]),
  ];
  const MARGINS_MM = [5, 1.3, -1.7];
  const label = (m: number) => `margin ${m > 0 ? "+" : ""}${m} mm`;

  test("of spheres and ellipsoids within 0.1 voxel", () => {
    const rows: Record<string, string | number>[] = [];
    for (const shape of shapes) {
      for (const spacing of SPACINGS) {
        const grid = gridAround(shape.semiAxesMm.map((a) => a + 8) as unknown as Vec3, spacing);
        const errors: Record<string, number[]> = { distance: [] };
        for (const m of MARGINS_MM) errors[label(m)] = [];
        const offsets: Record<string, number> = {};
        fc.assert(
          fc.property(shift, (part) => {
            const centre = times(part, spacing);
            const region = regionOfSolid(shape.solid(centre), grid);
            const distance = signedDistanceMm(region).values.data;
            const moved = MARGINS_MM.map((m) => expandRegion(region, m));
            const movedDistance = moved.map((r) => signedDistanceMm(r).values.data);
            forEachVoxel(grid, (p, v) => {
              const at: Vec3 = [p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]];
              const { distanceMm, normal } = shape.distance(at);
              if (distanceMm < -2.5 || distanceMm > 7) return;
              const across = acrossMm(spacing, normal);
              errors.distance!.push((distance[v]! - distanceMm) / across);
              for (const [n, m] of MARGINS_MM.entries()) {
                const away = distanceMm - m;
                if (Math.abs(away) < across) errors[label(m)]!.push((movedDistance[n]![v]! - away) / across);
              }
            });
            for (const [n, m] of MARGINS_MM.entries()) {
              const exact = offsetVolumeMm3(shape, m);
              const area = (offsetVolumeMm3(shape, m + 0.01) - exact) / 0.01;
              const error = Math.abs(volumeMm3(moved[n]!) - exact) / area / Math.min(...spacing);
              offsets[label(m)] = Math.max(offsets[label(m)] ?? 0, error);
            }
          }),
          { seed, numRuns: 2 },
        );
        for (const [what, list] of Object.entries(errors)) {
          const sorted = list.map(Math.abs).sort((a, b) => a - b);
          rows.push({
            shape: shape.name,
            "voxel mm": spacing.join(" × "),
            what,
            "from volume": offsets[what]?.toFixed(3) ?? "",
            rms: Math.sqrt(list.reduce((s, e) => s + e * e, 0) / list.length).toFixed(3),
            "95 %": sorted[Math.floor(0.95 * sorted.length)]!.toFixed(3),
            worst: sorted.at(-1)!.toFixed(3),
          });
        }
      }
    }
    console.log(`Errors of the surface in voxels, the voxel's size across the surface (seed ${seed})`);
    console.table(rows);
    for (const row of rows) {
      const why = JSON.stringify(row);
      const [p95, worst] = [Number(row["95 %"]), Number(row.worst)];
      if (row["from volume"] !== "") expect(Number(row["from volume"]), why).toBeLessThan(0.06);
      if (row.shape === "sphere of 10 mm" && row["voxel mm"] !== "1 × 1 × 1") {
        // Two slices to the radius: the fractions of such slices do not hold the curvature everywhere.
        expect(p95, why).toBeLessThan(0.2);
      } else if (row["voxel mm"] === "0.7 × 0.7 × 2.5") {
        // Slices of 2.5 mm see a radius of 7 to 10 mm in three or four steps: single voxels are beyond 0.1 of their 0.7 mm across.
        expect(p95, why).toBeLessThan(0.1);
        expect(worst, why).toBeLessThan(0.2);
      } else {
        expect(worst, why).toBeLessThan(0.1);
      }
    }
  });
});

describe("box", () => {
  const half: Vec3 = [8, 6, 7];

  test("its faces move by the margin within 0.1 voxel, its volume is that of the rounded box", () => {
    const rows: Record<string, string>[] = [];
    for (const spacing of SPACINGS) {
      const grid = gridAround([16, 14, 15], spacing);
      let face = 0;
      let volume = 0;
      fc.assert(
        fc.property(shift, (part) => {
          const centre = times(part, spacing);
          const { solid } = boxShape(centre, half);
          const region = regionOfSolid(solid, grid);
          for (const m of [5, 1.3, -2]) {
            const moved = expandRegion(region, m);
            for (const axis of [0, 1, 2]) {
              // The column of voxels through the middle of the face has the box's height.
              const measured = columnThroughMiddle(moved, axis) * spacing[axis]!;
              face = Math.max(face, Math.abs(measured - 2 * (half[axis]! + m)) / 2 / spacing[axis]!);
            }
            const [a, b, c] = half.map((h) => 2 * h + (m < 0 ? 2 * m : 0)) as unknown as Vec3;
            const r = Math.max(0, m);
            const faces = 2 * (a * b + b * c + c * a);
            const area = faces + 2 * Math.PI * (a + b + c) * r + 4 * Math.PI * r ** 2;
            const exact = a * b * c + faces * r + Math.PI * (a + b + c) * r ** 2 + (4 / 3) * Math.PI * r ** 3;
            volume = Math.max(
              volume,
              Math.abs(volumeMm3(moved) - exact) / area / Math.cbrt(spacing[0] * spacing[1] * spacing[2]),
            );
          }
        }),
        { seed, numRuns: 6 },
      );
      rows.push({
        "voxel mm": spacing.join(" × "),
        "worst face": face.toFixed(4),
        "mean surface (volume)": volume.toFixed(4),
      });
    }
    console.log(`Box of 16 × 12 × 14 mm, margins 5, 1.3, -2 mm: errors in voxels (seed ${seed})`);
    console.table(rows);
    for (const row of rows) {
      expect(Number(row["worst face"]), JSON.stringify(row)).toBeLessThan(0.01);
      // Fractions do not say where within a voxel a sharp edge lies; more than half of the surface is rounded from edges.
      expect(Number(row["mean surface (volume)"]), JSON.stringify(row)).toBeLessThan(0.15);
    }
  });

  test("margins per direction give octants of ellipsoids", () => {
    const rows: Record<string, string>[] = [];
    const cases: MarginsMm[] = [
      { left: 6, right: 3, anterior: 5, posterior: 2, superior: 7, inferior: 4 },
      { left: 5, right: 5, anterior: 5, posterior: 0, superior: 5, inferior: 5 },
      { left: 0, right: 0, anterior: 0, posterior: 0, superior: 8, inferior: 3 },
    ];
    for (const m of cases) {
      for (const spacing of SPACINGS) {
        const grid = gridAround([18, 16, 17], spacing);
        const centre = times([0.21, -0.37, 0.4], spacing);
        const region = regionOfSolid(boxShape(centre, half).solid, grid);
        const moved = expandRegion(region, m);
        const both = [m.left + m.right, m.anterior + m.posterior, m.superior + m.inferior] as const;
        for (const axis of [0, 1, 2] as const) {
          const height = columnThroughMiddle(moved, axis) * spacing[axis];
          // A margin of 0 counts as 0.05 voxel; where there is none either way, rows are taken or left as a whole.
          const error = Math.abs(height - 2 * half[axis] - both[axis]) / spacing[axis];
          expect(error).toBeLessThan(both[axis] > 0 ? 0.1 : 0.5);
        }
        const [a, b, c] = half.map((h) => 2 * h) as unknown as Vec3;
        const [x, y, z] = both;
        const exact =
          a * b * c +
          b * c * x +
          a * c * y +
          a * b * z +
          (Math.PI / 4) * (c * x * y + a * y * z + b * x * z) +
          (Math.PI / 6) * x * y * z;
        const area = 2 * ((a + x) * (b + y) + (b + y) * (c + z) + (c + z) * (a + x));
        const error = (volumeMm3(moved) - exact) / area / Math.cbrt(spacing[0] * spacing[1] * spacing[2]);
        rows.push({
          margins: Object.values(m).join(" "),
          "voxel mm": spacing.join(" × "),
          "mean surface (volume)": error.toFixed(4),
        });
        expect(Math.abs(error), JSON.stringify(rows.at(-1))).toBeLessThan(0.15);
      }
    }
    console.log(
      "Box with margins left, right, anterior, posterior, superior, inferior, mm: errors in voxels",
    );
    console.table(rows);
  });

  test("shrinking undoes growing, per direction too", () => {
    const grid = gridAround([18, 16, 17], [1, 1, 2]);
    const region = regionOfSolid(sphere([0.3, 0.2, 0.7], 9), grid);
    const m: MarginsMm = { left: 4, right: 2, anterior: 3, posterior: 5, superior: 4, inferior: 6 };
    const back: MarginsMm = { left: -4, right: -2, anterior: -3, posterior: -5, superior: -4, inferior: -6 };
    const area = 4 * Math.PI * 81;
    expect(
      Math.abs(volumeMm3(expandRegion(expandRegion(region, m), back)) - volumeMm3(region)) / area,
    ).toBeLessThan(0.1);
    expect(
      Math.abs(volumeMm3(expandRegion(expandRegion(region, 4), -4)) - volumeMm3(region)) / area,
    ).toBeLessThan(0.03);
  });
});

describe("grids and edges", () => {
  test("a turned grid gives the same distances and volumes", () => {
    const {
      xAxis: x,
      yAxis: y,
      zAxis: z,
    } = beamFrame({ gantryDeg: 31, couchDeg: 17, collimatorDeg: 48, position: "HFS" });
    const straight = gridAround([16, 16, 16], [1, 1, 1.5]);
    const turned: Grid = { ...straight, direction: [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]] };
    const centred: Grid = { ...turned, originMm: turnedOrigin(straight, turned) };
    const exact = (4 / 3) * Math.PI * 12 ** 3;
    for (const grid of [straight, centred]) {
      const region = regionOfSolid(sphere([0.2, 0.3, -0.1], 8), grid);
      expect(Math.abs(volumeMm3(expandRegion(region, 4)) - exact) / exact).toBeLessThan(0.003);
      const distance = signedDistanceMm(region).values.data;
      forEachVoxel(grid, (p, v) => {
        const truth = Math.hypot(p[0] - 0.2, p[1] - 0.3, p[2] + 0.1) - 8;
        if (truth > -3) expect(Math.abs(distance[v]! - truth)).toBeLessThan(0.1);
      });
    }
    expect(() =>
      expandRegion(regionOfSolid(sphere([0, 0, 0], 5), centred), {
        left: 1,
        right: 2,
        anterior: 1,
        posterior: 1,
        superior: 1,
        inferior: 1,
      }),
    ).toThrow(/oblique grid is not supported/);
  });

  test("margins follow the patient, not the order of the grid's axes", () => {
    // i runs towards the head, j to the right, k to the front.
    const grid: Grid = {
      size: [41, 41, 41],
      spacingMm: [1, 1, 1],
      originMm: [20, 20, -20],
      direction: [0, -1, 0, 0, 0, -1, 1, 0, 0],
    };
    const plain = gridAround([20, 20, 20], [1, 1, 1]);
    const m: MarginsMm = { left: 6, right: 1, anterior: 3, posterior: 2, superior: 5, inferior: 4 };
    const solid = sphere([0.3, -0.2, 0.4], 7);
    const a = expandRegion(regionOfSolid(solid, grid), m);
    const b = expandRegion(regionOfSolid(solid, plain), m);
    const byPlace = new Map<string, number>();
    const key = (p: Vec3) => p.map((x) => Math.round(x) + 0).join(" ");
    forEachVoxel(grid, (p, v) => byPlace.set(key(p), a.values.data[v]!));
    let worst = 0;
    // Only which of two equally near points is taken depends on the order.
    forEachVoxel(plain, (p, v) => {
      worst = Math.max(worst, Math.abs(byPlace.get(key(p))! - b.values.data[v]!));
    });
    expect(worst).toBeLessThan(0.05);
  });

  test("at the edge of the grid the region goes on", () => {
    const grid = gridAround([10, 10, 10], [1, 1, 1]);
    const slab = regionOfSolid(box([-50, -50, -50], [50, 50, 0.25]), grid);
    const shrunk = columnThroughMiddle(expandRegion(slab, -3), 2);
    expect(shrunk).toBeCloseTo(10.5 + 0.25 - 3, 4);
    expect(columnThroughMiddle(expandRegion(slab, 3), 2)).toBeCloseTo(10.5 + 0.25 + 3, 4);
  });

  test("nothing and everything", () => {
    const grid = gridAround([5, 5, 5], [1, 1, 1]);
    const none = createVolume(grid, "fraction", "1");
    const all = createVolume(grid, "fraction", "1", new Float32Array(11 ** 3).fill(1));
    expect(signedDistanceMm(none).values.data.every((d) => d === Number.POSITIVE_INFINITY)).toBe(true);
    expect(signedDistanceMm(all).values.data.every((d) => d === Number.NEGATIVE_INFINITY)).toBe(true);
    expect(regionVolumeCc(expandRegion(none, 3))).toBe(0);
    expect(expandRegion(all, -3).values.data).toEqual(all.values.data);
    expect(signedDistanceMm(all).unit).toBe("mm");
  });
});

describe("rings and shells", () => {
  const grid = gridAround([19, 19, 19], [1, 1, 1.5]);
  const region = regionOfSolid(sphere([0.3, 0.1, 0.4], 9), grid);
  const ball = (r: number) => (4 / 3) * Math.PI * r ** 3;

  test("have the volume between two spheres", () => {
    const cases: [string, Volume, number][] = [
      ["ring 3 to 8 mm", ringAround(region, 3, 8), ball(17) - ball(12)],
      ["ring on the surface", ringAround(region, 0, 5), ball(14) - ball(9)],
      ["shell 2 mm in, 1 mm out", shellOf(region, 2, 1), ball(10) - ball(7)],
      ["wall 3 mm in", shellOf(region, 3, 0), ball(9) - ball(6)],
    ];
    for (const [name, ring, exact] of cases) {
      expect(Math.abs(volumeMm3(ring) - exact) / exact, name).toBeLessThan(0.01);
    }
  });

  test("refuse what is no ring", () => {
    expect(() => ringAround(region, 5, 5)).toThrow(/toMm: is 5/);
    expect(() => shellOf(region, -1, 2)).toThrow(/inwardMm: is -1/);
    expect(() => shellOf(region, 0, 0)).toThrow(/outwardMm: is 0/);
  });
});

describe("bad input", () => {
  const grid = gridAround([5, 5, 5], [1, 1, 1]);
  const region = regionOfSolid(sphere([0, 0, 0], 3), grid);

  test("is refused by name", () => {
    expect(() => expandRegion(region, Number.NaN)).toThrow(/marginsMm/);
    expect(() =>
      expandRegion(region, { left: 1, right: -1, anterior: 0, posterior: 0, superior: 0, inferior: 0 }),
    ).toThrow(/all ≥ 0 or all ≤ 0/);
    expect(() => expandRegion({ ...region, unit: "HU" }, 1)).toThrow(/region.unit: is "HU"/);
    expect(() =>
      signedDistanceMm(createVolume(grid, "fraction", "1", new Float32Array(11 ** 3).fill(7))),
    ).toThrow(/is 7; expected a fraction/);
  });

  test("a region smaller than its voxels does not vanish silently", () => {
    const coarse = gridAround([12, 12, 12], [4, 4, 4]);
    const tiny = regionOfSolid(sphere([0.5, 0, 0], 1.2), coarse);
    expect(regionVolumeCc(tiny)).toBeGreaterThan(0);
    expect(() => expandRegion(tiny, 3)).toThrow(/fills no voxel by half is not supported; a finer grid/);
    expect(() => signedDistanceMm(tiny)).toThrow(/finer grid/);
  });
});

/** Sum of the fractions along the line of voxels through the middle of the grid. */
function columnThroughMiddle(region: Volume, axis: number): number {
  const size = region.grid.size;
  const at = size.map((n) => (n - 1) / 2);
  let sum = 0;
  for (let n = 0; n < size[axis]!; n++) {
    at[axis] = n;
    sum += region.values.get(at[2]!, at[1]!, at[0]!);
  }
  return sum;
}

/** Origin with which the turned grid has its middle where the straight one has it. */
function turnedOrigin(straight: Grid, turned: Grid): Vec3 {
  const middle = straight.size.map((n) => (n - 1) / 2) as unknown as Vec3;
  const a = voxelToPatient(straight, middle);
  const b = voxelToPatient({ ...turned, originMm: [0, 0, 0] }, middle);
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function forEachVoxel(grid: Grid, visit: (p: Vec3, v: number) => void): void {
  const [nx, ny, nz] = grid.size;
  let v = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) visit(voxelToPatient(grid, [i, j, k]), v++);
}
