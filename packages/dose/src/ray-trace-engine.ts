import {
  type ColumnDoseRequest,
  createVolume,
  type DoseColumn,
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
import { clipRowToCone, clipRowToPyramid } from "./clip-row.ts";
import { GrowingColumn } from "./growing-column.ts";
import { addDoseAlongLine, type PreparedBeam, prepareBeam, preparedParts } from "./prepared-beam.ts";
import { addRectangleDoseAlongLine, type PreparedRectangle } from "./prepared-rectangle.ts";

/**
 * The ray-trace engine: primary and scatter of each beam as in water at the same radiological depth.
 *
 *   D = MU · k · OF(s) · TPR(s, d_eff) · OAR(s, d_eff, r) · (SAD / f)²
 *
 * It knows how deep a point lies in water-equivalent mm, not what lies beside it: in and behind lung or metal it errs by several
 * percent, and dose outside an opening's edge plus 20 mm (at SAD) is not modelled.
 *
 * @source CyberKnife form of the dose formula: see docs/engines.
 */
export const rayTraceEngine = {
  id: "ray-trace",
  title: "Ray tracing: TPR, off-axis ratio, output factor and inverse square at radiological depth",
  doseAtPoints,
  doseOnGrid,
  doseColumns,
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
    const mu = monitorUnits[b]!;
    if (!(mu > 0)) return;
    alongRows(beam, grid, (x, y, f, dx, dy, df, first, last, row) =>
      addLineDose(beam, x, y, f, dx, dy, df, first, last, mu, dose, row),
    );
  });
  return createVolume(grid, "Gy", request.relativeElectronDensity.frameOfReferenceUid, dose);
}

async function doseColumns(
  request: ColumnDoseRequest,
  take: (column: DoseColumn) => void | Promise<void>,
): Promise<void> {
  const { grid } = request;
  const line = new Float32Array(grid.size[0]);
  const column = new GrowingColumn();
  let next = 0;
  // Beams that miss have an empty column.
  const takeUpTo = async (end: number) => {
    for (; next < end; next++)
      await take({ beam: next, count: 0, voxels: NO_VOXELS, doseGyPerMonitorUnit: NO_DOSE });
  };
  await forEachBeam(request, "influence", async (beam, b) => {
    await takeUpTo(b);
    column.count = 0;
    alongRows(beam, grid, (x, y, f, dx, dy, df, first, last, row) => {
      line.fill(0, first, last + 1);
      addLineDose(beam, x, y, f, dx, dy, df, first, last, 1, line, 0);
      column.append(line, first, last, row);
    });
    await take({ beam: b, ...column.parts() });
    next = b + 1;
  });
  await takeUpTo(request.beams.length);
}

const NO_VOXELS = new Uint32Array(0);
const NO_DOSE = new Float32Array(0);

/** Prepare the beams one after the other and hand each to `use`, letting the caller's events through now and then. */
async function forEachBeam(
  scene: DoseScene,
  stage: string,
  use: (beam: PreparedBeam, index: number) => void | Promise<void>,
): Promise<void> {
  const parts = preparedParts();
  const { beams, beamData } = scene;
  for (let b = 0; b < beams.length; b++) {
    await yieldToEventLoop(scene.signal);
    const beam = prepareBeam(scene.relativeElectronDensity, beams, b, beamData, parts);
    if (beam) await use(beam, b);
    scene.onProgress?.({ stage, done: b + 1, total: beams.length });
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
    addLineDose(beam, x, y, f, 0, 0, 0, 0, 0, 1, out, offset + p);
  }
}

/** Add the dose of a beam of either kind to points on a line. */
function addLineDose(
  beam: PreparedBeam,
  x: number,
  y: number,
  f: number,
  dx: number,
  dy: number,
  df: number,
  first: number,
  last: number,
  monitorUnits: number,
  out: Float32Array,
  offset: number,
): void {
  if (beam.kind === "circle")
    addDoseAlongLine(beam, x, y, f, dx, dy, df, first, last, monitorUnits, out, offset);
  else addRectangleDoseAlongLine(beam, x, y, f, dx, dy, df, first, last, monitorUnits, out, offset);
}

/** Hand over every row of voxels that a beam gives dose to: where it begins in the beam, its step, and which voxels are inside. */
function alongRows(
  beam: PreparedBeam,
  grid: Grid,
  use: (
    x: number,
    y: number,
    f: number,
    dx: number,
    dy: number,
    df: number,
    first: number,
    last: number,
    row: number,
  ) => void,
): void {
  const [nx, ny, nz] = grid.size;
  const { origin, perI, perJ, perK } = gridInBeam(beam.axes, grid);
  const [dx, dy, df] = perI;
  const slopes = beam.kind === "rectangle" ? slopesOf(beam) : undefined;
  const coneSlope = beam.kind === "circle" ? beam.table.clipRadiusMm / beam.sadMm : 0;
  const span = new Int32Array(2);
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const x = origin[0] + j * perJ[0] + k * perK[0];
      const y = origin[1] + j * perJ[1] + k * perK[1];
      const f = origin[2] + j * perJ[2] + k * perK[2];
      const meets = slopes
        ? clipRowToPyramid(x, y, f, dx, dy, df, slopes, nx, span)
        : clipRowToCone(x, y, f, dx, dy, df, coneSlope, nx, span);
      if (meets) use(x, y, f, dx, dy, df, span[0]!, span[1]!, (k * ny + j) * nx);
    }
  }
}

/** Least and greatest x / f and y / f of what a rectangle gives dose to. */
function slopesOf(beam: PreparedRectangle): readonly [number, number, number, number] {
  const {
    table,
    centerMm: [x, y],
    sadMm,
  } = beam;
  const { endMm: reachX } = table.x;
  const { endMm: reachY } = table.y;
  return [(x - reachX) / sadMm, (x + reachX) / sadMm, (y - reachY) / sadMm, (y + reachY) / sadMm];
}
