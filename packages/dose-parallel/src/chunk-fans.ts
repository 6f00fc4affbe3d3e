import { InvalidInputError } from "@isodose/core";
import { type SceneMemoryRequest, sceneBytes } from "./scene-memory.ts";

/** How a run on workers uses memory. */
export interface RayTraceWorkersOptions {
  /**
   * Most memory of one run, MB (1e6 bytes): density, tables, dose and depth maps, which are traced in as many parts as that takes. The
   * dose has the same bits whatever it is. Default: 256 MB of depth maps.
   */
  readonly maxMemoryMb?: number | undefined;
  /** Part of it that others have, MB. Default 0. */
  readonly otherMemoryMb?: number | undefined;
}

/** Beams whose depth maps are in memory at once. */
export interface FanChunk {
  readonly from: number;
  readonly to: number;
  /** Per beam of the chunk the offset of its map in the room for maps, bytes. */
  readonly mapAt: readonly number[];
}

const MB = 1e6;
/** Room for maps where no ceiling is given, bytes. */
const DEFAULT_MAP_BYTES = 256 * MB;

/**
 * Share the beams among chunks so that everything together stays below the ceiling.
 * @returns the chunks, and the room that the largest takes
 * @throws InvalidInputError if not even one map fits beside the rest
 */
export function chunkFans(
  request: Pick<SceneMemoryRequest, "scene" | "fans" | "target">,
  { maxMemoryMb, otherMemoryMb = 0 }: RayTraceWorkersOptions,
): { readonly chunks: readonly FanChunk[]; readonly mapBytes: number } {
  const { fans } = request;
  const ceiling = maxMemoryMb === undefined ? Number.POSITIVE_INFINITY : (maxMemoryMb - otherMemoryMb) * MB;
  const whole = fans.reduce((sum, { mapBytes }) => sum + mapBytes, 0);
  const alone = sceneBytes({ ...request, doseBuffers: 1 });
  const room = Math.min(DEFAULT_MAP_BYTES, ceiling - alone);
  if (whole <= room) return { chunks: [chunkOf(request, 0, fans.length)], mapBytes: whole };

  const largest = fans.reduce((most, { mapBytes }) => Math.max(most, mapBytes), 0);
  const carried = sceneBytes({ ...request, doseBuffers: 2 });
  const smaller = Math.min(DEFAULT_MAP_BYTES, ceiling - carried);
  if (ceiling - carried < largest) {
    const needed = Math.ceil(otherMemoryMb + (carried + largest) / MB);
    throw new InvalidInputError(
      "--max-memory",
      maxMemoryMb,
      `at least ${needed} MB for this CT and dose grid`,
    );
  }
  const chunks: FanChunk[] = [];
  let mapBytes = 0;
  for (let from = 0; from < fans.length; ) {
    let to = from;
    let bytes = 0;
    while (to < fans.length && (to === from || bytes + fans[to]!.mapBytes <= smaller))
      bytes += fans[to++]!.mapBytes;
    chunks.push(chunkOf(request, from, to));
    mapBytes = Math.max(mapBytes, bytes);
    from = to;
  }
  return { chunks, mapBytes };
}

function chunkOf({ fans }: Pick<SceneMemoryRequest, "fans">, from: number, to: number): FanChunk {
  const mapAt: number[] = [];
  let at = 0;
  for (let f = from; f < to; f++) {
    mapAt.push(at);
    at += fans[f]!.mapBytes;
  }
  return { from, to, mapAt };
}
