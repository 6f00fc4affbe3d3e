import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AXIAL_DIRECTION, type EnergySpectrum, type Vec3 } from "@isodose/core";
import { type MonteCarloRequest, prepareMonteCarlo, runBatch } from "@isodose/dose";
import { MATERIALS } from "@isodose/physics";
import { peerPython, runPeer } from "./peers/peer-python.ts";
import type { BenchmarkResult, BenchmarkRow } from "./results.ts";

const SIZE: Vec3 = [60, 60, 80];
const SPACING_MM = 3;
const FIELD_MM = 30;
const SOURCE_TO_SURFACE_MM = 1000;
const BATCHES = 20;
/** Cut-offs of both programs: the peer's defaults. */
const ELECTRON_MEV = 0.2;
const PHOTON_MEV = 0.05;
const OWN_HISTORIES = { reduced: 200_000, analog: 600_000 };
const PEER_HISTORIES = 2_000_000;
const ANALOG = { splitting: 1, forceFirstInteraction: false, sharedInteractions: 0, quasiRandom: false };
const CELLS = SIZE[0] * SIZE[1] * SIZE[2];

function readSpectrum(): EnergySpectrum {
  const path = join(import.meta.dirname, "../test/golden/reference/photon-6mv-circle-20mm-water.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { spectrum: EnergySpectrum }).spectrum;
}

function request(changes: Partial<MonteCarloRequest>): MonteCarloRequest {
  const lateral = -((SIZE[0] - 1) / 2) * SPACING_MM;
  return {
    medium: {
      grid: {
        size: SIZE,
        spacingMm: [SPACING_MM, SPACING_MM, SPACING_MM],
        originMm: [lateral, lateral, SPACING_MM / 2] as never,
        direction: AXIAL_DIRECTION,
      },
      densityGPerCm3: new Float32Array(CELLS).fill(1),
      materialIndex: new Uint8Array(CELLS),
      materials: [MATERIALS.water!],
    },
    fields: [
      {
        spectrum: readSpectrum(),
        isocenterMm: [0, 0, 0] as never,
        directionToSource: [0, 0, -1],
        sourceDistanceMm: SOURCE_TO_SURFACE_MM,
        sourceSigmaMm: 0,
        shape: {
          kind: "rectangle",
          widthMm: FIELD_MM,
          heightMm: FIELD_MM,
          widthAxis: [1, 0, 0],
          heightAxis: [0, 1, 0],
        },
      },
    ],
    batches: BATCHES,
    cutoffs: { electronMeV: ELECTRON_MEV, photonMeV: PHOTON_MEV, bremsstrahlungMeV: PHOTON_MEV },
    ...changes,
  };
}

/** One run: its dose, variance of the mean, CPU time and histories. */
interface Run {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly cpuSeconds: number;
  readonly histories: number;
}

/** CPU time is that of the histories, without tables; they are built before. */
function runOwn(changes: Partial<MonteCarloRequest>, histories: number): Run {
  const prepared = prepareMonteCarlo(request({ histories, ...changes }));
  const warmUp = { ...prepared, historiesPerBatch: prepared.historiesPerBatch.map((n) => Math.ceil(n / 2)) };
  runBatch(warmUp, BATCHES);
  const mean = new Float64Array(CELLS);
  const squares = new Float64Array(CELLS);
  const before = process.cpuUsage();
  for (let batch = 0; batch < BATCHES; batch++) {
    const { score } = runBatch(prepared, batch);
    for (let c = 0; c < CELLS; c++) {
      mean[c]! += score[c]! / BATCHES;
      squares[c]! += score[c]! ** 2 / BATCHES;
    }
  }
  const used = process.cpuUsage(before);
  return {
    mean,
    variance: mean.map((m, c) => Math.max(0, squares[c]! - m * m) / (BATCHES - 1)),
    cpuSeconds: (used.user + used.system) / 1e6,
    histories,
  };
}

/** Voxels above half of the maximum of a smooth dose: the same for all runs. */
function voxelsAboveHalf(dose: Float64Array): number[] {
  const [nx, ny, nz] = SIZE;
  let highest = 0;
  for (let k = 0; k < nz; k++) {
    let sum = 0;
    for (let j = ny / 2 - 2; j < ny / 2 + 2; j++)
      for (let i = nx / 2 - 2; i < nx / 2 + 2; i++) sum += dose[i + nx * (j + ny * k)]!;
    highest = Math.max(highest, sum / 16);
  }
  return [...dose.keys()].filter((c) => dose[c]! > highest / 2);
}

/** Mean of the relative variance over voxels; its root is the rms relative standard error. */
function relativeVariance(run: Run, voxels: readonly number[]): number {
  return voxels.reduce((sum, c) => sum + run.variance[c]! / run.mean[c]! ** 2, 0) / voxels.length;
}

/** 1/(σ² T), 1/s. */
const efficiency = (run: Run, voxels: readonly number[]): number =>
  1 / (relativeVariance(run, voxels) * run.cpuSeconds);

/** Ratio of the sums of two doses over voxels. */
function ratioOfSums(a: Run, b: Run, voxels: readonly number[]): number {
  const sum = (values: Float64Array) => voxels.reduce((s, c) => s + values[c]!, 0);
  return sum(a.mean) / sum(b.mean);
}

function rowsOf(name: string, run: Run, voxels: readonly number[]): BenchmarkRow[] {
  const rate = run.histories / run.cpuSeconds / 1000;
  return [
    { what: `${name}, histories a second`, value: `${rate.toFixed(0)} thousand` },
    { what: `${name}, efficiency 1/(σ²T)`, value: `${efficiency(run, voxels).toFixed(0)} per s` },
  ];
}

/** Monte Carlo in water on one core, with and without variance reduction, and pyRadMC in the same phantom where it can be installed. */
export async function benchmarkMonteCarlo(): Promise<BenchmarkResult> {
  const analog = runOwn({ varianceReduction: ANALOG }, OWN_HISTORIES.analog);
  const reduced = runOwn({}, OWN_HISTORIES.reduced);
  const voxels = voxelsAboveHalf(reduced.mean);
  const ratio = ratioOfSums(reduced, analog, voxels);
  if (!(Math.abs(ratio - 1) < 0.01))
    throw new Error(
      `variance reduction changes the dose by ${(100 * (ratio - 1)).toFixed(2)} %: nothing was timed`,
    );
  const rows = [...rowsOf("analog", analog, voxels), ...rowsOf("variance reduction", reduced, voxels)];
  const own = efficiency(reduced, voxels);
  rows.push({
    what: "variance reduction against analog",
    value: `${(own / efficiency(analog, voxels)).toFixed(1)} times as efficient`,
  });
  rows.push(...peerRows(voxels, reduced, own));
  return {
    name: "monte-carlo",
    title: `Monte Carlo of ${FIELD_MM} × ${FIELD_MM} mm, 6 MV, in water voxels of ${SPACING_MM} mm, cut-offs ${ELECTRON_MEV * 1000} and ${PHOTON_MEV * 1000} keV, CPU time on one core`,
    rows,
  };
}

interface PeerDose {
  readonly cpuSeconds: number;
  readonly version: string;
}

function peerRows(voxels: readonly number[], reduced: Run, own: number): BenchmarkRow[] {
  const peer = peerPython("pyradmc");
  if ("missing" in peer) return [{ what: "pyRadMC", value: `not installed here: ${peer.missing}` }];
  const { binLowMeV, binHighMeV, relativeNumber } = readSpectrum();
  const folder = mkdtempSync(join(tmpdir(), "isodose-monte-carlo-"));
  try {
    const settings = {
      size: SIZE,
      spacingMm: SPACING_MM,
      fieldMm: FIELD_MM,
      sourceToSurfaceMm: SOURCE_TO_SURFACE_MM,
      // It takes no edge at 0.
      spectrumEdgesMeV: [Math.max(binLowMeV[0]!, 1e-3), ...binHighMeV],
      spectrumNumbers: relativeNumber,
      electronMeV: ELECTRON_MEV,
      photonMeV: PHOTON_MEV,
      batches: BATCHES,
      histories: PEER_HISTORIES,
      seed: 1,
    };
    writeFileSync(join(folder, "request.json"), JSON.stringify(settings));
    const found = runPeer<PeerDose>(peer.python, "pyradmc_peer.py", [folder]);
    const read = (name: string) => {
      const bytes = readFileSync(join(folder, name));
      return Float64Array.from(new Float32Array(bytes.buffer, bytes.byteOffset, CELLS));
    };
    // MeV/g per photon into MeV per voxel and photon/cm²: water of 1 g/cm³, and the field's photons.
    const factor = (SPACING_MM / 10) ** 3 * (FIELD_MM / 10) ** 2;
    const sigma = read("sigma.f32");
    const run: Run = {
      mean: read("dose.f32").map((d) => d * factor),
      variance: sigma.map((s) => (s * factor) ** 2),
      cpuSeconds: found.cpuSeconds,
      histories: PEER_HISTORIES,
    };
    const name = `pyRadMC ${found.version} (Warp, CPU)`;
    const ratio = ratioOfSums(run, reduced, voxels);
    return [
      ...rowsOf(name, run, voxels),
      {
        what: `against ${name}, which finds a mean dose ${(100 * (ratio - 1)).toFixed(1)} % off`,
        value: `${(own / efficiency(run, voxels)).toFixed(1)} times as efficient (target 3)`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
