import { ELECTRON_REST_MEV } from "@isodose/physics";
import { collide, sampleAnnihilation, sampleBremsstrahlung } from "./lepton-events.ts";
import { LEPTON_COLUMNS as COLUMNS, SCATTERING_BINS } from "./lepton-tables.ts";
import { nextUniform, type RandomStream } from "./random-stream.ts";
import { turnRandomly } from "./rotate-direction.ts";
import { BEGIN, BIRTH, FOLLOW, PLACE, SEGMENT, STOP, TRACK_CAPACITY, TRACK_RECORD } from "./track.ts";
import type { TransportScene } from "./transport-scene.ts";
import { POSITRON, popParticle, RECORD, type Workspace } from "./workspace.ts";

/**
 * Sum of many soft losses: the simplest distribution ≥ 0 with this mean and variance, uniform or, for short paths, none or uniform.
 * @source F. Salvat, J. M. Fernández-Varea, J. Sempau, PENELOPE (OECD/NEA), chapter on random hinges
 */
export function sampleSoftLoss(random: RandomStream, mean: number, variance: number): number {
  const r = nextUniform(random);
  const squares = mean * mean;
  if (3 * variance < squares) return mean + Math.sqrt(3 * variance) * (2 * r - 1);
  const none = (3 * variance - squares) / (3 * variance + 3 * squares);
  if (r < none) return 0;
  return (((r - none) / (1 - none)) * (3 * variance + 3 * squares)) / (2 * mean);
}

/**
 * Record the leptons on the stack above `base` in an endless medium of one material, all from place 0; they leave the stack. The physics
 * is that of `transportLepton`, with no boundary between two events.
 */
export function recordTrack(scene: TransportScene, ws: Workspace, material: number, base: number): void {
  const { leptons, materialCount } = scene;
  const { values, nodes, lowMeV, nodesPerMeV, strength, scattering, coarseNodes } = leptons;
  const { random, particle: p, direction } = ws;
  const { records, length } = ws.track;
  const cut = scene.electronCutMeV;
  let n = 0;
  let places = 1;
  for (let i = base; i < ws.stackState[0]; i++) setPlace(ws, i, 0);
  while (ws.stackState[0] > base) {
    popParticle(ws);
    const kind = p[0];
    const positron = kind === POSITRON;
    let energy = p[1];
    let u = p[5];
    let v = p[6];
    let w = p[7];
    const begin = n * TRACK_RECORD;
    records[begin] = BEGIN;
    records[begin + 1] = kind;
    records[begin + 2] = p[2];
    n++;
    if (n > TRACK_CAPACITY / 2) {
      const o = n * TRACK_RECORD;
      records[o] = FOLLOW;
      records[o + 1] = energy;
      records[o + 2] = u;
      records[o + 3] = v;
      records[o + 4] = w;
      n++;
      records[begin + 3] = n;
      continue;
    }
    const row = ((positron ? materialCount : 0) + material) * nodes;
    // Annihilated in flight: nothing is left that stops.
    let isGone = false;
    let coarse = 0;
    let after = 0;
    let hingeLeft = -1;
    let hardLeft = -Math.log(nextUniform(random));
    let waterRatio = values[row * COLUMNS + 4];
    while (energy > cut) {
      let position = (energy - lowMeV) * nodesPerMeV;
      let node = position | 0;
      let f = position - node;
      let o = (row + node) * COLUMNS;
      if (hingeLeft < 0) {
        const c = values[o + 6];
        coarse = c | 0;
        if (nextUniform(random) < c - coarse) coarse++;
        const hinge = nextUniform(random);
        hingeLeft = hinge * strength[coarse];
        after = (1 - hinge) * strength[coarse];
      }
      let soft = values[o] + f * (values[o + COLUMNS] - values[o]);
      let turn = values[o + 1] + f * (values[o + COLUMNS + 1] - values[o + 1]);
      let hard = values[o + 2] + f * (values[o + COLUMNS + 2] - values[o + 2]);
      let step = hingeLeft / turn;
      if (step * hard > hardLeft) step = hardLeft / hard;
      // Rates at the energy in the middle of the step.
      let middle = energy - 0.5 * soft * step;
      if (middle < lowMeV) middle = lowMeV;
      position = (middle - lowMeV) * nodesPerMeV;
      node = position | 0;
      f = position - node;
      o = (row + node) * COLUMNS;
      soft = values[o] + f * (values[o + COLUMNS] - values[o]);
      turn = values[o + 1] + f * (values[o + COLUMNS + 1] - values[o + 1]);
      hard = values[o + 2] + f * (values[o + COLUMNS + 2] - values[o + 2]);
      waterRatio = values[o + 4];
      let isHinge = true;
      step = hingeLeft / turn;
      if (step * hard >= hardLeft) {
        step = hardLeft / hard;
        isHinge = false;
      }
      let loss = soft * step;
      if (loss > 0) loss = sampleSoftLoss(random, loss, values[o + 7] * step);
      let isLast = false;
      if (energy - loss <= cut) {
        step *= (energy - cut) / loss;
        loss = energy - cut;
        isLast = true;
      }
      o = n * TRACK_RECORD;
      records[o] = SEGMENT;
      records[o + 1] = step;
      records[o + 2] = u;
      records[o + 3] = v;
      records[o + 4] = w;
      records[o + 5] = energy;
      records[o + 6] = loss;
      records[o + 7] = waterRatio;
      records[o + 8] = inverse(u);
      records[o + 9] = inverse(v);
      records[o + 10] = inverse(w);
      n++;
      energy -= loss;
      if (isLast) break;
      hingeLeft -= step * turn;
      hardLeft -= step * hard;
      position = (energy - lowMeV) * nodesPerMeV;
      o = (row + (position | 0)) * COLUMNS;
      if (isHinge) {
        const at = (material * coarseNodes + coarse) * (SCATTERING_BINS + 2);
        const a = scattering[at];
        const bin = nextUniform(random) * SCATTERING_BINS;
        const j = bin | 0;
        const q0 = scattering[at + 1 + j];
        const t = q0 + (bin - j) * (scattering[at + 2 + j] - q0);
        turnRandomly(random, u, v, w, 1 - (2 * (a * t)) / (1 + a - t), direction);
        u = direction[0];
        v = direction[1];
        w = direction[2];
        const c = values[o + 6];
        coarse = c | 0;
        if (nextUniform(random) < c - coarse) coarse++;
        const hinge = nextUniform(random);
        hingeLeft = after + hinge * strength[coarse];
        after = (1 - hinge) * strength[coarse];
        continue;
      }
      const choice = nextUniform(random);
      if (choice < values[o + 3]) {
        if (energy > (positron ? 1 : 2) * scene.secondaryCutMeV) {
          const at = n * TRACK_RECORD;
          records[at] = PLACE;
          records[at + 1] = places;
          n++;
          energy = collide(scene, ws, positron, energy, places, 0, 0, u, v, w, 1);
          places++;
          u = direction[0];
          v = direction[1];
          w = direction[2];
        }
      } else if (positron && choice < values[o + 8]) {
        const second = ws.secondDirection;
        const photon = sampleAnnihilation(ws, energy, u, v, w, second);
        const other = energy + 2 * ELECTRON_REST_MEV - photon;
        n = recordBirth(records, n, photon, direction);
        n = recordBirth(records, n, other, second);
        isGone = true;
        break;
      } else if (energy > scene.bremsstrahlungCutMeV) {
        const c = values[o + 6];
        let near = c | 0;
        if (nextUniform(random) < c - near) near++;
        const photon = sampleBremsstrahlung(scene, ws, material, near, energy, u, v, w);
        n = recordBirth(records, n, photon, direction);
        energy -= photon;
      }
      hardLeft = -Math.log(nextUniform(random));
      hingeLeft = -1;
    }
    if (!isGone) {
      const o = n * TRACK_RECORD;
      records[o] = STOP;
      records[o + 1] = energy;
      records[o + 7] = waterRatio;
      n++;
    }
    records[begin + 3] = n;
    boxRestOfWay(records, begin, n * TRACK_RECORD, positron);
  }
  length[0] = n;
}

/**
 * Boxes around what is left of a particle's way, from its end back to the last event that others come of: a copy that has all of its
 * box in one voxel leaves its energy there at once.
 * @param begin - first number of the particle's records, `end` the one after the last
 */
function boxRestOfWay(t: Float64Array, begin: number, end: number, positron: boolean): void {
  let xLow = positron ? -Infinity : 0;
  let xHigh = 0;
  let yLow = 0;
  let yHigh = 0;
  let zLow = 0;
  let zHigh = 0;
  for (let o = end - TRACK_RECORD; o > begin; o -= TRACK_RECORD) {
    if (t[o] === PLACE || t[o] === BIRTH) xLow = -Infinity;
    if (t[o] !== SEGMENT) continue;
    const x = t[o + 1] * t[o + 2];
    const y = t[o + 1] * t[o + 3];
    const z = t[o + 1] * t[o + 4];
    xLow = Math.min(0, xLow + x);
    xHigh = Math.max(0, xHigh + x);
    yLow = Math.min(0, yLow + y);
    yHigh = Math.max(0, yHigh + y);
    zLow = Math.min(0, zLow + z);
    zHigh = Math.max(0, zHigh + z);
    t[o + 11] = xLow;
    t[o + 12] = xHigh;
    t[o + 13] = yLow;
    t[o + 14] = yHigh;
    t[o + 15] = zLow;
    t[o + 16] = zHigh;
  }
}

/** A photon comes out. @returns the number of records */
function recordBirth(records: Float64Array, n: number, energyMeV: number, direction: Float64Array): number {
  const o = n * TRACK_RECORD;
  records[o] = BIRTH;
  records[o + 1] = energyMeV;
  records[o + 2] = direction[0];
  records[o + 3] = direction[1];
  records[o + 4] = direction[2];
  return n + 1;
}

function inverse(u: number): number {
  return u === 0 ? 1e300 : 1 / u;
}

/** The x of a lepton on the stack is the place where it begins while a track is recorded. */
function setPlace(ws: Workspace, i: number, place: number): void {
  ws.stack[i * RECORD + 2] = place;
}
