import { ELECTRON_REST_MEV } from "@isodose/physics";
import { depositEnergy } from "./deposit-energy.ts";
import { LEPTON_COLUMNS } from "./lepton-tables.ts";
import { nextUniform, type RandomStream } from "./random-stream.ts";
import { rotateDirection, sampleAzimuth, turnRandomly } from "./rotate-direction.ts";
import type { TransportScene } from "./transport-scene.ts";
import { ELECTRON, PHOTON, POSITRON, pushParticle, type Workspace } from "./workspace.ts";

/**
 * Share of its energy that a photon keeps in a Compton scatter, from the Klein–Nishina cross section of a free electron at rest.
 * @param alpha - energy over mc²
 * @source decomposition of J. C. Butcher, H. Messel, Nucl. Phys. 20 (1960) 15, doi:10.1016/0029-5582(60)90162-0
 */
export function sampleComptonFraction(random: RandomStream, alpha: number): number {
  const least = 1 / (1 + 2 * alpha);
  const a1 = -Math.log(least);
  const a2 = 0.5 * (1 - least * least);
  for (;;) {
    const epsilon =
      nextUniform(random) * (a1 + a2) < a1
        ? Math.exp(-a1 * nextUniform(random))
        : Math.sqrt(least * least + (1 - least * least) * nextUniform(random));
    const t = (1 - epsilon) / (alpha * epsilon);
    if (nextUniform(random) <= 1 - (epsilon * t * (2 - t)) / (1 + epsilon * epsilon)) return epsilon;
  }
}

/** Water's stopping power over the medium's for electrons too slow to be followed. */
function slowWaterRatio(scene: TransportScene, cell: number): number {
  const { values, nodes } = scene.leptons;
  return values[scene.geometry.material[cell] * nodes * LEPTON_COLUMNS + 4];
}

/** A photon of some weight goes on the stack, or dies in roulette against the weight of the history's photons, or below the cut. */
export function pushPhoton(
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
  if (energyMeV < scene.photonCutMeV) {
    depositEnergy(scene, ws, cell, x, y, z, energyMeV * weight, slowWaterRatio(scene, cell));
    return;
  }
  const full = ws.tally[2];
  if (weight < full * 0.999) {
    if (nextUniform(ws.random) * full >= weight) return;
    pushParticle(ws, PHOTON, energyMeV, x, y, z, u, v, w, full);
  } else pushParticle(ws, PHOTON, energyMeV, x, y, z, u, v, w, weight);
}

function pushElectron(
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
  if (energyMeV < scene.electronCutMeV)
    depositEnergy(scene, ws, cell, x, y, z, energyMeV * weight, slowWaterRatio(scene, cell));
  else pushParticle(ws, ELECTRON, energyMeV, x, y, z, u, v, w, weight);
}

function compton(
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
  const alpha = energyMeV / ELECTRON_REST_MEV;
  const epsilon = sampleComptonFraction(ws.random, alpha);
  const scattered = epsilon * energyMeV;
  const cosTheta = 1 - (1 - epsilon) / (alpha * epsilon);
  const out = ws.direction;
  turnRandomly(ws.random, u, v, w, cosTheta, out);
  const su = out[0];
  const sv = out[1];
  const sw = out[2];
  // The electron takes the momentum that is left.
  const pu = energyMeV * u - scattered * su;
  const pv = energyMeV * v - scattered * sv;
  const pw = energyMeV * w - scattered * sw;
  const p = Math.sqrt(pu * pu + pv * pv + pw * pw);
  pushPhoton(scene, ws, cell, scattered, x, y, z, su, sv, sw, weight);
  if (p > 0) pushElectron(scene, ws, cell, energyMeV - scattered, x, y, z, pu / p, pv / p, pw / p, weight);
}

/** Cosine of the photoelectron to the photon, Sauter's K-shell distribution. @source F. Sauter, Ann. Phys. 11 (1931) 454 */
function sampleSauterCosine(random: RandomStream, energyMeV: number): number {
  const gamma = 1 + energyMeV / ELECTRON_REST_MEV;
  const beta = Math.sqrt(1 - 1 / (gamma * gamma));
  const a = 1 / beta - 1;
  const c = 0.5 * beta * gamma * (gamma - 1) * (gamma - 2);
  const highest = 2 * (1 / a + c);
  for (;;) {
    const r = nextUniform(random);
    const t = (2 * a * (2 * r + (a + 2) * Math.sqrt(r))) / ((a + 2) * (a + 2) - 4 * r);
    if (nextUniform(random) * highest <= (2 - t) * (1 / (a + t) + c)) return 1 - t;
  }
}

/** Electron or positron of a pair: leading term of Schiff's angular distribution, dσ/dΩ ∝ 1/(E − p cos θ)². */
function pushPairMember(
  ws: Workspace,
  kind: number,
  kineticMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  cosPhi: number,
  sinPhi: number,
  weight: number,
): void {
  const e = 1 + kineticMeV / ELECTRON_REST_MEV;
  const p = Math.sqrt(e * e - 1);
  const r = 2 * nextUniform(ws.random) - 1;
  const cosTheta = (e * r + p) / (p * r + e);
  rotateDirection(u, v, w, Math.max(-1, Math.min(1, cosTheta)), cosPhi, sinPhi, ws.direction);
  // Below the cut they stop in their first step: positrons still have to annihilate.
  pushParticle(ws, kind, kineticMeV, x, y, z, ws.direction[0], ws.direction[1], ws.direction[2], weight);
}

/**
 * Share of the kinetic energy that the positron of a pair gets: Bethe and Heitler's energies without screening, even below 2.1 MeV.
 * @source H. Bethe, W. Heitler, Proc. R. Soc. A 146 (1934) 83, doi:10.1098/rspa.1934.0140, in the ultrarelativistic form
 */
function samplePairFraction(random: RandomStream, energyMeV: number): number {
  if (energyMeV < 2.1) return nextUniform(random);
  const k = energyMeV / ELECTRON_REST_MEV;
  const shape = (x: number) => {
    const a = x * (k - 2) + 1;
    const b = k - a;
    return (a * a + b * b + (2 / 3) * a * b) * Math.max(0, Math.log((2 * a * b) / k) - 0.5);
  };
  // The maximum is in the middle up to about 10 MeV, at most 6 % above it beyond.
  const highest = 1.06 * shape(0.5);
  for (;;) {
    const x = nextUniform(random);
    if (nextUniform(random) * highest <= shape(x)) return x;
  }
}

function pair(
  ws: Workspace,
  energyMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  weight: number,
): void {
  const kinetic = energyMeV - 2 * ELECTRON_REST_MEV;
  const positron = samplePairFraction(ws.random, energyMeV) * kinetic;
  sampleAzimuth(ws.random, ws.direction);
  const cosPhi = ws.direction[0];
  const sinPhi = ws.direction[1];
  pushPairMember(ws, POSITRON, positron, x, y, z, u, v, w, cosPhi, sinPhi, weight);
  pushPairMember(ws, ELECTRON, kinetic - positron, x, y, z, u, v, w, -cosPhi, -sinPhi, weight);
}

/**
 * Cosine of coherent scattering: Thomson's distribution times the form factor of a Thomas–Fermi atom, 1/(1 + R² q²)².
 * @param radiusSquared - R², 1/MeV²
 */
function sampleCoherentCosine(random: RandomStream, energyMeV: number, radiusSquared: number): number {
  // q² = 2 E² (1 − cos θ); the distribution of t = 1 − cos θ is inverted, Thomson's factor rejected.
  const a = 2 * energyMeV * energyMeV * radiusSquared;
  for (;;) {
    const r = nextUniform(random);
    const t = (2 * r) / (1 + 2 * a * (1 - r));
    const cosTheta = 1 - t;
    if (2 * nextUniform(random) <= 1 + cosTheta * cosTheta) return cosTheta;
  }
}

/**
 * One interaction of a photon: what it becomes goes on the stack.
 * @param row - place of the photon's energy in the table of the cell's material; `columns` on is the next energy, `f` the way to it
 */
export function interactPhoton(
  scene: TransportScene,
  ws: Workspace,
  cell: number,
  row: number,
  columns: number,
  f: number,
  energyMeV: number,
  x: number,
  y: number,
  z: number,
  u: number,
  v: number,
  w: number,
  weight: number,
): void {
  const t = scene.photons.values;
  const next = row + columns;
  const choice = nextUniform(ws.random) * (t[row] + f * (t[next] - t[row]));
  if (choice < t[row + 1] + f * (t[next + 1] - t[row + 1]))
    compton(scene, ws, cell, energyMeV, x, y, z, u, v, w, weight);
  else if (choice < t[row + 2] + f * (t[next + 2] - t[row + 2])) {
    const cosTheta = sampleSauterCosine(ws.random, energyMeV);
    turnRandomly(ws.random, u, v, w, cosTheta, ws.direction);
    const d = ws.direction;
    pushElectron(scene, ws, cell, energyMeV, x, y, z, d[0], d[1], d[2], weight);
  } else if (choice < t[row + 3] + f * (t[next + 3] - t[row + 3]) && energyMeV > 2 * ELECTRON_REST_MEV)
    pair(ws, energyMeV, x, y, z, u, v, w, weight);
  else {
    const radiusSquared = scene.photons.coherentRadiusSquared[scene.geometry.material[cell]];
    const cosTheta = sampleCoherentCosine(ws.random, energyMeV, radiusSquared);
    turnRandomly(ws.random, u, v, w, cosTheta, ws.direction);
    const d = ws.direction;
    pushPhoton(scene, ws, cell, energyMeV, x, y, z, d[0], d[1], d[2], weight);
  }
}
