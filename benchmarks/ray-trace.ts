import {
  AXIAL_DIRECTION,
  type Beam,
  createVolume,
  type Grid,
  voxelCount,
  voxelToPatient,
} from "@isodose/core";
import { rayTraceEngine } from "@isodose/dose";
import { beamFrame } from "@isodose/geometry";
import { beamDataOf, MACHINES } from "@isodose/machines";
import { interleave } from "./interleave.ts";
import type { BenchmarkResult } from "./results.ts";

const VOXELS = 128;
const BEAMS = 100;
const CONE_MM = 20;
const ROUNDS = 3;
/** The naive side is measured on some of the beams and scaled: each costs the same. */
const NAIVE_BEAMS = 10;

/**
 * Multi-beam accumulation on 128³ voxels of 2 mm with 100 beams of a 20 mm cone, against a loop over all voxels of the grid for
 * every beam. Same tables, same depth maps, same dose.
 */
export async function benchmarkRayTrace(): Promise<BenchmarkResult> {
  const grid: Grid = {
    size: [VOXELS, VOXELS, VOXELS],
    spacingMm: [2, 2, 2],
    originMm: [-127, -127, -127],
    direction: AXIAL_DIRECTION,
  };
  const relativeElectronDensity = createVolume(
    grid,
    "relative-electron-density",
    "1.2.3",
    new Float32Array(VOXELS ** 3).fill(1),
  );
  const beamData = beamDataOf(MACHINES.cyberknife);
  const beams = beamsAround(BEAMS);
  const monitorUnits = new Float64Array(BEAMS).fill(100);
  const scene = { relativeElectronDensity, beamData };
  const pointsMm = centresOf(grid);

  const clipped = (list: readonly Beam[]) =>
    rayTraceEngine.doseOnGrid({
      ...scene,
      beams: list,
      grid,
      monitorUnits: monitorUnits.subarray(0, list.length),
    });
  const naive = async (list: readonly Beam[]): Promise<Float32Array> => {
    const dose = new Float32Array(voxelCount(grid));
    for (const [b, beam] of list.entries()) {
      const perUnit = await rayTraceEngine.doseAtPoints({ ...scene, beams: [beam], pointsMm });
      for (let v = 0; v < dose.length; v++) dose[v]! += monitorUnits[b]! * perUnit[v]!;
    }
    return dose;
  };

  // The result is checked first: both sides must give the same dose.
  const some = beams.slice(0, NAIVE_BEAMS);
  const fastDose = (await clipped(some)).values.data;
  const naiveDose = await naive(some);
  let worst = 0;
  let peak = 0;
  let irradiated = 0;
  for (let v = 0; v < fastDose.length; v++) {
    worst = Math.max(worst, Math.abs(fastDose[v]! - naiveDose[v]!));
    peak = Math.max(peak, naiveDose[v]!);
  }
  if (!(worst <= 1e-5 * peak))
    throw new Error(`doses differ by ${worst} Gy of ${peak} Gy: nothing was timed`);
  for (const beam of some) {
    const dose = (await clipped([beam])).values.data;
    for (let v = 0; v < dose.length; v++) if (dose[v]! > 0) irradiated++;
  }
  const irradiatedMega = (irradiated / NAIVE_BEAMS) * (BEAMS / 1e6);

  const [fast, slow] = await interleave(
    [
      { name: `rows clipped to the cone, ${BEAMS} beams`, run: async () => void (await clipped(beams)) },
      { name: `every voxel, ${NAIVE_BEAMS} beams`, run: async () => void (await naive(some)) },
    ],
    ROUNDS,
  );
  const fullSeconds = (slow!.medianSeconds * BEAMS) / NAIVE_BEAMS;
  return {
    name: "ray-trace",
    title: `ray-trace, reference backend: ${VOXELS}³ voxels × ${BEAMS} beams of ${CONE_MM} mm, CPU time, median of ${ROUNDS} interleaved`,
    rows: [
      {
        what: "largest difference of the doses, of the maximum",
        value: `${((100 * worst) / peak).toExponential(1)} %`,
      },
      { what: "rows clipped to the cone", value: `${fast!.medianSeconds.toFixed(2)} s` },
      {
        what: "irradiated voxels × beams a second",
        value: `${(irradiatedMega / fast!.medianSeconds).toFixed(1)} million`,
      },
      {
        what: `every voxel (${NAIVE_BEAMS} beams measured, × ${BEAMS / NAIVE_BEAMS})`,
        value: `${fullSeconds.toFixed(2)} s`,
      },
      {
        what: "clipped against every voxel",
        value: `${(fullSeconds / fast!.medianSeconds).toFixed(1)} times faster`,
      },
    ],
  };
}

/** Beams evenly around the cube, in four planes of couch angle. */
function beamsAround(count: number): Beam[] {
  return Array.from({ length: count }, (_, b) => {
    const gantryDeg = (360 * b) / count;
    const couchDeg = [0, 30, 60, 330][b % 4]!;
    const frame = beamFrame({ gantryDeg, couchDeg, collimatorDeg: 0, position: "HFS" });
    const [x, y, z] = frame.zAxis;
    return {
      name: `B${b}`,
      sourceMm: [800 * x, 800 * y, 800 * z],
      aimMm: [0, 0, 0],
      bldXAxis: frame.xAxis,
      bldYAxis: frame.yAxis,
      sadMm: 800,
      aperture: { kind: "circle", diameterMm: CONE_MM },
      gantryDeg,
      couchDeg,
      collimatorDeg: 0,
      node: b + 1,
    } as const satisfies Beam;
  });
}

function centresOf(grid: Grid): Float64Array {
  const points = new Float64Array(3 * voxelCount(grid));
  let at = 0;
  for (let k = 0; k < grid.size[2]; k++) {
    for (let j = 0; j < grid.size[1]; j++) {
      for (let i = 0; i < grid.size[0]; i++, at += 3) points.set(voxelToPatient(grid, [i, j, k]), at);
    }
  }
  return points;
}
