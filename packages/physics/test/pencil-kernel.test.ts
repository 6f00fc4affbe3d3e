import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import {
  assertPencilKernel,
  circleFieldDose,
  MOHAN_6_MV,
  meanPhotonEnergyMeV,
  PENCIL_KERNEL_6MV_MOHAN,
  PENCIL_KERNEL_CO60,
  type PencilKernel,
} from "../src/index.ts";

const SEED = 12;

/** One exponential, one weight: every dose has a closed form. */
const simple: PencilKernel = {
  name: "simple",
  provenance: { title: "", source: "", note: "" },
  attenuationPerMm: 0.005,
  ratesPerMm: [0.1],
  depthMm: [0, 10, 20],
  weightsGyCm2: [[0], [2], [4]],
  surfaceNote: "",
};

describe("circleFieldDose", () => {
  it("is (SAD/f)² e^(−μd) w(d) (1 − e^(−aRf/SAD)) on the axis", () => {
    const dose = circleFieldDose(simple, { diameterMm: 30, sadMm: 800, sourceDistanceMm: 900, depthMm: 15 });
    const exact = (800 / 900) ** 2 * Math.exp(-0.005 * 15) * 3 * (1 - Math.exp((-0.1 * 15 * 900) / 800));
    expect(dose).toBeCloseTo(exact, 12);
  });

  it("goes on exponentially below the last depth node", () => {
    const at = (depthMm: number) =>
      circleFieldDose(simple, { diameterMm: 30, sadMm: 800, sourceDistanceMm: 900, depthMm });
    expect(at(120) / at(20)).toBeCloseTo(Math.exp(-0.5), 12);
  });

  it.each([PENCIL_KERNEL_6MV_MOHAN, PENCIL_KERNEL_CO60])(
    `never falls when the field grows, nor rises away from the axis: $name (seed ${SEED})`,
    (kernel) => {
      fc.assert(
        fc.property(
          evenly(4, 60),
          evenly(0.1, 10),
          evenly(0, 350),
          evenly(0, 45),
          fc.constantFrom(0, 2.3),
          (diameterMm, more, depthMm, offAxisMm, sourceBlurFwhmMm) => {
            const point = {
              diameterMm,
              sadMm: 800,
              sourceDistanceMm: 785 + depthMm,
              depthMm,
              offAxisMm,
              sourceBlurFwhmMm,
            };
            const dose = circleFieldDose(kernel, point);
            const axis = circleFieldDose(kernel, { ...point, offAxisMm: 0 });
            expect(
              circleFieldDose(kernel, { ...point, diameterMm: diameterMm + more }) - dose,
            ).toBeGreaterThan(-1e-6 * axis);
            expect(dose).toBeGreaterThan(-1e-6 * axis);
            expect(circleFieldDose(kernel, { ...point, offAxisMm: offAxisMm + more }) - dose).toBeLessThan(
              1e-4 * axis,
            );
          },
        ),
        { seed: SEED },
      );
    },
  );

  it("refuses lengths that cannot be", () => {
    const good = { diameterMm: 30, sadMm: 800, sourceDistanceMm: 900, depthMm: 15 };
    expect(() => circleFieldDose(simple, { ...good, diameterMm: 0 })).toThrow(/diameterMm/);
    expect(() => circleFieldDose(simple, { ...good, depthMm: -1 })).toThrow(/depthMm/);
  });
});

describe("assertPencilKernel", () => {
  it("takes the built-in kernels", () => {
    for (const kernel of [PENCIL_KERNEL_6MV_MOHAN, PENCIL_KERNEL_CO60])
      expect(() => assertPencilKernel(kernel)).not.toThrow();
  });

  it("takes a negative weight where the dose around the pencil stays positive, and no other", () => {
    // 2 a e^(−2as)·w + a e^(−as) ≥ 0 for all s as long as w ≥ −½: at s = 0.
    const signed = (w: number): PencilKernel => ({
      ...simple,
      ratesPerMm: [0.1, 0.2],
      weightsGyCm2: [
        [0, 0],
        [1, w],
        [1, w],
      ],
    });
    expect(() => assertPencilKernel(signed(-0.49))).not.toThrow();
    expect(() => assertPencilKernel(signed(-0.9))).toThrow(/weightsGyCm2\[1\].*≥ 0 everywhere/);
  });

  it("takes rates in pairs a, 3/2 a that double", () => {
    const rows = (n: number) => [0, 1, 1].map((w) => new Array<number>(n).fill(w));
    const pairs = { ...simple, ratesPerMm: [0.1, 0.15, 0.2, 0.3], weightsGyCm2: rows(4) };
    expect(() => assertPencilKernel(pairs)).not.toThrow();
    expect(() => assertPencilKernel({ ...pairs, ratesPerMm: [0.1, 0.15, 0.2, 0.35] })).toThrow(
      /ratesPerMm\[3\]/,
    );
    expect(() =>
      assertPencilKernel({ ...pairs, ratesPerMm: [0.1, 0.15, 0.2], weightsGyCm2: rows(3) }),
    ).toThrow(/ratesPerMm\[1\]/);
  });

  it("refuses rates that do not double, depths that do not start at 0, negative dose and wrong shapes", () => {
    expect(() =>
      assertPencilKernel({
        ...simple,
        ratesPerMm: [0.1, 0.3],
        weightsGyCm2: [
          [0, 0],
          [2, 0],
          [4, 0],
        ],
      }),
    ).toThrow(/ratesPerMm\[1\]/);
    expect(() => assertPencilKernel({ ...simple, depthMm: [1, 10, 20] })).toThrow(/depthMm\[0\]/);
    expect(() => assertPencilKernel({ ...simple, weightsGyCm2: [[0], [-2], [4]] })).toThrow(/≥ 0/);
    expect(() => assertPencilKernel({ ...simple, weightsGyCm2: [[0], [2]] })).toThrow(/one row per depth/);
  });
});

describe("mohan6 spectrum", () => {
  it("is normalised and has the mean energy of EGSnrc's file, 1.8985 MeV", () => {
    expect(MOHAN_6_MV.relativeNumber.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
    expect(MOHAN_6_MV.binEdgesMeV).toHaveLength(MOHAN_6_MV.relativeNumber.length + 1);
    expect(meanPhotonEnergyMeV(MOHAN_6_MV)).toBeCloseTo(1.8985, 3);
  });
});
