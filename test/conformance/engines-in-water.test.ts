import {
  AXIAL_DIRECTION,
  type Beam,
  createVolume,
  type Grid,
  type Medium,
  type Volume,
  voxelCount,
} from "@isodose/core";
import { collapsedConeEngine, monteCarloEngine, rayTraceEngine } from "@isodose/dose";
import { beamDataOf, machineById } from "@isodose/machines";
import { MATERIALS } from "@isodose/physics";
import { describe, expect, it } from "vitest";

// One scene for all engines: a 40 mm cone from above into 160 mm of water, 100 MU.
const FRAME = "1.2.3";
const SURFACE_MM = -80;
const waterGrid: Grid = {
  size: [31, 40, 31],
  spacingMm: [4, 4, 4],
  originMm: [-60, -78, -60],
  direction: AXIAL_DIRECTION,
};
const doseGrid: Grid = {
  size: [3, 30, 3],
  spacingMm: [4, 4, 4],
  originMm: [-4, -58, -4],
  direction: AXIAL_DIRECTION,
};
const machine = machineById("cyberknife", "machine");
const beamData = beamDataOf(machine);
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

function scene(density: number) {
  const voxels = voxelCount(waterGrid);
  const medium: Medium = {
    grid: waterGrid,
    densityGPerCm3: new Float32Array(voxels).fill(density),
    materialIndex: new Uint8Array(voxels),
    materials: [MATERIALS.water],
  };
  return {
    relativeElectronDensity: createVolume(
      waterGrid,
      "relative-electron-density",
      FRAME,
      new Float32Array(voxels).fill(density),
    ),
    beams: [beam],
    beamData,
    medium,
    statistics: { seed: 7, uncertaintyPercent: 0.1, histories: 150_000 },
  };
}

/** Mean dose on the axis from 20 to 100 mm deep, Gy. */
const meanOnAxis = (dose: Volume): number => {
  let sum = 0;
  for (let j = 0; j < 20; j++)
    for (let n = 0; n < 9; n++) sum += dose.values.data[(n % 3) + 3 * (j + 30 * Math.floor(n / 3))]!;
  return sum / 180;
};
/** The part of a dose in the water that lies on `doseGrid`. */
const onDoseGrid = (dose: Volume): Volume => {
  const out = createVolume(doseGrid, "Gy", FRAME);
  for (let k = 0; k < 3; k++)
    for (let j = 0; j < 30; j++)
      for (let i = 0; i < 3; i++) out.values.set(k, j, i, dose.values.get(k + 14, j + 5, i + 14));
  return out;
};

describe("all engines on one beam in water", async () => {
  const { monitorUnits, ...water } = { ...scene(1), monitorUnits: Float64Array.of(100) };
  const traced = meanOnAxis(await rayTraceEngine.doseOnGrid({ ...water, grid: doseGrid, monitorUnits }));

  it("collapsed-cone gives the Gy/MU of ray-trace within 2 %", async () => {
    const { dose } = await collapsedConeEngine.transportDose({ ...water, grid: doseGrid, monitorUnits });
    expect(Math.abs(meanOnAxis(dose) / traced - 1)).toBeLessThan(0.02);
  });

  it("monte-carlo gives the Gy/MU of ray-trace within 2 %", async () => {
    const { dose, warnings } = await monteCarloEngine.transportDose({
      ...water,
      grid: waterGrid,
      monitorUnits,
    });
    expect(warnings.map((w) => w.code)).toEqual(["HIGH_UNCERTAINTY"]);
    expect(Math.abs(meanOnAxis(onDoseGrid(dose)) / traced - 1)).toBeLessThan(0.02);
  }, 60_000);

  it("collapsed-cone names the beam that misses the patient", async () => {
    const beside = { ...beam, name: "node 7, beam 2", sourceMm: [900, -800, 0], aimMm: [900, 0, 0] } as const;
    const request = {
      ...scene(1),
      beams: [beam, beside],
      grid: doseGrid,
      monitorUnits: Float64Array.of(1, 1),
    };
    await expect(collapsedConeEngine.transportDose(request)).rejects.toThrow(
      /^beam node 7, beam 2: field: .*expected a beam that meets the medium/,
    );
  });

  it("collapsed-cone is linear in monitor units", async () => {
    const once = await collapsedConeEngine.transportDose({ ...water, grid: doseGrid, monitorUnits });
    const twice = await collapsedConeEngine.transportDose({
      ...water,
      grid: doseGrid,
      monitorUnits: Float64Array.of(200),
    });
    expect(meanOnAxis(twice.dose) / meanOnAxis(once.dose)).toBeCloseTo(2, 6);
  });
});
