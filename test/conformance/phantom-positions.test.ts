import {
  anglesFromSourceDirection,
  assemblePatient,
  type Beam,
  beamDataOf,
  beamFrame,
  doseGridFor,
  MACHINES,
  PATIENT_POSITIONS,
  type PatientPosition,
  patientDensity,
  patientFiles,
  rayTraceEngine,
  readCtSeries,
  readStructureSet,
  renderSlice,
  spinePhantom,
  structureVolumeCc,
  type Vec3,
} from "isodose";
import { describe, expect, it } from "vitest";

// One phantom, written and read back in each of the eight positions, irradiated from the same sides of the patient: each position has
// its own gantry and couch angles for that, and gives the same volumes, dose and picture.

const phantom = spinePhantom({ spacingMm: [4, 4, 4] });
const beamData = beamDataOf(MACHINES.cyberknife!);
/** To the source, LPS: from the front, obliquely from the patient's right and feet, from the left and behind. */
const directions: readonly Vec3[] = [
  [0, -1, 0],
  [-0.6, -0.64, -0.48],
  [0.8, 0.6, 0],
];

/** Not on a face between voxels, where rounding would decide which of the two a ray crosses. */
const aimMm: Vec3 = [1.3, 0.7, -0.9];

const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** The collimator is turned so that its axes lie in the patient as they do head first supine: the engine's rays then coincide. */
function beamInPosition(direction: Vec3, n: number, position: PatientPosition): Beam {
  const angles = anglesFromSourceDirection(direction, position);
  const headFirst = beamFrame({
    ...anglesFromSourceDirection(direction, "HFS"),
    collimatorDeg: 0,
    position: "HFS",
  });
  const unturned = beamFrame({ ...angles, collimatorDeg: 0, position });
  const sine = dot(headFirst.xAxis, unturned.yAxis);
  const collimatorDeg = (Math.atan2(sine, dot(headFirst.xAxis, unturned.xAxis)) * 180) / Math.PI;
  const frame = beamFrame({ ...angles, collimatorDeg, position });
  const [x, y, z] = frame.zAxis;
  return {
    name: `B${n}`,
    sourceMm: [aimMm[0] + 800 * x, aimMm[1] + 800 * y, aimMm[2] + 800 * z],
    aimMm,
    bldXAxis: frame.xAxis,
    bldYAxis: frame.yAxis,
    sadMm: 800,
    aperture: { kind: "circle", diameterMm: 20 },
    ...angles,
    collimatorDeg,
    node: n,
  };
}

async function resultIn(position: PatientPosition) {
  const files = patientFiles({ ...phantom.patient, position });
  const slices = files.filter((f) => f.name.startsWith("CT/"));
  const patient = assemblePatient(
    readCtSeries(slices),
    readStructureSet(files.find((f) => f.name === "RTSTRUCT.dcm")!),
  );
  const beams = directions.map((direction, n) => beamInPosition(direction, n, position));
  const dose = await rayTraceEngine.doseOnGrid({
    relativeElectronDensity: patientDensity(patient).relativeElectronDensity,
    beams,
    beamData,
    grid: doseGridFor(patient.ct.grid, 4),
    monitorUnits: Float64Array.of(300, 200, 100),
  });
  const picture = renderSlice({
    ct: patient.ct,
    dose,
    structures: patient.structures,
    axis: "axial",
    positionMm: 0,
    prescriptionGy: 5,
    isocenterMm: [0, 0, 0],
    pixelMm: 4,
  });
  return {
    position: patient.position,
    volumes: patient.structures.map((s) => structureVolumeCc(s)),
    dose: dose.values.data,
    picture,
    angles: beams.map((b) => [Math.round(b.gantryDeg), Math.round(b.couchDeg)].join()),
  };
}

describe("one phantom in eight patient positions", async () => {
  const reference = await resultIn("HFS");
  const peak = reference.dose.reduce((a, b) => Math.max(a, b), 0);

  it.each(PATIENT_POSITIONS)("%s: the same volumes, dose and picture", async (position) => {
    const result = await resultIn(position);
    expect(result.position).toBe(position);
    if (position !== "HFS") expect(result.angles).not.toEqual(reference.angles);
    expect(result.volumes).toEqual(reference.volumes);
    const worst = result.dose.reduce((most, gy, v) => Math.max(most, Math.abs(gy - reference.dose[v]!)), 0);
    // Angles round at 1e-15, tables and doses at 6e-8.
    expect(worst / peak).toBeLessThan(1e-5);
    expect(result.picture).toBe(reference.picture);
  });
});
