import { traceDeposit } from "./track-trace.ts";
import type { RingScore, ShellScore, TransportScene } from "./transport-scene.ts";
import type { Workspace } from "./workspace.ts";

/** Score cell of a point in shells, or −1 outside them. */
function shellCell(shells: ShellScore, count: number, x: number, y: number, z: number): number {
  const { radiusSquared, anglesPerRadian } = shells;
  const r2 = x * x + y * y + z * z;
  if (r2 >= radiusSquared[count]) return -1;
  let shell = 0;
  while (r2 >= radiusSquared[shell + 1]) shell++;
  const last = Math.round(Math.PI * anglesPerRadian) - 1;
  const cosine = r2 > 0 ? Math.max(-1, Math.min(1, z / Math.sqrt(r2))) : 1;
  const angle = Math.min(last, Math.floor(Math.acos(cosine) * anglesPerRadian));
  return angle * count + shell;
}

/** Score cell of a point in rings, or −1 outside them. */
function ringCell(rings: RingScore, x: number, y: number, z: number): number {
  if (rings.shells !== undefined) return shellCell(rings.shells, rings.rings, x, y, z);
  const { depthMm, depthLookup } = rings;
  const last = depthMm.length - 1;
  if (z < depthMm[0] || z >= depthMm[last]) return -1;
  let d = depthLookup[Math.floor((z - depthMm[0]) * rings.lookupsPerMm)];
  while (z >= depthMm[d + 1]) d++;
  const scale = 1 / (rings.magnificationA + rings.magnificationB * z);
  const s2 = (x * x + y * y) * scale * scale;
  let ring = 0;
  if (s2 >= rings.firstSquared) {
    ring = 1 + Math.floor(Math.log(s2 / rings.firstSquared) * rings.perLnSquared);
    if (ring >= rings.rings) return -1;
  }
  return d * rings.rings + ring;
}

/**
 * Score energy at a point.
 * @param cell - box that holds the point
 * @param energyMeV - energy times weight
 * @param waterRatio - stopping power of water over that of the medium
 */
export function depositEnergy(
  scene: TransportScene,
  ws: Workspace,
  cell: number,
  x: number,
  y: number,
  z: number,
  energyMeV: number,
  waterRatio: number,
): void {
  ws.tally[0] += energyMeV;
  if (scene.rings !== null && ws.trace !== null) {
    traceDeposit(ws.trace, x, y, z, energyMeV, waterRatio);
    return;
  }
  const c = scene.rings === null ? cell : ringCell(scene.rings, x, y, z);
  if (c < 0) return;
  ws.score[c] += energyMeV;
  if (scene.scoresWater) ws.waterScore[c] += energyMeV * waterRatio;
}
