// A scene as the kernels see it, for those who time them or run a twin of them: `@isodose/dose-parallel/kernel-scene`.
import type { GridDoseRequest } from "@isodose/core";
import { type BeamFan, layOutFans } from "./beam-fans.ts";
import { compileKernels, instantiateKernels, type Kernels } from "./kernel-module.ts";
import { createSceneMemory, type SceneMemory } from "./scene-memory.ts";

/** Kernels, their memory, and where in it everything lies. */
export interface KernelScene {
  readonly fans: readonly BeamFan[];
  readonly at: SceneMemory;
  readonly kernels: Kernels;
  readonly slices: number;
}

/** Lay a request out in memory with room for one depth map. Only cones. */
export async function kernelScene(request: GridDoseRequest): Promise<KernelScene> {
  const { grid, monitorUnits } = request;
  const fans = await layOutFans(request, (beam) => monitorUnits[beam]! > 0);
  const at = createSceneMemory({
    scene: request,
    fans,
    target: { grid, monitorUnits },
    mapBytes: fans.reduce((most, fan) => Math.max(most, fan.mapBytes), 0),
    doseBuffers: 1,
    shared: false,
  });
  const kernels = await instantiateKernels(await compileKernels(false), at.memory);
  return { fans, at, kernels, slices: grid.size[2] };
}

/**
 * The memory as a file for the native twin, little endian. Seven doubles: bytes of the memory; offsets of density, maps and dose;
 * floats of dose; slices; fans. Three doubles per fan: offsets of table, fan and rows. Then the memory as far as it is written.
 */
export function memoryImage({ fans, at, slices }: KernelScene): Uint8Array {
  const header = Float64Array.of(
    at.memory.buffer.byteLength,
    at.density,
    at.maps,
    at.dose[0]!,
    at.doseLength,
    slices,
    fans.length,
    ...fans.flatMap((_, f) => [at.tables[f]!, at.fans[f]!, at.rows[f]!]),
  );
  const image = new Uint8Array(header.byteLength + at.writtenBytes);
  image.set(new Uint8Array(header.buffer));
  image.set(new Uint8Array(at.memory.buffer, 0, at.writtenBytes), header.byteLength);
  return image;
}
