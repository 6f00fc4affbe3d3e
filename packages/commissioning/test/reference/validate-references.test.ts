import { describe, expect, it } from "vitest";
import {
  parseReferenceFile,
  type ReferenceFile,
  type ReferenceValidationOptions,
  validateReferences,
} from "../../src/index.ts";
import { slabCase, voxelCase, voxelFiles } from "./support/case-json.ts";
import { replayEngine } from "./support/replay-engine.ts";

const ENGINES = ["monte-carlo", "collapsed-cone", "ray-trace"];
const noFiles = async () => new Uint8Array();

async function cases(...jsons: unknown[]): Promise<ReferenceFile[]> {
  return Promise.all(jsons.map((json) => parseReferenceFile(json, noFiles)));
}
async function run(
  files: ReferenceFile[],
  engine: Parameters<typeof validateReferences>[1][0],
  options: ReferenceValidationOptions = {},
) {
  return validateReferences(files, [engine], options);
}

describe.each(ENGINES)("%s's tolerance", (id) => {
  it("passes every point of an engine that replays the case", async () => {
    const report = await run(await cases(slabCase()), replayEngine(id));
    expect(report.pass).toBe(true);
    for (const curve of report.cases[0]!.curves) {
      expect(curve.passPercent).toBe(100);
      expect(curve.worstPercent).toBe(0);
      expect(curve.points + curve.apart.points).toBe(curve.name === "profile" ? 31 : 20);
    }
  });

  it("fails an engine that is 5 % off everywhere in water", async () => {
    const water = slabCase({
      phantom: { kind: "slabs", layers: [{ material: "water", thicknessMm: 300 }] },
    });
    const report = await run(
      await cases(water),
      replayEngine(id, (value) => 1.05 * value),
    );
    expect(report.pass).toBe(false);
    const axis = report.cases[0]!.curves[0]!;
    expect(axis.meanPercent).toBeCloseTo(5, 6);
    expect(axis.worstPercent).toBeCloseTo(5, 6);
    expect(report.cases[0]!.failures.length).toBeGreaterThan(0);
  });
});

describe("scoring", () => {
  it("lets a shift of the edge pass by distance up to the engine's millimetres and not beyond", async () => {
    // The made-up edge falls by 1/4 of the axis dose per mm: shifted by δ the ramp differs by δ/4.
    const shifted = (shift: number) =>
      replayEngine("collapsed-cone", (value, r, file) => {
        const axis = file.curves[1]!.samples[0]!.value;
        return r >= 9 && r <= 11 ? value + (shift / 4) * axis : value;
      });
    const near = await run(await cases(slabCase()), shifted(0.9));
    expect(near.cases[0]!.curves[1]!.passPercent).toBe(100);
    expect(near.cases[0]!.curves[1]!.worstMm).toBeCloseTo(0.9, 6);
    const far = await run(await cases(slabCase()), shifted(1.2));
    expect(far.cases[0]!.curves[1]!.passed).toBe(28);
  });

  it("counts 2 combined standard errors for Monte Carlo, and refuses a mean deviation above 0.5 %", async () => {
    const wobble = (percent: number) =>
      replayEngine(
        "monte-carlo",
        (value, x) => value * (1 + (Math.floor(x) % 2 === 0 ? 1 : -1) * percent),
        0.4,
      );
    expect((await run(await cases(slabCase()), wobble(0.0145))).cases[0]!.passPercent).toBe(100);
    const tilted = await run(
      await cases(slabCase()),
      replayEngine("monte-carlo", (v) => 1.007 * v),
    );
    expect(tilted.cases[0]!.passPercent).toBe(100);
    // Of the dose on the axis: on it 0.7 %, less in the tail of a profile.
    const [axis, profile] = tilted.cases[0]!.curves;
    expect(axis!.failures.join()).toMatch(
      /mean deviation 0\.70 % of the dose on the axis, 0\.5 % is allowed/,
    );
    const { samples } = (await cases(slabCase()))[0]!.curves[1]!;
    const mean = samples.reduce((sum, s) => sum + s.value, 0) / (samples.length * samples[0]!.value);
    expect(profile!.meanPercent).toBeCloseTo(0.7 * mean, 6);
    expect(profile!.meanLocalPercent).toBeCloseTo(0.7, 6);
  });

  it("takes reduced χ² from both errors and a floor of 1 %", async () => {
    const { cases: found } = await run(
      await cases(slabCase()),
      replayEngine("monte-carlo", (v) => 1.02 * v, 0.3),
    );
    expect(found[0]!.curves[0]!.reducedChiSquare).toBeCloseTo(4 / (0.3 ** 2 + 0.4 ** 2 + 1), 6);
  });

  it("asks Monte Carlo for its own standard error", async () => {
    const { cases: found } = await run(
      await cases(slabCase()),
      replayEngine("monte-carlo", (v) => v, 0.6),
    );
    expect(found[0]!.failures.join()).toMatch(/own standard error 0\.60 %/);
  });

  it("gives collapsed cone 10 % at the entry of lung and 3 % elsewhere, the first 2 mm apart", async () => {
    const off = (percent: number) =>
      replayEngine("collapsed-cone", (v, z, file) =>
        file.curves[0]!.samples.some((s) => s.positionMm === z && s.value === v && z > 40 && z < 65)
          ? v * (1 + percent / 100)
          : v,
      );
    expect((await run(await cases(slabCase()), off(8))).cases[0]!.curves[0]!.passPercent).toBe(100);
    expect((await run(await cases(slabCase()), off(12))).cases[0]!.curves[0]!.passed).toBe(15);
  });

  it("compares output factors within a set, and finds an engine that is right on each curve's shape but not between fields", async () => {
    const files = await cases(slabCase({}, 5), slabCase({}, 20), slabCase({}, 60));
    const good = await run(files, replayEngine("ray-trace"));
    expect(good.cases.map((one) => one.scalars.length)).toEqual([1, 1, 0]);
    expect(good.cases[0]!.scalars[0]!.expected).toBeCloseTo(5 / 8 / (60 / 63), 9);
    const bad = await run(
      files,
      replayEngine("ray-trace", (v, _, file) => (file.id === "made-up-5" ? 0.985 * v : v)),
    );
    expect(bad.cases[0]!.scalars[0]).toMatchObject({ pass: false });
    expect(bad.cases[1]!.scalars[0]).toMatchObject({ pass: true });
  });
});

describe("volumes", () => {
  it("leaves thin voxels out and fails what misses the file's own gamma", async () => {
    const files = voxelFiles();
    const file = await parseReferenceFile(voxelCase(), async (name) => files[name]!);
    const good = await run(
      [file],
      replayEngine("collapsed-cone", (v) => (v > 8e-12 ? 0 : v)),
    );
    expect(good.cases[0]!.volumes[0]).toMatchObject({ points: 23, passPercent: 100, pass: true });
    const bad = await run(
      [file],
      replayEngine("collapsed-cone", (v) => 1.05 * v),
    );
    expect(bad.cases[0]!.volumes[0]!.pass).toBe(false);
  });
});

describe("nothing compared", () => {
  it("fails where no engine applies, and skips by name where the engine was asked for", async () => {
    const files = await cases({ ...slabCase({ id: "proton" }), particle: "proton" }, slabCase());
    const all = await run(files, replayEngine("ray-trace"));
    expect(all.pass).toBe(false);
    expect(all.cases.find((one) => one.id === "proton")).toMatchObject({ engine: "none", pass: false });
    const named = await run(files, replayEngine("ray-trace"), { named: true });
    expect(named.pass).toBe(true);
    expect(named.skipped).toEqual([{ id: "proton", engine: "ray-trace", reason: "for photons" }]);
    const alone = await run(files.slice(0, 1), replayEngine("ray-trace"), { named: true });
    expect(alone).toMatchObject({ pass: false, cases: [] });
  });

  it("fails a case without curves, volumes and scalars", async () => {
    const report = await run(await cases(slabCase({ curves: [] })), replayEngine("ray-trace"));
    expect(report.cases[0]!.failures).toEqual(["nothing compared"]);
  });

  it("refuses the same id twice", async () => {
    await expect(run(await cases(slabCase(), slabCase()), replayEngine("ray-trace"))).rejects.toThrow(
      /^id: is "made-up-20"/,
    );
  });

  it("stops when it is cancelled", async () => {
    const signal = AbortSignal.abort();
    await expect(run(await cases(slabCase()), replayEngine("ray-trace"), { signal })).rejects.toThrow(
      /cancelled/,
    );
  });
});

describe("scalars", () => {
  it("compares the maximum and the voxels at the isocenter, and says why others are not", async () => {
    const files = voxelFiles();
    const json = voxelCase();
    // The isocenter (0, 3, 0) lies between voxels 1 and 2 in x, on row 1, between slices 0 and 1.
    const dose = (v: number) => 4e-12 + 1e-14 * v;
    const expected = (dose(5) + dose(6) + dose(17) + dose(18)) / 4;
    json.scalars = { maxDose_Gy_cm2: 9e-12, isocentreVoxelsMean_Gy_cm2: expected, somethingElse: 1 };
    const file = await parseReferenceFile(json, async (name) => files[name]!);
    const { cases: good } = await run([file], replayEngine("collapsed-cone"));
    expect(good[0]!.scalars.map((s) => s.pass)).toEqual([true, true]);
    expect(good[0]!.scalars[1]!.value).toBeCloseTo(expected, 17);
    expect(good[0]!.notCompared).toEqual([expect.objectContaining({ what: "scalar somethingElse" })]);
    const { cases: bad } = await run(
      [file],
      replayEngine("collapsed-cone", (v) => 0.9 * v),
    );
    expect(bad[0]!.scalars.map((s) => s.pass)).toEqual([false, false]);
  });
});
