import {
  assertGrid,
  type DoseEngine,
  type DoseScene,
  type DoseStatistics,
  type Grid,
  InvalidInputError,
  type Medium,
  type RunControl,
  type TransportEngine,
  throwIfCancelled,
  voxelCount,
  type Warning,
} from "@isodose/core";
import { eachColumn } from "./each-column.ts";
import type { InfluenceSink } from "./influence-sink.ts";

/** What an influence matrix is computed from. */
export interface InfluenceRequest extends Omit<DoseScene, keyof RunControl> {
  readonly engine: DoseEngine | TransportEngine;
  readonly grid: Grid;
  /** The patient's matter: needed by engines that transport particles. */
  readonly medium?: Medium;
  /** How long those run for each column. Their seed goes up by 1 from column to column. */
  readonly statistics?: DoseStatistics;
  /** One number for each voxel; where it is 0 no entry is kept. Default: all voxels count. */
  readonly mask?: Uint8Array;
  /**
   * Entries below this part of their column's maximum are dropped, %. Default 0: none. What a column loses is little, but beams
   * overlap and lose it in the same places: see `droppedPercent`.
   */
  readonly thresholdPercent?: number;
  /** Most bytes that columns on their way and the sink may hold. Default: no limit. */
  readonly maxMemoryBytes?: number;
}

/** What became of one column. */
export interface InfluenceColumn {
  readonly entries: number;
  /** Gy/MU. */
  readonly maximumGyPerMonitorUnit: number;
  /** Entries below the threshold. */
  readonly droppedEntries: number;
  /** Dose in them over all dose of the column, %. */
  readonly droppedPercent: number;
}

/** What an influence matrix came to. */
export interface InfluenceReport {
  readonly engine: string;
  /** Of the entries. */
  readonly unit: "Gy/MU" | "Gy/min";
  /** Voxels of the grid, x fastest. */
  readonly rows: number;
  readonly columns: readonly InfluenceColumn[];
  readonly entries: number;
  readonly droppedEntries: number;
  /** Dropped dose over all dose, all columns weighted alike, %. */
  readonly droppedPercent: number;
  /** Most bytes held at once by columns on their way and the sink. */
  readonly mostBytesHeld: number;
  readonly warnings: readonly Warning[];
}

/** Rows are numbered by 32-bit integers with a sign, as scipy does. */
const MOST_ROWS = 2 ** 31 - 1;

/**
 * Compute the dose of one monitor unit of each beam or beamlet on a grid, column by column, by any engine:
 *
 *   D_i = Σ_b A_ib MU_b
 *
 * Columns go to the sink as they are made, so that memory does not grow with their number. The ray-trace engine touches only the voxels
 * that a beam reaches; the others compute one beam at a time.
 *
 * @param control - `signal` stops between columns (within one where the engine can)
 * @throws InvalidInputError if the grid, mask, threshold or budget is not usable, or the engine lacks medium or statistics
 * @throws CancelledError if the signal is aborted
 * @example
 * const memory = influenceInMemory(voxelCount(grid));
 * await influenceMatrix({ engine: rayTraceEngine, relativeElectronDensity, beams, beamData, grid }, memory);
 * const doseGy = doseOfWeights(memory.matrix(), monitorUnits);
 */
export async function influenceMatrix(
  request: InfluenceRequest,
  sink: InfluenceSink,
  control: RunControl = {},
): Promise<InfluenceReport> {
  const { grid, mask, thresholdPercent = 0, maxMemoryBytes = Number.POSITIVE_INFINITY, beams } = request;
  assertRequest(request);
  throwIfCancelled(control.signal);
  const columns: InfluenceColumn[] = [];
  let entries = 0;
  let droppedEntries = 0;
  let total = 0;
  let dropped = 0;
  let mostBytesHeld = 0;
  let voxels = new Uint32Array(0);
  let dose = new Float32Array(0);
  const warnings = await eachColumn(request, control, async (column, bytesHeld) => {
    throwIfCancelled(control.signal);
    const { count } = column;
    if (voxels.length < count) {
      voxels = new Uint32Array(column.voxels.length);
      dose = new Float32Array(column.voxels.length);
    }
    let maximum = 0;
    for (let n = 0; n < count; n++) {
      if (mask && mask[column.voxels[n]!] === 0) continue;
      const d = column.doseGyPerMonitorUnit[n]!;
      if (d > maximum) maximum = d;
    }
    const least = (thresholdPercent / 100) * maximum;
    let kept = 0;
    let lost = 0;
    let sum = 0;
    let lostSum = 0;
    for (let n = 0; n < count; n++) {
      const voxel = column.voxels[n]!;
      if (mask && mask[voxel] === 0) continue;
      const d = column.doseGyPerMonitorUnit[n]!;
      sum += d;
      if (d < least) {
        lost++;
        lostSum += d;
        continue;
      }
      voxels[kept] = voxel;
      dose[kept] = d;
      kept++;
    }
    await sink.addColumn(voxels.subarray(0, kept), dose.subarray(0, kept));
    const held = bytesHeld + voxels.byteLength + dose.byteLength + sink.bytesHeld();
    mostBytesHeld = Math.max(mostBytesHeld, held);
    if (held > maxMemoryBytes)
      throw new InvalidInputError(
        "maxMemoryBytes",
        maxMemoryBytes,
        `at least ${held}, which column ${columns.length + 1} of ${beams.length} came to; or a larger thresholdPercent or spacing`,
      );
    columns.push({
      entries: kept,
      maximumGyPerMonitorUnit: maximum,
      droppedEntries: lost,
      droppedPercent: sum > 0 ? (100 * lostSum) / sum : 0,
    });
    entries += kept;
    droppedEntries += lost;
    total += sum;
    dropped += lostSum;
  });
  return {
    engine: request.engine.id,
    unit: request.beamData.doseUnit ?? "Gy/MU",
    rows: voxelCount(grid),
    columns,
    entries,
    droppedEntries,
    droppedPercent: total > 0 ? (100 * dropped) / total : 0,
    mostBytesHeld,
    warnings,
  };
}

function assertRequest({ grid, mask, thresholdPercent = 0, maxMemoryBytes, beams }: InfluenceRequest): void {
  assertGrid(grid);
  const rows = voxelCount(grid);
  if (rows > MOST_ROWS) throw new InvalidInputError("grid.size", grid.size, `at most ${MOST_ROWS} voxels`);
  if (beams.length === 0) throw new InvalidInputError("beams", beams.length, "at least one beam");
  if (mask && mask.length !== rows)
    throw new InvalidInputError("mask", mask.length, `${rows} numbers, one for each voxel`);
  if (!(thresholdPercent >= 0 && thresholdPercent < 100))
    throw new InvalidInputError("thresholdPercent", thresholdPercent, "a number from 0 to below 100");
  if (maxMemoryBytes !== undefined && !(maxMemoryBytes > 0))
    throw new InvalidInputError("maxMemoryBytes", maxMemoryBytes, "a number > 0");
}
