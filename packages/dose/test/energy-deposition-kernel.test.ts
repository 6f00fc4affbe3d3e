import { CancelledError } from "@isodose/core";
import { MATERIALS, packedKernels, photonCoefficients } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import { energyDepositionKernel } from "../src/index.ts";

const SHELLS = 24;
const ANGLES = 48;
const { water } = MATERIALS;
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe("energy deposition kernel of 2 MeV in water", async () => {
  const kernel = await energyDepositionKernel({ material: water, energyMeV: 2, histories: 20_000, seed: 3 });
  const reference = packedKernels();
  const offset = reference.energiesMeV.indexOf(2) * SHELLS * ANGLES;
  /** Share of the energy in a shell, or in a polar bin, with the error of a sum over the batches. */
  const bins = (values: Float64Array, batches: Float64Array, of: (c: number) => number, n: number) => {
    const mean = new Float64Array(n);
    const squares = new Float64Array(n);
    values.forEach((value, c) => {
      mean[of(c)]! += value;
    });
    for (let b = 0; b < kernel.batches; b++) {
      const one = new Float64Array(n);
      for (let c = 0; c < values.length; c++) one[of(c)]! += batches[b * values.length + c]!;
      one.forEach((value, i) => {
        squares[i]! += (value - mean[i]!) ** 2;
      });
    }
    return { mean, sigma: squares.map((s) => Math.sqrt(s / kernel.batches / (kernel.batches - 1))) };
  };

  it("keeps the energy: what is inside and what left add up to all of it", () => {
    expect(sum(kernel.primary) + sum(kernel.scatter) + kernel.escaped).toBeCloseTo(1, 12);
    expect(kernel.escaped).toBeGreaterThan(0.03);
  });

  it("gives charged particles µ_en/µ at first", () => {
    const { total, energyAbsorption } = photonCoefficients(water, 2);
    const { sigma } = bins(kernel.primary, kernel.primaryBatches, () => 0, 1);
    // µ_en leaves out all bremsstrahlung, some of which is below the cut: 0.3 %.
    const error = Math.hypot(4 * sigma[0]!, 0.003 * (energyAbsorption / total));
    expect(Math.abs(sum(kernel.primary) - energyAbsorption / total)).toBeLessThan(error);
    expect(sigma[0]! / sum(kernel.primary)).toBeLessThan(0.006);
  });

  it("is EGSnrc's kernel in every shell and every polar bin within four standard errors", () => {
    const scale = Math.sqrt(1 + kernel.histories / reference.histories[reference.energiesMeV.indexOf(2)]!);
    let compared = 0;
    for (const [own, batches, theirs] of [
      [kernel.primary, kernel.primaryBatches, reference.primary],
      [kernel.scatter, kernel.scatterBatches, reference.scatter],
    ] as const) {
      for (const [of, n] of [
        [(c: number) => c % SHELLS, SHELLS],
        [(c: number) => Math.floor(c / SHELLS), ANGLES],
      ] as const) {
        const { mean, sigma } = bins(own, batches, of, n);
        const expected = new Float64Array(n);
        for (let c = 0; c < own.length; c++) expected[of(c)]! += theirs[offset + c]!;
        for (let i = 0; i < n; i++) {
          if (expected[i]! < 2e-3) continue;
          compared++;
          expect(Math.abs(mean[i]! - expected[i]!) / (scale * sigma[i]!), `bin ${i} of ${n}`).toBeLessThan(4);
        }
      }
    }
    expect(compared).toBeGreaterThan(80);
  });
});

describe("energyDepositionKernel", () => {
  const small = { material: water, energyMeV: 1, histories: 400, batches: 4 };

  it("shrinks by the density: twice as dense, half as far", async () => {
    const loose = await energyDepositionKernel({
      ...small,
      densityGPerCm3: 1,
      radiusEdgesMm: [0, 1, 20, 200],
    });
    const dense = await energyDepositionKernel({
      ...small,
      densityGPerCm3: 2,
      radiusEdgesMm: [0, 0.5, 10, 100],
    });
    // The same random numbers follow the same paths at half the size.
    dense.primary.forEach((share, c) => {
      expect(Math.abs(share - loose.primary[c]!)).toBeLessThan(1e-4);
    });
  });

  it("is the same for the same seed and another for another", async () => {
    const [a, b, c] = [
      await energyDepositionKernel(small),
      await energyDepositionKernel(small),
      await energyDepositionKernel({ ...small, seed: 2 }),
    ];
    expect(b.scatter).toEqual(a.scatter);
    expect(c.scatter).not.toEqual(a.scatter);
  });

  it("refuses what it cannot do, by name", async () => {
    for (const [changes, field] of [
      [{ histories: 0 }, "histories"],
      [{ energyMeV: 30 }, "energyMeV"],
      [{ energyMeV: Number.NaN }, "energyMeV"],
      [{ densityGPerCm3: Number.NaN }, "densityGPerCm3"],
      [{ radiusEdgesMm: [0, 2, 1] }, "radiusEdgesMm[2]"],
      [{ radiusEdgesMm: [1, 2] }, "radiusEdgesMm[0]"],
      [{ angles: 0 }, "angles"],
      [{ batches: 1 }, "batches"],
      [{ seed: -1 }, "seed"],
    ] as const)
      await expect(energyDepositionKernel({ ...small, ...changes }), field).rejects.toMatchObject({ field });
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort();
    await expect(energyDepositionKernel({ ...small, histories: 1e9 }, { signal })).rejects.toThrow(
      CancelledError,
    );
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const start = performance.now();
    await expect(
      energyDepositionKernel({ ...small, histories: 1e8 }, { signal: controller.signal }),
    ).rejects.toThrow(CancelledError);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
