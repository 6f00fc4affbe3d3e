import {
  createVolume,
  type Direction,
  type Grid,
  PATIENT_POSITIONS,
  type PatientPosition,
  uniformStream,
  type Vec3,
  type Volume,
} from "@isodose/core";
import { rayTraceEngine } from "@isodose/dose";
import { iecFixedToPatient } from "@isodose/geometry";
import { beamDataOf, type LinacMachine, linacDelivery, MACHINES } from "@isodose/machines";
import { describe, expect, it } from "vitest";

// One object lies on the couch, one linac turns about it. However a patient lies there (whatever the DICOM patient position
// calls the axes), the same voxels of the object get the same dose.

const machine = MACHINES["linac-6fff"] as LinacMachine;
const size: Vec3 = [24, 20, 22];
const spacingMm: Vec3 = [5, 6, 7];
/** Isocenter in the couch's axes (IEC 61217: x right, y to the gantry, z up), measured from the centre of the object, mm. */
const isocenterOnCouchMm: Vec3 = [12, -9, 7];

/** The object's grid: along the couch's axes, written in patient coordinates. */
function gridFor(position: PatientPosition): Grid {
  const axes = (
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const
  ).map((axis) => iecFixedToPatient(axis, position));
  const direction = [0, 1, 2].flatMap((row) => axes.map((axis) => axis[row]!)) as unknown as Direction;
  const corner: Vec3 = [
    (-(size[0] - 1) / 2) * spacingMm[0],
    (-(size[1] - 1) / 2) * spacingMm[1],
    (-(size[2] - 1) / 2) * spacingMm[2],
  ];
  return { size, spacingMm, originMm: iecFixedToPatient(corner, position), direction };
}

/** Lopsided tissue, the same voxels for every position. */
function objectIn(grid: Grid): Volume {
  const random = uniformStream(11, 0);
  const values = new Float32Array(size[0] * size[1] * size[2]);
  for (let v = 0; v < values.length; v++) {
    const i = v % size[0];
    const k = Math.floor(v / (size[0] * size[1]));
    values[v] = i < 8 ? 1.6 : k > 14 ? 0.3 : 0.9 + 0.2 * random();
  }
  return createVolume(grid, "relative-electron-density", "1.2.3", values);
}

async function doseIn(position: PatientPosition): Promise<Float32Array> {
  const grid = gridFor(position);
  const { delivery } = linacDelivery({
    machine,
    technique: "static",
    collimator: { kind: "cone", diameterMm: 15 },
    fields: [
      { gantryDeg: 0, couchDeg: 0, collimatorDeg: 0 },
      { gantryDeg: 70, couchDeg: 0, collimatorDeg: 20 },
      { gantryDeg: 310, couchDeg: 40, collimatorDeg: 0 },
    ],
    isocenterMm: iecFixedToPatient(isocenterOnCouchMm, position),
    position,
  });
  const dose = await rayTraceEngine.doseOnGrid({
    relativeElectronDensity: objectIn(grid),
    beams: delivery.beams,
    beamData: beamDataOf(machine),
    grid,
    monitorUnits: Float64Array.of(300, 200, 100),
  });
  return dose.values.data;
}

describe("one physical scene, eight patient positions, one dose", async () => {
  const reference = await doseIn("HFS");
  const peak = reference.reduce((a, b) => Math.max(a, b), 0);

  it("irradiates the object from three sides, lopsidedly (the scene can tell positions apart)", () => {
    expect(peak).toBeGreaterThan(1);
    const mirrored = reference.map((_, v) => {
      const i = v % size[0];
      return reference[v - i + (size[0] - 1 - i)]!;
    });
    const difference = mirrored.reduce((most, gy, v) => Math.max(most, Math.abs(gy - reference[v]!)), 0);
    expect(difference).toBeGreaterThan(0.2 * peak);
  });

  it.each(PATIENT_POSITIONS)("%s", async (position) => {
    const dose = await doseIn(position);
    const worst = dose.reduce((most, gy, v) => Math.max(most, Math.abs(gy - reference[v]!)), 0);
    // Rotations by quarter turns are exact; angles of the couch and gantry round at 1e-15, tables are float32.
    expect(worst / peak).toBeLessThan(1e-5);
  });
});
