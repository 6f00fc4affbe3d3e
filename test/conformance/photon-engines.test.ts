import {
  AXIAL_DIRECTION,
  CancelledError,
  type Direction,
  type Grid,
  isLibraryError,
  type PatientPoint,
  type Vec3,
} from "@isodose/core";
import { collapsedConeDose, monteCarloDose } from "@isodose/dose";
import {
  circleFieldDose,
  kernelWeightsAt,
  MATERIALS,
  MOHAN_6_MV,
  meanPhotonEnergyMeV,
  PENCIL_KERNEL_6MV_MOHAN,
  photonCoefficients,
} from "@isodose/physics";
import { describe, expect, it } from "vitest";
import {
  ENGINE_ROWS,
  type EngineDose,
  type EngineRow,
  type Estimate,
  fieldOf,
  meanDose,
  meanOver,
  mediumOf,
  REFERENCE_MM,
  type Scene,
  type SceneBeam,
  SPECTRUM,
  uniform,
} from "../support/photon-engines.ts";
import { rotationOf } from "../support/rotation.ts";

// What every engine must obey, whatever its model: an engine or a backend is one row of ENGINE_ROWS. Where an engine has statistics, means
// over regions are compared within four standard errors from its batches (16 of them: four are passed by chance once in about 1000).
const N = 27;
const STEP_MM = 4;
const HALF_MM = (N * STEP_MM) / 2;

/** A cube of N³ voxels about the origin. */
function cubeGrid(stepMm = STEP_MM): Grid {
  const first = (-(N - 1) / 2) * stepMm;
  return {
    size: [N, N, N],
    spacingMm: [stepMm, stepMm, stepMm],
    originMm: [first, first, first],
    direction: AXIAL_DIRECTION,
  };
}

/** From +z, to the middle of a cube 800 mm away. */
const FROM_ABOVE: SceneBeam = {
  diameterMm: 24,
  directionToSource: [0, 0, 1],
  acrossAxis: [1, 0, 0],
  aimMm: [0, 0, 0],
  distanceMm: REFERENCE_MM,
  weight: 1,
};
const FROM_THE_SIDE: SceneBeam = { ...FROM_ABOVE, directionToSource: [1, 0, 0], acrossAxis: [0, 1, 0] };
const WATER: Scene = { grid: cubeGrid(), densityGPerCm3: uniform(cubeGrid()), beams: [FROM_ABOVE] };

const at = (i: number, j: number, k: number) => i + N * (j + N * k);

/** Voxels of a slab from `from` to `to` mm below the face at +z, within a distance of the axis. */
function slab(fromMm: number, toMm: number, radiusMm: number, stepMm = STEP_MM): number[] {
  const voxels: number[] = [];
  const middle = (N - 1) / 2;
  for (let k = 0; k < N; k++) {
    const depthMm = (N - 0.5 - k) * stepMm;
    if (depthMm < fromMm || depthMm > toMm) continue;
    for (let j = 0; j < N; j++)
      for (let i = 0; i < N; i++)
        if (Math.hypot(i - middle, j - middle) * stepMm <= radiusMm) voxels.push(at(i, j, k));
  }
  return voxels;
}

const CORE = slab(32, 72, 6);
/** Where doses are compared: near and deep in the field, and beside it. */
const REGIONS: readonly (readonly [name: string, voxels: readonly number[]])[] = [
  ["the first 12 mm", slab(0, 12, 8)],
  ["20 to 50 mm deep", slab(20, 50, 8)],
  ["60 to 100 mm deep", slab(60, 100, 8)],
  ["beside the field", slab(20, 80, 30).filter((v) => !slab(20, 80, 18).includes(v))],
];

/** The same value: within the share of `scale`, and four standard errors. */
function expectSame(a: Estimate, b: Estimate, share: number, scale: number, what: string): void {
  const tolerance = share * Math.abs(scale) + 4 * Math.hypot(a.sigma, b.sigma);
  expect(Math.abs(a.value - b.value), `${what}: ${a.value} and ${b.value}`).toBeLessThanOrEqual(tolerance);
}

/** Regions of two doses agree; `voxels` says where a voxel of the first lies in the second. */
function expectSameRegions(
  row: EngineRow,
  a: EngineDose,
  b: EngineDose,
  share: number,
  factor = 1,
  voxelInB: (v: number) => number = (v) => v,
): void {
  const axis = meanOver(a, CORE).value;
  expect(axis, "dose on the axis").toBeGreaterThan(0);
  for (const [name, voxels] of REGIONS) {
    const other = meanOver(b, voxels.map(voxelInB));
    const scaled = { value: factor * other.value, sigma: factor * other.sigma };
    expectSame(meanOver(a, voxels), scaled, share, axis, `${row.id}, ${name}`);
  }
}

/** Largest difference by voxel, as a share of the dose on the axis: for what must agree voxel by voxel. */
function largestDifference(a: EngineDose, b: EngineDose): number {
  const [one, other] = [meanDose(a), meanDose(b)];
  let largest = 0;
  for (let v = 0; v < one.length; v++) largest = Math.max(largest, Math.abs(one[v]! - other[v]!));
  return largest / meanOver(a, CORE).value;
}

const turn = (m: Direction, [x, y, z]: Vec3): Vec3 => [
  m[0] * x + m[1] * y + m[2] * z,
  m[3] * x + m[4] * y + m[5] * z,
  m[6] * x + m[7] * y + m[8] * z,
];

describe.each(ENGINE_ROWS)("$id", (row) => {
  const known = row.dose(WATER);

  it("is linear in the weight, to rounding", async () => {
    const twice = await row.dose({ ...WATER, beams: [{ ...FROM_ABOVE, weight: 2.5 }] });
    const once = await known;
    const doubled = { ...once, batches: once.batches.map((dose) => dose.map((gy) => 2.5 * gy)) };
    expect(largestDifference(doubled, twice)).toBeLessThan(1e-6);
  });

  it("adds beams, each by its weight; one of weight 0 adds nothing", async () => {
    const none = { ...FROM_ABOVE, aimMm: [20, 0, 0] as PatientPoint, weight: 0 };
    const two = await row.dose({
      ...WATER,
      beams: [{ ...FROM_ABOVE, weight: 0.5 }, none, { ...FROM_THE_SIDE, weight: 2 }],
    });
    const side = await row.dose({ ...WATER, beams: [FROM_THE_SIDE] }, { seed: 2 });
    for (const [name, voxels] of REGIONS) {
      const [a, b] = [meanOver(await known, voxels), meanOver(side, voxels)];
      const sum = { value: 0.5 * a.value + 2 * b.value, sigma: Math.hypot(0.5 * a.sigma, 2 * b.sigma) };
      expectSame(meanOver(two, voxels), sum, 1e-6, sum.value, `${row.id}, ${name}`);
    }
  });

  it("follows the inverse square: same depth, same field there, sources at 750 and 950 mm", async () => {
    // The theorem behind TPR: at one depth, in fields of one size there, dose goes as fluence, 1/f².
    const fromAway = async (f: number, seed: number) => {
      // 40 to 56 mm below the face; the field is 24 mm wide there.
      const depthMm = 48;
      const beam = {
        ...FROM_ABOVE,
        diameterMm: (24 * REFERENCE_MM) / f,
        aimMm: [0, 0, HALF_MM - depthMm] as PatientPoint,
        distanceMm: f,
      };
      return meanOver(await row.dose({ ...WATER, beams: [beam] }, { seed }), slab(40, 56, 8));
    };
    const [near, far] = [await fromAway(750, 3), await fromAway(950, 4)];
    const factor = (950 / 750) ** 2;
    const scaled = { value: factor * far.value, sigma: factor * far.sigma };
    expectSame(near, scaled, row.isStatistical ? 0.002 : 0.005, near.value, row.id);
  });

  it("is symmetric: mirrored and turned by 90° about the axis of a round beam", async () => {
    const dose = await known;
    const last = N - 1;
    for (const [name, image] of [
      ["x mirrored", (i: number, j: number) => [last - i, j]],
      ["y mirrored", (i: number, j: number) => [i, last - j]],
      ["turned", (i: number, j: number) => [j, last - i]],
    ] as const) {
      const voxelAt = (v: number) => {
        const [i, j, k] = [v % N, Math.floor(v / N) % N, Math.floor(v / N / N)];
        const [a, b] = image(i, j) as [number, number];
        return at(a, b, k);
      };
      // Regions that are not images of themselves: what lies to one side.
      const axis = meanOver(dose, CORE).value;
      for (const side of [
        (v: number) => v % N > 13,
        (v: number) => Math.floor(v / N) % N > 13,
        (v: number) => v % N > 14 && Math.floor(v / N) % N === 14,
      ]) {
        const voxels = slab(12, 92, 16).filter(side);
        const images = voxels.map(voxelAt);
        expectSame(
          meanOver(dose, voxels),
          meanOver(dose, images),
          row.symmetryShare,
          axis,
          `${row.id}, ${name}`,
        );
      }
      if (row.isStatistical) continue;
      const mirrored = dose.batches.map((one) => one.map((_, v) => one[voxelAt(v)]!));
      expect(largestDifference(dose, { ...dose, batches: mirrored }), name).toBeLessThanOrEqual(
        3 * row.symmetryShare,
      );
    }
  });

  it.each([
    [0.2, [0.9, 0.3, -0.2, 0.24] as const],
    [0.4, [0.5, -0.5, 0.5, 0.5] as const],
    [0.6, [0.1, 0.7, 0.6, -0.37] as const],
  ])("does not mind how the scene is turned (%d)", async (_, q) => {
    const norm = Math.hypot(...q);
    const m = rotationOf(q.map((c) => c / norm) as unknown as readonly [number, number, number, number]);
    // Patient, grid and beam together; tissue that is no two ways alike; no ray along a face between voxels, where rounding would choose.
    const densityGPerCm3 = WATER.densityGPerCm3.map(
      (_, v) => 0.7 + 0.5 * ((v % N) / N) + 0.2 * (Math.floor(v / N / N) / N),
    );
    const lopsided = {
      ...WATER,
      densityGPerCm3,
      beams: [{ ...FROM_ABOVE, aimMm: [6.37, -3.41, 2.2] as PatientPoint }],
    };
    const turned: Scene = {
      ...lopsided,
      grid: { ...WATER.grid, direction: m, originMm: turn(m, WATER.grid.originMm) as PatientPoint },
      beams: lopsided.beams.map((beam) => ({
        ...beam,
        directionToSource: turn(m, beam.directionToSource),
        acrossAxis: turn(m, beam.acrossAxis),
        aimMm: turn(m, beam.aimMm) as PatientPoint,
      })),
    };
    const [a, b] = [await row.dose(lopsided), await row.dose(turned, { seed: 5 })];
    if (row.isStatistical) expectSameRegions(row, a, b, 0);
    else expect(largestDifference(a, b)).toBeLessThan(1e-4);
  });

  it("gives from the side what it gives from above", async () => {
    const side = await row.dose({ ...WATER, beams: [FROM_THE_SIDE] }, { seed: 6 });
    const moved = (v: number) => at(Math.floor(v / N / N), v % N, Math.floor(v / N) % N);
    expectSameRegions(row, await known, side, row.symmetryShare, 1, moved);
  });

  it("moves with the scene, and by half a voxel against the grid keeps the integral over every layer", async () => {
    const by: Vec3 = [13.7, -5.1, 8.3];
    const plus = (p: PatientPoint, d: Vec3): PatientPoint => [p[0] + d[0], p[1] + d[1], p[2] + d[2]];
    const moved = await row.dose({
      ...WATER,
      grid: { ...WATER.grid, originMm: plus(WATER.grid.originMm, by) },
      beams: [{ ...FROM_ABOVE, aimMm: plus(FROM_ABOVE.aimMm, by) }],
    });
    if (row.isStatistical) expectSameRegions(row, await known, moved, 0);
    else expect(largestDifference(await known, moved)).toBeLessThan(1e-4);
    const wide = { ...FROM_ABOVE, diameterMm: 40 };
    const half = { ...wide, aimMm: [STEP_MM / 2, STEP_MM / 2, 0] as PatientPoint };
    const centred = await row.dose({ ...WATER, beams: [wide] });
    const shifted = await row.dose({ ...WATER, beams: [half] }, { seed: 7 });
    for (const [from, to] of [
      [12, 32],
      [40, 60],
      [72, 92],
    ] as const) {
      const layer = slab(from, to, 60);
      const [a, b] = [meanOver(centred, layer), meanOver(shifted, layer)];
      expectSame(a, b, row.accuracyShare, a.value, `${row.id}, ${from} to ${to} mm`);
    }
  });

  it("sees depth as density times length", async () => {
    if (!row.scalesWithDensity) {
      // Penumbra and ranges are those of water; what scales is the depth. 38 mm of density 78/38 or 78 mm of water, 800 mm from the source:
      // the same dose over the whole layer.
      const layer = async (density: number, depthMm: number, k: number) => {
        const beams = [{ ...FROM_ABOVE, aimMm: [0, 0, HALF_MM - depthMm] as PatientPoint }];
        const dose = await row.dose({ ...WATER, densityGPerCm3: uniform(WATER.grid, density), beams });
        return meanDose(dose).subarray(N * N * k, N * N * (k + 1));
      };
      const [dense, loose] = [await layer(78 / 38, 38, N - 10), await layer(1, 78, N - 20)];
      const most = Math.max(...loose);
      expect(most).toBeGreaterThan(0);
      for (let v = 0; v < N * N; v++) expect(Math.abs(dense[v]! - loose[v]!) / most).toBeLessThan(1e-4);
      return;
    }
    // All lengths by 1/s, densities by s: mean free paths, ranges and fields keep their proportions, so the dose for a fluence is the same.
    const s = 2;
    const grid = cubeGrid(STEP_MM / s);
    const parallel = { ...FROM_ABOVE, distanceMm: Number.POSITIVE_INFINITY };
    const a = await row.dose({ ...WATER, beams: [parallel] });
    const b = await row.dose(
      {
        grid,
        densityGPerCm3: uniform(grid, s),
        beams: [{ ...parallel, diameterMm: parallel.diameterMm / s }],
      },
      { seed: 8 },
    );
    expectSameRegions(row, a, b, row.isStatistical ? 0 : 0.02);
  });

  it("stops where it is told to, before it starts and midway", async () => {
    for (const afterMs of [0, 40]) {
      const controller = new AbortController();
      if (afterMs === 0) controller.abort();
      else setTimeout(() => controller.abort(), afterMs);
      const start = performance.now();
      await expect(row.runLong(WATER, controller.signal)).rejects.toThrow(CancelledError);
      expect(performance.now() - start, `${afterMs} ms`).toBeLessThan(1000);
    }
  });
});

describe("energy", () => {
  // Parallel rays, so that what enters is area times fluence times energy; lengths in cm.
  const beam = { ...FROM_ABOVE, distanceMm: Number.POSITIVE_INFINITY };
  const scene = { ...WATER, beams: [beam] };
  const areaCm2 = (Math.PI * 2.4 ** 2) / 4;
  const meanMeV = meanPhotonEnergyMeV(MOHAN_6_MV);
  const inMeV = areaCm2 * meanMeV;
  /** ∫ dose dm, MeV. */
  const integralMeV = (values: ArrayLike<number>) => {
    let sum = 0;
    for (let v = 0; v < values.length; v++) sum += values[v]! * scene.densityGPerCm3[v]!;
    return (sum * (STEP_MM / 10) ** 3) / 1.602176634e-10;
  };

  it("monte-carlo: what enters is deposited or leaves", async () => {
    const request = { medium: mediumOf(scene), fields: [fieldOf(beam)], histories: 20_000 };
    const varianceReduction = { splitting: 1, forceFirstInteraction: false, sharedInteractions: 0 };
    const { energyBalance: analog, dose } = await monteCarloDose({ ...request, varianceReduction });
    expect((analog.depositedMeV + analog.escapedMeV) / analog.inMeV).toBeCloseTo(1, 5);
    expect(Math.abs(integralMeV(dose.values.data) / analog.depositedMeV - 1)).toBeLessThan(1e-5);
    // Energies are drawn from the spectrum in strata: the mean of 20 000 is good to 0.1 %.
    expect(Math.abs(analog.inMeV / inMeV - 1)).toBeLessThan(2e-3);
    // Russian roulette keeps the energy in the mean only: of 20 000 photons to about half a percent.
    const { energyBalance: reduced } = await monteCarloDose(request);
    expect(Math.abs((reduced.depositedMeV + reduced.escapedMeV) / reduced.inMeV - 1)).toBeLessThan(0.02);
  });

  it("collapsed-cone: photons lose E (1 − e^{−µd}); what the cones leave is in the dose", async () => {
    const { energy, dose } = await collapsedConeDose({ medium: mediumOf(scene), field: fieldOf(beam) });
    const { binLowMeV, binHighMeV, relativeNumber } = SPECTRUM;
    let [lost, photons] = [0, 0];
    relativeNumber.forEach((number, b) => {
      for (let n = 0; n < 10; n++) {
        const energyMeV = binLowMeV[b]! + ((n + 0.5) / 10) * (binHighMeV[b]! - binLowMeV[b]!);
        const { total } = photonCoefficients(MATERIALS.water, energyMeV);
        lost += (number / 10) * energyMeV * (1 - Math.exp((-total * 2 * HALF_MM) / 10));
        photons += number / 10;
      }
    });
    // Eight energy groups stand for the spectrum.
    expect(Math.abs(energy.releasedMeV / ((areaCm2 * lost) / photons) - 1)).toBeLessThan(0.003);
    expect(energy.depositedMeV).toBeLessThan(energy.releasedMeV);
    // Resampled from the beam's voxels to those of the grid.
    expect(Math.abs(integralMeV(dose.values.data) / energy.depositedMeV - 1)).toBeLessThan(0.01);
  });

  it("collapsed-cone and monte-carlo leave the same energy in a cube", async () => {
    const cones = await collapsedConeDose({ medium: mediumOf(scene), field: fieldOf(beam) });
    const request = { medium: mediumOf(scene), fields: [fieldOf(beam)], histories: 40_000 };
    const { energyBalance } = await monteCarloDose(request);
    // Cones of an endless medium know neither entrance nor exit; about 0.5 % is the statistics of 40 000 photons.
    expect(Math.abs(cones.energy.depositedMeV / energyBalance.depositedMeV - 1)).toBeLessThan(0.02);
  });

  it("ray-trace: the dose over a plane is the pencil kernel's over the field", async () => {
    // ∫ D dA at the depth d = A Σ wⱼ(d), both at SAD: the inverse square and the field's growth cancel. Beyond 20 mm from the edge (at
    // SAD) the engine has no dose; what the kernel has there is added.
    const grid = {
      ...cubeGrid(),
      spacingMm: [1, 1, STEP_MM],
      size: [81, 81, N],
      originMm: [-40, -40, -52],
    } as const;
    const row = ENGINE_ROWS.find(({ id }) => id === "ray-trace")!;
    const { batches } = await row.dose({ grid, densityGPerCm3: uniform(grid), beams: [FROM_ABOVE] });
    const weights = new Float64Array(PENCIL_KERNEL_6MV_MOHAN.ratesPerMm.length);
    for (const k of [22, 13, 4]) {
      let sum = 0;
      for (let v = 0; v < 81 * 81; v++) sum += batches[0]![v + 81 * 81 * k]!;
      const depthMm = (N - 0.5 - k) * STEP_MM;
      kernelWeightsAt(PENCIL_KERNEL_6MV_MOHAN, depthMm, weights);
      const expected = areaCm2 * weights.reduce((all, w) => all + w, 0);
      const point = {
        diameterMm: FROM_ABOVE.diameterMm,
        sadMm: REFERENCE_MM,
        sourceDistanceMm: REFERENCE_MM - HALF_MM + depthMm,
        depthMm,
      };
      let tail = 0;
      const fromMm = ((FROM_ABOVE.diameterMm / 2 + 20) * point.sourceDistanceMm) / REFERENCE_MM;
      for (let offAxisMm = fromMm + 0.5; offAxisMm < 700; offAxisMm++)
        tail += 2 * Math.PI * offAxisMm * circleFieldDose(PENCIL_KERNEL_6MV_MOHAN, { ...point, offAxisMm });
      expect(tail, "what the engine leaves out").toBeLessThan(0.25 * sum);
      expect((0.01 * (sum + tail)) / expected, `layer ${k}`).toBeCloseTo(1, 2);
    }
  });
});

describe("what cannot be computed is refused by name, by every engine that transports photons", () => {
  const field = fieldOf(FROM_ABOVE);
  const good = { medium: mediumOf(WATER), field };
  type Request = typeof good;
  const ENGINES = {
    "collapsed-cone": ({ medium, field: one }: Request) => collapsedConeDose({ medium, field: one }),
    "monte-carlo": ({ medium, field: one }: Request) =>
      monteCarloDose({ medium, fields: [one], histories: 200, batches: 2 }),
  };
  const spectrum = (energyMeV: number) => ({
    binLowMeV: [energyMeV],
    binHighMeV: [energyMeV],
    relativeNumber: [1],
  });
  const density = (value: number) => {
    const densityGPerCm3 = uniform(WATER.grid);
    densityGPerCm3[5000] = value;
    return { ...good.medium, densityGPerCm3 };
  };
  const cases: readonly (readonly [name: string, request: Partial<Request>, said: RegExp])[] = [
    ["a density of NaN", { medium: density(Number.NaN) }, /densityGPerCm3\[5000\].*NaN/],
    ["a negative density", { medium: density(-1) }, /densityGPerCm3\[5000\].*-1/],
    ["an endless density", { medium: density(Number.POSITIVE_INFINITY) }, /densityGPerCm3\[5000\]/],
    ["a material that is not there", { medium: { ...good.medium, materials: [] } }, /materialIndex/],
    [
      "a material of an unknown element",
      { medium: { ...good.medium, materials: [{ ...MATERIALS.water, massFractions: { Xx: 1 } }] } },
      /Xx/,
    ],
    ["energies above the tables", { field: { ...field, spectrum: spectrum(60) } }, /60/],
    ["an energy of NaN", { field: { ...field, spectrum: spectrum(Number.NaN) } }, /spectrum/],
    [
      "no photons at all",
      { field: { ...field, spectrum: { ...spectrum(2), relativeNumber: [0] } } },
      /spectrum/,
    ],
    ["a field without size", { field: { ...field, shape: { kind: "circle", diameterMm: 0 } } }, /diameterMm/],
    ["a direction of no length", { field: { ...field, directionToSource: [0, 0, 0] } }, /directionToSource/],
    ["a beam that misses", { field: { ...field, isocenterMm: [300, 0, 0] } }, /field/],
  ];
  describe.each(Object.entries(ENGINES))("%s", (_, run) => {
    it.each(cases)("%s", async (_name, request, said) => {
      await expect(run({ ...good, ...request } as Request)).rejects.toThrow(said);
      const error = await run({ ...good, ...request } as Request).catch((e: unknown) => e);
      expect(isLibraryError(error), String(error)).toBe(true);
    });

    it("warns of a grid too coarse for the field, with the numbers", async () => {
      const shape = { kind: "circle", diameterMm: 3 } as const;
      const medium = mediumOf({ ...WATER, grid: cubeGrid(2) });
      const { warnings } = await run({ medium, field: { ...field, shape } });
      const told = warnings.find(({ code }) => /coarse/.test(code));
      expect(told?.message).toMatch(/3 mm/);
    });
  });
});
