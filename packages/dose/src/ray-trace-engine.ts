import {
  createVolume,
  type DoseEngine,
  type DoseScene,
  type Grid,
  type GridDoseRequest,
  type PointDoseRequest,
  type Volume,
  voxelCount,
  yieldToEventLoop,
} from "@isodose/core";
import { gridInBeam, inBeam } from "./beam-axes.ts";
import { clipRowToCone } from "./clip-row.ts";
import { addDoseAlongLine, type ConeTableCache, type PreparedBeam, prepareBeam } from "./prepared-beam.ts";

/**
 * The ray-trace engine: primary and scatter of each beam as in water at the same radiological depth.
 *
 *   D = MU · k · OF(s) · TPR(s, d_eff) · OAR(s, d_eff, r) · (SAD / f)²
 *
 * It knows how deep a point lies in water-equivalent mm, not what lies beside it: in and behind lung or metal it errs by several
 * percent, and dose outside a cone's edge plus 20 mm (at SAD) is not modelled.
 *
 * @source CyberKnife form of the dose formula: see docs/engines.
 */
export const rayTraceEngine = {
  id: "ray-trace",
  title: "Ray tracing: TPR, off-axis ratio, output factor and inverse square at radiological depth",
  doseAtPoints,
  doseOnGrid,
} as const satisfies DoseEngine;

async function doseAtPoints(request: PointDoseRequest): Promise<Float32Array> {
  const { pointsMm, beams } = request;
  const n = pointsMm.length / 3;
  const out = new Float32Array(beams.length * n);
  await forEachBeam(request, "unit dose", (beam, b) => addPointDose(beam, pointsMm, out, b * n));
  return out;
}

async function doseOnGrid(request: GridDoseRequest): Promise<Volume> {
  const { grid, monitorUnits } = request;
  const dose = new Float32Array(voxelCount(grid));
  await forEachBeam(request, "dose", (beam, b) => {
    if (monitorUnits[b]! > 0) addGridDose(beam, grid, monitorUnits[b]!, dose);
  });
  return createVolume(grid, "Gy", request.relativeElectronDensity.frameOfReferenceUid, dose);
}

/** Prepare the beams one after the other and hand each to `use`, letting the caller's events through now and then. */
async function forEachBeam(
  scene: DoseScene,
  stage: string,
  use: (beam: PreparedBeam, index: number) => void,
): Promise<void> {
  const cache: ConeTableCache = new Map();
  const total = scene.beams.length;
  for (let b = 0; b < total; b++) {
    await yieldToEventLoop(scene.signal);
    const beam = prepareBeam(scene.relativeElectronDensity, scene.beams[b]!, scene.beamData, cache);
    if (beam) use(beam, b);
    scene.onProgress?.({ stage, done: b + 1, total });
  }
}

/** Dose of one monitor unit at points: each a line of one point. */
function addPointDose(beam: PreparedBeam, pointsMm: Float64Array, out: Float32Array, offset: number): void {
  const [sx, sy, sz] = beam.axes.sourceMm;
  for (let p = 0; p < pointsMm.length / 3; p++) {
    const [x, y, f] = inBeam(
      beam.axes,
      pointsMm[3 * p]! - sx,
      pointsMm[3 * p + 1]! - sy,
      pointsMm[3 * p + 2]! - sz,
    );
    addDoseAlongLine(beam, x, y, f, 0, 0, 0, 0, 0, 1, out, offset + p);
  }
}

/** Add the dose of one beam to a grid, touching only the voxels inside its clip cone. */
function addGridDose(beam: PreparedBeam, grid: Grid, monitorUnits: number, dose: Float32Array): void {
  const [nx, ny, nz] = grid.size;
  const { origin, perI, perJ, perK } = gridInBeam(beam.axes, grid);
  const [dx, dy, df] = perI;
  const slope = beam.table.clipRadiusMm / beam.sadMm;
  const span = new Int32Array(2);
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const x = origin[0] + j * perJ[0] + k * perK[0];
      const y = origin[1] + j * perJ[1] + k * perK[1];
      const f = origin[2] + j * perJ[2] + k * perK[2];
      if (!clipRowToCone(x, y, f, dx, dy, df, slope, nx, span)) continue;
      const row = (k * ny + j) * nx;
      addDoseAlongLine(beam, x, y, f, dx, dy, df, span[0]!, span[1]!, monitorUnits, dose, row);
    }
  }
}
