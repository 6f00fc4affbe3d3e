import { interactPhoton } from "./photon-interactions.ts";
import { PHOTON_COLUMNS } from "./photon-tables.ts";
import { nextUniform } from "./random-stream.ts";
import { locate, type TransportScene } from "./transport-scene.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Walk a ray through the boxes and return its optical depth; on the way, make the interactions of `copies` photons of equal weight
 * whose optical depths are stratified.
 *
 *   τ_j = −ln(1 − c (j + r)/n),   j = 0 … n − 1,   c = 1, or 1 − e^{−τ of the whole ray} where every copy is made to interact
 *
 * @param copies - n; 0 only measures the optical depth
 * @param share - c
 * @source I. Kawrakow, M. Fippel, Phys. Med. Biol. 45 (2000) 2163, doi:10.1088/0031-9155/45/8/308
 */
function walkRay(
  scene: TransportScene,
  ws: Workspace,
  energy: number,
  x0: number,
  y0: number,
  z0: number,
  u: number,
  v: number,
  w: number,
  weight: number,
  copies: number,
  share: number,
): number {
  const { geometry, photons } = scene;
  const { nx, ny, nz, xMm, yMm, zMm, density, material } = geometry;
  const position = (Math.log(energy) - photons.lnLow) * photons.nodesPerLn;
  const node = Math.min(Math.floor(position), photons.nodes - 2);
  const f = position - node;
  const table = photons.values;
  const offset = copies > 0 ? nextUniform(ws.random) : 0;
  let made = 0;
  let nextDepth = copies > 0 ? -Math.log1p((-share * offset) / copies) : Infinity;
  let ix = Math.min(nx - 1, Math.max(0, locate(xMm, nx, geometry.perX, x0)));
  let iy = Math.min(ny - 1, Math.max(0, locate(yMm, ny, geometry.perY, y0)));
  let iz = Math.min(nz - 1, Math.max(0, locate(zMm, nz, geometry.perZ, z0)));
  let path = 0;
  let depth = 0;
  for (;;) {
    const toX = u > 0 ? (xMm[ix + 1] - x0) / u : u < 0 ? (xMm[ix] - x0) / u : Infinity;
    const toY = v > 0 ? (yMm[iy + 1] - y0) / v : v < 0 ? (yMm[iy] - y0) / v : Infinity;
    const toZ = w > 0 ? (zMm[iz + 1] - z0) / w : w < 0 ? (zMm[iz] - z0) / w : Infinity;
    const end = Math.max(path, Math.min(toX, toY, toZ));
    const cell = ix + nx * (iy + ny * iz);
    const row = (material[cell] * photons.nodes + node) * PHOTON_COLUMNS;
    const attenuation = density[cell] * (table[row] + f * (table[row + PHOTON_COLUMNS] - table[row]));
    const depthAtEnd = depth + attenuation * (end - path);
    while (nextDepth < depthAtEnd) {
      const s = path + (nextDepth - depth) / attenuation;
      interactPhoton(
        scene,
        ws,
        cell,
        row,
        PHOTON_COLUMNS,
        f,
        energy,
        x0 + u * s,
        y0 + v * s,
        z0 + w * s,
        u,
        v,
        w,
        weight,
      );
      made++;
      if (made === copies) return depthAtEnd;
      nextDepth = -Math.log1p(-Math.min(1, (share * (made + offset)) / copies));
    }
    depth = depthAtEnd;
    path = end;
    if (end === toX) {
      ix += u > 0 ? 1 : -1;
      if (ix < 0 || ix >= nx) break;
    } else if (end === toY) {
      iy += v > 0 ? 1 : -1;
      if (iy < 0 || iy >= ny) break;
    } else {
      iz += w > 0 ? 1 : -1;
      if (iz < 0 || iz >= nz) break;
    }
  }
  ws.tally[1] += energy * weight * (copies - made);
  return depth;
}

/**
 * Split the photon in `ws.particle` into copies that interact along its ray; what comes of them goes on the stack. Electrons have the
 * weight of a copy; photons play roulette up to the weight of the history (`ws.tally[2]`), so that few are traced and each of them is
 * split again.
 * @param forced - does every copy interact inside the boxes? The part that would have escaped is taken off the weights.
 */
export function splitPhoton(scene: TransportScene, ws: Workspace, copies: number, forced: boolean): void {
  const p = ws.particle;
  const energy = p[1];
  const x = p[2];
  const y = p[3];
  const z = p[4];
  const u = p[5];
  const v = p[6];
  const w = p[7];
  const weight = p[8];
  let share = 1;
  if (forced) {
    const depth = walkRay(scene, ws, energy, x, y, z, u, v, w, 0, 0, 1);
    share = -Math.expm1(-depth);
    if (!(share > 0)) {
      ws.tally[1] += energy * weight;
      return;
    }
    ws.tally[1] += energy * weight * (1 - share);
  }
  walkRay(scene, ws, energy, x, y, z, u, v, w, (weight * share) / copies, copies, share);
}
