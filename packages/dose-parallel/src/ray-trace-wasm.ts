import {
  type ColumnDoseRequest,
  createVolume,
  type DoseColumn,
  type DoseEngine,
  type GridDoseRequest,
  type PointDoseRequest,
  type Volume,
  yieldToEventLoop,
} from "@isodose/core";
import { rayTraceEngine } from "@isodose/dose";
import { assertTraced, layOutFans } from "./beam-fans.ts";
import { FAN_LENGTH } from "./fan-fields.ts";
import { compileKernels, instantiateKernels, type Kernels } from "./kernel-module.ts";
import { hasOnlyCircles } from "./only-circles.ts";
import { createSceneMemory, type SceneMemory, type SceneMemoryRequest } from "./scene-memory.ts";

/**
 * The ray-trace engine as WebAssembly SIMD, on the thread of the caller: the same formula, tables and depth lattice as
 * `rayTraceEngine`, its dose within 1e-6 of the maximum, and one beam's depth map in memory at a time. Beams with other apertures
 * than circles, and single columns, are computed by `rayTraceEngine`.
 *
 * @throws CompileError where WebAssembly or its SIMD is missing or forbidden: see `whyNoWasm`
 */
export const rayTraceWasmEngine = {
  id: "ray-trace",
  title: rayTraceEngine.title,
  doseAtPoints,
  doseOnGrid,
  doseColumns: (request: ColumnDoseRequest, take: (column: DoseColumn) => void | Promise<void>) =>
    rayTraceEngine.doseColumns(request, take),
} as const satisfies DoseEngine;

async function doseAtPoints(request: PointDoseRequest): Promise<Float32Array> {
  if (!hasOnlyCircles(request.beams)) return rayTraceEngine.doseAtPoints(request);
  const { pointsMm, beams } = request;
  const fans = await layOutFans(request);
  const n = pointsMm.length / 3;
  const out = new Float32Array(beams.length * n);
  await forEachFan(request, { fans, target: { pointsMm } }, "unit dose", (kernels, at, f) => {
    const dose = at.dose[0]! + 4 * n * f;
    kernels.point_dose(at.rows[f]!, at.tables[f]!, at.maps, at.points, n, dose);
    out.set(new Float32Array(at.memory.buffer, dose, n), n * fans[f]!.index);
  });
  return out;
}

async function doseOnGrid(request: GridDoseRequest): Promise<Volume> {
  if (!hasOnlyCircles(request.beams)) return rayTraceEngine.doseOnGrid(request);
  const { grid, monitorUnits } = request;
  const fans = await layOutFans(request, (beam) => monitorUnits[beam]! > 0);
  const scene = await forEachFan(
    request,
    { fans, target: { grid, monitorUnits } },
    "dose",
    (kernels, at, f) => kernels.add_rows(at.rows[f]!, at.tables[f]!, at.maps, at.dose[0]!, 0, grid.size[2]),
  );
  const dose = new Float32Array(scene.memory.buffer, scene.dose[0]!, scene.doseLength).slice();
  return createVolume(grid, "Gy", request.relativeElectronDensity.frameOfReferenceUid, dose);
}

/** Trace the fans one after the other, all in the room of one map, and hand each to `use`. */
async function forEachFan(
  scene: PointDoseRequest | GridDoseRequest,
  { fans, target }: Pick<SceneMemoryRequest, "fans" | "target">,
  stage: string,
  use: (kernels: Kernels, at: SceneMemory, fan: number) => void,
): Promise<SceneMemory> {
  const mapBytes = fans.reduce((most, fan) => Math.max(most, fan.mapBytes), 0);
  const at = createSceneMemory({ scene, fans, target, mapBytes, doseBuffers: 1, shared: false });
  const kernels = await instantiateKernels(await compileKernels(false), at.memory);
  for (const [f, fan] of fans.entries()) {
    await yieldToEventLoop(scene.signal);
    kernels.trace_fan(at.density, at.fans[f]!, at.maps);
    assertTraced(fan, new Float64Array(at.memory.buffer, at.fans[f]!, FAN_LENGTH));
    use(kernels, at, f);
    scene.onProgress?.({ stage, done: f + 1, total: fans.length });
  }
  return at;
}
