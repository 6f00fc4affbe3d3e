import { MATERIALS, packedKernels, photonCoefficients } from "@isodose/physics";
import { describe, expect, test } from "vitest";

/** Sums printed in the files the kernels were packed from: energy, primary, first scatter, multiple scatter, radiative. */
const FILE_SUMS = [
  [0.05, 0.18467, 0.16913, 0.64612, 2.64e-5],
  [0.1, 0.14844, 0.12252, 0.72715, 1.991e-5],
  [0.15, 0.18355, 0.13543, 0.67644, 2.649e-5],
  [0.2, 0.21631, 0.14973, 0.62694, 5.042e-5],
  [0.3, 0.26896, 0.16948, 0.55038, 1.32e-4],
  [0.4, 0.30831, 0.18262, 0.49464, 2.355e-4],
  [0.5, 0.34099, 0.19054, 0.45149, 3.427e-4],
  [0.6, 0.3672, 0.19608, 0.41684, 4.789e-4],
  [0.8, 0.4071, 0.20347, 0.36504, 7.514e-4],
  [1, 0.43979, 0.20594, 0.32578, 1.115e-3],
  [1.25, 0.46892, 0.20815, 0.28929, 1.754e-3],
  [1.5, 0.49277, 0.20771, 0.26056, 3.195e-3],
  [2, 0.52853, 0.20419, 0.2173, 7.441e-3],
  [3, 0.57487, 0.19317, 0.16304, 1.623e-2],
  [4, 0.60791, 0.18048, 0.12877, 2.362e-2],
  [5, 0.63206, 0.16916, 0.10516, 2.969e-2],
  [6, 0.65237, 0.15779, 0.087969, 3.52e-2],
  [8, 0.68296, 0.13954, 0.064383, 4.365e-2],
  [10, 0.70769, 0.12313, 0.0494, 5.03e-2],
] as const;

describe("packedKernels", () => {
  const kernels = packedKernels();
  const perEnergy = 48 * 24;
  const sumOf = (part: Float32Array, e: number) =>
    part.subarray(e * perEnergy, (e + 1) * perEnergy).reduce((a, b) => a + b, 0);

  test("has edges for every bin and no negative fraction", () => {
    expect(kernels.angleEdgesDeg).toHaveLength(49);
    expect(kernels.angleEdgesDeg[48]).toBe(180);
    expect(kernels.radiusEdgesMm).toHaveLength(25);
    expect(kernels.radiusEdgesMm[24]).toBe(600);
    expect(kernels.primary).toHaveLength(19 * perEnergy);
    expect(kernels.primary.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(kernels.scatter.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(packedKernels()).toBe(kernels);
  });

  test.each(FILE_SUMS.map((row, e) => [e, ...row] as const))(
    "energy %i, %f MeV: packing changes no sum",
    (e, energyMeV, primary, first, multiple, radiative) => {
      expect(kernels.energiesMeV[e]).toBe(energyMeV);
      expect(Math.abs(sumOf(kernels.primary, e) - primary)).toBeLessThan(4e-5);
      expect(Math.abs(sumOf(kernels.scatter, e) - first - multiple - radiative)).toBeLessThan(4e-5);
    },
  );

  test.each(FILE_SUMS.filter(([e]) => e >= 0.2).map(([e]) => e))(
    "%f MeV: charged particles deposit µ_en / µ of the energy, within 0.3 %",
    (energyMeV) => {
      const { energyAbsorption, total } = photonCoefficients(MATERIALS.water, energyMeV);
      const sum = sumOf(kernels.primary, kernels.energiesMeV.indexOf(energyMeV));
      expect(Math.abs(sum / (energyAbsorption / total) - 1)).toBeLessThan(3e-3);
    },
  );

  test("at 1 MeV the primary part ends within 4 mm, the range of its electrons", () => {
    const e = kernels.energiesMeV.indexOf(1);
    let beyond = 0;
    for (let a = 0; a < 48; a++) {
      for (let r = 7; r < 24; r++) beyond += kernels.primary[e * perEnergy + a * 24 + r]!;
    }
    expect(kernels.radiusEdgesMm[7]).toBe(5);
    expect(beyond).toBeLessThan(1e-6);
  });
});
