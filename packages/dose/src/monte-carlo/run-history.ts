import { splitPhoton } from "./split-photon.ts";
import { transportLepton } from "./transport-lepton.ts";
import { transportPhoton } from "./transport-photon.ts";
import type { TransportScene } from "./transport-scene.ts";
import { PHOTON, popParticle, pushParticle, type Workspace } from "./workspace.ts";

/**
 * Follow one photon and all that comes of it.
 * @param copies - 1: analog; more: every photon is split into that many copies along its ray
 * @param forced - do all copies of the first photon interact?
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
): void {
  ws.tally[2] = weight;
  let isForced = forced;
  pushParticle(ws, PHOTON, energyMeV, x, y, z, u, v, w, weight);
  while (ws.stackState[0] > 0) {
    popParticle(ws);
    if (ws.particle[0] !== PHOTON) transportLepton(scene, ws);
    else if (copies > 1 || isForced) splitPhoton(scene, ws, copies, isForced);
    else transportPhoton(scene, ws);
    isForced = false;
  }
}
