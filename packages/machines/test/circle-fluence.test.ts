import type { BeamOptics } from "@isodose/core";
import { addBlurredDiscFractions, PENCIL_KERNEL_6MV_MOHAN, SIGMA_PER_FWHM } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import { makeBeamData } from "../src/beam-data-from-kernel.ts";
import { addCircleFractions, circleBeamDose } from "../src/circle-fluence.ts";

// A rate so high that the kernel is a point: fractions are then the fluence itself.
const SHARP = [4000];
const bare: BeamOptics = { sadMm: 800, sourceSigmaMm: 1, collimatorDistanceMm: 400 };
const headScatter = { share: 0.2, sigmaMm: 15, distanceFromSourceMm: 100 };

const fluence = (optics: BeamOptics, diameterMm: number, f: number, r: number): number => {
  const out = new Float64Array(1);
  addCircleFractions(optics, diameterMm, f, r, SHARP, out);
  return out[0]!;
};

describe("fluence of a cone", () => {
  it("is the blurred disc where the optics have nothing else", () => {
    const rates = [0.1, 0.2, 0.4];
    const expected = new Float64Array(3);
    addBlurredDiscFractions(10, 1.5, 7, rates, 1, expected);
    const found = new Float64Array(3);
    addCircleFractions(bare, 16, 1000, 7, rates, found);
    found.forEach((x, j) => {
      expect(x).toBeCloseTo(expected[j]!, 12);
    });
  });

  it("has on its axis the head's scatter that the opening lets through: s (1 − e^{−ρ² / 2σ²})", () => {
    // Seen from the point at f, the opening (10 mm at 400 mm for 20 mm at 800) covers this part of the source.
    for (const f of [600, 800, 1100]) {
      const seenMm = (10 * (f - 100)) / (f - 400);
      const through = 1 - Math.exp(-(seenMm ** 2) / (2 * 15 ** 2));
      const open = ((700 / (f - 100)) * (f / 800)) ** 2;
      const only = fluence({ ...bare, headScatter: { ...headScatter, share: 1 } }, 40, f, 0);
      expect(Math.abs(only / (open * through) - 1)).toBeLessThan(2e-4);
    }
  });

  it("goes to 1 in the middle of a wide field at SAD, whatever its parts", () => {
    const optics = { ...bare, headScatter, leakage: { transmission: 0.01, radiusMm: 900 } };
    expect(fluence(optics, 1000, 800, 0)).toBeCloseTo(1, 3);
  });

  it("is the transmission between the edge and the radius of leakage, nothing beyond", () => {
    const optics = { ...bare, leakage: { transmission: 0.01, radiusMm: 50 } };
    expect(fluence(optics, 20, 800, 30)).toBeCloseTo(0.01, 5);
    expect(fluence(optics, 20, 800, 60)).toBeCloseTo(0, 5);
    expect(fluence(optics, 20, 800, 0)).toBeCloseTo(1, 5);
  });

  it("follows a fluence profile within its steps", () => {
    const optics: BeamOptics = {
      ...bare,
      sourceSigmaMm: 0,
      fluenceProfile: [
        [0, 1],
        [40, 0.8],
      ],
    };
    // Middle of a ring: what lies outside it is known; 2 mm rings fall by 1 % each.
    for (const r of [4, 12, 24])
      expect(Math.abs(fluence(optics, 60, 800, r) - (1 - r / 200))).toBeLessThan(0.006);
    const rising: BeamOptics = {
      ...optics,
      fluenceProfile: [
        [0, 1],
        [40, 1.2],
      ],
    };
    expect(Math.abs(fluence(rising, 60, 800, 24) - 1.12)).toBeLessThan(0.006);
  });

  it("refuses what makes no sense, by name", () => {
    const point = { diameterMm: 20, sourceDistanceMm: 800, depthMm: 50 };
    const refuse = (optics: BeamOptics, field: RegExp) =>
      expect(() => circleBeamDose(PENCIL_KERNEL_6MV_MOHAN, optics, point)).toThrow(field);
    refuse({ ...bare, headScatter: { ...headScatter, share: 1 } }, /headScatter.share/);
    refuse({ ...bare, headScatter: { ...headScatter, distanceFromSourceMm: 400 } }, /distanceFromSourceMm/);
    refuse({ ...bare, leakage: { transmission: -0.1, radiusMm: 50 } }, /leakage.transmission/);
    refuse(
      {
        ...bare,
        fluenceProfile: [
          [0, 0.9],
          [10, 1],
        ],
      },
      /fluenceProfile\[0\]/,
    );
    expect(() => circleBeamDose(PENCIL_KERNEL_6MV_MOHAN, bare, { ...point, sourceDistanceMm: 300 })).toThrow(
      /sourceDistanceMm/,
    );
  });
});

describe("beam data with head scatter, leakage and a profile", () => {
  const optics: BeamOptics = {
    sadMm: 800,
    sourceSigmaMm: 2.3 * SIGMA_PER_FWHM,
    collimatorDistanceMm: 400,
    headScatter,
    leakage: { transmission: 0.005, radiusMm: 60 },
    fluenceProfile: [
      [0, 1],
      [30, 0.95],
    ],
  };
  const data = makeBeamData({
    machineName: "test",
    label: "test",
    kernel: PENCIL_KERNEL_6MV_MOHAN,
    spectrum: { binLowMeV: [0], binHighMeV: [6], relativeNumber: [1] },
    sadMm: 800,
    source: { fwhmMm: 2.3 },
    collimatorExitMm: 400,
    headScatter,
    leakage: optics.leakage!,
    fluenceProfile: optics.fluenceProfile!,
    coneDiametersMm: [20, 60],
    reference: { diameterMm: 60, depthMm: 15 },
    doseGyPerMonitorUnit: 0.01,
    sourceDistanceRangeMm: [700, 900],
  });
  const cone = data.cone(20);

  it("holds the dose of the beam at its nodes, TPR, OAR and output factor together", () => {
    const reference = circleBeamDose(PENCIL_KERNEL_6MV_MOHAN, optics, {
      diameterMm: 60,
      sourceDistanceMm: 800,
      depthMm: 15,
    });
    const { radiusMm, depthMm, sourceDistanceMm: f } = cone;
    for (const [z, d, i] of [
      [0, 0, 0],
      [1, 15, 40],
      [2, 150, 200],
      [2, 300, 0],
    ] as const) {
      const distance = f.first + z * f.step;
      const row = z * depthMm.count + d;
      const table =
        cone.outputFactor * cone.tpr[row]! * cone.oar[row * radiusMm.count + i]! * (800 / distance) ** 2;
      const dose = circleBeamDose(PENCIL_KERNEL_6MV_MOHAN, optics, {
        diameterMm: 20,
        sourceDistanceMm: distance,
        depthMm: d * depthMm.step,
        offAxisMm: (i * radiusMm.step * distance) / 800,
      });
      expect(Math.abs(table / (dose / reference) - 1)).toBeLessThan(5e-5);
    }
  });

  it("reaches to the radius of leakage, where the dose is that of the leakage and little more", () => {
    const { radiusMm, depthMm } = cone;
    expect((radiusMm.count - 1) * radiusMm.step).toBeGreaterThanOrEqual(60);
    const row = 1 * depthMm.count + 50;
    const far = cone.oar[row * radiusMm.count + Math.round(45 / radiusMm.step)]!;
    expect(far).toBeGreaterThan(0.003);
    expect(far).toBeLessThan(0.03);
  });

  it("tells transport engines of the same optics", () => {
    expect(data.photons).toMatchObject({
      sourceSigmaMm: optics.sourceSigmaMm,
      collimatorDistanceMm: 400,
      headScatter,
      leakage: optics.leakage,
      fluenceProfile: optics.fluenceProfile,
    });
    expect(data.provenance.note).toContain(
      "head scatter 20 % of the open fluence; leakage 0.5 % out to 60 mm",
    );
  });

  it("refuses leakage that ends inside the widest field", () => {
    expect(() =>
      makeBeamData({
        machineName: "x",
        label: "x",
        kernel: PENCIL_KERNEL_6MV_MOHAN,
        spectrum: { binLowMeV: [0], binHighMeV: [6], relativeNumber: [1] },
        sadMm: 800,
        source: { fwhmMm: 2.3 },
        collimatorExitMm: 400,
        leakage: { transmission: 0.01, radiusMm: 20 },
        coneDiametersMm: [20],
        reference: { diameterMm: 60, depthMm: 15 },
        doseGyPerMonitorUnit: 0.01,
      }),
    ).toThrow(/leakage.radiusMm: is 20; expected at least the radius of the widest field, 30 mm/);
  });
});
