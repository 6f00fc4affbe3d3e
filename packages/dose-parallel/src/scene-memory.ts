import { type DoseScene, type Grid, InvalidInputError, voxelCount } from "@isodose/core";
import type { BeamFan } from "./beam-fans.ts";
import { type ConeLookup, writeConeTable } from "./cone-lookup.ts";
import { FAN_LENGTH } from "./fan-fields.ts";
import { PAGE_BYTES } from "./kernel-module.ts";
import { POINTS_GRID, ROW_LENGTH, writeRows } from "./row-fields.ts";

/** WebAssembly addresses 4 GiB. */
const LARGEST_BYTES = 65535 * PAGE_BYTES;
const MB = 1e6;

/** What a run lays out in one memory, and how much it may take. */
export interface SceneMemoryRequest {
  readonly scene: DoseScene;
  readonly fans: readonly BeamFan[];
  /** The dose grid, or points in LPS, mm. */
  readonly target:
    | { readonly grid: Grid; readonly monitorUnits: Float64Array }
    | { readonly pointsMm: Float64Array };
  /** Room for depth maps, bytes; at least the largest map's. */
  readonly mapBytes: number;
  /** Dose buffers: 1, or 2 where parts of the dose are carried from one to the other. */
  readonly doseBuffers: 1 | 2;
  readonly shared: boolean;
  /** A shared memory of an earlier run, to be used again, grown where it is too small. */
  readonly earlier?: WebAssembly.Memory | undefined;
}

/** Byte offsets into a memory that holds a scene. */
export interface SceneMemory {
  readonly memory: WebAssembly.Memory;
  readonly density: number;
  /** Per fan. */
  readonly tables: readonly number[];
  readonly fans: readonly number[];
  readonly rows: readonly number[];
  /** 0 on a grid. */
  readonly points: number;
  /** Gy on a grid; Gy/MU at points, fan by fan. */
  readonly dose: readonly number[];
  /** Floats of one dose buffer. */
  readonly doseLength: number;
  readonly maps: number;
  /** End of what was written: the parts that a copy of this memory needs. */
  readonly writtenBytes: number;
}

/** Bytes of a scene without its depth maps. */
export function sceneBytes(request: Omit<SceneMemoryRequest, "mapBytes" | "shared">): number {
  return layOut({ ...request, mapBytes: 0, shared: false }).end;
}

/**
 * Allocate a memory and write the scene into it.
 * @throws InvalidInputError if it does not fit in 4 GiB
 */
export function createSceneMemory(request: SceneMemoryRequest): SceneMemory {
  const { scene, fans, target, shared, earlier } = request;
  const { end, uniqueTables, ...at } = layOut(request);
  if (end > LARGEST_BYTES) {
    throw new InvalidInputError(
      "dose grid and density",
      `${Math.round(end / MB)} MB`,
      `at most ${Math.floor(LARGEST_BYTES / MB)} MB for this backend, or the backend reference`,
    );
  }
  const memory = earlier ? grown(earlier, end) : newMemory(Math.ceil(end / PAGE_BYTES), shared);
  const { buffer } = memory;
  const density = scene.relativeElectronDensity.values.data;
  new Float32Array(buffer, at.density, density.length).set(density);
  for (const [table, offset] of uniqueTables)
    writeConeTable(table, new Float32Array(buffer, offset, table.length));
  fans.forEach((fan, n) => {
    new Float64Array(buffer, at.fans[n]!, FAN_LENGTH).set(fan.fields);
    const onGrid = "grid" in target;
    writeRows(
      new Float64Array(buffer, at.rows[n]!, ROW_LENGTH),
      onGrid ? target.grid : POINTS_GRID,
      fan.axes,
      fan.beam.sadMm,
      fan.lattice,
      fan.samples,
      fan.table,
      onGrid ? target.monitorUnits[fan.index]! : 1,
    );
  });
  if ("pointsMm" in target) new Float64Array(buffer, at.points, target.pointsMm.length).set(target.pointsMm);
  return { memory, ...at };
}

function newMemory(pages: number, shared: boolean): WebAssembly.Memory {
  if (shared) {
    try {
      // Room to grow in takes addresses only.
      return new WebAssembly.Memory({ initial: pages, maximum: LARGEST_BYTES / PAGE_BYTES, shared });
    } catch {
      // Where addresses are scarce, just what is needed.
    }
  }
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
}

function grown(memory: WebAssembly.Memory, bytes: number): WebAssembly.Memory {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return memory;
  try {
    memory.grow(missing);
    return memory;
  } catch {
    return newMemory(Math.ceil(bytes / PAGE_BYTES), true);
  }
}

function layOut({ scene, fans, target, mapBytes, doseBuffers }: SceneMemoryRequest) {
  let end = PAGE_BYTES; // Offset 0 stays free, and with it the page that the module's own, unused stack is declared in.
  const reserve = (bytes: number) => {
    const at = end;
    end += 16 * Math.ceil(bytes / 16);
    return at;
  };
  const density = reserve(4 * scene.relativeElectronDensity.values.data.length);
  const uniqueTables = new Map<ConeLookup, number>();
  for (const { table } of fans)
    if (!uniqueTables.has(table)) uniqueTables.set(table, reserve(4 * table.length));
  const firstFan = reserve(8 * FAN_LENGTH * fans.length);
  const firstRows = reserve(8 * ROW_LENGTH * fans.length);
  const points = "pointsMm" in target ? reserve(8 * target.pointsMm.length) : 0;
  const writtenBytes = end;
  const doseLength = "grid" in target ? voxelCount(target.grid) : (fans.length * target.pointsMm.length) / 3;
  const dose = Array.from({ length: doseBuffers }, () => reserve(4 * doseLength));
  const maps = reserve(mapBytes);
  return {
    density,
    tables: fans.map(({ table }) => uniqueTables.get(table)!),
    fans: fans.map((_, n) => firstFan + n * 8 * FAN_LENGTH),
    rows: fans.map((_, n) => firstRows + n * 8 * ROW_LENGTH),
    points,
    dose,
    doseLength,
    maps,
    writtenBytes,
    end,
    uniqueTables,
  };
}
