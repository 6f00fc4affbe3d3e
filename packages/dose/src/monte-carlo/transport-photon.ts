import { interactPhoton } from "./photon-interactions.ts";
import { PHOTON_COLUMNS } from "./photon-tables.ts";
import { nextUniform } from "./random-stream.ts";
import { locate, type TransportScene } from "./transport-scene.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Follow the photon in `ws.particle` to its next interaction by Woodcock's method: flights in a medium of the largest attenuation, where
 * part of the interactions are none. What comes out of the real one goes on the stack.
 * @source E. R. Woodcock et al., ANL-7050 (1965) 557
 */
export function transportPhoton(scene: TransportScene, ws: Workspace): void {
  const { geometry, photons, majorant } = scene;
  const { nx, ny, nz, xMm, yMm, zMm, perX, perY, perZ, density, material } = geometry;
  const p = ws.particle;
  const energy = p[1];
  let x = p[2];
  let y = p[3];
  let z = p[4];
  const u = p[5];
  const v = p[6];
  const w = p[7];
  const position = (Math.log(energy) - photons.lnLow) * photons.nodesPerLn;
  const i = Math.min(Math.floor(position), photons.nodes - 2);
  const f = position - i;
  // The larger of both ends is above the attenuation everywhere between.
  const largest = Math.max(majorant[i], majorant[i + 1]);
  if (largest <= 0) {
    ws.tally[1] += energy * p[8];
    return;
  }
  const table = photons.values;
  for (;;) {
    const step = -Math.log(nextUniform(ws.random)) / largest;
    x += u * step;
    y += v * step;
    z += w * step;
    const ix = locate(xMm, nx, perX, x);
    const iy = locate(yMm, ny, perY, y);
    const iz = locate(zMm, nz, perZ, z);
    if (ix < 0 || ix >= nx || iy < 0 || iy >= ny || iz < 0 || iz >= nz) {
      ws.tally[1] += energy * p[8];
      return;
    }
    const cell = ix + nx * (iy + ny * iz);
    const row = (material[cell] * photons.nodes + i) * PHOTON_COLUMNS;
    const attenuation = density[cell] * (table[row] + f * (table[row + PHOTON_COLUMNS] - table[row]));
    if (nextUniform(ws.random) * largest < attenuation) {
      interactPhoton(scene, ws, cell, row, PHOTON_COLUMNS, f, energy, x, y, z, u, v, w, p[8]);
      return;
    }
  }
}
