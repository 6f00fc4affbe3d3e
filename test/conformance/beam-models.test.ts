import {
  AXIAL_DIRECTION,
  type Beam,
  type BeamOptics,
  createVolume,
  type Grid,
  type Medium,
  type Volume,
  voxelCount,
} from "@isodose/core";
import {
  collapsedConeEngine,
  fieldFluence,
  monteCarloEngine,
  photonFieldsOfBeam,
  rayTraceEngine,
} from "@isodose/dose";
import { addCircleFractions, beamDataOf, machineById, parseMachine } from "@isodose/machines";
import { MATERIALS } from "@isodose/physics";
import { describe, expect, it } from "vitest";

// A machine with everything that a beam model may have: more head scatter and leakage than real ones, so that they are seen.
const MODEL = {
  headScatter: { share: 0.15, sigmaMm: 15, distanceFromSourceMm: 120 },
  leakage: { transmission: 0.02, radiusMm: 55 },
  fluenceProfile: [
    [0, 1],
    [10, 0.95],
    [30, 0.8],
  ],
};
const built = machineById("cyberknife");
const machine = parseMachine(
  JSON.parse(JSON.stringify({ ...built, beamModel: { ...built.beamModel, ...MODEL } })),
  "test machine",
);
const beamData = beamDataOf(machine);
const optics: BeamOptics = { sadMm: machine.sadMm, ...beamData.photons };

const FRAME = "1.2.3";
const SURFACE_MM = -80;
const SPACING_MM = 4;
const waterGrid: Grid = {
  size: [35, 40, 35],
  spacingMm: [SPACING_MM, SPACING_MM, SPACING_MM],
  originMm: [-68, SURFACE_MM + 2, -68],
  direction: AXIAL_DIRECTION,
};
const beam: Beam = {
  name: "from above",
  sourceMm: [0, SURFACE_MM - machine.sadMm + 50, 0],
  aimMm: [0, SURFACE_MM + 50, 0],
  bldXAxis: [1, 0, 0],
  bldYAxis: [0, 0, -1],
  sadMm: machine.sadMm,
  aperture: { kind: "circle", diameterMm: 40 },
  gantryDeg: 0,
  couchDeg: 0,
  collimatorDeg: 0,
  node: 0,
};

describe("the photons of a beam with head scatter, leakage and a profile", () => {
  it.each([650, 800, 1000])("have the same fluence for every engine, %s mm from the source", (f) => {
    const { fields, shares } = photonFieldsOfBeam(beam, beamData.photons);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    // Cells over the whole field and its blur; those along the first axis are looked at.
    const plane = { firstMm: [-80, -80], cellMm: 0.5, nx: 321, ny: 321, behindReferenceMm: f - 800 } as const;
    const transported = new Float64Array(321 * 321);
    fields.forEach((field, n) => {
      // The plane lies at the same place for both sources: the reference plane is that at SAD.
      fieldFluence(field, plane).forEach((value, c) => {
        transported[c]! += shares[n]! * value;
      });
    });
    for (const atSadMm of [0, 6, 14, 26, 32, 40]) {
      const i = Math.round((2 * atSadMm * f) / 800);
      // A kernel as sharp as a point makes dose of fluence.
      const table = new Float64Array(1);
      addCircleFractions(optics, 40, f, i / 2, [4000], table);
      const found = transported[160 * 321 + 160 + i]!;
      expect(Math.abs(found / (table[0]! * (800 / f) ** 2) - 1), `${atSadMm} mm`).toBeLessThan(0.01);
    }
  });
});

function request(histories: number) {
  const voxels = voxelCount(waterGrid);
  const medium: Medium = {
    grid: waterGrid,
    densityGPerCm3: new Float32Array(voxels).fill(1),
    materialIndex: new Uint8Array(voxels),
    materials: [MATERIALS.water],
  };
  return {
    relativeElectronDensity: createVolume(
      waterGrid,
      "relative-electron-density",
      FRAME,
      new Float32Array(voxels).fill(1),
    ),
    beams: [beam],
    beamData,
    medium,
    grid: waterGrid,
    monitorUnits: Float64Array.of(100),
    statistics: { seed: 7, uncertaintyPercent: 0.1, histories },
  };
}

/** Mean dose, Gy, from 40 to 100 mm deep between two distances from the axis. */
function meanDose(dose: Volume, fromMm: number, toMm: number): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < 35; k++)
    for (let i = 0; i < 35; i++) {
      const r = Math.hypot(SPACING_MM * (i - 17), SPACING_MM * (k - 17));
      if (r < fromMm || r >= toMm) continue;
      for (let j = 10; j < 25; j++) {
        sum += dose.values.get(k, j, i);
        count++;
      }
    }
  return sum / count;
}

describe("three engines on a machine with head scatter, leakage and a profile", async () => {
  const scene = request(150_000);
  const traced = await rayTraceEngine.doseOnGrid(scene);
  const onAxis = meanDose(traced, 0, 7);
  // On the axis, across the field, at the edge of its tail, and where leakage and scatter are all there is.
  const regions = [
    [0, 7],
    [7, 15],
    [28, 36],
    [36, 48],
  ] as const;

  it("collapsed-cone gives the dose of ray-trace within 2 % of the axis, 1 % outside the field", async () => {
    const { dose } = await collapsedConeEngine.transportDose(scene);
    for (const [from, to] of regions) {
      const off = (meanDose(dose, from, to) - meanDose(traced, from, to)) / onAxis;
      expect(Math.abs(off), `${from} to ${to} mm`).toBeLessThan(from < 20 ? 0.02 : 0.01);
    }
  });

  it("monte-carlo gives the dose of ray-trace within 2 % of the axis, 1 % outside the field", async () => {
    const { dose } = await monteCarloEngine.transportDose(scene);
    for (const [from, to] of regions) {
      const off = (meanDose(dose, from, to) - meanDose(traced, from, to)) / onAxis;
      expect(Math.abs(off), `${from} to ${to} mm`).toBeLessThan(from < 20 ? 0.02 : 0.01);
    }
  }, 120_000);

  it("outside the field, leakage and head scatter are most of the dose", async () => {
    const bare = { ...scene, beamData: beamDataOf(built) };
    const without = await rayTraceEngine.doseOnGrid(bare);
    expect(meanDose(traced, 28, 36)).toBeGreaterThan(1.5 * meanDose(without, 28, 36));
  });
});
