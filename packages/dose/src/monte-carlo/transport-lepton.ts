import { ELECTRON_REST_MEV } from "@isodose/physics";
import { depositEnergy } from "./deposit-energy.ts";
import { annihilateInFlight, collide, radiate, stopLepton } from "./lepton-events.ts";
import { LEPTON_COLUMNS as COLUMNS, SCATTERING_BINS } from "./lepton-tables.ts";
import { nextUniform } from "./random-stream.ts";
import { sampleSoftLoss } from "./record-track.ts";
import { turnRandomly } from "./rotate-direction.ts";
import { locate, type TransportScene } from "./transport-scene.ts";
import { POSITRON, type Workspace } from "./workspace.ts";

/**
 * Follow the electron or positron in `ws.particle` until it stops or leaves: class II condensed history with random hinges.
 *
 * Collisions and bremsstrahlung above the cuts happen one by one. In between energy is lost in soft collisions, and the direction turns once
 * in each path of K transport mean free paths, at a random place in it, by the angle of multiple scattering over K. Paths are measured
 * in mean free paths, not in mm, so neither hinge nor collision needs to know of a boundary: only the rates change there.
 *
 * @source J. Sempau, S. J. Wilderman, A. F. Bielajew, Phys. Med. Biol. 45 (2000) 2263, doi:10.1088/0031-9155/45/8/315
 */
export function transportLepton(scene: TransportScene, ws: Workspace): void {
  const { geometry, leptons, materialCount, rings } = scene;
  const { nx, ny, nz, xMm, yMm, zMm, density, material } = geometry;
  const { values, nodes, lowMeV, nodesPerMeV, strength, scattering, coarseNodes } = leptons;
  const { random, particle: p, direction } = ws;
  const cut = scene.electronCutMeV;
  const extentMm = ws.trace === null ? null : ws.trace.extentMm;
  const positron = p[0] === POSITRON;
  let energy = p[1];
  let x = p[2];
  let y = p[3];
  let z = p[4];
  let u = p[5];
  let v = p[6];
  let w = p[7];
  const weight = p[8];
  let ix = locate(xMm, nx, geometry.perX, x);
  let iy = locate(yMm, ny, geometry.perY, y);
  let iz = locate(zMm, nz, geometry.perZ, z);
  if (ix < 0 || ix >= nx || iy < 0 || iy >= ny || iz < 0 || iz >= nz) {
    ws.tally[1] += weight * (energy + (positron ? 2 * ELECTRON_REST_MEV : 0));
    return;
  }
  const charge = positron ? materialCount * nodes : 0;
  let cell = ix + nx * (iy + ny * iz);
  let waterRatio = 1;
  // Coarse node of the present path, the next one's share of it, and what is left to the next hinge and collision.
  let coarse = 0;
  let after = 0;
  let hingeLeft = -1;
  let hardLeft = -Math.log(nextUniform(random));
  while (energy > cut) {
    const rho = density[cell];
    const toX = u > 0 ? (xMm[ix + 1] - x) / u : u < 0 ? (xMm[ix] - x) / u : Infinity;
    const toY = v > 0 ? (yMm[iy + 1] - y) / v : v < 0 ? (yMm[iy] - y) / v : Infinity;
    const toZ = w > 0 ? (zMm[iz + 1] - z) / w : w < 0 ? (zMm[iz] - z) / w : Infinity;
    const toWall = Math.max(0, Math.min(toX, toY, toZ));
    let event = 2;
    let step = toWall;
    if (rho > 0) {
      const base = charge + material[cell] * nodes;
      let position = (energy - lowMeV) * nodesPerMeV;
      let node = position | 0;
      let f = position - node;
      let o = (base + node) * COLUMNS;
      if (hingeLeft < 0) {
        // A new path; the coarse node is chosen at random between the neighbours.
        const c = values[o + 6];
        coarse = c | 0;
        if (nextUniform(random) < c - coarse) coarse++;
        const hinge = nextUniform(random);
        hingeLeft = hinge * strength[coarse];
        after = (1 - hinge) * strength[coarse];
      }
      if (energy < scene.rejectBelowMeV) {
        const range = values[o + 5] + f * (values[o + COLUMNS + 5] - values[o + 5]);
        const reach = range / rho;
        if (
          x - xMm[ix] > reach &&
          xMm[ix + 1] - x > reach &&
          y - yMm[iy] > reach &&
          yMm[iy + 1] - y > reach &&
          z - zMm[iz] > reach &&
          zMm[iz + 1] - z > reach
        ) {
          waterRatio = values[o + 4];
          break;
        }
      }
      let soft = (values[o] + f * (values[o + COLUMNS] - values[o])) * rho;
      let turn = (values[o + 1] + f * (values[o + COLUMNS + 1] - values[o + 1])) * rho;
      let hard = (values[o + 2] + f * (values[o + COLUMNS + 2] - values[o + 2])) * rho;
      if (step * turn > hingeLeft) step = hingeLeft / turn;
      if (step * hard > hardLeft) step = hardLeft / hard;
      // Rates at the energy in the middle of the step.
      let middle = energy - 0.5 * soft * step;
      if (middle < lowMeV) middle = lowMeV;
      position = (middle - lowMeV) * nodesPerMeV;
      node = position | 0;
      f = position - node;
      o = (base + node) * COLUMNS;
      soft = (values[o] + f * (values[o + COLUMNS] - values[o])) * rho;
      turn = (values[o + 1] + f * (values[o + COLUMNS + 1] - values[o + 1])) * rho;
      hard = (values[o + 2] + f * (values[o + COLUMNS + 2] - values[o + 2])) * rho;
      waterRatio = values[o + 4];
      step = toWall;
      if (step * turn >= hingeLeft) {
        step = hingeLeft / turn;
        event = 0;
      }
      if (step * hard >= hardLeft) {
        step = hardLeft / hard;
        event = 1;
      }
      let loss = soft * step;
      if (loss > 0) loss = sampleSoftLoss(random, loss, values[o + 7] * rho * step);
      if (energy - loss <= cut) {
        step *= (energy - cut) / loss;
        loss = energy - cut;
        event = 3;
      }
      energy -= loss;
      hingeLeft -= step * turn;
      hardLeft -= step * hard;
      if (loss > 0) {
        const s = rings === null ? 0 : step * nextUniform(random);
        depositEnergy(scene, ws, cell, x + u * s, y + v * s, z + w * s, loss * weight, waterRatio);
      }
    }
    x += u * step;
    y += v * step;
    z += w * step;
    if (extentMm !== null) {
      if (z < extentMm[0]) extentMm[0] = z;
      if (z > extentMm[1]) extentMm[1] = z;
    }
    if (event === 2) {
      if (toX <= toWall) {
        ix += u > 0 ? 1 : -1;
        if (ix < 0 || ix >= nx) event = 4;
        else x = u > 0 ? xMm[ix] : xMm[ix + 1];
      } else if (toY <= toWall) {
        iy += v > 0 ? 1 : -1;
        if (iy < 0 || iy >= ny) event = 4;
        else y = v > 0 ? yMm[iy] : yMm[iy + 1];
      } else {
        iz += w > 0 ? 1 : -1;
        if (iz < 0 || iz >= nz) event = 4;
        else z = w > 0 ? zMm[iz] : zMm[iz + 1];
      }
      if (event === 4) {
        ws.tally[1] += weight * (energy + (positron ? 2 * ELECTRON_REST_MEV : 0));
        return;
      }
      cell = ix + nx * (iy + ny * iz);
    } else if (event === 0) {
      const row = (material[cell] * coarseNodes + coarse) * (SCATTERING_BINS + 2);
      const a = scattering[row];
      const position = nextUniform(random) * SCATTERING_BINS;
      const j = position | 0;
      const q0 = scattering[row + 1 + j];
      const t = q0 + (position - j) * (scattering[row + 2 + j] - q0);
      const mu = (a * t) / (1 + a - t);
      turnRandomly(random, u, v, w, 1 - 2 * mu, direction);
      u = direction[0];
      v = direction[1];
      w = direction[2];
      // The rest of this path and the part of the next one before its hinge, in one.
      const position2 = (energy - lowMeV) * nodesPerMeV;
      const c = values[(charge + (position2 | 0)) * COLUMNS + 6];
      coarse = c | 0;
      if (nextUniform(random) < c - coarse) coarse++;
      const hinge = nextUniform(random);
      hingeLeft = after + hinge * strength[coarse];
      after = (1 - hinge) * strength[coarse];
    } else if (event === 1) {
      const position = (energy - lowMeV) * nodesPerMeV;
      const o = (charge + material[cell] * nodes + (position | 0)) * COLUMNS;
      const choice = nextUniform(random);
      if (choice < values[o + 3]) {
        // Close to the lowest energy that can give the cut: the rate of the step's middle was a little high.
        if (energy > (positron ? 1 : 2) * scene.secondaryCutMeV) {
          energy = collide(scene, ws, positron, energy, x, y, z, u, v, w, weight);
          u = direction[0];
          v = direction[1];
          w = direction[2];
        }
      } else if (positron && choice < values[o + 8]) {
        annihilateInFlight(scene, ws, cell, energy, x, y, z, u, v, w, weight);
        return;
      } else {
        const c = values[o + 6];
        let near = c | 0;
        if (nextUniform(random) < c - near) near++;
        energy = radiate(scene, ws, cell, near, energy, x, y, z, u, v, w, weight);
      }
      hardLeft = -Math.log(nextUniform(random));
      hingeLeft = -1;
    }
  }
  stopLepton(scene, ws, positron, cell, x, y, z, energy, waterRatio, weight);
}
