import { MATERIALS } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import { monteCarloPencilInSlabs, PENCIL_CUTOFFS, type Slab, type SlabPencil } from "../src/index.ts";
import { completeCutoffs } from "../src/monte-carlo/cutoffs.ts";
import { planRepetition } from "../src/monte-carlo/repeat-in-depth.ts";
import { buildTransportScene } from "../src/monte-carlo/transport-scene.ts";

const slab = (material: keyof typeof MATERIALS, thicknessMm: number): Slab => ({
  material: MATERIALS[material],
  densityGPerCm3: MATERIALS[material].densityGPerCm3,
  thicknessMm,
});
const LAYERED = [slab("water", 10), slab("titanium", 4), slab("lung", 30), slab("water", 20)];
const DEPTHS_MM = [0, 2, 5, 10, 12, 14, 20, 30, 44, 46, 54, 64];
const SPECTRUM = { binLowMeV: [0.5, 4], binHighMeV: [1.5, 5], relativeNumber: [0.6, 0.4] };

function pencil(slabs: readonly Slab[], histories: number, more: object = {}) {
  return monteCarloPencilInSlabs({
    slabs,
    spectrum: SPECTRUM,
    sourceToSurfaceMm: 500,
    sourceToReferenceMm: 520,
    depthEdgesMm: DEPTHS_MM,
    firstRingMm: 2,
    lastRingMm: 64,
    histories,
    batches: 20,
    // Coarse: the tests compare two ways of counting, not with nature.
    cutoffs: { electronMeV: 0.15, stepEnergyFraction: 0.2, stepGPerCm2: 0.2 },
    ...more,
  });
}

/** Mean and squared standard error of every group of four rings at every depth. */
function groups({ energyMeV, ringEdgesMm, depthEdgesMm, batches }: SlabPencil, data = energyMeV) {
  const rings = ringEdgesMm.length - 1;
  const depths = depthEdgesMm.length - 1;
  const out: { mean: number; variance: number }[] = [];
  for (let d = 0; d < depths; d++) {
    for (let r = 0; r < rings; r += 8) {
      let sum = 0;
      let squares = 0;
      for (let b = 0; b < batches; b++) {
        let energy = 0;
        for (let k = r; k < Math.min(r + 8, rings); k++) energy += data[(b * depths + d) * rings + k]!;
        sum += energy;
        squares += energy * energy;
      }
      const mean = sum / batches;
      out.push({ mean, variance: Math.max(0, squares / batches - mean * mean) / (batches - 1) });
    }
  }
  return out;
}

/** Mean of squared deviations over their variance, and its expected value with 19 degrees of freedom each. */
function chiSquare(a: SlabPencil, b: SlabPencil, water = false): number {
  const x = groups(a, water ? a.waterEnergyMeV : a.energyMeV);
  const y = groups(b, water ? b.waterEnergyMeV : b.energyMeV);
  const terms = x.map((one, i) => (one.mean - y[i]!.mean) ** 2 / (one.variance + y[i]!.variance));
  return terms.reduce((sum, t) => sum + t, 0) / terms.length;
}

describe("repetition of first interactions in depth", () => {
  it("gives what following every photon for itself gives, across faces of titanium and lung", async () => {
    const repeated = await pencil(LAYERED, 6000, { seed: 3 });
    const analog = await pencil(LAYERED, 40_000, { seed: 4, repetitionMm: 0, splitting: 1 });
    // 44 groups, neighbours correlated: 1.15 expected, ± 0.3.
    expect(chiSquare(repeated, analog)).toBeLessThan(2);
    expect(chiSquare(repeated, analog, true)).toBeLessThan(2);
    // Known to about 0.6 %.
    for (const key of ["depositedMeV", "escapedMeV"] as const)
      expect(Math.abs(repeated.energyBalance[key] / analog.energyBalance[key] - 1), key).toBeLessThan(0.02);
  }, 60_000);

  it("does not notice faces between layers of the same matter", async () => {
    const whole = await pencil([slab("water", 64)], 6000, { seed: 5 });
    const cut = await pencil(
      Array.from({ length: 32 }, () => slab("water", 2)),
      2000,
      { seed: 6 },
    );
    expect(chiSquare(whole, cut)).toBeLessThan(2);
  }, 60_000);

  it("wins: less than half the variance of splitting in the same number of tracks", async () => {
    const repeated = await pencil([slab("water", 64)], 2000, { seed: 7 });
    const split = await pencil([slab("water", 64)], 2000, { seed: 7, repetitionMm: 0, splitting: 16 });
    const relative = (p: SlabPencil) =>
      groups(p).reduce((sum, g) => sum + g.variance, 0) / groups(p).reduce((sum, g) => sum + g.mean ** 2, 0);
    expect(relative(repeated)).toBeLessThan(relative(split) / 2);
  }, 60_000);

  it("does not notice that every cut-off and step is halved", async () => {
    const halves = Object.fromEntries(
      Object.entries(PENCIL_CUTOFFS).map(([name, value]) => [name, value / 2]),
    );
    const usual = await pencil(LAYERED, 1000, { cutoffs: {}, seed: 11 });
    const halved = await pencil(LAYERED, 1000, { cutoffs: halves, seed: 12 });
    expect(chiSquare(usual, halved)).toBeLessThan(2);
    expect(chiSquare(usual, halved, true)).toBeLessThan(2);
  }, 60_000);

  it("conserves energy: what goes in is deposited or leaves", async () => {
    for (const repetitionMm of [0, 4]) {
      const { inMeV, depositedMeV, escapedMeV } = (await pencil(LAYERED, 8000, { repetitionMm, seed: 8 }))
        .energyBalance;
      // Roulette and followed places balance on average only.
      expect((depositedMeV + escapedMeV) / inMeV).toBeGreaterThan(0.985);
      expect((depositedMeV + escapedMeV) / inMeV).toBeLessThan(1.015);
    }
  }, 60_000);

  it("plans depths in every layer but vacuum, closer beneath the surface", () => {
    const geometry = {
      nx: 1,
      ny: 1,
      nz: 3,
      xMm: Float64Array.of(-1e5, 1e5),
      yMm: Float64Array.of(-1e5, 1e5),
      zMm: Float64Array.of(0, 40, 50, 90),
      perX: 0,
      perY: 0,
      perZ: 0,
      density: Float32Array.of(1, 0, 2),
      material: Uint8Array.of(0, 0, 0),
    };
    const scene = buildTransportScene(geometry, [MATERIALS.water], 6, completeCutoffs(), null, false);
    const plan = planRepetition(scene, 4);
    expect(Array.from(plan.layer)).toEqual([0, 0, 2]);
    expect(Array.from(plan.topMm)).toEqual([0, 4, 50]);
    expect(Array.from(plan.count)).toEqual([4, 9, 20]);
    expect(plan.places).toBe(33);
  });

  it("rejects lengths that are none", async () => {
    await expect(pencil(LAYERED, 100, { repetitionMm: -1 })).rejects.toThrow(/repetitionMm/);
    await expect(pencil(LAYERED, 100, { repetitionMm: Number.NaN })).rejects.toThrow(/repetitionMm/);
  });
});
