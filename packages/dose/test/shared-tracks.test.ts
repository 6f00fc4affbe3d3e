import type { Material } from "@isodose/core";
import { MATERIALS, TISSUE_CLASSES } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import { completeCutoffs } from "../src/monte-carlo/cutoffs.ts";
import {
  createRandomStream,
  nextUniform,
  putBackUniform,
  startHistory,
} from "../src/monte-carlo/random-stream.ts";
import { recordTrack } from "../src/monte-carlo/record-track.ts";
import { replayTrack } from "../src/monte-carlo/replay-track.ts";
import { transportLepton } from "../src/monte-carlo/transport-lepton.ts";
import { buildTransportScene, type TransportGeometry } from "../src/monte-carlo/transport-scene.ts";
import {
  createWorkspace,
  ELECTRON,
  PHOTON,
  POSITRON,
  popParticle,
  pushParticle,
  type Workspace,
} from "../src/monte-carlo/workspace.ts";

const N = 10;
const SPACING_MM = 2;

/** Cubes of 2 mm, each with its own density, and a material by `materialAt`. */
function cubes(materialAt: (i: number, j: number, k: number) => number): TransportGeometry {
  const planes = Float64Array.from({ length: N + 1 }, (_, i) => i * SPACING_MM);
  const density = new Float32Array(N ** 3);
  const material = new Uint8Array(N ** 3);
  for (let c = 0; c < N ** 3; c++) {
    const [i, j, k] = [c % N, Math.floor(c / N) % N, Math.floor(c / N / N)];
    density[c] = 0.6 + 0.8 * ((7 * i + 3 * j + 5 * k) % 4) * 0.33;
    material[c] = materialAt(i, j, k);
  }
  return {
    nx: N,
    ny: N,
    nz: N,
    xMm: planes,
    yMm: planes,
    zMm: planes,
    perX: 1 / SPACING_MM,
    perY: 1 / SPACING_MM,
    perZ: 1 / SPACING_MM,
    density,
    material,
  };
}

function sceneOf(
  materials: readonly Material[],
  materialAt: (i: number, j: number, k: number) => number,
  alikeScattering?: number,
) {
  return buildTransportScene(
    cubes(materialAt),
    materials,
    6,
    completeCutoffs({ rangeRejectionMeV: 0 }),
    null,
    false,
    alikeScattering,
  );
}

/** Middle of the cube (5, 5, 1), where all start, towards +z. */
const START = [10.7, 11.2, 2.9] as const;
const START_CELL = 5 + N * (5 + N);

/** Follow what is on the stack; photons leave with their energy. */
function finish(scene: ReturnType<typeof sceneOf>, ws: Workspace): number {
  let photons = 0;
  while (ws.stackState[0]! > 0) {
    popParticle(ws);
    if (ws.particle[0] === PHOTON) photons += ws.particle[1]! * ws.particle[8]!;
    else transportLepton(scene, ws);
  }
  return photons;
}

/** Energy in layers along z and in columns beside the axis: mean and variance of the mean per start. */
function depths(
  scene: ReturnType<typeof sceneOf>,
  kind: number,
  energy: number,
  starts: number,
  isShared: boolean,
) {
  const ws = createWorkspace(scene, isShared ? 11 : 12, 0);
  const bins = 2 * N;
  const sum = new Float64Array(bins);
  const squares = new Float64Array(bins);
  const history = new Float64Array(bins);
  let worst = 0;
  for (let h = 0; h < starts; h++) {
    startHistory(ws.random, 0, h);
    ws.score.fill(0);
    ws.tally.fill(0);
    pushParticle(ws, kind, energy, ...START, 0, 0, 1, 1);
    if (isShared) {
      recordTrack(scene, ws, scene.geometry.material[START_CELL]!, 0);
      replayTrack(scene, ws, scene.geometry.material[START_CELL]!, START_CELL, ...START, 1);
    }
    const photons = finish(scene, ws);
    const all = energy + (kind === POSITRON ? 2 * 0.51099895 : 0);
    worst = Math.max(worst, Math.abs((ws.tally[0]! + ws.tally[1]! + photons) / all - 1));
    history.fill(0);
    ws.score.forEach((e, c) => {
      const i = c % N;
      history[Math.floor(c / N / N)]! += e;
      history[N + i]! += e;
    });
    for (let b = 0; b < bins; b++) {
      sum[b]! += history[b]! / starts;
      squares[b]! += history[b]! ** 2 / starts;
    }
  }
  return { mean: sum, variance: squares.map((s, b) => (s - sum[b]! ** 2) / starts), worst };
}

const one = () => 0;
const softTissues = ["ct-soft-tissue", "ct-muscle", "ct-connective-tissue"].map(
  (name) => TISSUE_CLASSES.find((c) => c.material.name === name)!.material,
);

describe("a recorded track in voxels", () => {
  const cases: [string, ReturnType<typeof sceneOf>, number, number][] = [
    ["electrons, one material", sceneOf([MATERIALS.water!], one), ELECTRON, 4],
    ["slow electrons, one material", sceneOf([MATERIALS.water!], one), ELECTRON, 1],
    ["positrons, one material", sceneOf([MATERIALS.water!], one), POSITRON, 2.5],
    [
      "electrons, water and bone in turn",
      sceneOf([MATERIALS.water!, MATERIALS["cortical-bone"]!], (i, j, k) => (i + j + k + 1) % 2),
      ELECTRON,
      4,
    ],
    ["electrons, soft tissues mixed", sceneOf(softTissues, (i, j, k) => (2 * i + j + k) % 3), ELECTRON, 4],
  ];
  it.each(cases)(
    "leaves its energy where one that is followed by itself does: %s",
    (_, scene, kind, energy) => {
      const alone = depths(scene, kind, energy, 3000, false);
      const shared = depths(scene, kind, energy, 3000, true);
      expect(alone.worst).toBeLessThan(1e-9);
      for (let b = 0; b < 2 * N; b++) {
        const error = Math.sqrt(alone.variance[b]! + shared.variance[b]!);
        // Twenty bins, five cases: the largest of 100 is above 3.7 in 2 % of all runs; the seeds are fixed.
        if (error > 0)
          expect(Math.abs(shared.mean[b]! - alone.mean[b]!) / error, `bin ${b}`).toBeLessThan(3.7);
      }
    },
  );

  it("balances for every copy: energy in = deposited + escaped + photons", () => {
    const scene = sceneOf([MATERIALS.water!, MATERIALS["cortical-bone"]!], (_, __, k) => (k > 4 ? 1 : 0));
    expect(depths(scene, ELECTRON, 6, 300, true).worst).toBeLessThan(1e-9);
    expect(depths(scene, POSITRON, 3, 300, true).worst).toBeLessThan(1e-6);
  });
});

describe("alike materials", () => {
  it("are soft tissues among each other, not air, bone and titanium", () => {
    const scene = sceneOf(
      TISSUE_CLASSES.map(({ material }) => material),
      one,
    );
    const at = (a: string, b: string) => {
      const index = (name: string) => TISSUE_CLASSES.findIndex(({ material }) => material.name === name);
      return scene.alike[index(a) * TISSUE_CLASSES.length + index(b)]!;
    };
    expect(at("ct-muscle", "ct-muscle")).toBe(1);
    expect(at("ct-soft-tissue", "ct-muscle")).toBeGreaterThan(0.97);
    expect(at("ct-soft-tissue", "ct-muscle") * at("ct-muscle", "ct-soft-tissue")).toBeCloseTo(1, 12);
    expect(at("ct-bone-700", "ct-bone-500")).toBe(0);
    for (const other of ["ct-air", "ct-bone-700", "ct-titanium"]) expect(at("ct-muscle", other)).toBe(0);
  });
});

describe("alikeScattering 0", () => {
  it("leaves each material alike with itself only", () => {
    const { alike } = sceneOf([softTissues[0]!, softTissues[0]!, softTissues[1]!], one, 0);
    expect([...alike]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });
});

describe("putBackUniform", () => {
  it("makes a number the next one, also across blocks", () => {
    const random = createRandomStream(1, 0);
    startHistory(random, 0, 0);
    for (let i = 0; i < 9; i++) {
      nextUniform(random);
      putBackUniform(random, 0.125);
      expect(nextUniform(random)).toBe(0.125);
    }
  });
});
