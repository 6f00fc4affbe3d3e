import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { DoseEngine, GridDoseRequest } from "@isodose/core";
import { rayTraceEngine } from "@isodose/dose";
import { rayTraceInWorkers, rayTraceWasmEngine } from "@isodose/dose-parallel";
import { type KernelScene, kernelScene, memoryImage } from "@isodose/dose-parallel/kernel-scene";
import type { DosePool } from "isodose";
import { doseWorkerThreads } from "isodose/node";
import { median } from "./interleave.ts";
import { cubeRequest, lumbarRequests } from "./kernel-requests.ts";
import { buildNative, INSTALL_GCC, NATIVE_FLAGS } from "./native/build.ts";
import type { BenchmarkResult, BenchmarkRow } from "./results.ts";
import { type Curve, scalingFigure, slopeOf } from "./scaling-figure.ts";

const FIGURE = resolve(import.meta.dirname, "../docs/public/pictures/kernels-scaling.svg");
const ROUNDS = 7;
/** Of the maximum. */
const TOLERANCE = 1e-6;

/**
 * The ray-trace kernels against the same C compiled for this processor, the backends against each other over voxels, beams and
 * workers, and the two plans that have a time to keep. Every dose is checked before anything is timed.
 */
export async function benchmarkKernels(): Promise<BenchmarkResult> {
  const rows: BenchmarkRow[] = [];
  rows.push(...(await againstNative()));
  const pools = [1, 2].map((size) => doseWorkerThreads(size));
  try {
    const [one, two] = pools as [DosePool, DosePool];
    rows.push(...(await overSizes(one, two)));
    rows.push(...(await twoWorkers(one, two)));
    rows.push(...(await plans(two)));
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
  return {
    name: "kernels",
    title: "ray-trace kernels: native C, WebAssembly, workers",
    rows,
  };
}

/** WebAssembly and native C in turn, over the same memory image, in CPU time. */
async function againstNative(): Promise<BenchmarkRow[]> {
  const request = cubeRequest(128, 24);
  const reference = (await rayTraceEngine.doseOnGrid(request)).values.data;
  const scene = await kernelScene(request);
  const beams = scene.fans.length;
  kernelTimes(scene);
  assertSameDose("WebAssembly", doseOf(scene), reference);
  const program = buildNative("ray-trace");
  if (!program) return [{ what: "WebAssembly against native C", value: INSTALL_GCC }];
  try {
    const image = join(program.folder, "image");
    const dose = join(program.folder, "dose");
    writeFileSync(image, memoryImage(scene));
    const native = () => {
      // The first of two rounds warms up.
      const printed = execFileSync(program.path, [image, "2", dose], { encoding: "utf8" });
      const [traced, added] = printed.trim().split("\n")[1]!.split(" ").map(Number) as [number, number];
      return { traced, added };
    };
    native();
    const bytes = readFileSync(dose);
    assertSameDose("native C", new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), reference);
    const samples = { wasm: [] as KernelTimes[], native: [] as KernelTimes[] };
    for (let round = 0; round < ROUNDS; round++) {
      samples.wasm.push(kernelTimes(scene));
      samples.native.push(native());
    }
    const ratio = (of: (times: KernelTimes) => number) => {
      const wasm = median(samples.wasm.map(of));
      const nativeSeconds = median(samples.native.map(of));
      const perBeam = (seconds: number) => ((1000 * seconds) / beams).toFixed(2);
      return `${(wasm / nativeSeconds).toFixed(2)} × (${perBeam(wasm)} against ${perBeam(nativeSeconds)} ms a beam)`;
    };
    const twin = `gcc ${NATIVE_FLAGS.join(" ")}`;
    return [
      { what: `depth map, CPU time, WebAssembly against ${twin}`, value: ratio(({ traced }) => traced) },
      { what: "rows of dose, the same", value: ratio(({ added }) => added) },
      {
        what: `depth maps and rows, CPU time, WebAssembly against ${twin}`,
        value: ratio(({ traced, added }) => traced + added),
      },
    ];
  } finally {
    program.remove();
  }
}

interface KernelTimes {
  /** CPU seconds of all depth maps, and of all rows. */
  readonly traced: number;
  readonly added: number;
}

function kernelTimes({ fans, at, kernels, slices }: KernelScene): KernelTimes {
  kernels.clear_floats(at.dose[0]!, at.doseLength);
  let traced = 0;
  let added = 0;
  for (let f = 0; f < fans.length; f++) {
    const start = cpuSeconds();
    kernels.trace_fan(at.density, at.fans[f]!, at.maps);
    const middle = cpuSeconds();
    kernels.add_rows(at.rows[f]!, at.tables[f]!, at.maps, at.dose[0]!, 0, slices);
    traced += middle - start;
    added += cpuSeconds() - middle;
  }
  return { traced, added };
}

function doseOf({ at }: KernelScene): Float32Array {
  return new Float32Array(at.memory.buffer, at.dose[0]!, at.doseLength);
}

/** Backends over sizes and beams, and how their time grows. */
async function overSizes(one: DosePool, two: DosePool): Promise<BenchmarkRow[]> {
  const backends: readonly (readonly [string, DoseEngine])[] = [
    ["reference", rayTraceEngine],
    ["wasm", rayTraceWasmEngine],
    ["workers × 1", rayTraceInWorkers(one)],
    ["workers × 2", rayTraceInWorkers(two)],
  ];
  const rows: BenchmarkRow[] = [];
  const byBeams: Curve[] = backends.map(([name]) => ({ name, points: [] }));
  const byVoxels: Curve[] = backends.map(([name]) => ({ name, points: [] }));
  for (const n of [64, 128, 256]) {
    for (const beams of [1, 20, 200]) {
      const request = cubeRequest(n, beams);
      const found: string[] = [];
      let expected: Float32Array | undefined;
      let ofReference = Number.NaN;
      for (const [b, [name, engine]] of backends.entries()) {
        // The reference is left out where it takes minutes.
        if (name === "reference" && n === 256 && beams === 200) continue;
        const { dose, seconds } = await timed(engine, request, beams === 200 ? 1 : 3);
        if (expected) assertSameDose(name, dose, expected);
        else expected = dose;
        if (name === "reference") ofReference = seconds;
        const ratio =
          Number.isNaN(ofReference) || b === 0 ? "" : ` (${(ofReference / seconds).toFixed(1)} ×)`;
        found.push(`${name} ${milliseconds(seconds)}${ratio}`);
        if (n === 128) byBeams[b]!.points.push([beams, seconds]);
        if (beams === 20) byVoxels[b]!.points.push([n ** 3, seconds]);
      }
      rows.push({
        what: `${n}³ voxels, beams: ${beams}, wall time (faster than reference)`,
        value: found.join(", "),
      });
    }
  }
  const slope = (curve: Curve) => slopeOf(curve.points.slice(1)).toFixed(2);
  rows.push({
    what: "time grows with beams, 20 to 200, as power",
    value: byBeams.map((curve) => `${curve.name} ${slope(curve)}`).join(", "),
  });
  rows.push({
    what: "time grows with voxels, 128³ to 256³, as power",
    value: byVoxels.map((curve) => `${curve.name} ${slope(curve)}`).join(", "),
  });
  writeFileSync(
    FIGURE,
    scalingFigure([
      { title: "128³ voxels", xTitle: "beams", curves: byBeams },
      { title: "20 beams", xTitle: "voxels", curves: byVoxels },
    ]),
  );
  return rows;
}

/** Two workers against one, in turn, on work that takes more than a second. */
async function twoWorkers(one: DosePool, two: DosePool): Promise<BenchmarkRow[]> {
  const request = cubeRequest(256, 100);
  const sides = [rayTraceInWorkers(one), rayTraceInWorkers(two)] as const;
  const wall: number[][] = [[], []];
  const cpu: number[][] = [[], []];
  for (const side of sides) await side.doseOnGrid(cubeRequest(64, 4));
  for (let round = 0; round < 3; round++) {
    for (const [s, side] of sides.entries()) {
      const start = performance.now();
      const cpuStart = cpuSeconds();
      await side.doseOnGrid(request);
      wall[s]!.push((performance.now() - start) / 1000);
      cpu[s]!.push(cpuSeconds() - cpuStart);
    }
  }
  // What the machine itself gives at this time: two loops that touch nothing against one, half a second each.
  const loops = [await loopSeconds(1), await loopSeconds(2)] as const;
  const [wallOne, wallTwo] = wall.map((w) => Math.min(...w)) as [number, number];
  const [cpuOne, cpuTwo] = cpu.map((c) => median(c)) as [number, number];
  return [
    {
      what: "two threads that only count, against one: what the machine gave during this run",
      value: `${((2 * loops[0]) / loops[1]).toFixed(2)} ×`,
    },
    {
      what: "two workers against one, 256³ voxels, 100 beams, best wall time",
      value: `${(wallOne / wallTwo).toFixed(2)} × faster (${wallOne.toFixed(2)} s, ${wallTwo.toFixed(2)} s)`,
    },
    {
      what: "the same, CPU time of two over that of one",
      value: `${(cpuTwo / cpuOne).toFixed(2)} × (${cpuOne.toFixed(2)} s, ${cpuTwo.toFixed(2)} s)`,
    },
  ];
}

/** Wall seconds that threads take which count to the same number each. */
async function loopSeconds(threads: number): Promise<number> {
  const script =
    "let sum = 0; for (let n = 0; n < 3e8; n++) sum += n % 7; process.exitCode = sum > 0 ? 0 : 1;";
  const start = performance.now();
  const one = () => new Promise<void>((done) => new Worker(script, { eval: true }).on("exit", () => done()));
  await Promise.all(Array.from({ length: threads }, one));
  return (performance.now() - start) / 1000;
}

/** The plans that have a time to keep. */
async function plans(two: DosePool): Promise<BenchmarkRow[]> {
  const { cyberKnife, arc } = lumbarRequests();
  const engine = rayTraceInWorkers(two);
  const rows: BenchmarkRow[] = [];
  for (const [what, request] of [
    ["120 CyberKnife beams", cyberKnife],
    ["an arc of 180 control points", arc],
  ] as const) {
    const { values } = await rayTraceWasmEngine.doseOnGrid(request);
    const { dose, seconds } = await timed(engine, request, 5);
    assertSameDose("workers", dose, values.data);
    const cpuStart = cpuSeconds();
    await engine.doseOnGrid(request);
    const cpu = cpuSeconds() - cpuStart;
    rows.push({
      what: `${what}, spine phantom at 2 mm (${request.grid.size.join(" × ")}), two workers`,
      value: `${seconds.toFixed(2)} s wall, ${cpu.toFixed(2)} s CPU`,
    });
  }
  return rows;
}

/** Best wall time of some rounds, after a warm-up of one. */
async function timed(engine: DoseEngine, request: GridDoseRequest, rounds: number) {
  const seconds: number[] = [];
  let dose = new Float32Array();
  if (rounds > 1) await engine.doseOnGrid(request);
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    dose = (await engine.doseOnGrid(request)).values.data as Float32Array<ArrayBuffer>;
    seconds.push((performance.now() - start) / 1000);
  }
  return { dose, seconds: Math.min(...seconds) };
}

function assertSameDose(who: string, found: Float32Array, expected: Float32Array): void {
  let worst = 0;
  let peak = 0;
  for (let v = 0; v < expected.length; v++) {
    worst = Math.max(worst, Math.abs(found[v]! - expected[v]!));
    peak = Math.max(peak, expected[v]!);
  }
  if (!(peak > 0 && worst <= TOLERANCE * peak))
    throw new Error(`${who}: dose off by ${worst} Gy of ${peak} Gy: nothing was timed`);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function milliseconds(seconds: number): string {
  return seconds < 0.1 ? `${(1000 * seconds).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}
