import { circleFieldDose, type PencilKernel } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import {
  fitPencilKernel,
  type PencilKernelFitOptions,
  type ReferenceCase,
  type ReferenceSample,
} from "../src/index.ts";

/** A kernel to be found again: two exponentials, not all of whose rates the fit uses in the same way. */
const truth: PencilKernel = {
  name: "truth",
  provenance: { title: "", source: "", note: "" },
  attenuationPerMm: 0.0045,
  ratesPerMm: [0.03, 0.06, 0.12, 0.24, 0.48, 0.96],
  depthMm: [0, 5, 15, 60, 150],
  weightsGyCm2: [
    [0.5, 0, 0, 0, 0, 1],
    [1, 0, 0, 0, 2, 3],
    [1.5, 0, 0, 0, 3, 3],
    [2, 0, 0, 0, 3.5, 2],
    [3, 0, 0, 0, 4, 1],
  ].map((row) => row.map((w) => w * 1e-12)),
  surfaceNote: "",
};

function caseOf(diameterMm: number): ReferenceCase {
  const sample = (depthMm: number, offAxisMm: number, positionMm: number): ReferenceSample => {
    const dose = circleFieldDose(truth, {
      diameterMm,
      sadMm: 800,
      sourceDistanceMm: 785 + depthMm,
      depthMm,
      offAxisMm,
    });
    return { positionMm, depthLowMm: depthMm, depthHighMm: depthMm, offAxisMm, dose, sigma: 0.002 * dose };
  };
  const depths = [0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 60, 80, 100, 120, 150];
  const radii = Array.from({ length: 25 }, (_, i) => (i * (diameterMm / 2 + 20)) / 24);
  return {
    id: `truth-${diameterMm}`,
    title: "",
    code: "closed form",
    spectrumName: "none",
    diameterMm,
    referencePlaneMm: 800,
    surfaceMm: 785,
    thicknessMm: 200,
    curves: [
      { name: "axis", along: "depth", samples: depths.map((d) => sample(d, 0, d)) },
      ...[15, 100].map((d) => ({
        name: `at ${d}`,
        along: "off-axis" as const,
        samples: radii.map((r) => sample(d, r, r)),
      })),
    ],
  };
}

describe("fitPencilKernel", () => {
  /** Largest deviation of a field that was left out, as a part of the dose on its axis at the same depth. */
  function worstLeftOut(options: PencilKernelFitOptions): number {
    const kernel = fitPencilKernel([5, 10, 40, 60].map(caseOf), options);
    let worst = 0;
    for (const { depthLowMm, offAxisMm, dose } of caseOf(20).curves.flatMap((curve) => curve.samples)) {
      const point = { diameterMm: 20, sadMm: 800, sourceDistanceMm: 785 + depthLowMm, depthMm: depthLowMm };
      const found = circleFieldDose(kernel, { ...point, offAxisMm });
      worst = Math.max(worst, Math.abs(found - dose) / circleFieldDose(truth, point));
    }
    return worst;
  }

  it("finds a kernel of its own rates again: a field left out is right within 0.05 % of the axis", () => {
    expect(worstLeftOut({ ratesPerMm: truth.ratesPerMm })).toBeLessThan(0.0005);
  });

  it("describes a kernel whose rates lie between its own: a field left out is right within 0.5 % of the axis", () => {
    // Half of what validation allows. Exponentials of rates in between are no exact sum of those that the fit has (0.3 % was
    // measured, on the axis at the deepest samples, where no profile says how the dose spreads).
    expect(worstLeftOut({})).toBeLessThan(0.005);
  });

  it("has no negative weight, names its cases, and needs one", () => {
    const kernel = fitPencilKernel([caseOf(10), caseOf(30)]);
    expect(Math.min(...kernel.weightsGyCm2.flat())).toBeGreaterThanOrEqual(0);
    expect(kernel.provenance.note).toContain("truth-30");
    expect(() => fitPencilKernel([])).toThrow(/cases/);
  });
});
