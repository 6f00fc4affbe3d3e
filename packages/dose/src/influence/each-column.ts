import {
  type Beam,
  type DoseColumn,
  InvalidInputError,
  type RunControl,
  type Volume,
  voxelCount,
  type Warning,
  yieldToEventLoop,
} from "@isodose/core";
import type { InfluenceRequest } from "./compute-influence.ts";

/**
 * Hand the dose of each beam to `take`, in order, by the engine's own columns where it has them, else from whole grids of one beam at a
 * time.
 * @param take - gets also the bytes that the column's arrays, or the grid, hold
 * @returns what the engine found doubtful, each once
 */
export async function eachColumn(
  request: InfluenceRequest,
  control: RunControl,
  take: (column: DoseColumn, bytesHeld: number) => Promise<void>,
): Promise<readonly Warning[]> {
  const { engine, relativeElectronDensity, beams, beamData, grid } = request;
  const scene = { relativeElectronDensity, beamData, ...control };
  if ("doseColumns" in engine && engine.doseColumns) {
    await engine.doseColumns({ ...scene, beams, grid }, (column) =>
      take(column, column.voxels.byteLength + column.doseGyPerMonitorUnit.byteLength),
    );
    return [];
  }
  const told = new Map<string, { message: string; columns: number }>();
  const doseOf = oneBeamDose(request, control, told);
  const voxels = new Uint32Array(voxelCount(grid));
  const dose = new Float32Array(voxels.length);
  for (let b = 0; b < beams.length; b++) {
    await yieldToEventLoop(control.signal);
    const values = (await doseOf(beams[b]!, b)).values.data;
    let count = 0;
    for (let v = 0; v < voxels.length; v++) {
      const d = values[v]!;
      if (!(d > 0)) continue;
      voxels[count] = v;
      dose[count] = d;
      count++;
    }
    const bytes = 3 * voxels.byteLength;
    await take({ beam: b, count, voxels, doseGyPerMonitorUnit: dose }, bytes);
    control.onProgress?.({ stage: "influence", done: b + 1, total: beams.length });
  }
  return Array.from(told, ([code, { message, columns }]) => ({
    code,
    message: columns > 1 ? `${message} (and so for ${columns} columns)` : message,
  }));
}

/** The dose of one monitor unit of one beam on the whole grid. */
function oneBeamDose(
  request: InfluenceRequest,
  { signal }: RunControl,
  told: Map<string, { message: string; columns: number }>,
): (beam: Beam, index: number) => Promise<Volume> {
  const { engine, relativeElectronDensity, beamData, grid, medium, statistics } = request;
  const monitorUnits = Float64Array.of(1);
  const scene = { relativeElectronDensity, beamData, grid, monitorUnits, ...(signal && { signal }) };
  if ("doseOnGrid" in engine) return (beam) => engine.doseOnGrid({ ...scene, beams: [beam] });
  if (!medium)
    throw new InvalidInputError("medium", undefined, `the patient's matter, for the ${engine.id} engine`);
  if (!statistics)
    throw new InvalidInputError("statistics", undefined, `seed and accuracy, for the ${engine.id} engine`);
  return async (beam, b) => {
    const { dose, warnings } = await engine.transportDose({
      ...scene,
      beams: [beam],
      medium,
      statistics: { ...statistics, seed: (statistics.seed + b) % 2 ** 32 },
    });
    for (const { code, message } of warnings)
      told.set(code, { message, columns: (told.get(code)?.columns ?? 0) + 1 });
    return dose;
  };
}
