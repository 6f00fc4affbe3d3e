import { CancelledError } from "@isodose/core";
import { beamDataOf, circleBeamDose } from "@isodose/machines";
import { SIGMA_PER_FWHM } from "@isodose/physics";
import { beforeAll, describe, expect, it } from "vitest";
import { bentSpectrum, binMiddlesMeV, meanEnergyMeV } from "../../src/commission/fit-beam.ts";
import {
  type CommissionResult,
  commission,
  commissionReport,
  type MonoPencils,
  monoPencils,
  parseCommissionSpec,
  pencilKernelOfSpectrum,
} from "../../src/index.ts";
import { normalStream, range, SPEC } from "./fixtures.ts";

const SEED = 11;
/** The beam that the curves are made of. */
const TRUTH = { b: -0.25, fwhmMm: 2.6, share: 0.08, transmission: 0.006 };
const spec = parseCommissionSpec(SPEC);
const energies = binMiddlesMeV(spec.spectrum);
const trueNumbers = bentSpectrum(spec.spectrum.relativeNumber, energies, 0, TRUTH.b);

/** CSV files of the beam above, by name; `noise` scales their errors. */
function files(pencils: MonoPencils, noise: number): Map<string, string> {
  const kernel = pencilKernelOfSpectrum(pencils, trueNumbers);
  const optics = {
    sadMm: 800,
    sourceSigmaMm: TRUTH.fwhmMm * SIGMA_PER_FWHM,
    collimatorDistanceMm: 400,
    headScatter: { ...SPEC.headScatter, share: TRUTH.share },
    leakage: { ...SPEC.leakage, transmission: TRUTH.transmission },
  };
  const dose = (diameterMm: number, sourceDistanceMm: number, depthMm: number, offAxisMm = 0) =>
    circleBeamDose(kernel, optics, { diameterMm, sourceDistanceMm, depthMm, offAxisMm });
  const normal = normalStream(SEED);
  const csv = (header: string, percent: number, x: number[], y: number[], top = Math.max(...y)) =>
    `${header}\n${x.map((at, i) => `${at},${(100 * y[i]!) / top + noise * percent * normal()}`).join("\n")}\n`;
  const depths = range(0, 300, 5);
  const profile = (mm: number, ssd: number, depth: number, reach: number, step: number) => {
    const x = range(-reach, reach, step);
    return csv(
      "offAxisMm,dose",
      0.5,
      x,
      x.map((r) => dose(mm, ssd + depth, depth, Math.abs(r))),
    );
  };
  const cones = [5, 7.5, 10, 15, 20, 30, 40];
  const reference = dose(60, 800, 15);
  const factors = cones.map((mm) => `${mm},${dose(mm, 800, 15) / reference + 0.004 * noise * normal()}`);
  return new Map([
    [
      "depth-10.csv",
      csv(
        "depthMm,dose",
        0.3,
        depths,
        depths.map((d) => dose(10, 785 + d, d)),
      ),
    ],
    [
      "tpr-60.csv",
      csv(
        "depthMm,dose",
        0.3,
        depths,
        depths.map((d) => dose(60, 800, d)),
      ),
    ],
    ["profile-10.csv", profile(10, 785, 15, 20, 1)],
    ["profile-60.csv", profile(60, 700, 100, 50, 2)],
    ["factors.csv", `diameterMm,factor\n${factors.join("\n")}\n`],
  ]);
}

describe("a beam fitted to synthetic curves of a known one", () => {
  let pencils: MonoPencils;
  let result: CommissionResult;
  beforeAll(async () => {
    pencils = await monoPencils(spec.spectrum, { histories: spec.histories, seed: spec.seed });
    const texts = files(pencils, 1);
    result = await commission(spec, { pencils, readText: async (file) => texts.get(file)! });
  }, 60_000);

  it(`comes out within 2 standard errors of it (noise seed ${SEED})`, () => {
    const truth = [TRUTH.b, TRUTH.fwhmMm, TRUTH.share, TRUTH.transmission];
    result.fit!.parameters.forEach(({ name, value, standardError }, i) => {
      expect(Math.abs(value - truth[i]!) / standardError, name).toBeLessThan(2);
    });
    const { after, standardError } = result.fit!.meanEnergyMeV;
    expect(Math.abs(after - meanEnergyMeV(trueNumbers, energies)) / standardError).toBeLessThan(2);
    expect(result.fit!.converged).toBe(true);
    expect(result.warnings).toEqual([]);
  });

  it("leaves residuals as large as the noise: χ² within 3 of its own standard deviations", () => {
    const { chiSquare, degreesOfFreedom } = result.fit!;
    expect(Math.abs(chiSquare - degreesOfFreedom)).toBeLessThan(3 * Math.sqrt(2 * degreesOfFreedom));
    const start = result.curves[0]!.before.reduce(
      (sum, v, i) => sum + ((v - result.curves[0]!.measured.y[i]!) / 0.3) ** 2,
      0,
    );
    expect(start).toBeGreaterThan(3 * result.curves[0]!.chiSquare);
  });

  it("makes a machine whose tables hold the fitted beam", () => {
    const data = beamDataOf(result.machine);
    const { parameters } = result.fit!;
    expect(result.machine.beamModel.sourceFwhmMm).toBeCloseTo(parameters[1]!.value, 5);
    expect(data.photons.headScatter!.share).toBeCloseTo(parameters[2]!.value, 5);
    expect(data.photons.spectrum.relativeNumber[3]! / result.spectrumAfter[3]!).toBeCloseTo(1, 5);
    const ten = result.outputFactors.find((o) => o.diameterMm === 10)!;
    expect(data.cone(10).outputFactor).toBeCloseTo(ten.factor, 5);
    expect(data.doseGyPerMonitorUnit).toBe(0.01);
    const fields = result.machine.provenance.map((p) => p.field);
    expect(fields).toContain("nodes");
    expect(fields.filter((f) => f === "beamModel.sourceFwhmMm")).toHaveLength(1);
  });

  it("gives the start's numbers back from curves of the start without noise", async () => {
    const texts = files(pencils, 0);
    const known = parseCommissionSpec({
      ...SPEC,
      sourceFwhmMm: TRUTH.fwhmMm,
      headScatter: { ...SPEC.headScatter, share: TRUTH.share },
      leakage: { ...SPEC.leakage, transmission: TRUTH.transmission },
      spectrum: { ...SPEC.spectrum, relativeNumber: trueNumbers },
    });
    const { fit } = await commission(known, { pencils, readText: async (file) => texts.get(file)! });
    expect(fit!.chiSquare).toBeLessThan(1e-6);
    expect(fit!.parameters[0]!.value).toBeCloseTo(0, 4);
    expect(fit!.parameters[1]!.value).toBeCloseTo(TRUTH.fwhmMm, 4);
  });

  it("fits nothing where nothing is asked for", async () => {
    const { fit: _, measured: __, ...bare } = SPEC;
    const made = await commission(parseCommissionSpec(bare), { pencils, readText: async () => "" });
    expect(made.fit).toBeUndefined();
    expect(made.machine.beamModel.sourceFwhmMm).toBeCloseTo(2, 6);
    expect(commissionReport(made)).toContain("Nothing was fitted");
  });

  it("reports parameters, curves and sources on one page", () => {
    const html = commissionReport(result);
    for (const text of [
      "Not for clinical use",
      "headScatter.share",
      "depth in water, mm",
      "distance from the axis at depth, mm",
      "energy, MeV",
      "field diameter at SAD, mm",
      "fitted to depth-10.csv",
    ])
      expect(html).toContain(text);
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|NaN|undefined/);
  });

  it("is cancelled", async () => {
    const controller = new AbortController();
    const texts = files(pencils, 1);
    const run = commission(spec, {
      readText: async (file) => texts.get(file)!,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toBeInstanceOf(CancelledError);
  });
});
