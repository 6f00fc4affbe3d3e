import {
  type Aperture,
  AXIAL_DIRECTION,
  addRectangleFractions,
  type Beam,
  type BeamData,
  collapsedConeEngine,
  createVolume,
  energySpectrumOf,
  type Grid,
  type HeadScatter,
  PENCIL_KERNEL_6MV_MOHAN as KERNEL,
  kernelGaussians,
  kernelWeightsAt,
  MATERIALS,
  MOHAN_6_MV,
  makeBeamData,
  type PatientPoint,
  rayTraceEngine,
} from "isodose";
import { describe, expect, it } from "vitest";

const SAD = 1000;
const COLLIMATOR = 400;
const SURFACE = 900;

function machine(fwhmMm: number, headScatter?: HeadScatter): BeamData {
  return makeBeamData({
    ...(headScatter && { headScatter }),
    machineName: "test",
    label: "test",
    kernel: KERNEL,
    spectrum: energySpectrumOf(MOHAN_6_MV),
    sadMm: SAD,
    source: { fwhmMm },
    collimatorExitMm: COLLIMATOR,
    coneDiametersMm: [20],
    reference: { diameterMm: 20, depthMm: 15 },
    doseGyPerMonitorUnit: 0.01,
  });
}

/** Water from 900 mm below the source on, which stands at y = −1000 above the origin. */
const grid: Grid = {
  size: [200, 200, 200],
  spacingMm: [2, 2, 2],
  originMm: [-199, SURFACE - SAD + 1, -199],
  direction: AXIAL_DIRECTION,
};
const water = createVolume(grid, "relative-electron-density", "1.2.3", new Float32Array(200 ** 3).fill(1));

function beamWith(aperture: Aperture): Beam {
  return {
    name: "beam",
    sourceMm: [0, -SAD, 0],
    aimMm: [0, 0, 0],
    bldXAxis: [1, 0, 0],
    bldYAxis: [0, 0, 1],
    sadMm: SAD,
    aperture,
    gantryDeg: 0,
    couchDeg: 0,
    collimatorDeg: 0,
    node: 1,
  };
}

const dosesAt = (beamData: BeamData, beams: readonly Beam[], points: readonly PatientPoint[]) =>
  rayTraceEngine.doseAtPoints({
    relativeElectronDensity: water,
    beamData,
    beams,
    pointsMm: Float64Array.from(points.flat()),
  });

const GAUSSIANS = kernelGaussians(KERNEL.ratesPerMm);

/** (SAD/f)² e^{−µd} Σ w_j F_j without any table. */
function superposed(
  data: BeamData,
  [width, height]: readonly [number, number],
  [cx, cy]: readonly [number, number],
  [x, y, z]: PatientPoint,
): number {
  const f = SAD + y;
  const m = f / SAD;
  const depthMm = (f - SURFACE) * Math.hypot(1, x / f, z / f);
  const fractions = new Float64Array(KERNEL.ratesPerMm.length);
  const weights = new Float64Array(fractions.length);
  const sigma = (data.photons.sourceSigmaMm * (f - COLLIMATOR)) / COLLIMATOR;
  addRectangleFractions(
    GAUSSIANS,
    [(width / 2) * m, (height / 2) * m],
    [x - cx * m, z - cy * m],
    sigma,
    1,
    fractions,
  );
  kernelWeightsAt(KERNEL, depthMm, weights);
  return (
    data.photons.fluencePerCm2PerMonitorUnit *
    (SAD / f) ** 2 *
    fractions.reduce((sum, F, j) => sum + weights[j]! * F, 0)
  );
}

describe.each([
  ["a point source", 0, 0.003],
  ["a focal spot of 1.5 mm", 1.5, 0.003],
])("rectangles in the ray-trace engine, %s", (_name, fwhmMm, tolerance) => {
  const data = machine(fwhmMm);
  it.each([
    ["a beamlet of 5 mm on the axis", [5, 5], [0, 0]],
    ["a beamlet of 5 mm, 32.5 and 17.5 mm off it", [5, 5], [32.5, -17.5]],
    ["a field of 60 × 30 mm", [60, 30], [0, 0]],
  ] as const)(
    "%s: that of the superposition, within a part of the dose at its centre",
    async (_field, size, center) => {
      const points: PatientPoint[] = [];
      for (const y of [-98, -90, -60, 13, 137]) {
        const m = (SAD + y) / SAD;
        for (const u of [0, 0.4, 0.8, 0.95, 1, 1.05, 1.3])
          for (const v of [0, 0.7, 1.02])
            points.push([(center[0] + (u * size[0]) / 2) * m, y, (center[1] + (v * size[1]) / 2) * m]);
        points.push([(center[0] + size[0] / 2 + 8) * m, y, center[1] * m]);
      }
      const beam = beamWith({ kind: "rectangle", widthMm: size[0], heightMm: size[1], centerMm: center });
      const found = await dosesAt(data, [beam], points);
      let worst = 0;
      points.forEach((point, n) => {
        const middle = superposed(data, size, center, [
          (center[0] * (SAD + point[1])) / SAD,
          point[1],
          (center[1] * (SAD + point[1])) / SAD,
        ]);
        worst = Math.max(worst, Math.abs(found[n]! - superposed(data, size, center, point)) / middle);
      });
      expect(worst).toBeLessThan(tolerance);
    },
  );

  it("beamlets that fill a field add up to it", async () => {
    const beams: Beam[] = [];
    for (let i = -4.5; i <= 4.5; i++)
      for (let k = -4.5; k <= 4.5; k++)
        beams.push(beamWith({ kind: "rectangle", widthMm: 5, heightMm: 5, centerMm: [5 * i, 5 * k] }));
    const whole = beamWith({ kind: "rectangle", widthMm: 50, heightMm: 50 });
    const points: PatientPoint[] = [
      [0, -60, 0],
      [13, -60, -7],
      [1, 20, 2],
      [23, 20, 11],
      [25, 100, 0],
    ];
    const parts = await dosesAt(data, beams, points);
    const field = await dosesAt(data, [whole], points);
    const axis = await dosesAt(
      data,
      [whole],
      points.map(([, y]) => [0, y, 0] as const),
    );
    points.forEach((point, p) => {
      let sum = 0;
      for (let b = 0; b < beams.length; b++) sum += parts[b * points.length + p]!;
      // Beamlets end 40 mm beyond their edge, the field 40 mm beyond its own: what is lost is the kernel beyond 40 mm.
      expect(Math.abs(sum - field[p]!) / axis[p]!, `${point}`).toBeLessThan(0.004);
    });
  });
});

/** Part of the unit square about (i, k) within a radius, by 20 × 20 points. */
function covered(i: number, k: number, radius: number): number {
  let inside = 0;
  for (let a = 0; a < 400; a++) {
    const x = i + ((a % 20) + 0.5) / 20 - 0.5;
    const y = k + (Math.floor(a / 20) + 0.5) / 20 - 0.5;
    if (Math.hypot(x, y) < radius) inside++;
  }
  return inside / 400;
}

describe("a disc made of small squares", () => {
  it.each([
    ["without head scatter", undefined],
    ["with head scatter", { share: 0.06, sigmaMm: 8, distanceFromSourceMm: 100 }],
  ])(
    "%s has the dose of the cone, whose table comes from another superposition",
    async (_name, headScatter) => {
      const data = machine(1.5, headScatter);
      const squares: Beam[] = [];
      const weights: number[] = [];
      const mm = 0.5;
      for (let i = -19.5; i <= 19.5; i++)
        for (let k = -19.5; k <= 19.5; k++)
          if (covered(i, k, 10 / mm) > 0) {
            squares.push(
              beamWith({ kind: "rectangle", widthMm: mm, heightMm: mm, centerMm: [mm * i, mm * k] }),
            );
            weights.push(covered(i, k, 10 / mm));
          }
      const points: PatientPoint[] = [
        [0, -85, 0],
        [5, -85, 3],
        [0, 0, 0],
        [8, 0, 0],
        [0, 150, 0],
      ];
      const parts = await dosesAt(data, squares, points);
      const cone = await dosesAt(data, [beamWith({ kind: "circle", diameterMm: 20 })], points);
      points.forEach((point, p) => {
        let sum = 0;
        for (let b = 0; b < squares.length; b++) sum += weights[b]! * parts[b * points.length + p]!;
        expect(Math.abs(sum / cone[p]! - 1), `${point}: ${sum / cone[p]!}`).toBeLessThan(0.005);
      });
    },
  );
});

describe("a rectangle beside the axis", () => {
  it("has the same Gy/MU by ray tracing and by collapsed cones, leakage left out by both", async () => {
    const beamData = makeBeamData({
      machineName: "test",
      label: "test",
      kernel: KERNEL,
      spectrum: energySpectrumOf(MOHAN_6_MV),
      sadMm: SAD,
      source: { fwhmMm: 1.5 },
      collimatorExitMm: COLLIMATOR,
      coneDiametersMm: [20],
      leakage: { transmission: 0.02, radiusMm: 60 },
      reference: { diameterMm: 20, depthMm: 15 },
      doseGyPerMonitorUnit: 0.01,
    });
    const beam = beamWith({ kind: "rectangle", widthMm: 20, heightMm: 12, centerMm: [24, -10] });
    const doseGrid: Grid = {
      size: [40, 30, 30],
      spacingMm: [2, 2, 2],
      originMm: [-15, -60, -40],
      direction: AXIAL_DIRECTION,
    };
    const request = {
      relativeElectronDensity: water,
      beamData,
      beams: [beam],
      grid: doseGrid,
      monitorUnits: Float64Array.of(100),
    };
    const traced = await rayTraceEngine.doseOnGrid(request);
    const { dose } = await collapsedConeEngine.transportDose({
      ...request,
      medium: {
        grid,
        densityGPerCm3: new Float32Array(200 ** 3).fill(1),
        materialIndex: new Uint8Array(200 ** 3),
        materials: [MATERIALS.water],
      },
      statistics: { seed: 1, uncertaintyPercent: 2, histories: 1e6 },
    });
    // Voxels whose centre lies at least 3 mm inside the field.
    let worst = 0;
    let seen = 0;
    for (let k = 0; k < 30; k++)
      for (let j = 0; j < 30; j++)
        for (let i = 0; i < 40; i++) {
          const toSad = SAD / (SAD - 60 + 2 * j);
          const inside = Math.abs((-15 + 2 * i) * toSad - 24) < 7 && Math.abs((-40 + 2 * k) * toSad + 10) < 3;
          if (!inside) continue;
          seen++;
          worst = Math.max(worst, Math.abs(dose.values.get(k, j, i) / traced.values.get(k, j, i) - 1));
        }
    expect(seen).toBeGreaterThan(300);
    expect(worst).toBeLessThan(0.03);
  });
});
