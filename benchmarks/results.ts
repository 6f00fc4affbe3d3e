import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { alignedTable } from "../test/docs/readme-table.ts";

/** One number of a benchmark. */
export interface BenchmarkRow {
  readonly what: string;
  /** With its unit. */
  readonly value: string;
}

/** What a benchmark comes to. */
export interface BenchmarkResult {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly BenchmarkRow[];
}

const FOLDER = resolve(import.meta.dirname, "../docs/benchmarks");

/** The processor and Node.js that a run was made on. */
export function machineOfRun(): string {
  return `Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`;
}

/** Keep a result as docs/benchmarks/NAME.json. */
export function writeResult(result: BenchmarkResult): void {
  mkdirSync(FOLDER, { recursive: true });
  const text = JSON.stringify({ ...result, machine: machineOfRun() }, null, 2);
  writeFileSync(join(FOLDER, `${result.name}.json`), `${text}\n`);
}

/** All results that are kept, in order of name. */
export function readResults(): (BenchmarkResult & { readonly machine: string })[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), "utf8")));
}

/** By benchmark: which rows the README shows; docs/speed.md shows all. A benchmark that is not here shows all. */
const HEADLINES: Readonly<Record<string, RegExp>> = {
  "collapsed-cone": / beam, /,
  dvh: /^DVH with errors|structures on 128/,
  gamma: /^gamma 2 %|one grid, 10 steps/,
  geometry: /^occupancy|margin|^phantom CT/,
  kernels: /^depth maps and rows|CyberKnife beams|control points/,
  "monte-carlo": /efficiency|against pyRadMC/,
  "ray-trace": /^irradiated|^clipped/,
};

/** What matters most of the results as a Markdown table for the README. */
export function speedTable(results: readonly (BenchmarkResult & { readonly machine: string })[]): string {
  return alignedTable([
    ["benchmark", "what", "value", "machine"],
    ...results.flatMap((r) =>
      r.rows
        .filter((row) => HEADLINES[r.name]?.test(row.what) ?? true)
        .map((row, n) => [n ? "" : r.title, row.what, row.value, n ? "" : r.machine]),
    ),
  ]);
}
