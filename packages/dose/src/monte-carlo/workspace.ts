import { createRandomStream, type RandomStream } from "./random-stream.ts";
import { createTrack, type Track } from "./track.ts";
import type { TrackTrace } from "./track-trace.ts";
import type { TransportScene } from "./transport-scene.ts";

/** Kinds of particles on the stack. */
export const PHOTON = 0;
export const ELECTRON = 1;
export const POSITRON = 2;

/** Numbers per particle: kind, energy, position, direction, weight. */
export const RECORD = 9;
const STACK_DEPTH = 4096;

/** What changes while particles are followed. */
export interface Workspace {
  readonly random: RandomStream;
  readonly stack: Float64Array;
  /** [particles on the stack, particles lost because it was full] */
  readonly stackState: Int32Array;
  /** The particle last taken from the stack. */
  readonly particle: Float64Array;
  /** A direction that a sampling function returns. */
  readonly direction: Float64Array;
  /** The other one, where two particles come out. */
  readonly secondDirection: Float64Array;
  /** MeV per score cell: what is deposited and, where the scene scores water, the same times water's stopping power over the medium's. */
  readonly score: Float64Array;
  readonly waterScore: Float64Array;
  /** [deposited MeV, escaped MeV, photon weight of the history: photons of less weight play roulette up to it] */
  readonly tally: Float64Array;
  /** Where the scene scores in rings: keeps deposits instead of scoring them. */
  readonly trace: TrackTrace | null;
  /** Optical depth of the first copy of the next photon that is split, as a share of the distance between copies; < 0: random. */
  readonly firstDepth: Float64Array;
  /** The last recorded track. */
  readonly track: Track;
  /** The cells of a ray, with path, mm, and optical depth at the end of each. */
  readonly rayCells: Int32Array;
  readonly rayPaths: Float64Array;
  readonly rayDepths: Float64Array;
  /** Places along a ray where its copies interact: x, y, z each, their voxels, and which of them go together. */
  readonly sites: Float64Array;
  readonly siteCells: Int32Array;
  readonly siteList: Int32Array;
  /** Photons that come of one interaction. */
  readonly born: Float64Array;
}

/** Most copies of a photon. */
export const MOST_COPIES = 256;

/**
 * Room for one batch.
 * @param score - added to; without it a new one
 * @param waterScore - the same for dose to water; not used unless the scene scores both
 */
export function createWorkspace(
  scene: TransportScene,
  seed: number,
  stream: number,
  score: Float64Array = new Float64Array(scene.cells),
  waterScore: Float64Array = new Float64Array(scene.scoresWater ? scene.cells : 0),
): Workspace {
  const { nx, ny, nz } = scene.geometry;
  const rayLength = nx + ny + nz;
  return {
    random: createRandomStream(seed, stream),
    stack: new Float64Array(STACK_DEPTH * RECORD),
    stackState: new Int32Array(2),
    particle: new Float64Array(RECORD),
    direction: new Float64Array(3),
    secondDirection: new Float64Array(3),
    score,
    waterScore,
    tally: new Float64Array(3),
    trace: null,
    firstDepth: Float64Array.of(-1),
    track: createTrack(),
    rayCells: new Int32Array(rayLength),
    rayPaths: new Float64Array(rayLength),
    rayDepths: new Float64Array(rayLength),
    sites: new Float64Array(3 * MOST_COPIES),
    siteCells: new Int32Array(MOST_COPIES),
    siteList: new Int32Array(MOST_COPIES),
    born: new Float64Array(16 * RECORD),
  };
}

/** Put a particle on the stack. If it is full, the particle counts as escaped (never seen: the stack holds hundreds of showers). */
export function pushParticle(
  ws: Workspace,
  kind: number,
  energyMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  weight: number,
): void {
  const n = ws.stackState[0];
  if (n >= STACK_DEPTH) {
    ws.stackState[1]++;
    ws.tally[1] += energyMeV * weight;
    return;
  }
  const { stack } = ws;
  const o = n * RECORD;
  stack[o] = kind;
  stack[o + 1] = energyMeV;
  stack[o + 2] = x;
  stack[o + 3] = y;
  stack[o + 4] = z;
  stack[o + 5] = u;
  stack[o + 6] = v;
  stack[o + 7] = w;
  stack[o + 8] = weight;
  ws.stackState[0] = n + 1;
}

/** Take the last particle off the stack into `ws.particle`. */
export function popParticle(ws: Workspace): void {
  const n = ws.stackState[0] - 1;
  ws.stackState[0] = n;
  const { stack, particle } = ws;
  const o = n * RECORD;
  for (let i = 0; i < RECORD; i++) particle[i] = stack[o + i];
}
