import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnergySpectrum } from "@isodose/core";
import { describe, expect, it } from "vitest";
import { fieldDoseOfPencil, monteCarloPencilInSlabs } from "../src/index.ts";

interface ReferenceCase {
  readonly spectrum: EnergySpectrum;
  readonly source: { readonly toReferencePlaneMm: number; readonly toSurfaceMm: number };
  readonly field: { readonly diameterMm: number };
  readonly phantom: {
    readonly layers: readonly { readonly material: string; readonly thicknessMm: number }[];
    readonly materials: Readonly<
      Record<
        string,
        {
          readonly densityGPerCm3: number;
          readonly massPercent: Record<string, number>;
          readonly meanExcitationEv: number;
        }
      >
    >;
  };
  readonly curves: readonly {
    readonly along: string;
    readonly quantity: "dose-to-medium" | "dose-to-water-in-medium";
    readonly binMm: readonly (readonly [number, number])[];
    readonly value: readonly number[];
    readonly sigmaPercent: readonly number[];
  }[];
}

function readCase(name: string): ReferenceCase {
  const path = join(import.meta.dirname, "../../../test/golden/reference", `${name}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as ReferenceCase;
}

/**
 * Absolute dose on the axis against EGSnrc, coarse statistics: the whole comparison is `npm run validate`.
 * The mean over a curve is known to about 0.6 % here, single points to 3 %.
 */
describe.each(["photon-6mv-circle-20mm-titanium-slab"])("%s", (name) => {
  it("has the reference's absolute dose on the axis, to medium and to water", async () => {
    const reference = readCase(name);
    const { materials, layers } = reference.phantom;
    const depth = reference.curves.filter((curve) => curve.along === "depth");
    const edges = new Set(depth.flatMap((curve) => curve.binMm.flat()));
    const pencil = await monteCarloPencilInSlabs({
      slabs: layers.map(({ material, thicknessMm }) => {
        const { densityGPerCm3, massPercent, meanExcitationEv } = materials[material]!;
        const massFractions = Object.fromEntries(
          Object.entries(massPercent).map(([z, percent]) => [z, percent / 100]),
        );
        return {
          material: { name: material, densityGPerCm3, massFractions, meanExcitationEv },
          densityGPerCm3,
          thicknessMm,
        };
      }),
      spectrum: reference.spectrum,
      sourceToSurfaceMm: reference.source.toSurfaceMm,
      sourceToReferenceMm: reference.source.toReferencePlaneMm,
      depthEdgesMm: [...edges].sort((a, b) => a - b),
      histories: 15_000,
      seed: 4,
    });
    for (const curve of depth) {
      let mean = 0;
      let chi = 0;
      curve.value.forEach((expected, i) => {
        const found = fieldDoseOfPencil(
          pencil,
          { kind: "circle", diameterMm: reference.field.diameterMm },
          { depthMm: curve.binMm[i]!, quantity: curve.quantity },
        );
        const deviation = found.doseGyCm2 / expected - 1;
        const sigma = Math.hypot(found.sigmaGyCm2 / expected, curve.sigmaPercent[i]! / 100, 0.01);
        mean += deviation / curve.value.length;
        chi += (deviation / sigma) ** 2 / curve.value.length;
      });
      expect(Math.abs(mean), curve.quantity).toBeLessThan(0.02);
      expect(chi, curve.quantity).toBeLessThan(1.5);
    }
  }, 60_000);
});

describe("fields from a pencil", () => {
  it("gives a wide rectangle what a wide circle gives, and a square the mean of its circles", async () => {
    const reference = readCase("photon-6mv-circle-20mm-water");
    const material = reference.phantom.materials.water!;
    const pencil = await monteCarloPencilInSlabs({
      slabs: [
        {
          material: {
            name: "water",
            densityGPerCm3: 1,
            massFractions: { H: 0.111894, O: 0.888106 },
            meanExcitationEv: material.meanExcitationEv,
          },
          densityGPerCm3: 1,
          thicknessMm: 60,
        },
      ],
      spectrum: reference.spectrum,
      sourceToSurfaceMm: Number.POSITIVE_INFINITY,
      sourceToReferenceMm: 0,
      depthEdgesMm: [0, 20, 40, 60],
      histories: 2000,
    });
    const at = { depthMm: [20, 40] as const };
    const dose = (shape: Parameters<typeof fieldDoseOfPencil>[1], x = 0, y = 0) =>
      fieldDoseOfPencil(pencil, shape, { ...at, offAxisMm: x, offAxisHeightMm: y }).doseGyCm2;
    const wide = dose({ kind: "circle", diameterMm: 500 });
    expect(dose({ kind: "rectangle", widthMm: 500, heightMm: 500 }) / wide).toBeCloseTo(1, 6);
    // Four quarters make a whole; two neighbouring halves too.
    const square = { kind: "rectangle", widthMm: 20, heightMm: 20 } as const;
    const quarter = { kind: "rectangle", widthMm: 10, heightMm: 10 } as const;
    const half = { kind: "rectangle", widthMm: 10, heightMm: 20 } as const;
    expect((4 * dose(quarter, 5, 5)) / dose(square)).toBeCloseTo(1, 9);
    expect((dose(half, 5 + 3, 2) + dose(half, -5 + 3, 2)) / dose(square, 3, 2)).toBeCloseTo(1, 9);
    // Inscribed circle < square < circumscribed circle.
    expect(dose(square)).toBeGreaterThan(dose({ kind: "circle", diameterMm: 20 }));
    expect(dose(square)).toBeLessThan(dose({ kind: "circle", diameterMm: 20 * Math.SQRT2 }));
    // All the energy between the planes, over the mass of a wide disc.
    const rings = pencil.ringEdgesMm.length - 1;
    let energy = 0;
    for (let b = 0; b < pencil.batches; b++)
      for (let r = 0; r < rings; r++) energy += pencil.energyMeV[(b * 3 + 1) * rings + r]! / pencil.batches;
    expect((wide * 2) / (energy * 1.602176634e-10)).toBeCloseTo(1, 9);
  });
});
