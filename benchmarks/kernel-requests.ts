import {
  AXIAL_DIRECTION,
  type Beam,
  createVolume,
  type Grid,
  type GridDoseRequest,
  type PatientPoint,
  type Volume,
} from "@isodose/core";
import { beamFrame } from "@isodose/geometry";
import { beamDataOf, MACHINES } from "@isodose/machines";
import { doseGridFor, patientDensity, phantomPatient } from "isodose";

const CUBE_MM = 256;
/** mm. */
const CONES = { cyberknife: 20, "linac-6fff": 17.5 } as const;
type MachineId = keyof typeof CONES;

/** Beams of a cone from all around, in planes of the given couch angles. */
function beamsAround(
  machine: MachineId,
  count: number,
  aimMm: PatientPoint,
  couchDeg: readonly number[],
): Beam[] {
  const { sadMm } = MACHINES[machine]!;
  return Array.from({ length: count }, (_, b) => {
    const gantryDeg = (360 * b) / count + 0.3;
    const couch = couchDeg[b % couchDeg.length]!;
    const frame = beamFrame({ gantryDeg, couchDeg: couch, collimatorDeg: 0, position: "HFS" });
    const [x, y, z] = frame.zAxis;
    return {
      name: `B${b}`,
      sourceMm: [aimMm[0] + sadMm * x, aimMm[1] + sadMm * y, aimMm[2] + sadMm * z],
      aimMm,
      bldXAxis: frame.xAxis,
      bldYAxis: frame.yAxis,
      sadMm,
      aperture: { kind: "circle", diameterMm: CONES[machine] },
      gantryDeg,
      couchDeg: couch,
      collimatorDeg: 0,
      node: b + 1,
    };
  });
}

/** Beam data are made once for all requests. */
const DATA = new Map<string, ReturnType<typeof beamDataOf>>();
function beamData(machine: MachineId) {
  let data = DATA.get(machine);
  if (!data) {
    data = beamDataOf(MACHINES[machine]!);
    data.cone(CONES[machine]);
    DATA.set(machine, data);
  }
  return data;
}

function request(
  machine: MachineId,
  relativeElectronDensity: Volume,
  grid: Grid,
  beams: readonly Beam[],
): GridDoseRequest {
  const monitorUnits = new Float64Array(beams.length).fill(100);
  return { relativeElectronDensity, grid, beams, beamData: beamData(machine), monitorUnits };
}

/** An elliptic body of uneven density, 220 × 160 mm, in a cube of 256 mm of n³ voxels, which is also the dose grid. */
export function cubeRequest(n: number, beams: number): GridDoseRequest {
  const mm = CUBE_MM / n;
  const first = (-(n - 1) / 2) * mm;
  const grid: Grid = {
    size: [n, n, n],
    spacingMm: [mm, mm, mm],
    originMm: [first, first, first],
    direction: AXIAL_DIRECTION,
  };
  const density = new Float32Array(n ** 3);
  for (let k = 0, v = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++, v++) {
        const x = (first + i * mm) / 110;
        const y = (first + j * mm) / 80;
        if (x * x + y * y < 1) density[v] = 1 + 0.3 * Math.sin(0.7 * v);
      }
    }
  }
  const volume = createVolume(grid, "relative-electron-density", "1.2.3", density);
  return request("cyberknife", volume, grid, beamsAround("cyberknife", beams, [0, 0, 0], [0, 30, 60, 330]));
}

/** The spine phantom at L1 on dose voxels of 2 mm: 120 CyberKnife beams, and an arc of 180 control points. */
export function lumbarRequests(): { readonly cyberKnife: GridDoseRequest; readonly arc: GridDoseRequest } {
  const patient = phantomPatient({ kind: "spine", level: "L1" });
  const { relativeElectronDensity } = patientDensity(patient, {});
  const grid = doseGridFor(patient.ct.grid, 2);
  const [nx, ny, nz] = grid.size;
  const [ox, oy, oz] = grid.originMm;
  const aimMm: PatientPoint = [ox + nx, oy + ny, oz + nz];
  return {
    cyberKnife: request(
      "cyberknife",
      relativeElectronDensity,
      grid,
      beamsAround("cyberknife", 120, aimMm, [0, 20, 40, 340, 320]),
    ),
    arc: request("linac-6fff", relativeElectronDensity, grid, beamsAround("linac-6fff", 180, aimMm, [0])),
  };
}
