import { InvalidInputError, type Material } from "@isodose/core";
import {
  ELECTRON_REST_MEV,
  ELEMENTS,
  kleinNishinaBarn,
  kleinNishinaDifferentialBarn,
  kleinNishinaTransferFraction,
  MATERIALS,
  type MaterialName,
  materialByName,
  meanExcitationEvOf,
  photonCoefficients,
  photonTable,
} from "@isodose/physics";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EGSNRC_COEFFICIENTS,
  EGSNRC_ENERGIES_MEV,
  EGSNRC_TRANSFER_ENERGIES_MEV,
} from "./egsnrc-coefficients.ts";

const SEED = 20261123;
const material = (massFractions: Record<string, number>): Material => ({
  name: "test",
  densityGPerCm3: 1,
  massFractions,
  meanExcitationEv: 75,
});

describe("Klein–Nishina", () => {
  /** Simpson over cos θ: slow and obvious. */
  function integrate(f: (cosTheta: number) => number): number {
    const n = 20000;
    let sum = 0;
    for (let i = 0; i <= n; i++) {
      const weight = i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2;
      sum += weight * f(-1 + (2 * i) / n);
    }
    return (sum * 2) / n / 3;
  }

  test.each([1e-4, 5e-3, 0.0102, 0.011, 0.1, 1.25, 6, 20])(
    "%f MeV: totals are integrals of the differential",
    (e) => {
      const total = 2 * Math.PI * integrate((c) => kleinNishinaDifferentialBarn(e, c));
      const transferred =
        2 *
        Math.PI *
        integrate((c) => {
          const k = 1 / (1 + (e / ELECTRON_REST_MEV) * (1 - c));
          return (1 - k) * kleinNishinaDifferentialBarn(e, c);
        });
      expect(kleinNishinaBarn(e) / total).toBeCloseTo(1, 7);
      expect(kleinNishinaTransferFraction(e) / (transferred / total)).toBeCloseTo(1, 6);
    },
  );

  test("goes to Thomson's cross section, 0.6652 barn, at low energy", () => {
    expect(kleinNishinaBarn(1e-9)).toBeCloseTo(0.665246, 5);
  });

  test("series and closed form meet", () => {
    const at = 0.02 * ELECTRON_REST_MEV;
    expect(kleinNishinaBarn(at * (1 - 1e-9)) / kleinNishinaBarn(at * (1 + 1e-9))).toBeCloseTo(1, 7);
    const below = kleinNishinaTransferFraction(at * (1 - 1e-9));
    expect(below / kleinNishinaTransferFraction(at * (1 + 1e-9))).toBeCloseTo(1, 6);
  });
});

describe.each(Object.keys(EGSNRC_COEFFICIENTS) as MaterialName[])("%s against EGSnrc", (name) => {
  const figures = EGSNRC_COEFFICIENTS[name];
  const table = photonTable(MATERIALS[name], Float64Array.from(EGSNRC_ENERGIES_MEV));

  test("total, with and without Rayleigh, within 0.02 % (titanium 0.1 %)", () => {
    const limit = name === "titanium" ? 1e-3 : 2.2e-4;
    EGSNRC_ENERGIES_MEV.forEach((energy, i) => {
      expect(Math.abs(table.total[i]! / figures.total[i]! - 1), `${energy} MeV`).toBeLessThan(limit);
      const without = table.total[i]! - table.rayleigh[i]!;
      expect(Math.abs(without / figures.withoutRayleigh[i]! - 1), `${energy} MeV`).toBeLessThan(limit);
    });
  });

  test("pair within 1.1 % at 1.17 MeV, 0.4 % at 1.33 MeV, 0.1 % from 2 MeV", () => {
    EGSNRC_ENERGIES_MEV.forEach((energy, i) => {
      if (energy < 1.022) expect(table.pair[i]).toBe(0);
      else {
        const off = Math.abs(table.pair[i]! / figures.pair[i]! - 1);
        expect(off, `${energy} MeV`).toBeLessThan(energy < 1.2 ? 0.011 : energy < 2 ? 4e-3 : 1.1e-3);
      }
    });
  });

  test("energy transfer and absorption within 0.6 % (0.8 % above 6 MeV)", () => {
    const found = photonTable(MATERIALS[name], Float64Array.from(EGSNRC_TRANSFER_ENERGIES_MEV));
    EGSNRC_TRANSFER_ENERGIES_MEV.forEach((energy, i) => {
      const limit = energy > 6 ? 8e-3 : 6e-3;
      expect(Math.abs(found.energyTransfer[i]! / figures.transfer[i]! - 1), `${energy}`).toBeLessThan(limit);
      expect(Math.abs(found.energyAbsorption[i]! / figures.absorption[i]! - 1), `${energy}`).toBeLessThan(
        limit,
      );
    });
  });
});

describe("photonCoefficients", () => {
  const symbols = Object.keys(ELEMENTS);
  const energy = fc.double({ min: Math.log(0.01), max: Math.log(20), noNaN: true });

  test(`mixture rule: coefficients are linear in mass fractions (seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...symbols),
        fc.constantFrom(...symbols),
        fc.integer({ min: 1, max: 99 }),
        energy,
        (a, b, percent, logEnergy) => {
          fc.pre(a !== b);
          const e = Math.min(20, Math.max(0.01, Math.exp(logEnergy)));
          const w = percent / 100;
          const mixed = photonCoefficients(material({ [a]: w, [b]: 1 - w }), e);
          const first = photonCoefficients(material({ [a]: 1 }), e);
          const second = photonCoefficients(material({ [b]: 1 }), e);
          for (const key of [
            "compton",
            "photoelectric",
            "pair",
            "rayleigh",
            "total",
            "energyTransfer",
          ] as const) {
            const expected = w * first[key] + (1 - w) * second[key];
            expect(Math.abs(mixed[key] - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
          }
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  test.each(symbols)(
    "%s: photoelectric and Rayleigh fall, pair rises, absorption stays below the total",
    (symbol) => {
      const energies = Float64Array.from({ length: 400 }, (_, i) => Math.min(20, 0.01 * 2000 ** (i / 399)));
      const table = photonTable(material({ [symbol]: 1 }), energies);
      for (let i = 0; i < energies.length; i++) {
        expect(table.energyAbsorption[i]!).toBeGreaterThan(0);
        expect(table.energyTransfer[i]!).toBeLessThan(table.total[i]!);
        expect(table.energyAbsorption[i]!).toBeLessThanOrEqual(table.energyTransfer[i]!);
        if (i === 0) continue;
        expect(table.photoelectric[i]!).toBeLessThan(table.photoelectric[i - 1]!);
        expect(table.rayleigh[i]!).toBeLessThan(table.rayleigh[i - 1]!);
        expect(table.pair[i]!).toBeGreaterThanOrEqual(table.pair[i - 1]!);
      }
    },
  );

  test(`per atom, every process grows with Z from element to element (seed ${SEED})`, () => {
    fc.assert(
      fc.property(energy, (logEnergy) => {
        const e = Math.min(20, Math.max(0.01, Math.exp(logEnergy)));
        const perAtom = Object.entries(ELEMENTS).map(([symbol, { atomicWeight }]) => {
          const c = photonCoefficients(material({ [symbol]: 1 }), e);
          return [c.compton, c.photoelectric, c.rayleigh, c.pair].map((x) => x * atomicWeight);
        });
        for (let z = 1; z < perAtom.length; z++) {
          for (let p = 0; p < 4; p++) expect(perAtom[z]![p]!).toBeGreaterThanOrEqual(perAtom[z - 1]![p]!);
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test("published fractions that sum to 0.999 are taken as shares", () => {
    const rounded = photonCoefficients(material({ H: 0.1118, O: 0.8872 }), 1).total;
    const exact = photonCoefficients(material({ H: 0.1118 / 0.999, O: 0.8872 / 0.999 }), 1).total;
    expect(rounded).toBeCloseTo(exact, 12);
  });

  test.each([
    [{ H: 0.1, U: 0.9 }, /massFractions: is "U"; expected elements from H to Zn/],
    [{ H: 0.1, ca: 0.9 }, /did you mean Ca/],
    [{ H: 0.1, O: 0.8 }, /massFractions: is 0.9/],
    [{ H: Number.NaN, O: 1 }, /massFractions.H: is NaN/],
    [{ H: -0.1, O: 1.1 }, /massFractions.H: is -0.1/],
    [{}, /massFractions: is 0/],
  ])("refuses the composition %j", (massFractions, message) => {
    expect(() => photonCoefficients(material(massFractions as Record<string, number>), 1)).toThrow(message);
  });

  test.each([0, 0.0099, 20.01, Number.NaN, -1, Infinity])("refuses %f MeV", (e) => {
    expect(() => photonCoefficients(MATERIALS.water, e)).toThrow(InvalidInputError);
    expect(() => photonTable(MATERIALS.water, Float64Array.of(1, e))).toThrow(/energiesMeV\[1\]/);
  });

  test("refuses a density of NaN", () => {
    expect(() => photonCoefficients({ ...MATERIALS.water, densityGPerCm3: Number.NaN }, 1)).toThrow(
      /densityGPerCm3: is NaN/,
    );
  });
});

describe("materials", () => {
  test("an unknown name is refused with the nearest one", () => {
    expect(materialByName("titanium").densityGPerCm3).toBe(4.54);
    expect(() => materialByName("titanum")).toThrow(/did you mean titanium/);
    expect(() => materialByName("toString")).toThrow(InvalidInputError);
  });

  test("fractions of the built-in materials sum to 1", () => {
    for (const { name, massFractions } of Object.values(MATERIALS)) {
      const sum = Object.values(massFractions).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - 1), name).toBeLessThan(1e-5);
    }
  });

  test("Bragg's rule gives ICRU's mean excitation energies of tissues back within 0.5 %", () => {
    const names = [
      "lung",
      "soft-tissue",
      "muscle",
      "adipose",
      "compact-bone",
      "cortical-bone",
      "titanium",
    ] as const;
    for (const name of names) {
      const { massFractions, meanExcitationEv } = MATERIALS[name];
      expect(Math.abs(meanExcitationEvOf(massFractions) / meanExcitationEv - 1), name).toBeLessThan(5e-3);
    }
  });
});
