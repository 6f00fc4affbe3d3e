import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AXIAL_DIRECTION, createVolume, type Vec3, type Volume } from "@isodose/core";
import { type GammaRequest, gammaIndex, gammaTestVectors } from "@isodose/dvh";
import { interleave } from "./interleave.ts";
import { peerPython, runPeer } from "./peers/peer-python.ts";
import type { BenchmarkResult, BenchmarkRow } from "./results.ts";

const ROUNDS = 3;
const SIZE: Vec3 = [100, 100, 100];
/** Name, reach of the low dose, shift of the evaluated grid. */
const SCENES: readonly (readonly [string, number, number])[] = [
  ["steep dose, grids shifted by 0.3 mm", 30, 0.3],
  ["wide dose, grids shifted by 0.3 mm", 70, 0.3],
  ["wide dose, one grid", 70, 0],
];
const SCALE = 1.01;

/** A target dose of 24 Gy that falls off within millimetres, over a bath of 5 Gy that falls off within `bathMm`. */
function srsDose(size: Vec3, originMm: Vec3, scale: number, bathMm: number): Volume {
  const data = new Float32Array(size[0] * size[1] * size[2]);
  let v = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++) {
        const r = Math.hypot(i + originMm[0] - 50, 1.3 * (j + originMm[1] - 48), k + originMm[2] - 51);
        data[v++] = scale * (19 / (1 + Math.exp((r - 13) / 2.2)) + 5 * Math.exp(-((r / bathMm) ** 2)));
      }
    }
  }
  return createVolume(
    { size, spacingMm: [1, 1, 1], originMm, direction: AXIAL_DIRECTION },
    "Gy",
    "1.2.3",
    data,
  );
}

/** Gamma of two shifted doses on 100³, on one core, and pymedphys on the same doses where it can be installed. */
export async function benchmarkGamma(): Promise<BenchmarkResult> {
  for (const vector of gammaTestVectors()) {
    const found = (await gammaIndex(vector.request)).gamma;
    for (const { voxel, gamma } of vector.expected) {
      const value = found.values.get(voxel[2], voxel[1], voxel[0]);
      if (!(Math.abs(value - gamma) < vector.tolerance)) {
        throw new Error(`${vector.name}: gamma at ${voxel} is ${value}, exactly ${gamma}: nothing was timed`);
      }
    }
  }
  const rows: BenchmarkRow[] = [];
  for (const [name, bathMm, shiftMm] of SCENES) {
    const reference = srsDose(SIZE, [0, 0, 0], 1, bathMm);
    const evaluated = srsDose(SIZE, [shiftMm, shiftMm, shiftMm], SCALE, bathMm);
    const request: GammaRequest = { reference, evaluated, dosePercent: 2, distanceMm: 1, cutoffPercent: 10 };
    const result = await gammaIndex(request);
    const [time] = await interleave([{ name, run: async () => void (await gammaIndex(request)) }], ROUNDS);
    rows.push({
      what: `gamma 2 %/1 mm on ${SIZE.join(" × ")}, ${name}, ${result.evaluatedPoints} points (target 2 s)`,
      value: `${time!.medianSeconds.toFixed(2)} s`,
    });
    rows.push(...(await peerRows(name, request, time!.medianSeconds)));
  }
  return { name: "gamma", title: `gamma, CPU time, median of ${ROUNDS}`, rows };
}

interface PeerGamma {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly version: string;
  readonly evaluatedPoints: number;
  readonly passPercent: number;
  readonly meanGamma: number;
}

/** pymedphys with its default of ten search steps in the distance criterion, and with the twenty that come nearer to exact. */
async function peerRows(name: string, request: GammaRequest, ownSeconds: number): Promise<BenchmarkRow[]> {
  const peer = peerPython("gamma");
  if ("missing" in peer)
    return [{ what: `pymedphys, ${name}`, value: `not installed here: ${peer.missing}` }];
  const { reference, evaluated } = request;
  const exact = (await gammaIndex({ ...request, maxGamma: 2 })).gamma.values.data;
  const folder = mkdtempSync(join(tmpdir(), "isodose-gamma-"));
  try {
    writeFileSync(join(folder, "reference.f32"), reference.values.data as Float32Array);
    writeFileSync(join(folder, "evaluated.f32"), evaluated.values.data as Float32Array);
    return [10, 20].map((interpFraction) => {
      const settings = {
        size: SIZE,
        spacingMm: reference.grid.spacingMm,
        referenceOriginMm: reference.grid.originMm,
        evaluatedOriginMm: evaluated.grid.originMm,
        dosePercent: request.dosePercent,
        distanceMm: request.distanceMm,
        cutoffPercent: request.cutoffPercent,
        normalisationGy: maximum(reference),
        interpFraction,
        maxGamma: 2,
      };
      writeFileSync(join(folder, "request.json"), JSON.stringify(settings));
      const found = runPeer<PeerGamma>(peer.python, "gamma_peer.py", [folder]);
      const bytes = readFileSync(join(folder, "gamma.f32"));
      const gamma = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      let worst = 0;
      for (let v = 0; v < gamma.length; v++) {
        if (!Number.isNaN(gamma[v]!) && !Number.isNaN(exact[v]!)) {
          worst = Math.max(worst, Math.abs(gamma[v]! - Math.min(2, exact[v]!)));
        }
      }
      const ratio = found.cpuSeconds / ownSeconds;
      return {
        what: `pymedphys ${found.version}, ${name}, ${interpFraction} steps a criterion, max gamma 2 (off by up to ${worst.toFixed(3)})`,
        value: `${found.cpuSeconds.toFixed(1)} s: ${ratio.toFixed(0)} times as long`,
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function maximum(volume: Volume): number {
  let max = 0;
  for (const value of volume.values.data) max = Math.max(max, value);
  return max;
}
