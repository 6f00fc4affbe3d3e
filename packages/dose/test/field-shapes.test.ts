import { type FieldShape, fieldAreaMm2, type PhotonField } from "@isodose/core";
import { MATERIALS } from "@isodose/physics";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fluenceShares } from "../src/collapsed-cone/fluence-share.ts";
import { collapsedConeDose, fieldFluence, monteCarloDose } from "../src/index.ts";
import { pointInField, sourceRays } from "../src/monte-carlo/photon-source.ts";
import { cube } from "./collapsed-cone/scene.ts";

const AXES = { widthAxis: [1, 0, 0], heightAxis: [0, 1, 0] } as const;
type Polygon = readonly (readonly [number, number])[];
const polygons = (...polygonsMm: Polygon[]) => ({ kind: "polygons", polygonsMm, ...AXES }) as const;
const box = (x: number, y: number, width: number, height: number): Polygon => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];
const dodecagon: Polygon = Array.from({ length: 12 }, (_, i) => {
  const angle = ((i + 0.5) * Math.PI) / 6;
  const radius = 10 / Math.cos(Math.PI / 12);
  return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
});
/** Leaves 10 mm wide in the form of an L: 60 × 60 mm less a corner of 30 × 40 mm. */
const LARGE_L = polygons(...[-30, -20, -10, 0, 10, 20].map((y) => box(-30, y, y < -10 ? 60 : 30, 10)));
/** The same half as large. */
const L_OPENING = polygons(...[-15, -10, -5, 0, 5, 10].map((y) => box(-15, y, y < -5 ? 30 : 15, 5)));

function field(shape: FieldShape, changes: Partial<PhotonField> = {}): PhotonField {
  return {
    spectrum: { binLowMeV: [2], binHighMeV: [2], relativeNumber: [1] },
    isocenterMm: [0, 0, 0],
    directionToSource: [0, 0, -1],
    sourceDistanceMm: 800,
    sourceSigmaMm: 0,
    shape,
    ...changes,
  };
}

describe("shares of fluence", () => {
  const cells = { firstMm: [-28.1, -27.6], cellMm: 0.8, nx: 71, ny: 70 } as const;
  const shares = (shape: FieldShape, sigmaMm: number) => {
    const out = new Float64Array(cells.nx * cells.ny);
    fluenceShares(shape, 1.05, sigmaMm, cells, out);
    return out;
  };
  const area = (out: Float64Array) => 0.64 * out.reduce((a, b) => a + b, 0);

  test.each([0, 0.3, 1, 2])("σ = %s mm: a rectangle as polygon is the rectangle", (sigmaMm) => {
    const rectangle = {
      kind: "rectangle",
      widthMm: 13.3,
      heightMm: 8.1,
      centerMm: [3.7, -2.2],
      ...AXES,
    } as const;
    const a = shares(rectangle, sigmaMm);
    const b = shares(polygons(box(3.7 - 6.65, -2.2 - 4.05, 13.3, 8.1)), sigmaMm);
    const worst = a.reduce((most, share, c) => Math.max(most, Math.abs(share - b[c]!)), 0);
    // Sharp: the same areas. Blurred: parts of σ / 3 taken as evenly filled leave 0.125 φ′(1) / 9 along each axis.
    expect(worst).toBeLessThan(sigmaMm === 0 ? 1e-9 : 0.008);
  });

  test.each([0, 0.3, 1, 2])("σ = %s mm: shares add up to the area", (sigmaMm) => {
    for (const shape of [polygons(dodecagon), L_OPENING]) {
      expect(area(shares(shape, sigmaMm)) / (1.05 ** 2 * fieldAreaMm2(shape))).toBeCloseTo(1, 4);
    }
  });

  test.each([0, 0.3, 1, 2])("σ = %s mm: a circle is what its chords make it", (sigmaMm) => {
    const radius = 9.3 * 1.05;
    const out = shares({ kind: "circle", diameterMm: 18.6 }, sigmaMm);
    // Brute force: points of the disc, each a Gaussian that the cell takes its part of.
    const phi = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));
    const part = (low: number) =>
      sigmaMm > 0 ? phi((low + 0.8) / sigmaMm) - phi(low / sigmaMm) : low <= 0 && low + 0.8 > 0 ? 1 : 0;
    const step = 0.04;
    for (const [i, j] of [
      [35, 34],
      [24, 34],
      [35, 22],
      [26, 27],
      [43, 43],
    ] as const) {
      const [lowX, lowY] = [-28.1 + 0.8 * (i - 0.5), -27.6 + 0.8 * (j - 0.5)];
      let sum = 0;
      for (let y = -radius + step / 2; y < radius; y += step) {
        const chord = Math.sqrt(radius * radius - y * y);
        const inRow = part(lowY - y);
        if (inRow === 0) continue;
        for (let x = -chord + step / 2; x < chord; x += step) sum += inRow * part(lowX - x) * step * step;
      }
      expect(Math.abs(out[i + 71 * j]! - sum / 0.64), `${i} ${j}`).toBeLessThan(0.008);
    }
  });
});

/** erf by its series: enough for |x| < 4; beyond it is ±1. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

describe("fieldFluence", () => {
  const plane = { firstMm: [-49.5, -49.5], cellMm: 1, nx: 100, ny: 100 } as const;
  const blurred = { sourceSigmaMm: 1, collimatorDistanceMm: 500 };

  test("photons through a plane are area times fluence, at any distance", () => {
    for (const behindReferenceMm of [-100, 0, 150]) {
      const fluence = fieldFluence(field(LARGE_L, blurred), { ...plane, behindReferenceMm });
      const photons = fluence.reduce((a, b) => a + b, 0) / 100;
      expect(photons).toBeCloseTo(24, 3);
    }
  });

  test("1 in the opening, T where it is closed, nothing beyond", () => {
    const leakage = { transmission: 0.02, lowMm: [-40, -40], highMm: [40, 35] } as const;
    const fluence = fieldFluence(field(LARGE_L, { ...blurred, leakage }), plane);
    const at = (x: number, y: number) => fluence[x + 50 + 100 * (y + 50)];
    expect(at(-15, 10)).toBeCloseTo(1, 6);
    expect(at(20, -20)).toBeCloseTo(1, 6);
    expect(at(20, 10)).toBeCloseTo(0.02, 6);
    expect(at(20, 45)).toBeCloseTo(0, 6);
    expect(at(-46, 0)).toBeCloseTo(0, 6);
  });

  test("a few cells of a plane hold what they hold in the whole plane", () => {
    for (const shape of [LARGE_L, { kind: "circle", diameterMm: 40 } as const]) {
      const whole = fieldFluence(field(shape, blurred), plane);
      for (const [i, j] of [
        [50, 50],
        [30, 49],
        [69, 52],
      ] as const) {
        const few = fieldFluence(field(shape, blurred), {
          firstMm: [i - 49.5, j - 49.5],
          cellMm: 1,
          nx: 2,
          ny: 1,
        });
        expect(few[0]).toBeCloseTo(whole[i + 100 * j]!, 9);
        expect(few[1]).toBeCloseTo(whole[i + 1 + 100 * j]!, 9);
      }
    }
  });

  test("names what is wrong with the plane", () => {
    const f = field(LARGE_L);
    expect(() => fieldFluence(f, { ...plane, cellMm: 0 })).toThrow(/plane\.cellMm: is 0/);
    expect(() => fieldFluence(f, { ...plane, nx: 1.5 })).toThrow(/plane\.nx/);
    expect(() => fieldFluence(f, { ...plane, behindReferenceMm: -800 })).toThrow(/plane\.behindReferenceMm/);
  });
});

describe("sampling", () => {
  test("equal areas of the unit square become equal areas of the opening", () => {
    const rays = sourceRays(field(L_OPENING), cube(MATERIALS.water, 20, 4).grid)[0]!;
    const point = new Float64Array(2);
    const n = 200;
    let inLeg = 0;
    for (let i = 0; i < n * n; i++) {
      pointInField(rays, ((i % n) + 0.5) / n, (Math.floor(i / n) + 0.5) / n, point);
      const [x, y] = [point[0]!, point[1]!];
      expect(Math.abs(x) <= 15 && Math.abs(y) <= 15 && (x <= 0 || y <= -5)).toBe(true);
      if (x > 0) inLeg++;
    }
    expect(inLeg / (n * n)).toBeCloseTo((15 * 10) / 600, 2);
  });

  test("triangles are filled evenly: their mean is the centroid", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (v) => {
          const corners = [0, 2, 4].map((i) => [v[i]!, v[i + 1]!] as const);
          const twice =
            (corners[1]![0] - corners[0]![0]) * (corners[2]![1] - corners[0]![1]) -
            (corners[2]![0] - corners[0]![0]) * (corners[1]![1] - corners[0]![1]);
          fc.pre(Math.abs(twice) > 20);
          const rays = sourceRays(field(polygons(corners)), cube(MATERIALS.water, 20, 4).grid)[0]!;
          const point = new Float64Array(2);
          const mean = [0, 0];
          const n = 64;
          for (let i = 0; i < n * n; i++) {
            pointInField(rays, ((i % n) + 0.5) / n, (Math.floor(i / n) + 0.5) / n, point);
            for (const axis of [0, 1]) mean[axis]! += point[axis]! / (n * n);
          }
          for (const axis of [0, 1] as const) {
            const centroid = (corners[0]![axis] + corners[1]![axis] + corners[2]![axis]) / 3;
            expect(Math.abs(mean[axis]! - centroid)).toBeLessThan(0.05);
          }
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

  test("leakage is a second source: fluences add up to 1 inside and T outside", () => {
    const leakage = { transmission: 0.02, radiusMm: 60 };
    const [opening, disc] = sourceRays(field(L_OPENING, { leakage }), cube(MATERIALS.water, 20, 4).grid);
    expect(opening!.areaCm2).toBeCloseTo(0.98 * 6, 9);
    expect(disc!.areaCm2).toBeCloseTo(0.02 * Math.PI * 36, 9);
    expect(disc!.emphasis).toBeCloseTo(Math.sqrt(6 / (Math.PI * 36)), 9);
  });
});

/** Cube of water, 96 mm, its upper face 48 mm above the isocenter. */
const water = cube(MATERIALS.water, 48, 4);
const at = (values: { readonly [v: number]: number }, i: number, j: number, k: number) =>
  values[i + 24 * (j + 24 * k)]!;

describe("dose", () => {
  test("collapsed cone: polygons of a rectangle beside the axis, turned or mirrored, are the rectangle", async () => {
    const rectangle = { kind: "rectangle", widthMm: 24, heightMm: 16, centerMm: [14, -6], ...AXES } as const;
    const corners = box(2, -14, 24, 16);
    const same: FieldShape[] = [
      polygons(corners),
      { ...polygons(corners.map(([x, y]) => [x, -y])), heightAxis: [0, -1, 0] },
      { ...polygons(corners.map(([x, y]) => [y, -x])), widthAxis: [0, 1, 0], heightAxis: [-1, 0, 0] },
    ];
    const change = { sourceSigmaMm: 1, collimatorDistanceMm: 400 };
    const wanted = (await collapsedConeDose({ medium: water, field: field(rectangle, change) })).dose.values
      .data;
    const most = wanted.reduce((a, b) => Math.max(a, b), 0);
    for (const shape of same) {
      const { dose } = await collapsedConeDose({ medium: water, field: field(shape, change) });
      const worst = wanted.reduce((w, d, v) => Math.max(w, Math.abs(d - dose.values.data[v]!)), 0);
      expect(worst / most).toBeLessThan(0.015);
    }
  });

  test("collapsed cone: a field beside the axis has the dose of one on it, less its longer way", async () => {
    const dose = async (x: number) => {
      const shape = { kind: "rectangle", widthMm: 20, heightMm: 20, centerMm: [x, 0], ...AXES } as const;
      const far = field(shape, { sourceDistanceMm: 50_000 });
      return (await collapsedConeDose({ medium: water, field: far })).dose.values.data;
    };
    const [centred, beside] = [await dose(0), await dose(16)];
    for (const k of [3, 8, 14, 20]) {
      const axis = at(centred, 12, 12, k);
      for (let i = 5; i < 19; i++) {
        const off = (at(beside, i + 4, 12, k) - at(centred, i, 12, k)) / axis;
        expect(Math.abs(off), `${i} ${k}`).toBeLessThan(0.01);
      }
    }
  });

  test("leakage: T times the open disc's dose far from the opening, in both engines", async () => {
    const leakage = { transmission: 0.05, radiusMm: 40 };
    const small = polygons(box(-8, -8, 16, 16));
    const disc = field({ kind: "circle", diameterMm: 80 });
    const run = async (f: PhotonField) =>
      (await collapsedConeDose({ medium: water, field: f })).dose.values.data;
    const [open, whole, leaking] = [
      await run(field(small)),
      await run(disc),
      await run(field(small, { leakage })),
    ];
    for (const [i, j, k] of [
      [12, 12, 8],
      [4, 12, 8],
      [19, 5, 12],
      [1, 1, 15],
    ] as const) {
      const wanted = 0.95 * at(open, i, j, k) + 0.05 * at(whole, i, j, k);
      expect(Math.abs(at(leaking, i, j, k) / wanted - 1), `${i} ${j} ${k}`).toBeLessThan(0.02);
    }
    const monteCarlo = await monteCarloDose({
      medium: water,
      fields: [field(small, { leakage })],
      histories: 60_000,
      seed: 4,
    });
    // Plateaus: the mean over the field, and over the leakage beside it, at the depth of 26 … 38 mm.
    const mean = (values: { readonly [v: number]: number }, i0: number, i1: number) => {
      let sum = 0;
      for (let k = 6; k < 10; k++)
        for (let j = 11; j < 13; j++) for (let i = i0; i < i1; i++) sum += at(values, i, j, k);
      return sum;
    };
    const { data } = monteCarlo.dose.values;
    expect(Math.abs(mean(data, 11, 13) / mean(leaking, 11, 13) - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(data, 3, 7) / mean(leaking, 3, 7) - 1)).toBeLessThan(0.08);
  });

  test("both engines agree for an L of leaves in water", async () => {
    const f = field(LARGE_L, { sourceSigmaMm: 1, collimatorDistanceMm: 500 });
    const cones = (await collapsedConeDose({ medium: water, field: f })).dose.values.data;
    const { dose, sigma } = await monteCarloDose({ medium: water, fields: [f], histories: 300_000, seed: 9 });
    const most = cones.reduce((a, b) => Math.max(a, b), 0);
    // Voxels of 4 mm whose neighbours have their dose within 10 %: no penumbra, and not the first 8 mm.
    let count = 0;
    let sum = 0;
    let square = 0;
    for (let k = 3; k < 23; k++) {
      for (let j = 2; j < 22; j++) {
        for (let i = 2; i < 22; i++) {
          const d = at(cones, i, j, k);
          if (d < 0.4 * most) continue;
          const steps = [
            at(cones, i - 1, j, k),
            at(cones, i + 1, j, k),
            at(cones, i, j - 1, k),
            at(cones, i, j + 1, k),
          ];
          if (steps.some((n) => Math.abs(n / d - 1) > 0.1)) continue;
          const v = i + 24 * (j + 24 * k);
          const off = dose.values.data[v]! / d - 1;
          count++;
          sum += off;
          square += off * off - (sigma.values.data[v]! / d) ** 2;
        }
      }
    }
    expect(count).toBeGreaterThan(150);
    expect(Math.abs(sum / count)).toBeLessThan(0.01);
    // What remains when the statistics are taken off.
    expect(Math.sqrt(Math.max(0, square / count))).toBeLessThan(0.02);
  }, 30_000);
});
