import { ELECTRON_REST_MEV } from "@isodose/physics";
import { annihilate } from "./lepton-events.ts";
import { pushPhoton } from "./photon-interactions.ts";
import { BIRTH, FOLLOW, PLACE, SEGMENT, TRACK_RECORD } from "./track.ts";
import type { TransportScene } from "./transport-scene.ts";
import { POSITRON, pushParticle, type Workspace } from "./workspace.ts";

/**
 * Walk one copy of the recorded track through the voxels. Where the medium is not alike (`scene.alike`), the copy becomes a lepton of its
 * own, with the energy and direction that it has there; distances to its next events are sampled anew, which have no memory.
 * @param material - medium of the record
 * @param cell - voxel that holds the point
 * @param weight - of this copy
 */
export function replayTrack(
  scene: TransportScene,
  ws: Workspace,
  material: number,
  cell: number,
  x: number,
  y: number,
  z: number,
  weight: number,
): void {
  const { geometry, materialCount, alike, scoresWater } = scene;
  const { nx, ny, nz, xMm, yMm, zMm, density } = geometry;
  const materialOf = geometry.material;
  const { score, waterScore, track } = ws;
  const { records: t, places } = track;
  const alikeRow = material * materialCount;
  const end = track.length[0] * TRACK_RECORD;
  let deposited = 0;
  places[0] = x;
  places[1] = y;
  places[2] = z;
  places[3] = cell;
  let o = 0;
  while (o < end) {
    // A particle begins.
    const kind = t[o + 1];
    const place = 4 * t[o + 2];
    const after = t[o + 3] * TRACK_RECORD;
    const rest = kind === POSITRON ? 2 * ELECTRON_REST_MEV : 0;
    let c = places[place + 3];
    o += TRACK_RECORD;
    if (c < 0) {
      forgetPlaces(t, o, after, places);
      o = after;
      continue;
    }
    x = places[place];
    y = places[place + 1];
    z = places[place + 2];
    let iz = (c / (nx * ny)) | 0;
    let iy = ((c - iz * nx * ny) / nx) | 0;
    let ix = c - nx * (iy + ny * iz);
    let xLow = xMm[ix];
    let xHigh = xMm[ix + 1];
    let yLow = yMm[iy];
    let yHigh = yMm[iy + 1];
    let zLow = zMm[iz];
    let zHigh = zMm[iz + 1];
    let rho = density[c] * alike[alikeRow + materialOf[c]];
    // Energy for this voxel that is not yet scored, without the weight; for water also.
    let here = 0;
    let water = 0;
    let isLost = false;
    while (o < after) {
      const type = t[o];
      if (type === SEGMENT) {
        if (
          (x - xLow) * rho + t[o + 11] >= 0 &&
          (xHigh - x) * rho > t[o + 12] &&
          (y - yLow) * rho + t[o + 13] >= 0 &&
          (yHigh - y) * rho > t[o + 14] &&
          (z - zLow) * rho + t[o + 15] >= 0 &&
          (zHigh - z) * rho > t[o + 16]
        ) {
          here += t[o + 5];
          water += t[o + 5] * t[o + 7];
          break;
        }
        const u = t[o + 2];
        const v = t[o + 3];
        const w = t[o + 4];
        const loss = t[o + 6];
        let left = t[o + 1];
        let part = 1;
        const perLength = left > 0 ? 1 / left : 0;
        for (;;) {
          // Does the segment end inside this voxel?
          const s = left / rho;
          const xEnd = x + u * s;
          const yEnd = y + v * s;
          const zEnd = z + w * s;
          if (xEnd >= xLow && xEnd < xHigh && yEnd >= yLow && yEnd < yHigh && zEnd >= zLow && zEnd < zHigh) {
            here += loss * part;
            water += loss * part * t[o + 7];
            x = xEnd;
            y = yEnd;
            z = zEnd;
            break;
          }
          const toX = ((u >= 0 ? xHigh : xLow) - x) * t[o + 8];
          const toY = ((v >= 0 ? yHigh : yLow) - y) * t[o + 9];
          const toZ = ((w >= 0 ? zHigh : zLow) - z) * t[o + 10];
          const step = Math.max(0, Math.min(toX, toY, toZ));
          left = Math.max(0, left - step * rho);
          const share = part - left * perLength;
          part -= share;
          here += loss * share;
          water += loss * share * t[o + 7];
          const energy = here * weight;
          deposited += energy;
          score[c] += energy;
          if (scoresWater) waterScore[c] += water * weight;
          here = 0;
          water = 0;
          x += u * step;
          y += v * step;
          z += w * step;
          if (toX <= step) {
            if (u >= 0) {
              ix++;
              isLost = ix >= nx;
              x = xHigh;
            } else {
              ix--;
              isLost = ix < 0;
              x = xLow;
            }
            if (!isLost) {
              xLow = xMm[ix];
              xHigh = xMm[ix + 1];
            }
          } else if (toY <= step) {
            if (v >= 0) {
              iy++;
              isLost = iy >= ny;
              y = yHigh;
            } else {
              iy--;
              isLost = iy < 0;
              y = yLow;
            }
            if (!isLost) {
              yLow = yMm[iy];
              yHigh = yMm[iy + 1];
            }
          } else {
            if (w >= 0) {
              iz++;
              isLost = iz >= nz;
              z = zHigh;
            } else {
              iz--;
              isLost = iz < 0;
              z = zLow;
            }
            if (!isLost) {
              zLow = zMm[iz];
              zHigh = zMm[iz + 1];
            }
          }
          if (isLost) {
            ws.tally[1] += weight * (t[o + 5] - loss * (1 - part) + rest);
            break;
          }
          c = ix + nx * (iy + ny * iz);
          const matter = density[c];
          rho = matter * alike[alikeRow + materialOf[c]];
          if (rho === 0 && matter > 0) {
            pushParticle(ws, kind, t[o + 5] - loss * (1 - part), x, y, z, u, v, w, weight);
            isLost = true;
            break;
          }
        }
        if (isLost) break;
      } else if (type === PLACE) {
        const at = 4 * t[o + 1];
        places[at] = x;
        places[at + 1] = y;
        places[at + 2] = z;
        places[at + 3] = c;
      } else if (type === BIRTH) {
        pushPhoton(scene, ws, c, t[o + 1], x, y, z, t[o + 2], t[o + 3], t[o + 4], weight);
      } else if (type === FOLLOW) {
        pushParticle(ws, kind, t[o + 1], x, y, z, t[o + 2], t[o + 3], t[o + 4], weight);
      } else {
        // It stops here.
        here += t[o + 1];
        water += t[o + 1] * t[o + 7];
        if (rest > 0) annihilate(scene, ws, c, x, y, z, weight);
      }
      o += TRACK_RECORD;
    }
    if (here > 0) {
      const energy = here * weight;
      deposited += energy;
      score[c] += energy;
      if (scoresWater) waterScore[c] += water * weight;
    }
    if (isLost) forgetPlaces(t, o + TRACK_RECORD, after, places);
    o = after;
  }
  ws.tally[0] += deposited;
}

/** Secondaries of the rest of a particle are never born. */
function forgetPlaces(t: Float64Array, from: number, after: number, places: Float64Array): void {
  for (let o = from; o < after; o += TRACK_RECORD) if (t[o] === PLACE) places[4 * t[o + 1] + 3] = -1;
}
