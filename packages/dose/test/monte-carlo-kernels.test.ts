import { philox4x32 } from "@isodose/core";
import {
  ELECTRON_REST_MEV,
  kleinNishinaTransferFraction,
  MATERIALS,
  photonCoefficients,
} from "@isodose/physics";
import { describe, expect, it } from "vitest";
import { completeCutoffs } from "../src/monte-carlo/cutoffs.ts";
import { annihilateInFlight, collide } from "../src/monte-carlo/lepton-events.ts";
import { sampleComptonFraction } from "../src/monte-carlo/photon-interactions.ts";
import { createRandomStream, nextUniform, startHistory } from "../src/monte-carlo/random-stream.ts";
import { splitPhoton } from "../src/monte-carlo/split-photon.ts";
import { transportLepton } from "../src/monte-carlo/transport-lepton.ts";
import { transportPhoton } from "../src/monte-carlo/transport-photon.ts";
import { buildTransportScene, type TransportGeometry } from "../src/monte-carlo/transport-scene.ts";
import {
  createWorkspace,
  ELECTRON,
  PHOTON,
  popParticle,
  pushParticle,
} from "../src/monte-carlo/workspace.ts";

/** One box of 2 m in each direction, of one material. */
function box(density: number): TransportGeometry {
  const planes = Float64Array.of(-1000, 1000);
  return {
    nx: 1,
    ny: 1,
    nz: 1,
    xMm: planes,
    yMm: planes,
    zMm: planes,
    perX: 0,
    perY: 0,
    perZ: 0,
    density: Float32Array.of(density),
    material: Uint8Array.of(0),
  };
}

const CUTOFFS = completeCutoffs({ rangeRejectionMeV: 0 });
const waterScene = buildTransportScene(box(1), [MATERIALS.water], 6, CUTOFFS, null, false);

describe("random stream", () => {
  it("gives core's Philox words", () => {
    const seed = 7 + 3 * 2 ** 32;
    const random = createRandomStream(seed, 5);
    startHistory(random, 11, 13);
    const words = new Uint32Array(4);
    for (let block = 0; block < 3; block++) {
      philox4x32([block, 13, 11, 5], [7, 3], words);
      for (const word of words) expect(nextUniform(random)).toBe((word + 0.5) / 2 ** 32);
    }
  });
  it("starts each history afresh, whatever was drawn before", () => {
    const random = createRandomStream(1, 0);
    startHistory(random, 0, 1);
    const first = [nextUniform(random), nextUniform(random)];
    startHistory(random, 0, 2);
    nextUniform(random);
    startHistory(random, 0, 1);
    expect([nextUniform(random), nextUniform(random)]).toEqual(first);
  });
});

describe("photons", () => {
  it.each([0.1, 1, 5])("fly one mean free path on average at %d MeV, by both methods", (energyMeV) => {
    const perMm = photonCoefficients(MATERIALS.water, energyMeV).total / 10;
    const n = 20_000;
    for (const method of ["woodcock", "ray"]) {
      const ws = createWorkspace(waterScene, 3, 0);
      ws.tally[2] = 1;
      let sum = 0;
      let count = 0;
      for (let h = 0; h < n; h++) {
        startHistory(ws.random, 0, h);
        pushParticle(ws, PHOTON, energyMeV, 0, 0, -900, 0, 0, 1, 1);
        popParticle(ws);
        if (method === "woodcock") transportPhoton(waterScene, ws);
        else splitPhoton(waterScene, ws, 1, false);
        if (ws.stackState[0] === 0) continue;
        popParticle(ws);
        ws.stackState[0] = 0;
        sum += ws.particle[4]! + 900;
        count++;
      }
      // Exponential: the standard error is the mean over √n.
      expect(Math.abs((sum / count) * perMm - 1), method).toBeLessThan(4 / Math.sqrt(count));
    }
  });

  it.each([0.05, 0.5, 2, 10])("give the mean Klein–Nishina energy to electrons at %d MeV", (energyMeV) => {
    const random = createRandomStream(2, 0);
    const n = 40_000;
    let sum = 0;
    let squares = 0;
    for (let h = 0; h < n; h++) {
      startHistory(random, 0, h);
      const transfer = 1 - sampleComptonFraction(random, energyMeV / ELECTRON_REST_MEV);
      sum += transfer;
      squares += transfer * transfer;
    }
    const mean = sum / n;
    const error = Math.sqrt((squares / n - mean * mean) / n);
    expect(Math.abs(mean - kleinNishinaTransferFraction(energyMeV)) / error).toBeLessThan(4);
  });
});

describe("electrons", () => {
  it("share energy and momentum in a collision", () => {
    const ws = createWorkspace(waterScene, 4, 0);
    for (let h = 0; h < 200; h++) {
      startHistory(ws.random, 0, h);
      const energy = 0.5 + h * 0.02;
      const left = collide(waterScene, ws, h % 2 === 1, energy, 0, 0, 0, 0.6, 0, 0.8, 1);
      const d = Array.from(ws.direction);
      popParticle(ws);
      const p = (t: number) => Math.sqrt(t * (t + 2 * ELECTRON_REST_MEV));
      expect(left + ws.particle[1]!).toBeCloseTo(energy, 12);
      const secondary = p(ws.particle[1]!);
      for (let i = 0; i < 3; i++)
        expect(p(left) * d[i]! + secondary * ws.particle[5 + i]!).toBeCloseTo(
          p(energy) * [0.6, 0, 0.8][i]!,
          6,
        );
    }
  });

  it("annihilate in flight into two photons with their energy and momentum", () => {
    const ws = createWorkspace(waterScene, 6, 0);
    let forward = 0;
    for (let h = 0; h < 400; h++) {
      startHistory(ws.random, 0, h);
      const energy = 0.1 + h * 0.02;
      annihilateInFlight(waterScene, ws, 0, energy, 0, 0, 0, 0.6, 0, 0.8, 1);
      const sum = [0, 0, 0, 0];
      for (let photon = 0; photon < 2; photon++) {
        popParticle(ws);
        const p = ws.particle;
        expect(p[0]).toBe(PHOTON);
        expect(Math.hypot(p[5]!, p[6]!, p[7]!)).toBeCloseTo(1, 6);
        sum[0]! += p[1]!;
        for (let i = 0; i < 3; i++) sum[1 + i]! += p[1]! * p[5 + i]!;
        if (0.6 * p[5]! + 0.8 * p[7]! > 0) forward += p[1]! / (energy + 2 * ELECTRON_REST_MEV);
      }
      const momentum = Math.sqrt(energy * (energy + 2 * ELECTRON_REST_MEV));
      expect(sum[0]).toBeCloseTo(energy + 2 * ELECTRON_REST_MEV, 9);
      expect(sum[1]).toBeCloseTo(0.6 * momentum, 5);
      expect(sum[2]).toBeCloseTo(0, 5);
      expect(sum[3]).toBeCloseTo(0.8 * momentum, 5);
    }
    expect(forward).toBeGreaterThan(200);
  });

  it("keep their energy: all of it is deposited, or leaves", () => {
    const ws = createWorkspace(waterScene, 5, 0);
    ws.tally[2] = 1;
    for (let h = 0; h < 100; h++) {
      startHistory(ws.random, 0, h);
      pushParticle(ws, ELECTRON, 4, 0, 0, 0, 0, 0, 1, 1);
      while (ws.stackState[0]! > 0) {
        popParticle(ws);
        if (ws.particle[0] === PHOTON) transportPhoton(waterScene, ws);
        else transportLepton(waterScene, ws);
      }
    }
    expect(ws.tally[0]! + ws.tally[1]!).toBeCloseTo(400, 8);
    expect(ws.score[0]).toBeCloseTo(ws.tally[0]!, 8);
  });

  it("do not notice planes inside one material", () => {
    // The same histories with the box cut into 1 mm sheets: mean depth of the deposited energy agrees within the error.
    const sheets = Float64Array.from({ length: 61 }, (_, i) => i - 30);
    const wide = Float64Array.of(-1000, 1000);
    const meanDepth = (zMm: Float64Array, seed: number) => {
      const n = zMm.length - 1;
      const geometry: TransportGeometry = {
        nx: 1,
        ny: 1,
        nz: n,
        xMm: wide,
        yMm: wide,
        zMm,
        perX: 0,
        perY: 0,
        perZ: 0,
        density: new Float32Array(n).fill(1),
        material: new Uint8Array(n),
      };
      const depthMm = sheets;
      const rings = {
        depthMm,
        depthLookup: Int32Array.from({ length: 62 }, (_, i) => Math.min(i, 59)),
        lookupsPerMm: 1,
        rings: 1,
        firstSquared: 1e9,
        perLnSquared: 1,
        magnificationA: 1,
        magnificationB: 0,
      };
      const scene = buildTransportScene(geometry, [MATERIALS.water], 4, CUTOFFS, rings, false);
      const ws = createWorkspace(scene, seed, 0);
      ws.tally[2] = 1;
      const count = 3000;
      const means: number[] = [];
      let before = 0;
      for (let h = 0; h < count; h++) {
        startHistory(ws.random, 0, h);
        pushParticle(ws, ELECTRON, 3, 0, 0, 0, 0, 0, 1, 1);
        while (ws.stackState[0]! > 0) {
          popParticle(ws);
          if (ws.particle[0] === PHOTON) transportPhoton(scene, ws);
          else transportLepton(scene, ws);
        }
        const moment = ws.score.reduce((sum, e, i) => sum + e * (i - 29.5), 0);
        means.push(moment - before);
        before = moment;
      }
      const mean = means.reduce((sum, m) => sum + m, 0) / count;
      const variance = means.reduce((sum, m) => sum + (m - mean) ** 2, 0) / count / (count - 1);
      return { mean, variance };
    };
    const cut = meanDepth(sheets, 6);
    const whole = meanDepth(Float64Array.of(-30, 30), 7);
    expect(Math.abs(cut.mean - whole.mean) / Math.sqrt(cut.variance + whole.variance)).toBeLessThan(3.5);
    expect(Math.sqrt(cut.variance) / cut.mean).toBeLessThan(0.01);
  });
});
