import { AXIAL_DIRECTION, type RunControl } from "@isodose/core";
import { doseDifference, type GammaRequest, gammaIndex, mergeGamma } from "@isodose/dvh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../../test/support/evenly.ts";
import { tetrahedronGammaSquared } from "../../src/gamma/simplex-distance.ts";
import { doseVolume } from "./volumes.ts";

const settings = { seed: 20260105, numRuns: 60 };
const doses = (count: number) => fc.array(evenly(1, 9), { minLength: count, maxLength: count });
const size = [4, 3, 3] as const;
const criteria = { dosePercent: 3, distanceMm: 1.2, cutoffPercent: 0 } as const;

describe("gamma of one tetrahedron", () => {
  it("is the least over its points", () => {
    const steps = 24;
    const corner = evenly(-6, 6);
    const place = evenly(-2, 3);
    const edge = evenly(0.3, 2.5);
    fc.assert(
      fc.property(
        fc.tuple(corner, corner, corner, corner),
        fc.tuple(place, place, place),
        fc.tuple(edge, edge, edge),
        (r, [Pa, Pb, Pc], [Ha, Hb, Hc]) => {
          const exact = tetrahedronGammaSquared(...r, Pa, Pb, Pc, Ha, Hb, Hc, Number.POSITIVE_INFINITY);
          let sampled = Number.POSITIVE_INFINITY;
          for (let a = 0; a <= steps; a++) {
            for (let b = 0; b <= a; b++) {
              for (let c = 0; c <= b; c++) {
                const [u, v, w] = [a / steps, b / steps, c / steps];
                const dose = r[0] + u * (r[1] - r[0]) + v * (r[2] - r[1]) + w * (r[3] - r[2]);
                const distance2 = (u * Ha - Pa) ** 2 + (v * Hb - Pb) ** 2 + (w * Hc - Pc) ** 2;
                sampled = Math.min(sampled, distance2 + dose * dose);
              }
            }
          }
          expect(exact).toBeLessThan(sampled + 1e-9);
          // On the face that holds the minimum, lattice points are within one step along each axis, and Γ² grows as a square.
          const g2 = ((r[1] - r[0]) / Ha) ** 2 + ((r[2] - r[1]) / Hb) ** 2 + ((r[3] - r[2]) / Hc) ** 2;
          expect(sampled - exact).toBeLessThan(((1 + g2) * (Ha ** 2 + Hb ** 2 + Hc ** 2)) / steps ** 2);
          // A bound that is already lower stays; one above changes nothing.
          expect(tetrahedronGammaSquared(...r, Pa, Pb, Pc, Ha, Hb, Hc, exact * 0.9)).toBe(exact * 0.9);
          const bounded = tetrahedronGammaSquared(...r, Pa, Pb, Pc, Ha, Hb, Hc, exact * 1.1 + 1e-9);
          expect(Math.abs(bounded - exact)).toBeLessThan(1e-9 * (1 + exact));
        },
      ),
      { ...settings, numRuns: 300 },
    );
  });
});

describe("gamma on random doses", () => {
  it("is 0 between identical doses, and never negative", async () => {
    await fc.assert(
      fc.asyncProperty(doses(36), doses(36), async (a, b) => {
        const reference = doseVolume({ size }, a);
        const same = await gammaIndex({ reference, evaluated: doseVolume({ size }, a), ...criteria });
        expect(same.maxGamma).toBe(0);
        const other = await gammaIndex({ reference, evaluated: doseVolume({ size }, b), ...criteria });
        expect(Math.min(...other.gamma.values.data)).toBeGreaterThanOrEqual(0);
      }),
      settings,
    );
  });

  it("never exceeds the dose difference at the same point over the criterion", async () => {
    await fc.assert(
      fc.asyncProperty(doses(36), doses(36), async (a, b) => {
        const reference = doseVolume({ size }, a);
        const evaluated = doseVolume({ size }, b);
        const { gamma, criteria: used } = await gammaIndex({ reference, evaluated, ...criteria });
        const difference = doseDifference(reference, evaluated).values.data;
        for (const [n, value] of gamma.values.data.entries())
          expect(value).toBeLessThanOrEqual(Math.abs(difference[n]!) / (0.03 * used.normalisationGy) + 1e-5);
      }),
      settings,
    );
  });

  it("does not change when doses, or lengths, are scaled together with their criterion", async () => {
    await fc.assert(
      fc.asyncProperty(doses(36), doses(36), evenly(0.2, 5), fc.boolean(), async (a, b, factor, local) => {
        const volumes = { reference: doseVolume({ size }, a), evaluated: doseVolume({ size }, b) };
        const plain = await gammaIndex({ ...volumes, ...criteria, local });
        const brighter = await gammaIndex({
          reference: doseVolume(
            { size },
            a.map((dose) => dose * factor),
          ),
          evaluated: doseVolume(
            { size },
            b.map((dose) => dose * factor),
          ),
          ...criteria,
          local,
        });
        const spacingMm = [factor, factor, factor] as const;
        const larger = await gammaIndex({
          reference: doseVolume({ size, spacingMm }, a),
          evaluated: doseVolume({ size, spacingMm }, b),
          ...criteria,
          distanceMm: criteria.distanceMm * factor,
          local,
        });
        for (const [n, value] of plain.gamma.values.data.entries()) {
          expect(Math.abs(brighter.gamma.values.data[n]! - value)).toBeLessThan(2e-4);
          expect(Math.abs(larger.gamma.values.data[n]! - value)).toBeLessThan(2e-4);
        }
      }),
      settings,
    );
  });

  it("is the same local and global where every reference dose is the maximum", async () => {
    await fc.assert(
      fc.asyncProperty(doses(36), evenly(1, 9), async (b, dose) => {
        const volumes = { reference: doseVolume({ size }, () => dose), evaluated: doseVolume({ size }, b) };
        const local = await gammaIndex({ ...volumes, ...criteria, local: true });
        const global = await gammaIndex({ ...volumes, ...criteria });
        for (const [n, value] of global.gamma.values.data.entries())
          expect(local.gamma.values.data[n]).toBeCloseTo(value, 5);
      }),
      settings,
    );
  });

  it("does not fall when a criterion gets tighter", async () => {
    await fc.assert(
      fc.asyncProperty(doses(36), doses(36), async (a, b) => {
        const volumes = { reference: doseVolume({ size }, a), evaluated: doseVolume({ size }, b) };
        const loose = await gammaIndex({ ...volumes, ...criteria });
        const tight = await gammaIndex({ ...volumes, ...criteria, distanceMm: 0.9, dosePercent: 2.5 });
        for (const [n, value] of loose.gamma.values.data.entries())
          expect(tight.gamma.values.data[n]! - value).toBeGreaterThan(-1e-5);
      }),
      settings,
    );
  });
});

describe("sharing out", () => {
  const reference = doseVolume({ size: [6, 5, 9] }, ([x, y, z]) => 5 + Math.sin(x) + Math.cos(y + 0.7 * z));
  const evaluated = doseVolume(
    { size: [7, 6, 7], spacingMm: [1, 1, 1.1], originMm: [-0.4, -0.3, 0.2] },
    ([x, y, z]) => 5.2 + Math.sin(x) + Math.cos(y + 0.7 * z),
  );
  const request: GammaRequest = { reference, evaluated, dosePercent: 3, distanceMm: 1, cutoffGy: 4.5 };

  it("gives the same bits in one run and in slices, whatever their order", async () => {
    const whole = await gammaIndex(request);
    for (const cuts of [
      [0, 9],
      [0, 1, 9],
      [0, 2, 3, 7, 9],
    ]) {
      const parts = await Promise.all(
        cuts.slice(1).map((to, n) => gammaIndex({ ...request, sliceRange: [cuts[n]!, to] })),
      );
      expect(mergeGamma(parts.reverse())).toEqual(whole);
    }
    expect(whole.outsidePoints).toBeGreaterThan(0);
    const middle = await gammaIndex({ ...request, sliceRange: [3, 5] });
    expect(middle.gamma.grid.size).toEqual([6, 5, 2]);
    expect(middle.gamma.grid.originMm).toEqual([0, 0, 3]);
    expect(middle.gamma.values.get(1, 2, 4)).toBe(whole.gamma.values.get(4, 2, 4));
  });

  it("refuses slices that leave a gap, and parts of different comparisons", async () => {
    const first = await gammaIndex({ ...request, sliceRange: [0, 3] });
    const last = await gammaIndex({ ...request, sliceRange: [4, 9] });
    expect(() => mergeGamma([first, last])).toThrow("a range that starts at 3");
    const other = await gammaIndex({ ...request, dosePercent: 2, sliceRange: [3, 9] });
    expect(() => mergeGamma([first, other])).toThrow("criteria and grid of the first part");
    expect(() => mergeGamma([])).toThrow("at least one gamma result");
  });

  it("stops when asked to, and says how far it is", async () => {
    const stopped = AbortSignal.abort();
    await expect(gammaIndex(request, { signal: stopped })).rejects.toMatchObject({ tag: "CancelledError" });
    const seen: Parameters<NonNullable<RunControl["onProgress"]>>[0][] = [];
    await gammaIndex(request, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ stage: "gamma", done: 45, total: 45 });
    expect(reference.grid.direction).toEqual(AXIAL_DIRECTION);
  });
});
