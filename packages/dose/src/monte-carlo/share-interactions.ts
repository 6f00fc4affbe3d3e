import { depositEnergy } from "./deposit-energy.ts";
import { LEPTON_COLUMNS } from "./lepton-tables.ts";
import { interactPhoton } from "./photon-interactions.ts";
import { PHOTON_COLUMNS } from "./photon-tables.ts";
import { nextUniform, putBackUniform } from "./random-stream.ts";
import { recordTrack } from "./record-track.ts";
import { replayTrack } from "./replay-track.ts";
import type { TransportScene } from "./transport-scene.ts";
import { PHOTON, pushParticle, RECORD, type Workspace } from "./workspace.ts";

/**
 * Make the interactions of the copies of one photon, at the places that `ws.sites` holds. Copies go together in `groups` interleaved
 * groups: those of one group that are in alike materials and interact in the same way share one sampled interaction and one electron
 * track, moved to their places. Every copy has the distribution that it would have alone, so no mean changes; only their correlation does.
 *
 * Of the scattered photons, a systematic choice of copies survives, with the weight of the history.
 * @param made - number of places
 * @param node - energy node of the photon tables, and `f` the way to the next
 * @param weight - of one copy
 * @source I. Kawrakow, M. Fippel, Phys. Med. Biol. 45 (2000) 2163, doi:10.1088/0031-9155/45/8/308
 */
export function shareInteractions(
  scene: TransportScene,
  ws: Workspace,
  made: number,
  groups: number,
  node: number,
  f: number,
  energy: number,
  u: number,
  v: number,
  w: number,
  weight: number,
): void {
  const { leptons, photons, alike, materialCount } = scene;
  const { random } = ws;
  const materialOf = scene.geometry.material;
  const { sites, siteCells, siteList, born, stack, stackState, tally } = ws;
  const full = tally[2];
  const perCopy = full > 0 ? weight / full : 0;
  let chosen = full > 0 ? nextUniform(random) : 0;
  for (let group = 0; group < groups; group++) {
    // One number decides for the whole group which kind of interaction it is, by the shares that each material has of each.
    const choice = nextUniform(random);
    for (let first = group; first < made; first += groups) {
      if (siteCells[first] < 0) continue;
      const material = materialOf[siteCells[first]];
      const kind = interactionKind(
        photons.values,
        (material * photons.nodes + node) * PHOTON_COLUMNS,
        f,
        choice,
      );
      let count = 0;
      let last = -1;
      let isTogether = false;
      for (let i = first; i < made; i += groups) {
        if (siteCells[i] < 0) continue;
        const other = materialOf[siteCells[i]];
        if (other !== last) {
          last = other;
          isTogether =
            other === material ||
            (alike[material * materialCount + other] > 0 &&
              interactionKind(photons.values, (other * photons.nodes + node) * PHOTON_COLUMNS, f, choice) ===
                kind);
        }
        if (isTogether) siteList[count++] = i;
      }
      nextUniform(random);
      putBackUniform(random, choice);
      // Without roulette against the history's weight, what is born carries the weight of a copy.
      tally[2] = 0;
      const before = tally[0];
      const start = stackState[0];
      interactPhoton(
        scene,
        ws,
        siteCells[first],
        (material * photons.nodes + node) * PHOTON_COLUMNS,
        PHOTON_COLUMNS,
        f,
        energy,
        sites[3 * first],
        sites[3 * first + 1],
        sites[3 * first + 2],
        u,
        v,
        w,
        weight,
      );
      tally[2] = full;
      const local = tally[0] - before;
      if (local > 0) {
        const waterRatio = leptons.values[material * leptons.nodes * LEPTON_COLUMNS + 4];
        for (let n = 1; n < count; n++) {
          const i = siteList[n];
          depositEnergy(
            scene,
            ws,
            siteCells[i],
            sites[3 * i],
            sites[3 * i + 1],
            sites[3 * i + 2],
            local,
            waterRatio,
          );
        }
      }
      // Photons go aside, leptons stay for the record.
      let photonCount = 0;
      let kept = start;
      for (let i = start; i < stackState[0]; i++) {
        const to = stack[i * RECORD] === PHOTON ? photonCount++ * RECORD : -1;
        if (to >= 0) for (let k = 0; k < RECORD; k++) born[to + k] = stack[i * RECORD + k];
        else {
          if (kept < i) for (let k = 0; k < RECORD; k++) stack[kept * RECORD + k] = stack[i * RECORD + k];
          kept++;
        }
      }
      stackState[0] = kept;
      if (kept > start) {
        recordTrack(scene, ws, material, start);
        for (let n = 0; n < count; n++) {
          const i = siteList[n];
          replayTrack(
            scene,
            ws,
            material,
            siteCells[i],
            sites[3 * i],
            sites[3 * i + 1],
            sites[3 * i + 2],
            weight,
          );
        }
      }
      for (let b = 0; b < photonCount; b++) {
        const o = b * RECORD;
        if (full > 0) {
          const next = chosen + count * perCopy;
          for (let k = Math.floor(chosen) + 1; k <= next; k++) {
            const i = siteList[Math.min(count - 1, Math.floor((k - chosen) / perCopy))];
            pushParticle(
              ws,
              PHOTON,
              born[o + 1],
              sites[3 * i],
              sites[3 * i + 1],
              sites[3 * i + 2],
              born[o + 5],
              born[o + 6],
              born[o + 7],
              full,
            );
          }
          chosen = next;
          continue;
        }
        for (let n = 0; n < count; n++) {
          const i = siteList[n];
          pushParticle(
            ws,
            PHOTON,
            born[o + 1],
            sites[3 * i],
            sites[3 * i + 1],
            sites[3 * i + 2],
            born[o + 5],
            born[o + 6],
            born[o + 7],
            weight,
          );
        }
      }
      for (let n = 0; n < count; n++) siteCells[siteList[n]] = -1;
    }
  }
}

/** Compton 1, photoelectric 2, pair 3, else coherent 4: the order in which `interactPhoton` compares. */
function interactionKind(t: Float64Array, row: number, f: number, choice: number): number {
  const next = row + PHOTON_COLUMNS;
  const total = choice * (t[row] + f * (t[next] - t[row]));
  for (let kind = 1; kind < PHOTON_COLUMNS; kind++) {
    if (total < t[row + kind] + f * (t[next + kind] - t[row + kind])) return kind;
  }
  return PHOTON_COLUMNS;
}
