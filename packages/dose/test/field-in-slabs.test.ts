import { materialByName } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import {
  fieldDoseOfPencil,
  monteCarloFieldInSlabs,
  monteCarloPencilInSlabs,
  type SlabFieldRequest,
} from "../src/index.ts";

const water = { material: materialByName("water"), densityGPerCm3: 1, thicknessMm: 120 };
const request: SlabFieldRequest = {
  slabs: [water],
  spectrum: { binLowMeV: [1.25], binHighMeV: [1.25], relativeNumber: [1] },
  sourceToSurfaceMm: 185,
  sourceToReferenceMm: 200,
  diameterMm: 20,
  depthEdgesMm: [0, 10, 20, 30, 60, 90],
  firstRingMm: 8,
  lastRingMm: 40,
  rings: 6,
  histories: 1500,
  seed: 5,
};

describe("monteCarloFieldInSlabs", () => {
  it("agrees with the superposition of one pencil, diverging as it does, within 3 standard errors", async () => {
    const field = await monteCarloFieldInSlabs(request);
    const pencil = await monteCarloPencilInSlabs({
      ...request,
      firstRingMm: 0.1,
      lastRingMm: 200,
      histories: 1500,
      seed: 8,
    });
    for (let d = 1; d < 5; d++) {
      const depthMm = [field.depthEdgesMm[d]!, field.depthEdgesMm[d + 1]!] as const;
      let dose = 0;
      let sigma = 0;
      // The mean over the disc of 8 mm: points of equal area.
      const points = 12;
      for (let i = 0; i < points; i++) {
        const offAxisMm = 8 * Math.sqrt((i + 0.5) / points);
        const at = fieldDoseOfPencil(pencil, { kind: "circle", diameterMm: 20 }, { depthMm, offAxisMm });
        dose += at.doseGyCm2 / points;
        sigma += at.sigmaGyCm2 / points;
      }
      const cell = d * request.rings;
      const both = Math.hypot(sigma, field.sigmaGyCm2[cell]!);
      expect(both / dose).toBeLessThan(0.06);
      expect(Math.abs(field.doseGyCm2[cell]! - dose), `${depthMm} mm`).toBeLessThan(3 * both + 0.005 * dose);
    }
  });

  it("grows with the field's image: the edge lies further out behind the reference plane", async () => {
    const { doseGyCm2, ringEdgesMm } = await monteCarloFieldInSlabs({
      ...request,
      depthEdgesMm: [0, 60, 80],
      firstRingMm: 10.5,
      lastRingMm: 14.5,
      rings: 3,
      histories: 1500,
    });
    // At 70 mm of depth the radius is 10 · 255/200 = 12.75 mm: rings to 12.3 mm lie inside, beyond outside.
    expect(ringEdgesMm[2]).toBeCloseTo(12.34, 2);
    const [inside, between, outside] = doseGyCm2.slice(3);
    expect(between! / inside!).toBeGreaterThan(0.8);
    expect(outside! / inside!).toBeLessThan(0.5);
  });

  it("gives the same dose for the same seed, and refuses what it cannot use", async () => {
    const few = { ...request, histories: 100 };
    const [a, b, c] = await Promise.all(
      [few, few, { ...few, seed: 6 }].map((one) => monteCarloFieldInSlabs(one)),
    );
    expect([...a!.doseGyCm2]).toEqual([...b!.doseGyCm2]);
    expect([...a!.doseGyCm2]).not.toEqual([...c!.doseGyCm2]);
    await expect(monteCarloFieldInSlabs({ ...few, diameterMm: 0 })).rejects.toThrow(/diameterMm/);
    await expect(monteCarloFieldInSlabs({ ...few, lastRingMm: 1 })).rejects.toThrow(/lastRingMm/);
    await expect(monteCarloFieldInSlabs({ ...few, histories: 3 })).rejects.toThrow(/histories/);
    await expect(monteCarloFieldInSlabs(few, { signal: AbortSignal.abort() })).rejects.toThrow(/cancelled/i);
  });
});
