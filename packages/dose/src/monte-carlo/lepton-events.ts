import { ELECTRON_REST_MEV } from "@isodose/physics";
import { depositEnergy } from "./deposit-energy.ts";
import { BREMSSTRAHLUNG_BINS } from "./lepton-tables.ts";
import { pushPhoton } from "./photon-interactions.ts";
import { nextUniform, type RandomStream } from "./random-stream.ts";
import { rotateDirection, sampleAzimuth, turnRandomly } from "./rotate-direction.ts";
import type { TransportScene } from "./transport-scene.ts";
import { ELECTRON, pushParticle, type Workspace } from "./workspace.ts";

/**
 * Share ε of the kinetic energy that the slower electron of a Møller collision gets, cut … ½.
 * @source C. Møller, Ann. Phys. 14 (1932) 531; sampled from 1/ε², the rest rejected
 */
function sampleMollerShare(random: RandomStream, tau: number, cut: number): number {
  const c1 = (tau / (tau + 1)) ** 2;
  const c2 = (2 * tau + 1) / (tau + 1) ** 2;
  const highest = Math.max(1, 2 - c2) + c1 / 4;
  for (;;) {
    const e = cut / (1 - (1 - 2 * cut) * nextUniform(random));
    const r = e / (1 - e);
    if (nextUniform(random) * highest <= 1 + r * r - c2 * r + c1 * e * e) return e;
  }
}

/** Share ε of the kinetic energy that a positron gives to an electron, cut … 1. @source H. J. Bhabha, Proc. R. Soc. A 154 (1936) 195 */
function sampleBhabhaShare(random: RandomStream, tau: number, cut: number): number {
  const betaSquared = (tau * (tau + 2)) / (tau + 1) ** 2;
  const y = 1 / (tau + 2);
  const q = 1 - 2 * y;
  const b1 = 2 - y * y;
  const b2 = q * (3 + y * y);
  const b4 = q * q * q;
  const b3 = q * q + b4;
  for (;;) {
    const e = cut / (1 - (1 - cut) * nextUniform(random));
    if (nextUniform(random) <= 1 - betaSquared * e * (b1 - e * (b2 - e * (b3 - e * b4)))) return e;
  }
}

/**
 * Hard collision with an electron at rest. Both directions follow from energy and momentum.
 * @param positron - Bhabha instead of Møller
 * @returns energy left to the primary, MeV; its direction is in `ws.direction`
 */
export function collide(
  scene: TransportScene,
  ws: Workspace,
  positron: boolean,
  energyMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  weight: number,
): number {
  const tau = energyMeV / ELECTRON_REST_MEV;
  const cut = scene.secondaryCutMeV / energyMeV;
  const share = positron ? sampleBhabhaShare(ws.random, tau, cut) : sampleMollerShare(ws.random, tau, cut);
  const loss = share * energyMeV;
  sampleAzimuth(ws.random, ws.direction);
  const cosPhi = ws.direction[0];
  const sinPhi = ws.direction[1];
  const t = loss / ELECTRON_REST_MEV;
  rotateDirection(
    u,
    v,
    w,
    Math.min(1, Math.sqrt((t * (tau + 2)) / (tau * (t + 2)))),
    -cosPhi,
    -sinPhi,
    ws.direction,
  );
  const d = ws.direction;
  pushParticle(ws, ELECTRON, loss, x, y, z, d[0], d[1], d[2], weight);
  const left = tau - t;
  if (left <= 0) {
    d[0] = u;
    d[1] = v;
    d[2] = w;
    return 0;
  }
  rotateDirection(
    u,
    v,
    w,
    Math.min(1, Math.sqrt((left * (tau + 2)) / (tau * (left + 2)))),
    cosPhi,
    sinPhi,
    d,
  );
  return energyMeV - loss;
}

/**
 * Energy of a hard bremsstrahlung photon, MeV; it leaves at the angle of the leading term 1/(1 − β cos θ)², with its direction in
 * `ws.direction`. The electron keeps its own.
 * @param coarse - node of the coarse tables
 */
export function sampleBremsstrahlung(
  scene: TransportScene,
  ws: Workspace,
  material: number,
  coarse: number,
  energyMeV: number,
  u: number,
  v: number,
  w: number,
): number {
  const { bremsstrahlung, coarseNodes } = scene.leptons;
  const cut = scene.bremsstrahlungCutMeV;
  const base = (material * coarseNodes + coarse) * (BREMSSTRAHLUNG_BINS + 1);
  const position = nextUniform(ws.random) * BREMSSTRAHLUNG_BINS;
  const j = Math.floor(position);
  const q =
    bremsstrahlung[base + j] + (position - j) * (bremsstrahlung[base + j + 1] - bremsstrahlung[base + j]);
  const photon = cut * (energyMeV / cut) ** q;
  const tau = energyMeV / ELECTRON_REST_MEV;
  const beta = Math.sqrt(tau * (tau + 2)) / (tau + 1);
  const r = 2 * nextUniform(ws.random) - 1;
  turnRandomly(ws.random, u, v, w, (r + beta) / (1 + beta * r), ws.direction);
  return photon;
}

/**
 * Hard bremsstrahlung of an electron in a cell.
 * @param coarse - node of the coarse tables
 * @returns energy left to the electron, MeV
 */
export function radiate(
  scene: TransportScene,
  ws: Workspace,
  cell: number,
  coarse: number,
  energyMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  weight: number,
): number {
  if (energyMeV <= scene.bremsstrahlungCutMeV) return energyMeV;
  const material = scene.geometry.material[cell];
  const photon = sampleBremsstrahlung(scene, ws, material, coarse, energyMeV, u, v, w);
  const d = ws.direction;
  pushPhoton(scene, ws, cell, photon, x, y, z, d[0], d[1], d[2], weight);
  return energyMeV - photon;
}

/** A positron at rest becomes two photons of 0.511 MeV, back to back, in any direction. */
export function annihilate(
  scene: TransportScene,
  ws: Workspace,
  cell: number,
  x: number,
  y: number,
  z: number,
  weight: number,
): void {
  const c = 2 * nextUniform(ws.random) - 1;
  const s = Math.sqrt(1 - c * c);
  sampleAzimuth(ws.random, ws.direction);
  const a = s * ws.direction[0];
  const b = s * ws.direction[1];
  pushPhoton(scene, ws, cell, ELECTRON_REST_MEV, x, y, z, a, b, c, weight);
  pushPhoton(scene, ws, cell, ELECTRON_REST_MEV, x, y, z, -a, -b, -c, weight);
}

/**
 * Two photons of a positron that annihilates in flight: the share ζ of the first in T + 2mc², from
 *
 *   S(ζ) ∝ −(γ+1)² + (γ²+4γ+1)/ζ − 1/ζ²,   cos θ = (γ + 1 − 1/ζ)/√(γ²−1),   the other: 1 − ζ
 *
 * @param second - receives the direction of the second photon; that of the first is in `ws.direction`
 * @returns energy of the first photon, MeV
 * @source W. Heitler, The Quantum Theory of Radiation (1954), § 27; sampled from 1/ζ, the rest rejected
 */
export function sampleAnnihilation(
  ws: Workspace,
  energyMeV: number,
  u: number,
  v: number,
  w: number,
  second: Float64Array,
): number {
  const gamma = 1 + energyMeV / ELECTRON_REST_MEV;
  const p = Math.sqrt(gamma * gamma - 1);
  const least = 1 / (gamma + 1 + p);
  const lnRange = Math.log((1 - least) / least);
  const a = gamma * gamma + 4 * gamma + 1;
  const b = (gamma + 1) * (gamma + 1);
  const highest = gamma * gamma + 2 * gamma - 1;
  let share = 0.5;
  for (;;) {
    share = least * Math.exp(lnRange * nextUniform(ws.random));
    if (nextUniform(ws.random) * highest <= a - b * share - 1 / share) break;
  }
  const cosine = (z: number) => Math.max(-1, Math.min(1, (gamma + 1 - 1 / z) / p));
  sampleAzimuth(ws.random, ws.direction);
  const cosPhi = ws.direction[0];
  const sinPhi = ws.direction[1];
  rotateDirection(u, v, w, cosine(1 - share), -cosPhi, -sinPhi, second);
  rotateDirection(u, v, w, cosine(share), cosPhi, sinPhi, ws.direction);
  return share * (energyMeV + 2 * ELECTRON_REST_MEV);
}

/** A positron annihilates in flight: both photons go on the stack. */
export function annihilateInFlight(
  scene: TransportScene,
  ws: Workspace,
  cell: number,
  energyMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  weight: number,
): void {
  const second = ws.secondDirection;
  const photon = sampleAnnihilation(ws, energyMeV, u, v, w, second);
  const d = ws.direction;
  pushPhoton(scene, ws, cell, photon, x, y, z, d[0], d[1], d[2], weight);
  const other = energyMeV + 2 * ELECTRON_REST_MEV - photon;
  pushPhoton(scene, ws, cell, other, x, y, z, second[0], second[1], second[2], weight);
}

/** A particle stops: its energy stays, a positron annihilates. */
export function stopLepton(
  scene: TransportScene,
  ws: Workspace,
  positron: boolean,
  cell: number,
  x: number,
  y: number,
  z: number,
  energyMeV: number,
  waterRatio: number,
  weight: number,
): void {
  if (energyMeV > 0) depositEnergy(scene, ws, cell, x, y, z, energyMeV * weight, waterRatio);
  if (positron) annihilate(scene, ws, cell, x, y, z, weight);
}
