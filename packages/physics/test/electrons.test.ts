import type { Material } from "@isodose/core";
import { describe, expect, it } from "vitest";
import {
  annihilationCrossSection,
  bhabhaIntegral,
  bremsstrahlungSpectrum,
  collisionStopping,
  cumulativeBremsstrahlung,
  densityEffect,
  ELECTRON_REST_MEV,
  fillScatteringQuantiles,
  MATERIALS,
  mollerIntegral,
  oscillatorsOf,
  radiativeStopping,
  scatteringMoments,
} from "../src/index.ts";

const CORTICAL_BONE: Material = {
  name: "cortical bone, ICRP",
  densityGPerCm3: 1.85,
  massFractions: {
    H: 0.047234,
    C: 0.14433,
    N: 0.04199,
    O: 0.446096,
    Mg: 0.0022,
    P: 0.10497,
    S: 0.00315,
    Ca: 0.20993,
    Zn: 0.0001,
  },
  meanExcitationEv: 106.414,
};
const LUNG: Material = {
  name: "lung, ICRP",
  densityGPerCm3: 0.26,
  massFractions: {
    H: 0.101278,
    C: 0.10231,
    N: 0.02865,
    O: 0.757072,
    Na: 0.00184,
    Mg: 0.00073,
    P: 0.0008,
    S: 0.00225,
    Cl: 0.00266,
    K: 0.00194,
    Ca: 0.00009,
    Fe: 0.00037,
    Zn: 0.00001,
  },
  meanExcitationEv: 75.32,
};
const AIR: Material = {
  name: "air",
  densityGPerCm3: 0.00120479,
  massFractions: { C: 0.000124, N: 0.755267, O: 0.231781, Ar: 0.012827 },
  meanExcitationEv: 85.666,
};
const { water: WATER, titanium: TITANIUM } = MATERIALS;

/** Midpoint sum, 4000 steps. */
function integrate(f: (x: number) => number, from: number, to: number): number {
  const n = 4000;
  const h = (to - from) / n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f(from + (i + 0.5) * h);
  return sum * h;
}

describe("stopping powers", () => {
  // EGSnrc git 9edee3eb, ICRU density effect files: total mass stopping power for losses below 10 keV to electrons, 1 keV to photons.
  const restricted: readonly [Material, number, readonly (readonly [number, number])[]][] = [
    [
      WATER,
      0.0003,
      [
        [0.03, 9.3914],
        [0.1, 3.7348],
        [0.3, 2.0069],
        [1, 1.4748],
        [2, 1.4023],
        [5, 1.3928],
        [10, 1.4069],
      ],
    ],
    [
      LUNG,
      0.0003,
      [
        [0.03, 9.2927],
        [0.1, 3.6959],
        [0.3, 1.986],
        [1, 1.4566],
        [2, 1.3845],
        [5, 1.3761],
        [10, 1.3909],
      ],
    ],
    [
      AIR,
      0.0003,
      [
        [0.03, 8.2569],
        [0.1, 3.291],
        [0.3, 1.771],
        [1, 1.3243],
        [2, 1.3055],
        [5, 1.384],
        [10, 1.4746],
      ],
    ],
    [
      CORTICAL_BONE,
      0.0003,
      [
        [0.03, 8.3005],
        [0.1, 3.3212],
        [0.3, 1.7919],
        [1, 1.307],
        [2, 1.2476],
        [5, 1.2513],
        [10, 1.2719],
      ],
    ],
    [
      TITANIUM,
      0.002,
      [
        [0.03, 6.284],
        [0.1, 2.5516],
        [0.3, 1.3818],
        [1, 1.0252],
        [2, 0.99384],
        [5, 1.0163],
        [10, 1.0456],
      ],
    ],
  ];
  it.each(restricted)("$name: restricted, against tabulated values", (material, tolerance, values) => {
    const stopping = collisionStopping(material, 0.01);
    for (const [energyMeV, expected] of values) {
      const found = stopping(energyMeV) + radiativeStopping(material, energyMeV, 0.001);
      expect(Math.abs(found / expected - 1), `${energyMeV} MeV`).toBeLessThan(tolerance);
    }
  });

  it("gives the CSDA ranges of ESTAR in water", () => {
    // NIST ESTAR, liquid water: collision and radiative stopping power (MeV cm2/g) and range (g/cm2).
    const collision = collisionStopping(WATER, Infinity);
    const total = (e: number) => collision(e) + radiativeStopping(WATER, e);
    let range = 0.0002515; // ESTAR's range at 10 keV
    let from = 0.01;
    for (const [energyMeV, radiative, expected] of [
      [0.1, 4.228e-3, 0.01431],
      [1, 1.28e-2, 0.4367],
      [5, 7.917e-2, 2.55],
    ]) {
      range += integrate((x) => Math.exp(x) / total(Math.exp(x)), Math.log(from), Math.log(energyMeV));
      from = energyMeV;
      expect(range / expected).toBeCloseTo(1, 2.5);
      expect(radiativeStopping(WATER, energyMeV) / radiative).toBeCloseTo(1, 2);
    }
  });

  it("has no density effect where it is slow, and that of Sternheimer's limit where it is fast", () => {
    const oscillators = oscillatorsOf(WATER);
    expect(densityEffect(oscillators, 0.2)).toBe(0);
    // δ → ln(E_p² γ² β²/I²) − 1 = 2 ln(βγ E_p/I) − 1, E_p = 21.47 eV.
    const gamma2 = 1e10;
    const limit = Math.log((21.47 / 75) ** 2 * gamma2) - 1;
    expect(densityEffect(oscillators, 1 - 1 / gamma2)).toBeCloseTo(limit, 2);
  });

  it("is the same whatever cut shares it between soft and hard collisions", () => {
    // S(cut₂) − S(cut₁) = ∫ W dσ between the cuts; Møller's cross section by differences of its integral.
    const [low, high, e] = [0.02, 0.2, 1];
    const factor = 0.153537 * 0.55508;
    const hard = integrate(
      (w) => {
        const h = 1e-5;
        return (w * (mollerIntegral(e, w - h) - mollerIntegral(e, w + h))) / (2 * h);
      },
      low,
      high,
    );
    const soft = collisionStopping(WATER, high)(e) - collisionStopping(WATER, low)(e);
    expect((factor * hard) / soft).toBeCloseTo(1, 3);
    const positron = collisionStopping(WATER, high, 1)(e) - collisionStopping(WATER, low, 1)(e);
    const hardPositron = integrate(
      (w) => (w * (bhabhaIntegral(e, w - 1e-5) - bhabhaIntegral(e, w + 1e-5))) / 2e-5,
      low,
      high,
    );
    expect((factor * hardPositron) / positron).toBeCloseTo(1, 3);
  });
});

describe("bremsstrahlung", () => {
  it("adds up: soft stopping power, and photons above the cut times their energy", () => {
    const [e, cut] = [3, 0.05];
    const numbers = new Float64Array(513);
    cumulativeBremsstrahlung(WATER, e, cut, numbers);
    let hard = 0;
    for (let i = 1; i < numbers.length; i++)
      hard += (numbers[i]! - numbers[i - 1]!) * cut * (e / cut) ** ((i - 0.5) / 512);
    expect((radiativeStopping(WATER, e, cut) + hard) / radiativeStopping(WATER, e)).toBeCloseTo(1, 2);
  });
  it("falls towards the end of the spectrum, and grows with Z", () => {
    expect(bremsstrahlungSpectrum(WATER, 2, 1.9)).toBeLessThan(0.5 * bremsstrahlungSpectrum(WATER, 2, 0.1));
    expect(radiativeStopping(TITANIUM, 2)).toBeGreaterThan(2 * radiativeStopping(WATER, 2));
  });
});

describe("multiple scattering", () => {
  it("has the moments of the screened Rutherford cross section", () => {
    // One element, so that the integral is short: σ_l/σ_1 by quadrature in ln(μ + 2η).
    const e = 0.3;
    const { moments } = scatteringMoments(TITANIUM, e, 1e-9, 40);
    const tau = e / ELECTRON_REST_MEV;
    const p2 = tau * (tau + 2);
    const beta2 = p2 / (tau + 1) ** 2;
    const alpha = 7.2973525693e-3;
    const eta =
      ((((alpha * Math.cbrt(22)) / 0.885) ** 2 / p2) * (1.13 + (3.76 * (alpha * 22) ** 2) / beta2)) / 4;
    const legendre = (l: number, c: number) => {
      let [before, here] = [1, c];
      for (let k = 1; k < l; k++) [before, here] = [here, ((2 * k + 1) * c * here - k * before) / (k + 1)];
      return l === 0 ? 1 : here;
    };
    const moment = (l: number) =>
      integrate(
        (t) => (1 - legendre(l, 1 - (Math.exp(t) - 2 * eta))) / Math.exp(t),
        Math.log(2 * eta),
        Math.log(2 + 2 * eta),
      );
    for (const l of [2, 3, 10, 39]) expect(moments[l]! / moments[1]!).toBeCloseTo(moment(l) / moment(1), 3);
  });

  it.each([
    [WATER, 6, 0.05],
    [WATER, 0.3, 0.2],
    [TITANIUM, 0.1, 0.1],
    [LUNG, 1, 0.13],
  ])("$name: mean cosine is e^−K at %d MeV, K = %d", (material, energyMeV, strength) => {
    const n = 128;
    const table = new Float64Array(n + 2);
    fillScatteringQuantiles(material, energyMeV, strength, 0.1, table);
    const a = table[0]!;
    let mean = 0;
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < 40; i++) {
        const u = table[1 + j]! + ((i + 0.5) / 40) * (table[2 + j]! - table[1 + j]!);
        mean += (1 - (2 * a * u) / (1 + a - u)) / (40 * n);
      }
    }
    expect(-Math.log(mean) / strength).toBeGreaterThan(0.99);
    expect(-Math.log(mean) / strength).toBeLessThan(1.01);
  });
});

describe("annihilation in flight", () => {
  it.each([0.05, 0.5, 2, 10])(
    "is the integral of Heitler's distribution of the photons' shares at %d MeV",
    (energyMeV) => {
      const gamma = 1 + energyMeV / ELECTRON_REST_MEV;
      const p = Math.sqrt(gamma ** 2 - 1);
      const least = 1 / (gamma + 1 + p);
      // Even in ln ζ, where the steep end lies.
      const shape = (ln: number) => {
        const share = Math.exp(ln);
        return share * (-((gamma + 1) ** 2) + (gamma ** 2 + 4 * gamma + 1) / share - 1 / share ** 2);
      };
      const integral = integrate(shape, Math.log(least), Math.log(1 - least));
      const expected = (Math.PI * 2.8179403262e-13 ** 2 * integral) / ((gamma + 1) * p ** 2);
      expect(annihilationCrossSection(energyMeV) / expected).toBeCloseTo(1, 4);
    },
  );
  it("grows as 1/v for slow positrons: π r² c/v", () => {
    const energyMeV = 1e-5;
    const beta = Math.sqrt((2 * energyMeV) / ELECTRON_REST_MEV);
    expect((annihilationCrossSection(energyMeV) * beta) / (Math.PI * 2.8179403262e-13 ** 2)).toBeCloseTo(
      1,
      2,
    );
  });
});
