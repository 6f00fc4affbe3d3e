import { assertPencilKernel, circleFieldDose, type PencilKernel } from "@isodose/physics";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type MonoPencils,
  monoPencils,
  pencilKernelFromMonteCarlo,
  pencilKernelOfSpectrum,
} from "../../src/index.ts";
import { fitMonoPencil, PENCIL_RATES_PER_MM, type PencilTable } from "../../src/pencil/fit-mono-pencil.ts";

const GY_CM2_PER_MEV_PER_G_CM2 = 1.602176634e-10;
const MU_PER_MM = 0.006;

/** A pencil whose dose is known: electrons to the side with an end of range, as no positive sum of exponentials has, and scatter. */
function madeUpTable(): PencilTable {
  const depthEdgesMm = Array.from({ length: 85 }, (_, i) => i * 5);
  const ringEdgesMm = [0, ...Array.from({ length: 73 }, (_, i) => 0.05 * 2 ** (i / 6))];
  const rings = ringEdgesMm.length - 1;
  const energyMeV = new Float64Array((depthEdgesMm.length - 1) * rings);
  for (let d = 0; d < depthEdgesMm.length - 1; d++) {
    const [top, bottom] = [depthEdgesMm[d]!, depthEdgesMm[d + 1]!];
    const attenuated = (Math.exp(-MU_PER_MM * top) - Math.exp(-MU_PER_MM * bottom)) / MU_PER_MM;
    for (let r = 0; r < rings; r++)
      energyMeV[d * rings + r] = (attenuated / 10) * (within(ringEdgesMm[r + 1]!) - within(ringEdgesMm[r]!));
  }
  return { depthEdgesMm, ringEdgesMm, energyMeV, relativeSigma: new Float64Array(84).fill(0.002) };
}

/** Energy within the radius R, MeV cm²/g: 0.8 of it within 6 mm, (1 − (1 − R/6)³); 0.2 with a mean reach of 25 mm. */
function within(R: number): number {
  return 0.8 * (1 - Math.max(0, 1 - R / 6) ** 3) - 0.2 * Math.expm1(-R / 25);
}

describe("fitMonoPencil", () => {
  const kernel = fitMonoPencil(madeUpTable(), {
    name: "made up",
    provenance: { title: "", source: "", note: "" },
    attenuationPerMm: 0.9 * MU_PER_MM,
  });
  const axis = (diameterMm: number, depthMm: number) =>
    circleFieldDose(kernel, { diameterMm, sadMm: 1e9, sourceDistanceMm: 1e9, depthMm });

  it("gives the dose on the axis of fields of 2 to 100 mm back, at depths between its nodes too, within 0.5 %", () => {
    for (const diameterMm of [2, 4, 5, 8, 10, 12, 20, 40, 60, 100])
      for (const depthMm of [5, 13, 45, 100, 247, 390]) {
        const exact = GY_CM2_PER_MEV_PER_G_CM2 * within(diameterMm / 2) * Math.exp(-MU_PER_MM * depthMm);
        expect(
          Math.abs(axis(diameterMm, depthMm) / exact - 1),
          `${diameterMm} mm, ${depthMm} mm`,
        ).toBeLessThan(0.005);
      }
  });

  it("has a density ≥ 0, and weights below 0 that make the end of range", () => {
    expect(() => assertPencilKernel(kernel)).not.toThrow();
    expect(Math.min(...kernel.weightsGyCm2[20]!)).toBeLessThan(0);
    expect(kernel.ratesPerMm).toEqual(PENCIL_RATES_PER_MM);
  });

  it("the weights' sum is the dose of an endless field", () => {
    const i = kernel.depthMm.indexOf(110);
    const broad =
      kernel.weightsGyCm2[i]!.reduce((sum, w) => sum + w, 0) * Math.exp(-kernel.attenuationPerMm * 110);
    expect(broad / (GY_CM2_PER_MEV_PER_G_CM2 * Math.exp(-MU_PER_MM * 110))).toBeCloseTo(1, 2);
  });
});

describe("kernels from Monte Carlo", () => {
  const spectrum = { binLowMeV: [0.4, 1.25, 4], binHighMeV: [0.6, 1.25, 4.5], relativeNumber: [1, 2, 1] };
  let pencils: MonoPencils;
  beforeAll(async () => {
    pencils = await monoPencils(spectrum, { histories: 1200, seed: 4 });
  });
  const dose = (kernel: PencilKernel, diameterMm = 20, depthMm = 100) =>
    circleFieldDose(kernel, { diameterMm, sadMm: 800, sourceDistanceMm: 785 + depthMm, depthMm });

  it("mix linearly: the dose of a spectrum is the mean of its energies' doses", () => {
    const alone = [0, 1, 2].map((k) =>
      pencilKernelOfSpectrum(
        pencils,
        [0, 1, 2].map((i) => (i === k ? 1 : 0)),
      ),
    );
    for (const numbers of [
      [1, 2, 1],
      [5, 0, 1],
      [0.1, 0.1, 7],
    ]) {
      const mean = (depthMm: number) =>
        numbers.reduce((sum, n, k) => sum + n * dose(alone[k]!, 20, depthMm), 0) /
        numbers.reduce((a, b) => a + b);
      for (const depthMm of [3.7, 50, 100, 390])
        expect(dose(pencilKernelOfSpectrum(pencils, numbers), 20, depthMm) / mean(depthMm)).toBeCloseTo(1, 9);
    }
    // At the depth nodes the mixture also has each energy's own attenuation: the kernel of one bin is that bin's.
    expect(dose(alone[2]!) / dose(pencils.kernels[2]!)).toBeCloseTo(1, 2);
  });

  it("are the same for the same seed, plain data, and say what made them", async () => {
    const again = await monoPencils(spectrum, { histories: 1200, seed: 4 });
    expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(pencils)));
    const { provenance } = pencilKernelOfSpectrum(pencils, [1, 1, 1]);
    expect(provenance.source).toContain(`${pencils.histories.reduce((a, b) => a + b)} photons, seed 4`);
  });

  it("give nearly the dose of one pencil with all energies, within its statistics", async () => {
    const direct = await pencilKernelFromMonteCarlo({
      spectrum,
      name: "all at once",
      histories: 1200,
      seed: 9,
    });
    expect(() => assertPencilKernel(direct)).not.toThrow();
    const mixed = pencilKernelOfSpectrum(pencils, spectrum.relativeNumber);
    for (const diameterMm of [5, 20, 60])
      expect(Math.abs(dose(direct, diameterMm) / dose(mixed, diameterMm) - 1)).toBeLessThan(0.1);
  });

  it("refuse numbers that do not fit", async () => {
    expect(() => pencilKernelOfSpectrum(pencils, [1, 1])).toThrow(/relativeNumber.*3 numbers/);
    expect(() => pencilKernelOfSpectrum(pencils, [1, -1, 1])).toThrow(/relativeNumber\[1\]/);
    expect(() => pencilKernelOfSpectrum(pencils, [0, 0, 0])).toThrow(/above 0/);
    await expect(monoPencils(spectrum, { histories: 10 })).rejects.toThrow(/histories/);
    await expect(monoPencils({ ...spectrum, relativeNumber: [] })).rejects.toThrow(/one bin at least/);
    const signal = AbortSignal.abort();
    await expect(monoPencils(spectrum, { histories: 1200 }, { signal })).rejects.toThrow(/cancelled/i);
  });
});
