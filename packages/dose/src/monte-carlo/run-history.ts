import { splitPhoton } from "./split-photon.ts";
import { transportLepton } from "./transport-lepton.ts";
import { transportPhoton } from "./transport-photon.ts";
import type { TransportScene } from "./transport-scene.ts";
import { PHOTON, popParticle, pushParticle, type Workspace } from "./workspace.ts";

/**
 * Follow one photon and all that comes of it.
 * @param copies - 1: analog; more: every photon is split into that many copies along its ray
 * @param forced - do all copies of the first photon interact?
 * @param groups - 0: copies are independent; else the copies of the first photon share as many interactions and electron tracks
 * @param scatteredCopies - copies of the photons that come after it; one group
 */
export function runHistory(
  scene: TransportScene,
  ws: Workspace,
  copies: number,
  forced: boolean,
  energyMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  weight: number,
  groups = 0,
  scatteredCopies = copies,
): void {
  ws.tally[2] = weight;
  let isForced = forced;
  let copiesNow = copies;
  let groupsNow = groups;
  pushParticle(ws, PHOTON, energyMeV, x, y, z, u, v, w, weight);
  while (ws.stackState[0] > 0) {
    popParticle(ws);
    if (ws.particle[0] !== PHOTON) transportLepton(scene, ws);
    else if (copiesNow > 1 || isForced) splitPhoton(scene, ws, copiesNow, isForced, groupsNow);
    else transportPhoton(scene, ws);
    isForced = false;
    copiesNow = scatteredCopies;
    if (groups > 0) groupsNow = 1;
  }
}
