import { interactPhoton } from "./photon-interactions.ts";
import { PHOTON_COLUMNS } from "./photon-tables.ts";
import { nextUniform } from "./random-stream.ts";
import { shareInteractions } from "./share-interactions.ts";
import { locate, type TransportScene } from "./transport-scene.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Walk a ray through the boxes: cell, path and optical depth at the end of each goes to `ws.ray…`.
 * @param node - energy node of the photon tables, and `f` the way to the next
 * @returns number of cells
 */
function walkRay(
  scene: TransportScene,
  ws: Workspace,
  node: number,
  f: number,
  x0: number,
  y0: number,
  z0: number,
  u: number,
  v: number,
  w: number,
): number {
  const { geometry, photons } = scene;
  const { nx, ny, nz, xMm, yMm, zMm, density, material } = geometry;
  const { rayCells, rayPaths, rayDepths } = ws;
  const table = photons.values;
  let ix = Math.min(nx - 1, Math.max(0, locate(xMm, nx, geometry.perX, x0)));
  let iy = Math.min(ny - 1, Math.max(0, locate(yMm, ny, geometry.perY, y0)));
  let iz = Math.min(nz - 1, Math.max(0, locate(zMm, nz, geometry.perZ, z0)));
  const perU = 1 / u;
  const perV = 1 / v;
  const perW = 1 / w;
  let toX = u > 0 ? (xMm[ix + 1] - x0) * perU : u < 0 ? (xMm[ix] - x0) * perU : Infinity;
  let toY = v > 0 ? (yMm[iy + 1] - y0) * perV : v < 0 ? (yMm[iy] - y0) * perV : Infinity;
  let toZ = w > 0 ? (zMm[iz + 1] - z0) * perW : w < 0 ? (zMm[iz] - z0) * perW : Infinity;
  let cell = ix + nx * (iy + ny * iz);
  const slice = nx * ny;
  let path = 0;
  let depth = 0;
  let count = 0;
  let lastMaterial = -1;
  let perDensity = 0;
  for (;;) {
    const end = Math.max(path, Math.min(toX, toY, toZ));
    if (material[cell] !== lastMaterial) {
      lastMaterial = material[cell];
      const row = (lastMaterial * photons.nodes + node) * PHOTON_COLUMNS;
      perDensity = table[row] + f * (table[row + PHOTON_COLUMNS] - table[row]);
    }
    depth += density[cell] * perDensity * (end - path);
    path = end;
    rayCells[count] = cell;
    rayPaths[count] = path;
    rayDepths[count] = depth;
    count++;
    if (end >= toX) {
      if (u > 0) {
        ix++;
        cell++;
        if (ix >= nx) return count;
        toX = (xMm[ix + 1] - x0) * perU;
      } else {
        ix--;
        cell--;
        if (ix < 0) return count;
        toX = (xMm[ix] - x0) * perU;
      }
    } else if (end >= toY) {
      if (v > 0) {
        iy++;
        cell += nx;
        if (iy >= ny) return count;
        toY = (yMm[iy + 1] - y0) * perV;
      } else {
        iy--;
        cell -= nx;
        if (iy < 0) return count;
        toY = (yMm[iy] - y0) * perV;
      }
    } else if (w > 0) {
      iz++;
      cell += slice;
      if (iz >= nz) return count;
      toZ = (zMm[iz + 1] - z0) * perW;
    } else {
      iz--;
      cell -= slice;
      if (iz < 0) return count;
      toZ = (zMm[iz] - z0) * perW;
    }
  }
}

/**
 * Split the photon in `ws.particle` into copies of equal weight that interact along its ray at stratified optical depths; what comes of
 * them goes on the stack.
 *
 *   τ_j = −ln(1 − c (j + r)/n),   j = 0 … n − 1,   c = 1, or 1 − e^{−τ of the whole ray} where every copy is made to interact
 *
 * Electrons have the weight of a copy; photons play roulette up to the weight of the history (`ws.tally[2]`), so that few are traced and
 * each of them is split again.
 * @param copies - n
 * @param forced - does every copy interact inside the boxes? The part that would have escaped is taken off the weights.
 * @param groups - 0: every interaction is sampled by itself; else {@link shareInteractions} makes them, in this many groups
 * @source I. Kawrakow, M. Fippel, Phys. Med. Biol. 45 (2000) 2163, doi:10.1088/0031-9155/45/8/308
 */
export function splitPhoton(
  scene: TransportScene,
  ws: Workspace,
  copies: number,
  forced: boolean,
  groups = 0,
): void {
  const { photons } = scene;
  const materialOf = scene.geometry.material;
  const { particle: p, rayCells, rayPaths, rayDepths, sites, siteCells } = ws;
  const energy = p[1];
  const x = p[2];
  const y = p[3];
  const z = p[4];
  const u = p[5];
  const v = p[6];
  const w = p[7];
  const position = (Math.log(energy) - photons.lnLow) * photons.nodesPerLn;
  const node = Math.min(Math.floor(position), photons.nodes - 2);
  const f = position - node;
  const cells = walkRay(scene, ws, node, f, x, y, z, u, v, w);
  const throughout = -Math.expm1(-rayDepths[cells - 1]);
  const share = forced ? throughout : 1;
  const weight = (p[8] * share) / copies;
  ws.tally[1] += energy * p[8] * (1 - share);
  if (!(throughout > 0)) {
    if (!forced) ws.tally[1] += energy * p[8];
    return;
  }
  const offset = ws.firstDepth[0] >= 0 ? ws.firstDepth[0] : nextUniform(ws.random);
  ws.firstDepth[0] = -1;
  let i = 0;
  let made = 0;
  for (; made < copies; made++) {
    const part = (share * (made + offset)) / copies;
    if (part >= throughout) break;
    const depth = -Math.log(1 - part);
    while (i < cells - 1 && rayDepths[i] <= depth) i++;
    const path = i > 0 ? rayPaths[i - 1] : 0;
    const before = i > 0 ? rayDepths[i - 1] : 0;
    const s = path + ((rayPaths[i] - path) * (depth - before)) / (rayDepths[i] - before);
    if (groups > 0) {
      sites[3 * made] = x + u * s;
      sites[3 * made + 1] = y + v * s;
      sites[3 * made + 2] = z + w * s;
      siteCells[made] = rayCells[i];
      continue;
    }
    const row = (materialOf[rayCells[i]] * photons.nodes + node) * PHOTON_COLUMNS;
    interactPhoton(
      scene,
      ws,
      rayCells[i],
      row,
      PHOTON_COLUMNS,
      f,
      energy,
      x + u * s,
      y + v * s,
      z + w * s,
      u,
      v,
      w,
      weight,
    );
  }
  ws.tally[1] += energy * weight * (copies - made);
  if (groups > 0) shareInteractions(scene, ws, made, groups, node, f, energy, u, v, w, weight);
}
