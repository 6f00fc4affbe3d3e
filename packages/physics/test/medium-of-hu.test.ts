import { AXIAL_DIRECTION, createVolume, type Grid } from "@isodose/core";
import {
  MATERIALS,
  type MediumOverride,
  mediumOfHu,
  photonCoefficients,
  SCHNEIDER_HU_CURVE,
  schneiderTissue,
  TISSUE_CLASSES,
} from "@isodose/physics";
import { describe, expect, test } from "vitest";
import { SCHNEIDER_COMPOSITIONS } from "../src/schneider-hu-curve.ts";

function ctOf(hu: readonly number[]) {
  const grid: Grid = {
    size: [hu.length, 1, 1],
    spacingMm: [1, 1, 1],
    originMm: [0, 0, 0],
    direction: AXIAL_DIRECTION,
  };
  return createVolume(grid, "HU", "1.2.3", Float32Array.from(hu));
}

describe("mediumOfHu", () => {
  const hu = [
    -1024, -1000, -951, -950, -121, -120, -52, 0, 19, 119, 120, 299, 500, 1000, 1499, 1500, 2994, 2995, 3071,
  ];

  test("takes density from the curve and material from the class of the CT number", () => {
    const medium = mediumOfHu(ctOf(hu), SCHNEIDER_HU_CURVE);
    const names = Array.from(medium.materialIndex, (m) => medium.materials[m]!.name);
    expect(names).toEqual([
      ...[
        "ct-air",
        "ct-air",
        "ct-air",
        "ct-lung",
        "ct-lung",
        "ct-adipose",
        "ct-soft-tissue",
        "ct-soft-tissue",
      ],
      ...[
        "ct-muscle",
        "ct-connective-tissue",
        "ct-bone-120",
        "ct-bone-120",
        "ct-bone-500",
        "ct-bone-1000",
        "ct-bone-1000",
      ],
      ...["ct-bone-1500", "ct-bone-1500", "ct-titanium", "ct-titanium"],
    ]);
    hu.forEach((h, v) => {
      const expected = schneiderTissue(Math.min(2995, Math.max(-1000, h))).massDensityGPerCm3;
      expect(medium.densityGPerCm3[v]!).toBeCloseTo(expected, 6);
    });
    expect([medium.voxelsBelow, medium.voxelsAbove]).toEqual([1, 1]);
  });

  test("keeps only materials in use", () => {
    const medium = mediumOfHu(ctOf([0, 40]), SCHNEIDER_HU_CURVE);
    expect(medium.materials.map((m) => m.name)).toEqual(["ct-soft-tissue", "ct-muscle"]);
    expect(Array.from(medium.materialIndex)).toEqual([0, 1]);
  });

  test("later overrides win, and overridden voxels do not count as outside the curve", () => {
    const cobaltChrome = {
      name: "CoCr",
      densityGPerCm3: 8.3,
      massFractions: { Co: 0.65, Cr: 0.35 },
      meanExcitationEv: 283,
    };
    const overrides: MediumOverride[] = [
      { mask: [0, 1, 1], material: "titanium" },
      { mask: Uint8Array.of(0, 0, 1), material: cobaltChrome, densityGPerCm3: 8.1 },
    ];
    const medium = mediumOfHu(ctOf([0, 3071, 3071]), SCHNEIDER_HU_CURVE, { overrides });
    expect(medium.materials.map((m) => m.name)).toEqual(["ct-soft-tissue", "titanium", "CoCr"]);
    expect(Array.from(medium.materialIndex)).toEqual([0, 1, 2]);
    expect(medium.materials[1]).toBe(MATERIALS.titanium);
    expect(Array.from(medium.densityGPerCm3, (x) => Math.round(x * 100) / 100)).toEqual([1.02, 4.54, 8.1]);
    expect(medium.voxelsAbove).toBe(0);
  });

  test.each([
    [{ mask: [1], material: "titanium" }, /overrides\[0\].mask length: is 1; expected 2/],
    [{ mask: [1, 0], material: "steel" }, /overrides\[0\].material: is "steel"/],
    [
      { mask: [1, 0], material: "water", densityGPerCm3: Number.NaN },
      /overrides\[0\].densityGPerCm3: is NaN/,
    ],
    [{ mask: [1, 0], material: "water", densityGPerCm3: 0 }, /overrides\[0\].densityGPerCm3: is 0/],
    [
      { mask: [1, 0], material: { ...MATERIALS.water, massFractions: { H: 0.5 } } },
      /overrides\[0\].material.massFractions: is 0.5/,
    ],
  ] as const)("refuses the override %#", (override, message) => {
    expect(() => mediumOfHu(ctOf([0, 0]), SCHNEIDER_HU_CURVE, { overrides: [override] })).toThrow(message);
  });

  test("refuses a CT with NaN", () => {
    expect(() => mediumOfHu(ctOf([0, Number.NaN]), SCHNEIDER_HU_CURVE)).toThrow(/ct values: is NaN/);
  });
});

describe("TISSUE_CLASSES", () => {
  test.each([
    ["soft tissue", -1050, 119, 2e-3],
    ["bone", 120, 3000, 8.1e-3],
  ])(
    "in %s, merging Schneider's rows moves µ/ρ by at most 0.2 % and 0.8 % from 0.1 to 6 MeV",
    (_, from, to, limit) => {
      const rows = SCHNEIDER_COMPOSITIONS.filter((row) => row.fromHu >= from && row.fromHu <= to);
      for (const { fromHu, fractions } of rows) {
        const massFractions = { ...fractions } as Record<string, number>;
        const row = { name: "row", densityGPerCm3: 1, massFractions, meanExcitationEv: 75 };
        const merged = TISSUE_CLASSES.findLast((c) => c.fromHu <= fromHu)!.material;
        for (const energyMeV of [0.1, 0.3, 1, 2, 6]) {
          const ratio =
            photonCoefficients(merged, energyMeV).total / photonCoefficients(row, energyMeV).total;
          expect(Math.abs(ratio - 1), `${fromHu} HU, ${energyMeV} MeV`).toBeLessThan(limit);
        }
      }
    },
  );
});
