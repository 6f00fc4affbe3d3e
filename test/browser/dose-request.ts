import {
  AXIAL_DIRECTION,
  beamDataOf,
  beamFrame,
  createVolume,
  type Grid,
  type GridDoseRequest,
  MACHINES,
} from "isodose";

/** Six cones on a box of uneven density made of rational numbers, the same in every engine. */
export function doseRequest(): GridDoseRequest {
  const grid: Grid = {
    size: [40, 36, 32],
    spacingMm: [3, 3, 3],
    originMm: [-58.5, -52.5, -46.5],
    direction: AXIAL_DIRECTION,
  };
  const density = Float32Array.from({ length: 40 * 36 * 32 }, (_, v) => ((v * 7) % 11) / 10 + 0.5);
  const beams = [3, 61, 122, 185, 244, 303].map((gantryDeg, b) => {
    const frame = beamFrame({ gantryDeg, couchDeg: 0, collimatorDeg: 0, position: "HFS" });
    const [x, y, z] = frame.zAxis;
    return {
      name: `B${b}`,
      sourceMm: [800 * x, 800 * y, 800 * z] as const,
      aimMm: [0, 0, 0] as const,
      bldXAxis: frame.xAxis,
      bldYAxis: frame.yAxis,
      sadMm: 800,
      aperture: { kind: "circle", diameterMm: 20 } as const,
      gantryDeg,
      couchDeg: 0,
      collimatorDeg: 0,
      node: b + 1,
    };
  });
  return {
    relativeElectronDensity: createVolume(grid, "relative-electron-density", "1.2.3", density),
    grid,
    beams,
    beamData: beamDataOf(MACHINES.cyberknife!),
    monitorUnits: new Float64Array(6).fill(50),
  };
}
