// Enter in the middle: beams of your own in a box of water, an engine, a dose. No plan, no patient file.
import {
  type Beam,
  beamDataOf,
  beamFrame,
  doseGridFor,
  interpolateDoseGy,
  MACHINES,
  NOT_FOR_CLINICAL_USE,
  patientDensity,
  rayTraceEngine,
  slabPhantom,
} from "isodose";

// Water from y = 0 (anterior) to y = 200 mm.
const { patient } = slabPhantom({ sizeMm: [160, 200, 160], spacingMm: [2, 2, 2] });
const beamData = beamDataOf(MACHINES.cyberknife!);
const depthMm = 100;

// Two beams that cross at 100 mm: gantry 0 and gantry 30, 20 mm cone, source 800 mm away.
const beams = [0, 30].map((gantryDeg, n): Beam => {
  const { xAxis, yAxis, zAxis } = beamFrame({ gantryDeg, couchDeg: 0, collimatorDeg: 0, position: "HFS" });
  return {
    name: `B${n + 1}`,
    sourceMm: [800 * zAxis[0], depthMm + 800 * zAxis[1], 800 * zAxis[2]],
    aimMm: [0, depthMm, 0],
    bldXAxis: xAxis,
    bldYAxis: yAxis,
    sadMm: beamData.sadMm,
    aperture: { kind: "circle", diameterMm: 20 },
    gantryDeg,
    couchDeg: 0,
    collimatorDeg: 0,
    node: n + 1,
  };
});
const { relativeElectronDensity } = patientDensity(patient);
const dose = await rayTraceEngine.doseOnGrid({
  relativeElectronDensity,
  beams,
  beamData,
  grid: doseGridFor(patient.ct.grid, 2),
  monitorUnits: Float64Array.of(100, 100),
});
for (const y of [20, 60, 100, 140])
  console.log(`${y} mm deep: ${interpolateDoseGy(dose, [0, y, 0])?.toFixed(3)} Gy`);
console.log(NOT_FOR_CLINICAL_USE);
