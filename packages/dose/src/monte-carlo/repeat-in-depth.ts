import { interactPhoton } from "./photon-interactions.ts";
import { PHOTON_COLUMNS } from "./photon-tables.ts";
import { createRandomStream, nextUniform, startHistory } from "./random-stream.ts";
import { splitPhoton } from "./split-photon.ts";
import { clearTrackTrace, createTrackTrace, TRACE_COLUMNS, type TrackTrace } from "./track-trace.ts";
import { transportLepton } from "./transport-lepton.ts";
import type { RingScore, TransportScene } from "./transport-scene.ts";
import { createWorkspace, PHOTON, popParticle, pushParticle, type Workspace } from "./workspace.ts";

/** Beneath the surface first interactions are this much closer, over this many mm of unit density. */
const SURFACE_FACTOR = 4;
const SURFACE_MM = 4;
/** Longest distance of first interactions in thin matter, in distances of unit density. */
const THIN_FACTOR = 2;
/** Most photons that one interaction sends out. */
const MOST_BORN = 256;
/** Numbers per photon: energy, position, direction, weight. */
const BORN = 8;

/** Depths at which the first interaction of every photon is repeated: strata of equal steps, top first. */
export interface RepetitionPlan {
  /** Layer of each stratum, its faces, and the number of depths in it. */
  readonly layer: Int32Array;
  readonly topMm: Float64Array;
  readonly bottomMm: Float64Array;
  readonly count: Int32Array;
  /** Sum of the counts. */
  readonly places: number;
}

/**
 * @param spacingMm - distance of the depths in matter of 1 g/cm³, mm
 */
export function planRepetition(scene: TransportScene, spacingMm: number): RepetitionPlan {
  const { zMm, density, nz } = scene.geometry;
  const layer: number[] = [];
  const topMm: number[] = [];
  const bottomMm: number[] = [];
  const count: number[] = [];
  const add = (i: number, top: number, bottom: number, step: number) => {
    layer.push(i);
    topMm.push(top);
    bottomMm.push(bottom);
    count.push(Math.max(1, Math.ceil((bottom - top) / step)));
  };
  for (let i = 0; i < nz; i++) {
    if (!(density[i] > 0)) continue;
    const step = spacingMm * Math.min(THIN_FACTOR, 1 / density[i]);
    const top = zMm[i];
    const surfaceEnd = i === 0 ? Math.min(zMm[1], top + SURFACE_MM / density[0]) : top;
    if (surfaceEnd > top) add(i, top, surfaceEnd, step / SURFACE_FACTOR);
    if (surfaceEnd < zMm[i + 1]) add(i, surfaceEnd, zMm[i + 1], step);
  }
  return {
    layer: Int32Array.from(layer),
    topMm: Float64Array.from(topMm),
    bottomMm: Float64Array.from(bottomMm),
    count: Int32Array.from(count),
    places: count.reduce((sum, n) => sum + n, 0),
  };
}

/** Room for one batch of repeated histories. */
export interface RepetitionWorkspace {
  /** Scattered photons and what comes of them. */
  readonly main: Workspace;
  /** The first interaction and its charged particles in endless matter, kept as a trace. */
  readonly traced: Workspace;
  readonly trace: TrackTrace;
  /** The same random numbers again where the trace would leave its layer. */
  readonly again: Workspace;
  /** Each layer's matter without end. */
  readonly endless: readonly TransportScene[];
  /** By place: depth, weight, is its photon followed (0, 1). */
  readonly placeMm: Float64Array;
  readonly placeWeight: Float64Array;
  readonly placeFollowed: Uint8Array;
  /** Places of the present layer at which the trace fits, and their magnifications. */
  readonly fitting: Int32Array;
  readonly lnMagnification: Float64Array;
  readonly perMm: Float64Array;
  readonly born: Float64Array;
  readonly waiting: Float64Array;
}

const ENDLESS_MM = 1e5;

export function createRepetitionWorkspace(
  scene: TransportScene,
  plan: RepetitionPlan,
  seed: number,
  followed: number,
): RepetitionWorkspace {
  const main = createWorkspace(scene, seed, 0);
  const trace = createTrackTrace();
  const nothing = new Float64Array(0);
  const planes = Float64Array.of(-ENDLESS_MM, ENDLESS_MM);
  const endless = Array.from(scene.geometry.density, (density, i) => ({
    ...scene,
    geometry: {
      ...scene.geometry,
      nz: 1,
      zMm: planes,
      density: Float32Array.of(density),
      material: Uint8Array.of(scene.geometry.material[i]),
    },
  }));
  return {
    main,
    trace,
    traced: { ...createWorkspace(scene, seed, 1, nothing, nothing), trace },
    // A stream of its own with the numbers of the trace's.
    again: {
      ...createWorkspace(scene, seed, 1, main.score, main.waterScore),
      random: createRandomStream(seed, 1),
    },
    endless,
    placeMm: new Float64Array(plan.places),
    placeWeight: new Float64Array(plan.places),
    placeFollowed: new Uint8Array(plan.places),
    fitting: new Int32Array(plan.places),
    lnMagnification: new Float64Array(plan.places),
    perMm: new Float64Array(plan.places),
    born: new Float64Array(MOST_BORN * BORN),
    waiting: new Float64Array(MOST_BORN * BORN * (followed + 1)),
  };
}

/** Move the particle in `ws.particle` to a list of photons. @returns their number, as before where the list is full */
function keepPhoton(ws: Workspace, list: Float64Array, n: number): number {
  const o = n * BORN;
  if (o + BORN > list.length) {
    ws.tally[1] += ws.particle[1] * ws.particle[8];
    return n;
  }
  for (let i = 0; i < BORN; i++) list[o + i] = ws.particle[i + 1];
  return n + 1;
}

/** Score a trace at every place where it fits. @returns the weights of those places */
function scoreTrace(rings: RingScore, rep: RepetitionWorkspace, count: number): number {
  const { fitting, placeMm, placeWeight, lnMagnification, perMm, trace } = rep;
  const { score, waterScore } = rep.main;
  const { depthMm, depthLookup, lookupsPerMm, firstSquared, perLnSquared } = rings;
  const { deposits } = trace;
  const first = depthMm[0];
  const end = depthMm[depthMm.length - 1];
  const deposited = trace.state[0];
  let weights = 0;
  for (let j = 0; j < count; j++) {
    const place = fitting[j];
    const magnification = rings.magnificationA + rings.magnificationB * placeMm[place];
    lnMagnification[j] = 2 * Math.log(magnification);
    perMm[j] = rings.magnificationB / magnification;
    weights += placeWeight[place];
  }
  for (let i = 0; i < deposited; i++) {
    const o = i * TRACE_COLUMNS;
    const dz = deposits[o];
    const lnSquared = Math.log(deposits[o + 1] / firstSquared);
    const energy = deposits[o + 2];
    const water = deposits[o + 3];
    for (let j = 0; j < count; j++) {
      const place = fitting[j];
      const z = placeMm[place] + dz;
      if (z < first || z >= end) continue;
      let d = depthLookup[Math.floor((z - first) * lookupsPerMm)];
      while (z >= depthMm[d + 1]) d++;
      // 2 ln(1 + t) to t³: a track is short against the distance of the source.
      const t = dz * perMm[j];
      const ln = lnSquared - lnMagnification[j] - t * (2 - t);
      let ring = 0;
      if (ln >= 0) {
        ring = 1 + Math.floor(ln * perLnSquared);
        if (ring >= rings.rings) continue;
      }
      const c = d * rings.rings + ring;
      const weight = placeWeight[place];
      score[c] += weight * energy;
      waterScore[c] += weight * water;
    }
  }
  return weights;
}

/**
 * One photon on the axis of slabs. Its first interaction is made once for each material in endless matter, and what its charged particles
 * leave is scored at depths all along the ray, each with the probability of an interaction there:
 *
 *   w(z) = µ(z) e^{−τ(z)} Δz
 *
 * Where the charged particles would have crossed a face of their layer, they are followed there with the same random numbers: the result
 * is the same as if they had been followed everywhere. Of the photons that come out, those of `followed` places are followed with the
 * weights of all.
 *
 * @param followed - places whose scattered photons are followed, ≤ places
 * @param copies - interactions of each scattered photon
 * @source track repetition: I. Kawrakow, M. Fippel, Phys. Med. Biol. 45 (2000) 2163, doi:10.1088/0031-9155/45/8/308
 */
export function runRepeatedHistory(
  scene: TransportScene,
  plan: RepetitionPlan,
  rep: RepetitionWorkspace,
  batch: number,
  history: number,
  energyMeV: number,
  followed: number,
  copies: number,
): void {
  const { main, traced, again, trace, placeMm, placeWeight, placeFollowed, fitting, born, waiting } = rep;
  const { photons, geometry } = scene;
  const rings = scene.rings!;
  const position = (Math.log(energyMeV) - photons.lnLow) * photons.nodesPerLn;
  const node = Math.min(Math.floor(position), photons.nodes - 2);
  const f = position - node;
  const table = photons.values;

  // Depths, systematic in each stratum, with the weight of an interaction there.
  let place = 0;
  let depth = 0;
  let interacting = 0;
  for (let s = 0; s < plan.count.length; s++) {
    const l = plan.layer[s];
    const row = (geometry.material[l] * photons.nodes + node) * PHOTON_COLUMNS;
    const perMm = geometry.density[l] * (table[row] + f * (table[row + PHOTON_COLUMNS] - table[row]));
    const top = plan.topMm[s];
    const step = (plan.bottomMm[s] - top) / plan.count[s];
    const offset = nextUniform(main.random);
    for (let k = 0; k < plan.count[s]; k++) {
      const below = (k + offset) * step;
      placeMm[place] = top + below;
      placeWeight[place] = perMm * Math.exp(-depth - perMm * below) * step;
      interacting += placeWeight[place++];
    }
    depth += perMm * (plan.bottomMm[s] - top);
  }
  main.tally[1] += energyMeV * (1 - interacting);
  placeFollowed.fill(0);
  const share = plan.places / followed;
  const start = nextUniform(main.random);
  for (let m = 0; m < followed; m++) placeFollowed[Math.floor((m + start) * share)] = 1;

  let waits = 0;
  place = 0;
  for (let s = 0; s < plan.count.length; ) {
    const l = plan.layer[s];
    const row = (geometry.material[l] * photons.nodes + node) * PHOTON_COLUMNS;
    startHistory(traced.random, batch, history);
    clearTrackTrace(trace);
    traced.tally.fill(0);
    interactPhoton(rep.endless[l], traced, 0, row, PHOTON_COLUMNS, f, energyMeV, 0, 0, 0, 0, 0, 1, 1);
    let births = 0;
    while (traced.stackState[0] > 0) {
      popParticle(traced);
      if (traced.particle[0] === PHOTON) births = keepPhoton(traced, born, births);
      else transportLepton(rep.endless[l], traced);
    }
    const isWhole = trace.state[1] === 0;
    const above = geometry.zMm[l] - trace.extentMm[0];
    const below = geometry.zMm[l + 1] - trace.extentMm[1];
    let fits = 0;
    for (; s < plan.count.length && plan.layer[s] === l; s++) {
      for (let k = 0; k < plan.count[s]; k++, place++) {
        const z = placeMm[place];
        const weight = placeWeight[place];
        if (isWhole && z > above && z < below) {
          fitting[fits++] = place;
          if (placeFollowed[place] === 0) continue;
          for (let i = 0; i < births && (waits + 1) * BORN <= waiting.length; i++, waits++) {
            for (let c = 0; c < BORN; c++) waiting[waits * BORN + c] = born[i * BORN + c];
            waiting[waits * BORN + 3] += z;
            waiting[waits * BORN + 7] *= weight * share;
          }
          continue;
        }
        startHistory(again.random, batch, history);
        again.tally[2] = 0;
        interactPhoton(scene, again, l, row, PHOTON_COLUMNS, f, energyMeV, 0, 0, z, 0, 0, 1, weight);
        while (again.stackState[0] > 0) {
          popParticle(again);
          if (again.particle[0] !== PHOTON) transportLepton(scene, again);
          else if (placeFollowed[place] === 1) {
            again.particle[8] *= share;
            waits = keepPhoton(again, waiting, waits);
          }
        }
      }
    }
    main.tally[0] += traced.tally[0] * scoreTrace(rings, rep, fits);
  }
  main.tally[0] += again.tally[0];
  main.tally[1] += again.tally[1];
  again.tally[0] = 0;
  again.tally[1] = 0;

  for (let i = 0; i < waits; i++) {
    const o = i * BORN;
    main.tally[2] = waiting[o + 7];
    pushParticle(
      main,
      PHOTON,
      waiting[o],
      waiting[o + 1],
      waiting[o + 2],
      waiting[o + 3],
      waiting[o + 4],
      waiting[o + 5],
      waiting[o + 6],
      waiting[o + 7],
    );
    while (main.stackState[0] > 0) {
      popParticle(main);
      if (main.particle[0] === PHOTON) splitPhoton(scene, main, copies, false);
      else transportLepton(scene, main);
    }
  }
}
