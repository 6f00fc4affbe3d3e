import { AXIAL_DIRECTION, CancelledError, type Medium, type PhotonField, voxelCount } from "@isodose/core";
import { MATERIALS } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import { type MonteCarloRequest, monteCarloDose, prepareMonteCarlo, runBatch } from "../src/index.ts";

const LINE = { binLowMeV: [2], binHighMeV: [2], relativeNumber: [1] };

/** Water, bone and lung in layers of 5 mm voxels, 100 mm wide and 150 mm deep (z from 0). */
function layers(): Medium {
  const grid = {
    size: [20, 20, 30] as const,
    spacingMm: [5, 5, 5] as const,
    originMm: [-47.5, -47.5, 2.5] as unknown as Medium["grid"]["originMm"],
    direction: AXIAL_DIRECTION,
  };
  const n = voxelCount(grid);
  const densityGPerCm3 = new Float32Array(n);
  const materialIndex = new Uint8Array(n);
  for (let c = 0; c < n; c++) {
    const k = Math.floor(c / 400);
    materialIndex[c] = k < 8 ? 0 : k < 12 ? 1 : k < 20 ? 2 : 0;
    densityGPerCm3[c] = [1, 1.85, 0.26][materialIndex[c]!]!;
  }
  return {
    grid,
    densityGPerCm3,
    materialIndex,
    materials: [MATERIALS.water, MATERIALS["cortical-bone"], MATERIALS.lung],
  };
}

function field(changes: Partial<PhotonField> = {}): PhotonField {
  return {
    spectrum: LINE,
    isocenterMm: [0, 0, 75] as unknown as PhotonField["isocenterMm"],
    directionToSource: [0, 0, -1],
    sourceDistanceMm: 1000,
    sourceSigmaMm: 0,
    shape: { kind: "rectangle", widthMm: 40, heightMm: 40, widthAxis: [1, 0, 0], heightAxis: [0, 1, 0] },
    ...changes,
  };
}

const ANALOG = { splitting: 1, forceFirstInteraction: false, sharedInteractions: 0, quasiRandom: false };
const request = (changes: Partial<MonteCarloRequest> = {}): MonteCarloRequest => ({
  medium: layers(),
  fields: [field()],
  histories: 40_000,
  cutoffs: { rangeRejectionMeV: 0 },
  varianceReduction: ANALOG,
  ...changes,
});

/** Energy deposited in five depth layers and beside the field, MeV per unit, with its variance, from the batches. */
function regions(changes: Partial<MonteCarloRequest>): { mean: number[]; variance: number[] } {
  const prepared = prepareMonteCarlo(request({ batches: 40, ...changes }));
  const batches = 40;
  const sums = Array.from({ length: batches }, (_, b) => {
    const { score } = runBatch(prepared, b);
    const out = new Array<number>(6).fill(0);
    score.forEach((e, c) => {
      const [i, j, k] = [c % 20, Math.floor(c / 20) % 20, Math.floor(c / 400)];
      const isInField = i >= 6 && i < 14 && j >= 6 && j < 14;
      out[isInField ? Math.floor(k / 6) : 5]! += e;
    });
    return out;
  });
  const mean = sums[0]!.map((_, r) => sums.reduce((sum, s) => sum + s[r]!, 0) / batches);
  const variance = mean.map(
    (m, r) => sums.reduce((sum, s) => sum + (s[r]! - m) ** 2, 0) / batches / (batches - 1),
  );
  return { mean, variance };
}

describe("variance reduction and cut-offs change nothing but the time", () => {
  const analog = regions({ histories: 90_000, seed: 1 });
  const cases: [string, Partial<MonteCarloRequest>][] = [
    ["splitting", { histories: 8000, varianceReduction: { ...ANALOG, splitting: 12 } }],
    [
      "forced interaction",
      { histories: 40_000, varianceReduction: { ...ANALOG, forceFirstInteraction: true } },
    ],
    [
      "both",
      { histories: 8000, varianceReduction: { ...ANALOG, splitting: 12, forceFirstInteraction: true } },
    ],
    [
      "shared interactions and tracks",
      { histories: 20_000, varianceReduction: { ...ANALOG, splitting: 24, sharedInteractions: 1 } },
    ],
    [
      "two shared interactions, few scattered copies",
      {
        histories: 16_000,
        varianceReduction: { ...ANALOG, splitting: 24, sharedInteractions: 2, scatteredSplitting: 3 },
      },
    ],
    ["quasi-random points", { histories: 70_000, varianceReduction: { ...ANALOG, quasiRandom: true } }],
    ["all of it", { histories: 10_000, varianceReduction: {} }],
    ["range rejection", { histories: 70_000, cutoffs: { rangeRejectionMeV: 1 } }],
    [
      "half of every cut-off and step",
      {
        histories: 50_000,
        cutoffs: {
          electronMeV: 0.05,
          secondaryMeV: 0.05,
          photonMeV: 0.01,
          bremsstrahlungMeV: 0.01,
          stepEnergyFraction: 0.075,
          stepGPerCm2: 0.1,
          rangeRejectionMeV: 0,
        },
      },
    ],
  ];
  it.each(cases)("%s", (_, changes) => {
    const other = regions({ seed: 2, ...changes });
    for (let r = 0; r < 6; r++) {
      const error = Math.sqrt(analog.variance[r]! + other.variance[r]!);
      // Six regions and nine cases: the largest of 54 is above 3.5 in 2.5 % of all runs; the seed is fixed.
      expect(Math.abs(analog.mean[r]! - other.mean[r]!) / error, `region ${r}`).toBeLessThan(3.5);
      expect(error / analog.mean[r]!, `region ${r}`).toBeLessThan(0.05);
    }
  });
});

describe("monteCarloDose", () => {
  it("balances: energy in = deposited + escaped", async () => {
    const { energyBalance: b, dose } = await monteCarloDose(request({ histories: 4000 }));
    expect((b.depositedMeV + b.escapedMeV) / b.inMeV).toBeCloseTo(1, 9);
    // 2 MeV, 16 cm2: 32 MeV per photon/cm2.
    expect(b.inMeV).toBeCloseTo(32, 9);
    const medium = layers();
    let joule = 0;
    dose.values.data.forEach((gy, c) => {
      joule += gy * medium.densityGPerCm3[c]! * 0.125e-3;
    });
    expect(joule / 1.602176634e-13 / b.depositedMeV).toBeCloseTo(1, 4);
  });

  it("is the sum of its batches, in any order, and the same for the same seed", async () => {
    const small = request({ histories: 2000, batches: 4 });
    const a = await monteCarloDose(small);
    const b = await monteCarloDose(small);
    expect(b.dose.values.data).toEqual(a.dose.values.data);
    const prepared = prepareMonteCarlo(small);
    const scores = [3, 1, 0, 2].map((batch) => runBatch(prepared, batch).score);
    const c = 10 + 20 * (10 + 20 * 3);
    const mean = (scores[2]![c]! + scores[1]![c]! + scores[3]![c]! + scores[0]![c]!) / 4;
    expect(a.dose.values.data[c]).toBeCloseTo((mean * 1.602176634e-10) / 0.125, 18);
    const other = await monteCarloDose({ ...small, seed: 2 });
    expect(other.dose.values.data).not.toEqual(a.dose.values.data);
  });

  it("adds fields by their weights", async () => {
    const two = await monteCarloDose(
      request({ fields: [field(), field()], weights: [1, 3], histories: 4000 }),
    );
    expect(two.energyBalance.inMeV).toBeCloseTo(128, 8);
  });

  it("does not depend on how the grid lies in the patient", async () => {
    // The scene turned about y by 90°: the grid's z axis is the patient's x axis. Same random numbers, so the same dose.
    const medium = layers();
    const turned: Medium = {
      ...medium,
      grid: {
        ...medium.grid,
        direction: [0, 0, 1, 0, 1, 0, -1, 0, 0],
        originMm: [2.5, -47.5, 47.5] as unknown as Medium["grid"]["originMm"],
      },
    };
    const a = await monteCarloDose(request({ histories: 2000 }));
    const turnedField = field({
      isocenterMm: [75, 0, 0] as unknown as PhotonField["isocenterMm"],
      directionToSource: [-1, 0, 0],
      shape: { kind: "rectangle", widthMm: 40, heightMm: 40, widthAxis: [0, 0, -1], heightAxis: [0, 1, 0] },
    });
    const b = await monteCarloDose(request({ medium: turned, fields: [turnedField], histories: 2000 }));
    expect(b.energyBalance.depositedMeV).toBeCloseTo(a.energyBalance.depositedMeV, 6);
    const c = 10 + 20 * (10 + 20 * 3);
    expect(b.dose.values.data[c]! / a.dose.values.data[c]!).toBeCloseTo(1, 4);
  });

  it("stops at the uncertainty asked for", async () => {
    const target = new Uint8Array(layers().densityGPerCm3.length);
    for (let j = 8; j < 12; j++) for (let i = 8; i < 12; i++) target[i + 20 * (j + 20 * 4)] = 1;
    const result = await monteCarloDose(
      request({
        histories: undefined,
        targetUncertaintyPercent: 8,
        target,
        batchHistories: 1000,
        varianceReduction: {},
      }),
    );
    let sum = 0;
    target.forEach((isIn, c) => {
      if (isIn) sum += (result.sigma.values.data[c]! / result.dose.values.data[c]!) ** 2;
    });
    expect(100 * Math.sqrt(sum / 16)).toBeLessThanOrEqual(8.001);
    expect(result.batches).toBeGreaterThanOrEqual(10);
  });

  it("blurs the edge by the size of the source", async () => {
    const penumbra = async (sourceSigmaMm: number) => {
      const { dose } = await monteCarloDose(
        request({ fields: [field({ sourceSigmaMm, collimatorDistanceMm: 500 })], histories: 20_000 }),
      );
      let [outside, inside] = [0, 0];
      for (let k = 2; k < 8; k++) {
        for (let j = 7; j < 13; j++) {
          outside += dose.values.data[5 + 20 * (j + 20 * k)]!;
          inside += dose.values.data[10 + 20 * (j + 20 * k)]!;
        }
      }
      return outside / inside;
    };
    expect(await penumbra(6)).toBeGreaterThan(1.5 * (await penumbra(0)));
  });

  it("warns of a grid too coarse for the field, and of an uncertainty not reached", async () => {
    const shape = { kind: "circle", diameterMm: 12 } as const;
    const { warnings } = await monteCarloDose(
      request({
        fields: [field({ shape })],
        histories: 4000,
        targetUncertaintyPercent: 0.1,
        batchHistories: 400,
      }),
    );
    expect(warnings.map(({ code }) => code)).toEqual(["coarse-grid", "high-uncertainty"]);
    expect(warnings[0]!.message).toContain("2.4 voxels");
    expect((await monteCarloDose(request({ histories: 400 }))).warnings).toEqual([]);
  });

  it("refuses what it cannot do, by name", async () => {
    const medium = layers();
    const withDensity = (value: number): Medium => {
      const densityGPerCm3 = medium.densityGPerCm3.slice();
      densityGPerCm3[7] = value;
      return { ...medium, densityGPerCm3 };
    };
    const bad: [Partial<MonteCarloRequest>, string][] = [
      [{ histories: 0 }, "histories"],
      [{ fields: [] }, "fields"],
      [{ medium: withDensity(Number.NaN) }, "medium.densityGPerCm3[7]"],
      [{ medium: { ...medium, materials: [MATERIALS.water] } }, "medium.materialIndex"],
      [{ seed: -1 }, "seed"],
      [{ weights: [1, 2] }, "weights"],
      [{ cutoffs: { electronMeV: 0 } }, "cutoffs.electronMeV"],
      [{ targetUncertaintyPercent: 0 }, "targetUncertaintyPercent"],
      [{ varianceReduction: { splitting: 300 } }, "varianceReduction.splitting"],
      [{ varianceReduction: { sharedInteractions: -1 } }, "varianceReduction.sharedInteractions"],
      [{ varianceReduction: { alikeScattering: Number.NaN } }, "varianceReduction.alikeScattering"],
      [{ fields: [field({ sourceDistanceMm: 0 })] }, "fields[0].sourceDistanceMm"],
      [{ fields: [field({ directionToSource: [0, 0, -2] })] }, "fields[0].directionToSource"],
      [
        { fields: [field({ spectrum: { binLowMeV: [1], binHighMeV: [30], relativeNumber: [1] } })] },
        "fields[0].spectrum",
      ],
      [
        {
          fields: [field({ isocenterMm: [500, 0, 75] as unknown as PhotonField["isocenterMm"] })],
          histories: 100,
        },
        "fields",
      ],
    ];
    for (const [changes, name] of bad)
      await expect(monteCarloDose(request(changes)), name).rejects.toThrow(name);
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const start = performance.now();
    await expect(monteCarloDose(request({ histories: 1e9 }), { signal: controller.signal })).rejects.toThrow(
      CancelledError,
    );
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
